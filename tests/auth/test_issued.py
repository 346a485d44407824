"""A scheme of one's own on `IssuedTokenAuth`: it says how to ask, and everything else is done."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.auth import (
    ClientCredentialsAuth,
    Issued,
    IssuedTokenAuth,
    LoginAuth,
    RefreshTokenAuth,
    Refusal,
    RenewalRefused,
    RenewalUnavailable,
    TcapAuth,
    TimbrAuth,
)
from gatepost.clock import Clocks
from gatepost.errors import CredentialError
from gatepost.secret import Secret
from gatepost.testing import TurnedTime
from gatepost.transport.plain import Answer, PlainTransport
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
        assert requests.get(f"{server.url}/x", auth=auth, timeout=60).status_code == 200

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


# -- whatever a service answers --------------------------------------------------------------------------------------------------

URL = "https://service.example"
NAMES = st.sampled_from(
    ["token", "service_token", "access_token", "refresh_token", "token_type", "expires_in", "scope", "error", "data", "status"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["bearer", "success", "3600", "tk_1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
BODIES = st.binary(max_size=40) | st.dictionaries(NAMES, VALUES).map(lambda data: json.dumps(data).encode())
SALT = Fernet.generate_key().decode()
MAKERS = {
    "LoginAuth": lambda **given: LoginAuth(URL, **given),
    "TcapAuth": lambda **given: TcapAuth("user", "an-issued-password", base_url=URL, **given),
    "TimbrAuth": lambda **given: TimbrAuth(username="user", password="an-issued-password", salt=SALT, base_url=URL, **given),
    "ClientCredentialsAuth": lambda **given: ClientCredentialsAuth(URL, "client", "an-issued-secret", **given),
    "RefreshTokenAuth": lambda **given: RefreshTokenAuth(URL, "an-issued-refresh-token", client_id="client", save=str, **given),
}


class Answering(PlainTransport):
    """Answers everything with one answer."""

    def __init__(self, answered: Answer) -> None:
        super().__init__()
        self.answered = answered

    def send(self, *arguments, **settings) -> Answer:
        return self.answered


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@settings(max_examples=40)
@given(status=st.sampled_from([200, 201, 204, 302, 400, 401, 403, 503]), body=BODIES)
def test_there_is_a_token_that_a_header_can_hold_or_an_error_that_says_why(make, status, body):
    auth = make(transport=Answering(Answer(status, {}, body)), clocks=Clocks(TurnedTime()))
    current = problem = None
    try:
        current = auth.renewal.current()
    except CredentialError as error:
        problem = error
    if current is None:
        assert problem is not None
        assert problem.why
    else:
        text = current.secret.reveal()
        assert 200 <= status < 300
        assert text
        assert text.isascii()
        assert text.isprintable()
        assert current.expires is None or current.expires > auth.clocks.time.time()
