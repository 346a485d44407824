"""A refusal forces one renewal for a token and one repeat for a request; missing permission forces none."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from gatepost.emulator import ChaosProfile, Rule
from gatepost.emulator.faults import Answer

MISSING_PERMISSION = "You do not have permission to access this resource"


class AnsweringAgain(HTTPAdapter):
    """Gives the same answer again and again, without a connection: a thousand of them cost a platform most of the time."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__()
        self.answer = answer
        self.carried: Counter[str] = Counter()

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        self.carried[request.headers["Authorization"]] += 1
        body = io.BytesIO(self.answer.content)
        headers, status = self.answer.headers, self.answer.status_code
        return self.build_response(request, HTTPResponse(body, headers, status, preload_content=False))


def test_a_hundred_threads_with_a_token_that_the_platform_no_longer_knows(platform, time, token_auth, asking, threads, renewals):
    """Its expiry here is far away, so that only the refusals can tell."""
    token_auth.clocks.of(token_auth.origin).note = lambda date: None
    platform.clock.turn(15_000)
    ask = asking(token_auth)

    statuses = list(threads.map(lambda number: ask(headers={"X-Request-Id": str(number)}).status_code, range(100)))

    assert statuses == [200] * 100
    assert len(renewals()) == 1
    sent = Counter(request.request_id for request in platform.requests if request.request_id)
    assert max(sent.values()) <= 2


def test_a_thousand_forbidden_reads_with_a_good_token(platform, token_auth, asking, renewals):
    ask = asking(token_auth)
    assert ask().status_code == 200
    platform.chaos = ChaosProfile(rules=[Rule(fault=Answer(401, MISSING_PERMISSION), path="/v3/security/owners")])
    forbidden = ask("/v3/security/owners")
    again = AnsweringAgain(forbidden)
    asking.mount("/v3/security/", again)

    for _ in range(999):
        assert ask("/v3/security/owners").status_code == 401

    assert renewals() == []
    assert again.carried == {f"TC-Token {platform.credentials.token.reveal()}": 999}
    assert forbidden.status_code == 401
    assert ask().status_code == 200


@pytest.mark.tc_platform(exchange_administrator=False)
def test_where_the_first_request_of_a_run_is_forbidden_one_renewal_is_spent(platform, token_auth, asking, renewals):
    """Nothing has shown yet that the token is good. Then it is known to be."""
    ask = asking(token_auth)
    for _ in range(10):
        assert ask("/v3/token/api", "POST").status_code == 401
    assert len(renewals()) == 1
