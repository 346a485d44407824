"""TCAP: the seed's flow, against the emulated service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from gatepost.auth import RenewalRefused, TcapAuth
from gatepost.auth.jwt import expiry_of
from gatepost.clock import Clocks
from gatepost.emulator import TcapEmulator
from gatepost.errors import CredentialError
from gatepost.sessions import AuthorizedSession
from gatepost.transport.errors import OriginError
from gatepost.transport.plain import PlainTransport

VERIFY, LIST = "/hash-verification/api/v2", "/api/hash-list/v2/all"


@pytest.fixture
def tcap(request: pytest.FixtureRequest, time) -> Iterator[TcapEmulator]:
    settings: dict[str, Any] = {"time_source": time.time}
    for marker in request.node.iter_markers("tc_platform"):
        settings.update(marker.kwargs)
    with TcapEmulator(**settings) as tcap:
        yield tcap


@pytest.fixture
def make(tcap: TcapEmulator, clocks: Clocks) -> Callable[..., TcapAuth]:
    def make(password: Any = None, **settings: Any) -> TcapAuth:
        return TcapAuth(
            tcap.credentials.username,
            password or tcap.credentials.password,
            base_url=f"{tcap.url}/",
            clocks=clocks,
            transport=PlainTransport(verify=tcap.ca_file),
            **settings,
        )

    return make


@pytest.fixture
def ask(tcap: TcapEmulator) -> Callable[..., requests.Response]:
    def ask(auth: TcapAuth, path: str = VERIFY) -> requests.Response:
        return requests.get(tcap.url + path, auth=auth, verify=tcap.ca_file, timeout=60)

    return ask


def seen(tcap: TcapEmulator) -> list[tuple[str, int]]:
    return [(request.path.rsplit("/", 1)[-1] or "tcap/", request.status) for request in tcap.requests]


def test_it_logs_in_on_first_use_and_sends_the_token(tcap, make, ask):
    auth = make()
    assert tcap.requests == ()

    assert ask(auth).ok
    assert ask(auth).ok
    assert seen(tcap) == [("login", 200), ("v2", 200), ("v2", 200)]
    login = tcap.requests[0]
    assert json.loads(login.body)["requested_service"] == "Hash Verification"
    assert tcap.requests[1].header("Authorization").startswith("Bearer ")


@pytest.mark.parametrize("settings", [{}, {"names_expiry": False}, {"token_key": "token"}], ids=str)
def test_it_is_renewed_ahead_of_its_expiry(time, clocks, settings):
    with TcapEmulator(time_source=time.time, **settings) as tcap:
        auth = TcapAuth(
            tcap.credentials.username,
            tcap.credentials.password,
            base_url=tcap.url,
            clocks=clocks,
            transport=PlainTransport(verify=tcap.ca_file),
        )
        with AuthorizedSession(auth, base_url=tcap.url) as session:
            session.verify = tcap.ca_file
            for _ in range(12):
                assert session.get(VERIFY).ok
                time.turn(70)
        assert 3 <= len(tcap.issued_tokens) <= 5
        assert {request.status for request in tcap.requests} == {200}
        assert (expiry_of(tcap.issued_tokens[0]) is None) == ("names_expiry" in settings)


def test_the_documented_refusal_costs_one_login_and_one_repeat(tcap, make, ask):
    auth = make()
    ask(auth)
    tcap.clock.turn(301)

    assert ask(auth).ok
    assert seen(tcap)[2:] == [("v2", 403), ("login", 200), ("v2", 200)]


def test_no_other_403_does(tcap, make, ask):
    auth = make()
    ask(auth)
    tcap.revoke_token(tcap.issued_tokens[0])

    assert ask(auth).status_code == 403
    assert ask(make(service="Hash List"), VERIFY).text == "Authentication error: Token is not valid for this service."
    assert [path for path, _ in seen(tcap)].count("login") == 2


@pytest.mark.parametrize(("settings", "kind"), [({}, "application/json"), ({"form": True}, "application/x-www-form-urlencoded")])
def test_the_account_token(tcap, make, ask, settings, kind):
    auth = make(account=True, **settings)

    assert ask(auth, LIST).ok
    assert seen(tcap) == [("tcap/", 200), ("all", 200)]
    assert tcap.requests[0].header("Content-Type") == kind
    assert b"requested_service" not in tcap.requests[0].body


@pytest.mark.parametrize("settings", [{"password": "wrong"}, {"service": "No Such Service"}], ids=str)
def test_a_refused_login_is_final_in_the_services_words(tcap, make, ask, settings):
    auth = make(**settings)
    for _ in range(3):
        with pytest.raises(RenewalRefused, match="It said: Authentication error: "):
            ask(auth)
    assert len(tcap.requests) == 1


@pytest.mark.tc_platform(next_base_url="https://elsewhere.example", page_size=5)
def test_a_next_link_to_another_host_never_gets_the_token(tcap, make, ask):
    auth = make(service="Hash List")
    link = ask(auth, LIST).json()["next"]
    assert link.startswith("https://elsewhere.example/")

    with pytest.raises(OriginError):
        requests.get(link, auth=auth, timeout=60)
    with AuthorizedSession(auth, base_url=tcap.url) as session, pytest.raises(OriginError):
        session.get(link)
    sent = []
    with AuthorizedSession(auth, base_url=tcap.url, other_origins=True) as session:
        from requests.adapters import HTTPAdapter

        class Noting(HTTPAdapter):
            def send(self, request, *arguments, **settings):
                sent.append(dict(request.headers))
                raise requests.ConnectionError("no network here")

        session.mount("https://elsewhere.example/", Noting())
        session.policy = session.policy.new(total=0)
        with pytest.raises(requests.ConnectionError):
            session.get(link)
    assert len(sent) == 1
    assert "Authorization" not in sent[0]


def test_what_it_needs():
    for arguments in (("", "a-tcap-password"), ("user", "")):
        with pytest.raises(CredentialError):
            TcapAuth(*arguments)
    with pytest.raises(OriginError):
        TcapAuth("user", "a-tcap-password", base_url="http://service.example")
    assert str(TcapAuth("user", "a-tcap-password").origin) == "https://beta.terrorismanalytics.org"
    assert TcapAuth("user", "a-tcap-password").issuer == "https://beta.terrorismanalytics.org/token-auth/api/login"
