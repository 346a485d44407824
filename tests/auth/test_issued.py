"""A scheme of one's own on `IssuedTokenAuth`: it says how to ask, and everything else is done."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from gatepost.auth import Issued, IssuedTokenAuth, Refusal, RenewalRefused, RenewalUnavailable
from gatepost.secret import Secret
from tests.transport.scripted_server import ScriptedServer, answer


class TwoStepAuth(IssuedTokenAuth):
    """Asks for a nonce, and with it for a token."""

    def issue(self) -> Issued:
        nonce = json.loads(self.ask("GET", f"{self.issuer}/nonce").body)["nonce"]
        reply = self.ask(json={"nonce": nonce})
        if reply.status != 200:
            raise self.refused(reply, remedy="Ask the owner")
        return Issued(json.loads(reply.body)["token"], life=60)

    def judge(self, response: requests.Response) -> Refusal:
        return Refusal.EXPIRED if response.status_code == 419 else Refusal.OTHER


NONCE, TOKEN = answer(200, '{"nonce": 5}'), answer(200, '{"token": "abc"}')


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def make(server: ScriptedServer, clocks) -> TwoStepAuth:
    return TwoStepAuth(f"{server.url}/auth", header="X-Session", prefix="", clocks=clocks)


def test_it_asks_as_it_was_told(server, clocks, time):
    server.script = [NONCE, TOKEN, answer(200), answer(419), NONCE, TOKEN, answer(200)]
    auth = make(server, clocks)
    for _ in range(2):
        assert requests.get(f"{server.url}/x", auth=auth, timeout=5).status_code == 200

    assert [request.target for request in server.requests] == ["/auth/nonce", "/auth", "/x", "/x", "/auth/nonce", "/auth", "/x"]
    assert server.requests[1].body == b'{"nonce": 5}'
    assert server.requests[2].header("X-Session") == "abc"
    assert auth.renewal.snapshot().expires == time.time() + 60


def test_its_refusal_is_in_the_services_words(server, clocks):
    known = Secret("a-known-secret")
    server.script = [NONCE, answer(400, json.dumps({"message": f"Not you, {known.reveal()}"}))]
    with pytest.raises(RenewalRefused) as caught:
        make(server, clocks).renewal.current()
    assert str(caught.value).endswith("It said: Not you, ***. Ask the owner")
    assert caught.value.status == 400


def test_a_service_in_trouble_is_tried_again_from_the_first_step(server, clocks):
    server.script = [NONCE, answer(503), NONCE, TOKEN]
    assert make(server, clocks).renewal.current().secret == Secret("abc")


def test_a_bug_in_it_stops_its_own_caller_only(server, clocks):
    server.script = [NONCE, answer(200, '{"no": "token"}'), NONCE, TOKEN]
    auth = make(server, clocks)
    with pytest.raises(KeyError):
        auth.renewal.current()
    assert auth.renewal.current().secret == Secret("abc")


def test_a_token_that_no_header_can_hold_is_no_answer(server, clocks):
    server.every = answer(200, '{"nonce": 5, "token": "two words"}')
    with pytest.raises(RenewalUnavailable, match="no usable token"):
        make(server, clocks).renewal.current()


def test_the_base_knows_no_way_to_ask():
    with pytest.raises(NotImplementedError):
        IssuedTokenAuth("https://service.example/auth").renewal.current()
