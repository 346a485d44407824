"""OAuth 2: client credentials and refresh tokens, against a strict server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from gatepost.auth import ClientCredentialsAuth, RefreshTokenAuth, RenewalRefused, RenewalUnavailable, Scheme, TokenFile
from gatepost.auth import oauth as module
from gatepost.clock import Clocks
from gatepost.errors import CredentialError, UsageError
from gatepost.secret import Secret
from gatepost.sessions import AuthorizedSession
from gatepost.transport.errors import OriginError
from tests.auth.oauth_server import CLIENT, SECRET, OAuthServer
from tests.transport.scripted_server import CLOSE, answer

Ask = Callable[..., requests.Response]


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        yield server


@pytest.fixture
def client(server: OAuthServer, clocks: Clocks) -> Callable[..., ClientCredentialsAuth]:
    def client(secret: str = SECRET, **settings: Any) -> ClientCredentialsAuth:
        return ClientCredentialsAuth(f"{server.url}/token", CLIENT, secret, clocks=clocks, **settings)

    return client


class Saved(list[str]):
    """What was saved; fails as often as it is told."""

    failing = 0

    def __call__(self, token: Secret) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError(f"no space for {token.reveal()}")
        self.append(token.reveal())


@pytest.fixture
def saved() -> Saved:
    return Saved()


@pytest.fixture
def refreshing(server: OAuthServer, clocks: Clocks, saved: Saved) -> Callable[..., RefreshTokenAuth]:
    def refreshing(token: str = "refresh-0", **settings: Any) -> RefreshTokenAuth:
        given = {"client_id": CLIENT, "client_secret": SECRET, "save": saved, "clocks": clocks, **settings}
        return RefreshTokenAuth(f"{server.url}/token", token, **given)

    return refreshing


@pytest.fixture(params=["session", "plain requests"])
def asking(request: pytest.FixtureRequest, server: OAuthServer) -> Iterator[Callable[[Scheme], Ask]]:
    sessions: list[AuthorizedSession] = []

    def by_session(scheme: Scheme) -> Ask:
        session = AuthorizedSession(scheme, base_url=server.url)
        sessions.append(session)
        return lambda path="/call": session.get(path)

    def by_requests(scheme: Scheme) -> Ask:
        return lambda path="/call": requests.get(server.url + path, auth=scheme, timeout=60)

    yield by_session if request.param == "session" else by_requests
    for session in sessions:
        session.close()


# -- client credentials ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [None, "read write", ["read", "write"]])
def test_the_grant(server, client, asking, scope):
    ask = asking(client(scope=scope, parameters={"audience": "https://service.example"}))
    assert server.requests == []

    assert [ask().status_code for _ in range(3)] == [200] * 3
    (grant,) = server.grants
    expected = {"grant_type": "client_credentials", "audience": "https://service.example"}
    assert grant == expected | ({"scope": "read write"} if scope else {})
    assert server.requests[0].header("Accept") == "application/json"


@pytest.mark.parametrize("way", ["basic", "body"])
def test_how_the_client_says_who_it_is(server, client, way):
    server.accepts = (way,)
    client(client_authentication=way).renewal.current()

    other = "body" if way == "basic" else "basic"
    with pytest.raises(RenewalRefused, match="invalid_client: Client authentication failed"):
        client(client_authentication=other).renewal.current()


@pytest.mark.parametrize("life", [1_000, 1_000.0, "1000"])
def test_it_is_renewed_ahead_of_expires_in(server, client, asking, time, life):
    server.life = life
    ask = asking(client())
    for _ in range(20):
        assert ask().status_code == 200
        time.turn(95)
    assert 2 <= len(server.grants) <= 4
    assert len(server.calls) == 20, "a call was refused"


@pytest.mark.parametrize("life", [None, "soon", -5, 0, True, 1e400, [], "9" * 40], ids=repr)
def test_a_life_that_says_nothing_costs_nothing(server, client, life):
    server.life = life
    assert client().renewal.current().expires is None


def test_a_scope_that_differs_is_taken(server, client):
    server.extra = {"scope": "read"}
    client(scope="read write").renewal.current()
    server.extra = {"scope": 5, "expires_at": [], "refresh_token": {}}
    client(scope="read write").renewal.current()


def test_a_refused_token_is_replaced_and_the_request_repeated(server, client, asking):
    ask = asking(client())
    ask()
    server.issued += 1
    assert ask().status_code == 200
    assert len(server.grants) == 2


def test_missing_permission_is_the_callers(server, client, asking):
    ask = asking(client())
    ask()
    challenge = 'Bearer error="insufficient_scope"'
    server.script = [answer(403, "", WWW_Authenticate=challenge)]
    assert ask().status_code == 403
    assert len(server.grants) == 1


def test_a_hundred_threads_ask_once(server, client, asking, threads):
    ask = asking(client())
    assert list(threads.map(lambda _: ask().status_code, range(100))) == [200] * 100
    assert len(server.grants) == 1


def test_another_origin_gets_nothing_where_the_scheme_knows_its_own(server, client):
    auth = client(origin="https://service.example")
    with pytest.raises(OriginError):
        requests.get(server.url, auth=auth, timeout=60)
    assert server.requests == []


# -- errors ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "odd",
    ],
)
@pytest.mark.parametrize("status", [400, 401])
def test_an_error_is_final_in_the_servers_words(server, client, asking, code, status):
    server.failures = [answer(status, json.dumps({"error": code, "error_description": "Because."}))] * 9
    ask = asking(client())
    for _ in range(3):
        with pytest.raises(RenewalRefused) as caught:
            ask()
        assert caught.value.message == f"{code}: Because."
        assert caught.value.remedy
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body",
    ['{"error": ["x"]}', '{"error": "x", "error_description": 5}', '{"error": null}', "{}", "[]", "<html>", '"text"', "\xff"],
)
def test_a_refusal_that_is_no_error_of_the_rfc(server, client, body):
    server.failures = [answer(400, body)] * 3
    with pytest.raises(CredentialError):
        client().renewal.current()


@pytest.mark.parametrize(
    "fault",
    [
        answer(503),
        answer(429, '{"error": "slow_down"}'),
        answer(400, '{"error": "temporarily_unavailable"}'),
        answer(200, "<html>"),
        answer(200, "[]"),
        answer(200, "{}"),
        answer(200, '{"access_token": "", "token_type": "bearer"}'),
        answer(200, '{"access_token": 5, "token_type": "bearer"}'),
        answer(200, '{"access_token": "two words"}'),
        CLOSE,
    ],
)
def test_what_may_pass_is_tried_again(server, client, asking, time, fault):
    server.failures = [fault, fault]
    assert asking(client())().status_code == 200
    assert time.slept == [0.8, 1.6]


def test_a_token_of_another_kind_is_not_sent(server, client):
    server.extra = {"token_type": "mac"}
    with pytest.raises(RenewalRefused, match="unsupported token_type: mac"):
        client().renewal.current()
    server.extra = {"token_type": "bEARER"}
    client().renewal.current()
    server.extra = {"token_type": None}
    client().renewal.current()


def test_no_secret_is_in_an_error_nor_hangs_on_it(server, client):
    server.failures = [answer(400, json.dumps({"error": "invalid_request", "error_description": f"you sent {SECRET}"}))]
    with pytest.raises(RenewalRefused) as caught:
        client().renewal.current()
    assert "s3cr" not in str(caught.value)
    assert caught.value.__context__ is None
    assert SECRET not in repr(client())


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: ClientCredentialsAuth("https://a.example/token", "", "s3cr3t-of-nobody"), CredentialError),
        (lambda: ClientCredentialsAuth("https://a.example/token", "client", ""), CredentialError),
        (lambda: ClientCredentialsAuth("http://a.example/token", "client", "s3cr3t-of-nobody"), OriginError),
        (lambda: ClientCredentialsAuth("https://a.example", "c", "s", client_authentication="digest"), UsageError),  # type: ignore[arg-type]
        (lambda: RefreshTokenAuth("https://a.example/token", "", client_id="client", save=print), CredentialError),
    ],
)
def test_what_it_needs(make, error):
    with pytest.raises(error):
        make()


def test_a_missing_library_is_named(monkeypatch, client):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"gatepost\[oauth\]"):
        client()


# -- refresh tokens --------------------------------------------------------------------------------------------------------------


def test_a_rotated_refresh_token_is_saved_before_the_access_token_is_used(server, refreshing, asking, saved, time):
    server.life = 600
    auth = refreshing()
    ask = asking(auth)
    sent = len(server.calls)
    for number in range(1, 5):
        assert ask().status_code == 200
        assert saved == [f"refresh-{one}" for one in range(1, number + 1)]
        time.turn(599)
    assert sent == 0
    assert [grant["refresh_token"] for grant in server.grants] == ["refresh-0", "refresh-1", "refresh-2", "refresh-3"]
    assert {grant["grant_type"] for grant in server.grants} == {"refresh_token"}


def test_it_is_saved_while_nothing_was_sent(server, refreshing, asking):
    calls_when_saved = []
    asking(refreshing(save=lambda token: calls_when_saved.append(len(server.calls))))()
    assert calls_when_saved == [0]


def test_one_that_does_not_rotate_is_not_saved(server, refreshing, asking, saved):
    server.rotates = False
    assert asking(refreshing())().status_code == 200
    assert saved == []


def test_a_public_client_is_named_in_the_body(server, refreshing):
    server.public = True
    refreshing(client_secret=None, scope="read").renewal.current()
    assert server.grants == [{"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": "refresh-0", "scope": "read"}]


def test_what_could_not_be_saved_is_saved_later_without_asking_again(server, refreshing, saved, time):
    saved.failing = 4
    auth = refreshing()
    with pytest.raises(RenewalUnavailable, match="could not be saved") as caught:
        auth.renewal.current()
    assert "refresh-1" not in str(caught.value)
    assert "OSError" in caught.value.why
    time.turn(100)

    current = auth.renewal.current()
    assert current.secret.reveal() == "access-1"
    assert saved == ["refresh-1"]
    assert len(server.grants) == 1, "the used refresh token was sent again"
    assert current.expires < time.time() + server.life - 100


def test_a_used_up_refresh_token_is_final(server, refreshing, asking):
    ask = asking(refreshing("refresh-old"))
    for _ in range(3):
        with pytest.raises(RenewalRefused, match="invalid_grant: The refresh token is used up") as caught:
            ask()
        assert "authorize the app again" in caught.value.remedy
    assert len(server.requests) == 1


def test_a_file_keeps_it_between_runs(server, refreshing, tmp_path):
    kept = TokenFile(tmp_path / "token")
    kept.save(Secret("refresh-0"))
    for number in (1, 2, 3):
        refreshing(kept.load(), save=kept.save).renewal.current()
        assert kept.load() == Secret(f"refresh-{number}")


FORKED = """
import os
from gatepost.auth import RefreshTokenAuth
from gatepost.clock import Clocks
from gatepost.errors import CredentialError
from gatepost.testing import TurnedTime
from tests.auth.oauth_server import CLIENT, SECRET, OAuthServer

time = TurnedTime()
with OAuthServer() as server:
    def make():
        url = f"{server.url}/token"
        given = {"client_id": CLIENT, "client_secret": SECRET, "save": lambda _: None}
        return RefreshTokenAuth(url, "refresh-0", clocks=Clocks(time), **given)

    unused, used = make(), make()
    first = used.renewal.current()
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            assert used.renewal.current() is first, "the inherited token is good"
            time.turn(4_000)
            for auth in (unused, used):
                try:
                    auth.renewal.current()
                except CredentialError as error:
                    assert "forked" in str(error), error
                else:
                    raise AssertionError("the child refreshed")
            os.write(write, b"done")
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    assert os.read(read, 10) == b"done"
    assert len(server.grants) == 1
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_never_refreshes():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
