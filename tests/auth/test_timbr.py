"""Timbr: a bearer made for each ``get_token``, and the key of every other call, against the emulated service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from cryptography.fernet import Fernet

from gatepost.auth import RenewalRefused, TimbrAuth
from gatepost.clock import Clocks
from gatepost.emulator import TimbrEmulator
from gatepost.errors import CredentialError, UsageError
from gatepost.sessions import AuthorizedSession
from gatepost.transport import timbr_data
from gatepost.transport.errors import OriginError
from gatepost.transport.plain import PlainTransport
from tests.transport.scripted_server import ScriptedServer, answer, redirect

NAMES, QUERY, OPENAPI = "/timbr/api/get_ontologies/", "/timbr/api/query/", "/timbr/openapi/ontology/supply_chain/query"


@pytest.fixture
def timbr(request: pytest.FixtureRequest, time) -> Iterator[TimbrEmulator]:
    settings: dict[str, Any] = {"time_source": time.time}
    for marker in request.node.iter_markers("tc_platform"):
        settings.update(marker.kwargs)
    with TimbrEmulator(**settings) as timbr:
        yield timbr


@pytest.fixture
def make(timbr: TimbrEmulator, clocks: Clocks) -> Callable[..., TimbrAuth]:
    def make(**settings: Any) -> TimbrAuth:
        known = timbr.credentials
        if not {"token", "bearer"} & set(settings):
            settings = {"username": known.username, "password": known.password, "salt": known.salt, **settings}
        transport = PlainTransport(verify=timbr.ca_file)
        return TimbrAuth(base_url=timbr.url, clocks=clocks, transport=transport, **settings)

    return make


@pytest.fixture
def ask(timbr: TimbrEmulator) -> Callable[..., requests.Response]:
    def ask(auth: TimbrAuth, path: str = NAMES, method: str = "GET", **settings: Any) -> requests.Response:
        return requests.request(method, timbr.url + path, auth=auth, verify=timbr.ca_file, timeout=60, **settings)

    return ask


def seen(timbr: TimbrEmulator) -> list[tuple[str, int]]:
    return [(request.path.rstrip("/").rsplit("/", 1)[-1], request.status) for request in timbr.requests]


def test_it_gets_a_token_on_first_use_and_sends_it_as_a_key(timbr, make, ask):
    auth = make()
    assert timbr.requests == ()

    assert timbr_data(ask(auth)) == ["supply_chain", "threat_intelligence"]
    login, call = timbr.requests
    assert (login.path, login.header("Content-Type"), login.header("x-api-key")) == (
        "/timbr/api/get_token",
        "application/json",
        "",
    )
    assert login.header("Authorization").startswith("Bearer gAAAA")
    assert call.header("x-api-key") == timbr.credentials.token.reveal()
    assert call.header("Content-Type") == "application/json"
    assert call.header("Authorization") == ""


def test_a_given_token_is_sent_as_it_is(timbr, make, ask):
    auth = make(token=timbr.credentials.token)
    assert timbr_data(ask(auth))
    timbr.replace_token()

    assert ask(auth).status_code == 401
    assert "get_token" not in [path for path, _ in seen(timbr)]


def test_a_given_token_needs_no_address():
    auth = TimbrAuth(token="tk_1")
    with ScriptedServer() as server:
        assert requests.get(f"{server.url}/x", auth=auth, timeout=60).ok
        assert server.requests[0].header("x-api-key") == "tk_1"


@pytest.mark.parametrize("by", ["session", "plain requests"])
def test_a_replaced_token_is_worth_a_new_one(timbr, make, ask, by):
    auth = make()
    ask(auth)
    timbr.replace_token()
    timbr.clock.turn(1_000)  # the first bearer is too old by now

    if by == "session":
        with AuthorizedSession(auth, base_url=timbr.url) as session:
            session.verify = timbr.ca_file
            assert session.get(NAMES).ok
    else:
        assert ask(auth).ok
    assert seen(timbr)[2:] == [("get_ontologies", 401), ("get_token", 200), ("get_ontologies", 200)]
    bearers = [request.header("Authorization") for request in timbr.requests if request.path.endswith("get_token")]
    assert bearers[0] != bearers[1]


def test_a_content_type_of_the_callers_stays(timbr, make, ask):
    auth = make()
    query = {"ontology_name": "supply_chain", "query": "SELECT 1 AS one"}
    assert timbr_data(ask(auth, QUERY, "POST", json=query, headers={"nested": "false"})) == [{"one": 1}]
    rows = ask(auth, OPENAPI, "POST", data="SELECT 1 AS one", headers={"Content-Type": "application/text"})
    assert timbr_data(rows) == [{"one": 1}]
    assert [request.header("Content-Type") for request in timbr.requests[1:]] == ["application/json", "application/text"]


def test_get_token_itself_gets_nothing(make):
    auth = make(token="tk_1")
    for path in ("/timbr/api/get_token", "/timbr/api/get_token/?x=1"):
        prepared = requests.Request("POST", f"{auth.origin}{path}").prepare()
        assert auth.headers(prepared) == {}
        assert make().headers(prepared) == {}


@pytest.mark.tc_platform(join="{}/{}".format)
def test_another_way_to_join(timbr, make, ask):
    assert ask(make(join="{}/{}".format)).ok
    with pytest.raises(RenewalRefused):
        ask(make())


def test_a_ready_made_bearer(timbr, make, ask, time):
    from base64 import b64encode

    known = timbr.credentials
    combination = b64encode(f"{known.username}:{known.password.reveal()}".encode())
    bearer = Fernet(known.salt.reveal()).encrypt_at_time(combination, int(time.time())).decode()
    assert ask(make(bearer=bearer)).ok
    assert ask(make(bearer=lambda: bearer)).ok


def test_a_refused_bearer_is_final_in_the_services_words(timbr, make, ask):
    auth = make(password="wrong")
    for _ in range(2):
        with pytest.raises(RenewalRefused, match="It said: The authorization bearer is not valid"):
            ask(auth)
    assert len(timbr.requests) == 1


@pytest.mark.tc_platform(clock_offset=7_200)
def test_a_clock_that_is_far_off_costs_one_bearer(timbr, make, ask):
    """A Fernet token carries the time of its making; the second one has that of the service."""
    assert ask(make()).ok
    assert seen(timbr) == [("get_token", 401), ("get_token", 200), ("get_ontologies", 200)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"data": ["no such user"], "status": "error"}', "no such user"),
        ('{"data": "locked", "status": "failed"}', "locked"),
        ('{"data": [], "status": "success"}', "no token"),
        ('{"data": "tk_where-a-list-should-be", "status": "success"}', "no token"),
        ('{"data": ["tk_without-a-status"]}', "no token"),
        ("[]", "no token"),
    ],
)
def test_an_answer_that_is_no_success_is_a_refusal_and_its_words_no_token(body, words):
    with ScriptedServer(every=answer(200, body)) as server:
        auth = TimbrAuth("u", "p", Fernet.generate_key().decode(), base_url=server.url)
        with pytest.raises(RenewalRefused, match=words) as caught:
            requests.get(f"{server.url}/x", auth=auth, timeout=60)
        assert "tk_" not in str(caught.value), "what may be a token is shown"
        assert len(server.requests) == 1


def test_another_origin_never_gets_the_key(timbr, make):
    auth = make(token="tk_1")
    with ScriptedServer() as other:
        with pytest.raises(OriginError):
            requests.get(other.url, auth=auth, timeout=60)
        with ScriptedServer(redirect(other.url.replace("127.0.0.1", "localhost"))) as server:
            with pytest.raises(OriginError, match="x-api-key"):
                requests.get(server.url, auth=TimbrAuth(token="tk_1"), timeout=60)
            server.script = [redirect(other.url)]
            with AuthorizedSession(TimbrAuth(token="tk_1"), base_url=server.url) as session:
                assert session.get("/").ok
        assert len(other.requests) == 1
        assert not other.requests[0].has("x-api-key")


SALT = Fernet.generate_key().decode()


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({}, UsageError),
        ({"token": "t", "username": "u"}, UsageError),
        ({"bearer": "b", "salt": SALT, "base_url": "https://t.example"}, UsageError),
        ({"username": "u", "password": "p", "salt": SALT}, UsageError),
        ({"username": "u", "password": "", "salt": SALT, "base_url": "https://t.example"}, CredentialError),
        ({"username": "u", "password": "p", "salt": "no key", "base_url": "https://t.example"}, CredentialError),
        ({"username": "u", "password": "p", "salt": "ü" * 44, "base_url": "https://t.example"}, CredentialError),
        ({"token": "two words"}, CredentialError),
        ({"token": "t", "base_url": "http://timbr.example"}, OriginError),
    ],
)
def test_what_it_needs(settings, error):
    with pytest.raises(error) as caught:
        TimbrAuth(**settings)
    assert "no key" not in str(caught.value)
