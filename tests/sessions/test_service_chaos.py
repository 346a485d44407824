"""Sessions to other services that fail in every way they can, their logins included: what fits the attempts ends well."""

from __future__ import annotations

import json

import pytest

from gatepost.clock import Clocks
from gatepost.emulator import Rule
from gatepost.emulator.faults import Answer, ExpireToken, Reset, Truncate
from gatepost.sessions import AuthorizedSession
from gatepost.testing.time import TurnedTime
from gatepost.transport import TransportError
from tests.guarantees.services import ISSUED, Case
from tests.sessions.test_chaos import Call, foretell, mixed

SEEDS = range(2)


def calls_of(case: Case) -> list[Call]:
    path = case.write[0]
    return [
        call
        for number in range(5)
        for call in (
            Call(f"read-{number}", "GET", case.path),
            Call(f"write-{number}", "POST", path),
            Call(f"repeatable-{number}", "POST", path, repeatable=True),
        )
    ]


def issuing_faults(case: Case) -> tuple[Rule, ...]:
    """Two failures, then a success, is within the three tries of one login.

    None takes away an answer that has rotated a refresh token: that one is lost, and no client can help it.
    """
    last = Reset() if case.name == "RefreshTokenAuth" else Truncate()
    return (
        Rule(fault=Answer(503), path=case.issuing, attempts=range(1, 100, 3)),
        Rule(fault=Answer(429), path=case.issuing, attempts=range(2, 100, 6)),
        Rule(fault=last, path=case.issuing, attempts=range(5, 100, 6)),
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", ISSUED, ids=str)
def test_what_fits_the_attempts_succeeds(case, seed):
    turned = TurnedTime()
    clocks = Clocks(turned)
    ended = Rule(fault=ExpireToken(), ids="read-*", attempts=[1], share=0.3)
    profile = mixed(seed, ended, *issuing_faults(case))
    with case.emulator(time_source=turned.time, chaos=profile, **case.settings) as service:
        with AuthorizedSession(case.scheme(service, clocks), base_url=service.url) as session:
            session.verify = service.ca_file
            for call in calls_of(case):
                succeeds, _ = foretell(profile, call)
                status = _send(session, case, call)
                assert (200 <= status < 300) == succeeds, f"{call} ended with {status}"
                turned.turn(60)
        issuings = [request for request in service.requests if request.path == case.issuing]
        assert any(request.fault for request in issuings)
        assert any(request.status == 200 and not request.fault for request in issuings)


def _send(session: AuthorizedSession, case: Case, call: Call) -> int:
    body = None if call.method == "GET" else json.dumps(case.write[1])
    headers = {"X-Request-Id": call.name} | ({} if body is None else {"Content-Type": "application/json"})
    try:
        return session.request(call.method, call.path, data=body, headers=headers, repeatable=call.repeatable).status_code
    except TransportError:
        return 0
