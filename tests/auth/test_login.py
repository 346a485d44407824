"""Tokens from a login call: got on first use, once for everybody, renewed ahead of time and after a refusal."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from gatepost.auth import LoginAuth, RenewalRefused, RenewalUnavailable, Scheme
from gatepost.clock import Clocks
from gatepost.errors import CredentialError, UsageError
from gatepost.redaction import redact
from gatepost.secret import Secret
from gatepost.sessions import AuthorizedSession
from gatepost.transport.deadline import Deadline, current_deadline
from gatepost.transport.errors import DeadlineExceeded, OriginError
from gatepost.transport.plain import PlainTransport
from tests.auth.login_server import EXPIRED, LoginServer
from tests.transport.scripted_server import CLOSE, RESET, ScriptedServer, Step, answer, drip, redirect

Ask = Callable[..., requests.Response]


@pytest.fixture
def server() -> Iterator[LoginServer]:
    with LoginServer() as server:
        yield server


@pytest.fixture
def make(server: LoginServer, clocks: Clocks) -> Callable[..., LoginAuth]:
    def make(**settings: Any) -> LoginAuth:
        described: dict[str, Any] = {
            "json": {"username": "user", "password": Secret("p4ssw0rd")},
            "token": "data.token",
            "expired": (403, "token has expired"),
        }
        return LoginAuth(f"{server.url}/login", clocks=clocks, **{**described, **settings})

    return make


@pytest.fixture(params=["session", "plain requests"])
def asking(request: pytest.FixtureRequest, server: LoginServer) -> Iterator[Callable[[Scheme], Ask]]:
    """Make a function that asks with a scheme: by a session, and by plain ``requests``."""
    sessions: list[AuthorizedSession] = []

    def by_session(scheme: Scheme) -> Ask:
        session = AuthorizedSession(scheme, base_url=server.url)
        sessions.append(session)
        return lambda path="/call", method="GET", **settings: session.request(method, path, **settings)

    def by_requests(scheme: Scheme) -> Ask:
        return lambda path="/call", method="GET", **settings: requests.request(
            method, server.url + path, auth=scheme, timeout=60, **settings
        )

    yield by_session if request.param == "session" else by_requests
    for session in sessions:
        session.close()


def test_it_logs_in_on_first_use_and_not_before(server, make, asking):
    ask = asking(make())
    assert server.requests == []

    assert [ask().status_code for _ in range(3)] == [200] * 3
    (login,) = server.logins
    assert json.loads(login.body) == {"username": "user", "password": "p4ssw0rd"}
    assert not login.has("Authorization")


def test_it_logs_in_again_ahead_of_time(server, make, asking, time):
    ask = asking(make(life=300))
    for _ in range(20):
        assert ask().status_code == 200
        time.turn(60)

    assert 4 <= len(server.logins) <= 7
    assert len(server.calls) == 20, "a call was refused"


def test_after_a_refusal_that_says_so_the_request_is_repeated_once(server, make, asking):
    ask = asking(make())
    ask()
    server.end_token()

    response = ask(method="POST", data=b"body")
    assert response.status_code == 200
    assert [call.body for call in server.calls[1:]] == [b"body", b"body"]
    assert len(server.logins) == 2


def test_another_refusal_causes_nothing(server, make, asking):
    ask = asking(make())
    ask()
    server.end_token()
    server.refusal = answer(403, "You may not do this.")

    assert [ask().status_code for _ in range(3)] == [403] * 3
    assert len(server.logins) == 1


def test_a_token_that_is_refused_at_once_is_an_error(server, make, asking):
    server.every = lambda request: answer(200, '{"data": {"token": "t"}}') if request.target == "/login" else server.refusal
    ask = asking(make())

    with pytest.raises(CredentialError, match="issued just before") as caught:
        ask()
    assert EXPIRED.rstrip(".") in str(caught.value)
    assert len(server.logins) == 2


def test_a_hundred_threads_log_in_once(server, make, asking, threads, time):
    ask = asking(make())
    assert list(threads.map(lambda _: ask().status_code, range(100))) == [200] * 100
    assert len(server.logins) == 1
    assert time.slept == []


def test_a_hundred_threads_with_a_token_that_was_ended(server, make, asking, threads):
    ask = asking(make())
    ask()
    server.end_token()

    assert list(threads.map(lambda _: ask().status_code, range(100))) == [200] * 100
    assert len(server.logins) == 2
    assert len(server.calls) <= 201


# -- a status alone --------------------------------------------------------------------------------------------------------------


def test_a_status_alone_is_worth_a_login(server, make, asking):
    ask = asking(make(expired=403))
    ask()
    server.end_token()

    assert ask().status_code == 200
    assert len(server.logins) == 2


def test_a_missing_permission_that_looks_the_same_costs_one_login_in_five_minutes(server, make, asking, time):
    """A thousand forbidden reads among allowed ones, so that each new token was accepted."""
    auth = make(expired=403, life=None)
    ask = asking(auth)
    forbidden = server._reply

    def reply(request) -> Step:
        return answer(403, "no") if request.target == "/forbidden" else forbidden(request)

    server.every = reply
    for _ in range(30):
        assert ask().status_code == 200
        assert ask("/forbidden").status_code == 403
        time.turn(5)
    assert len(server.logins) == 2

    time.turn(300)
    server.end_token()
    assert ask().status_code == 200, "an ended token is replaced again"


# -- a service that asks to be left alone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_it_is_left_alone_for_as_long_as_it_asks(server, make, asking, time, status):
    server.failures = [answer(status, Retry_After="30"), answer(status)]
    assert asking(make())().status_code == 200
    assert time.slept == [30, 1.6]


def test_also_by_the_next_callers(server, make, asking, time):
    """The one who asked had less time than the service wants; who comes next has more."""
    server.failures = [answer(429, '{"message": "Slow down"}', Retry_After="30")]
    auth = make()
    ask = asking(auth)
    bounded = current_deadline.set(Deadline(10, time))
    with pytest.raises(RenewalUnavailable, match="Slow down") as caught:
        auth.renewal.current()
    current_deadline.reset(bounded)
    assert caught.value.retry_after == 30
    time.turn(12)

    assert ask().status_code == 200
    assert time.slept == [18]
    assert len(server.logins) == 2


def test_who_has_more_time_takes_over(server, make, time, threads):
    """One caller's deadline is nobody else's error."""
    entered, may_answer = threading.Event(), threading.Event()

    def held(request) -> Step:
        entered.set()
        assert may_answer.wait(30)
        return server._reply(request)

    server.failures = [answer(429, Retry_After="30")]
    server.every = held
    auth = make()

    def hurried() -> None:
        current_deadline.set(Deadline(10, time))
        auth.renewal.current()

    first = threads.submit(hurried)
    assert entered.wait(30)
    others = [threads.submit(auth.renewal.current) for _ in range(4)]
    may_answer.set()

    assert isinstance(first.exception(30), RenewalUnavailable)
    assert len({other.result(30) for other in others}) == 1
    assert len(server.logins) == 2
    assert time.slept == [30]


def test_one_that_wants_more_than_two_minutes_is_told_of_at_once(server, make, asking, time):
    server.failures = [answer(429, "Come back tomorrow", Retry_After="86400")]
    ask = asking(make())
    for _ in range(2):
        with pytest.raises(RenewalUnavailable, match="Come back tomorrow"):
            ask()
    assert time.slept == []
    assert len(server.logins) == 1
    time.turn(121)
    assert ask().status_code == 200


def test_nobody_is_stopped_while_the_token_is_good(server, make, asking, time):
    ask = asking(make(life=1_000))
    ask()
    time.turn(930)  # in the mandatory window
    server.failures = [answer(429, Retry_After="60")] * 3
    assert [ask().status_code for _ in range(3)] == [200] * 3
    assert len(server.logins) == 2
    assert time.slept == []


# -- the description -------------------------------------------------------------------------------------------------------------


def issue(server: ScriptedServer, body: Any, **settings: Any) -> dict[str, str]:
    server.every = answer(200, json.dumps(body))
    auth = LoginAuth(f"{server.url}/login", **settings)
    return dict(auth.headers(requests.Request("GET", server.url).prepare()))


@pytest.mark.parametrize(
    ("body", "token"),
    [
        ({"token": "t"}, "token"),
        ({"a": {"b": [{"c": "no"}, {"c": "t"}]}}, "a.b.1.c"),
        ({"token": "t"}, ("service_token", "token")),
        ([{"t": 1}, "t"], "1"),
        ({"user": "x", "key": "t"}, lambda data: data["key"]),
        ("t", lambda data: data),
    ],
)
def test_where_the_token_is(server, body, token):
    assert issue(server, body, token=token) == {"Authorization": "Bearer t"}


def test_the_header_that_carries_it(server, make):
    assert issue(server, {"token": "t"}, header="X-Session", prefix="Token ") == {"X-Session": "Token t"}
    assert make(header="X-Session").secret_headers == ("X-Session",)


@pytest.mark.parametrize(
    "token", ["token", "data.0.token", "data.token.deeper", lambda data: data["token"], lambda data: data.nothing, lambda data: 5]
)
def test_json_without_a_token_is_a_refused_login(server, token):
    with pytest.raises(RenewalRefused) as caught:
        issue(server, {"data": [], "message": "Unknown user"}, token=token)
    assert caught.value.message == "Unknown user"


def test_a_form(server, make):
    make(json=None, form={"user": "a b", "password": "p&w"}).renewal.current()

    (login,) = server.logins
    assert login.body == b"user=a+b&password=p%26w"
    assert login.header("Content-Type") == "application/x-www-form-urlencoded"


def test_parts_that_are_made_for_each_login(server, make):
    numbers = iter(range(10))
    auth = make(json=lambda: {"nonce": next(numbers)}, headers=lambda: {"X-Nonce": str(next(numbers))}, method="PUT")
    auth.renewal.current()
    auth.renewal.force(auth.renewal.snapshot())

    assert [login.method for login in server.logins] == ["PUT", "PUT"]
    assert [login.header("X-Nonce") for login in server.logins] == ["0", "2"]
    assert [json.loads(login.body)["nonce"] for login in server.logins] == [1, 3]


def test_a_predicate(server, make, asking):
    ask = asking(make(expired=lambda response: "refresh" in response.text))
    ask()
    server.end_token()
    assert ask().status_code == 200


def test_what_cannot_be_described(server):
    with pytest.raises(UsageError):
        LoginAuth(f"{server.url}/login", json={}, form={})
    with pytest.raises(UsageError):
        LoginAuth(f"{server.url}/login", header="not one")
    with pytest.raises(OriginError, match="plain HTTP"):
        LoginAuth("http://service.example/login")


# -- when the token expires ------------------------------------------------------------------------------------------------------


def json_web_token(**claims: Any) -> str:
    payload = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.c2lnbmF0dXJl"


def test_a_json_web_token_knows_better(server, make, time):
    server.every = answer(200, json.dumps({"data": {"token": json_web_token(exp=time.time() + 1_000)}}))
    assert make(life=300).renewal.current().expires == time.time() + 1_000


def test_else_it_is_as_described_from_when_it_was_asked_for(server, make, time):
    def slowly(_) -> Step:
        time.turn(20)
        return answer(200, '{"data": {"token": "t"}}')

    started = time.time()
    server.every = slowly
    assert make(life=300).renewal.current().expires == started + 300
    assert make(life=None).renewal.current().expires is None


def test_expiry_is_judged_by_the_services_clock(server, make, asking, time):
    """Two hours ahead, this machine would take a new token for an expired one, or an expired one for good."""
    from email.utils import formatdate

    ahead = 7_200
    login = server._reply

    def reply(request) -> Step:
        if request.target == "/login":
            server.issued += 1
            token = f"token-{server.issued}"
            return answer(200, json.dumps({"data": {"token": token}}), Date=formatdate(time.time() + ahead, usegmt=True))
        return login(request)

    server.every = reply
    auth = make(life=300)
    ask = asking(auth)
    for _ in range(10):
        assert ask().status_code == 200
        time.turn(30)
    assert 1 < len(server.logins) <= 4
    assert auth.renewal.snapshot().expires == pytest.approx(time.time() + ahead, abs=400)


# -- refused and failing logins --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [answer(400), answer(401, "Wrong p4ssw0rd"), answer(403), answer(404), answer(405), redirect("https://sso.example/")],
    ids=lambda step: step.pieces[0][9:12].decode(),
)
def test_a_refused_login_is_final_for_everybody(server, make, asking, threads, refusal):
    server.failures = [refusal] * 100
    ask = asking(make())

    errors = [future.exception(30) for future in [threads.submit(ask) for _ in range(20)]]
    assert {type(error) for error in errors} == {RenewalRefused}
    assert len(server.requests) == 1, "a wrong password was tried again, or a request went out without a token"
    assert "p4ssw0rd" not in str(errors[0])


@pytest.mark.parametrize("status", ['"ok"', '"Success"', "200", "true"])
def test_a_token_that_is_looked_for_in_the_wrong_place_is_not_shown_as_words(server, make, status):
    server.failures = [answer(200, f'{{"data": "canary-token", "status": {status}}}')]
    with pytest.raises(RenewalRefused, match="there is no token in its answer") as caught:
        make().renewal.current()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "fault", [answer(503), answer(500, "down"), answer(429), answer(408), RESET, CLOSE, answer(200, "<html>")]
)
def test_a_login_in_trouble_is_tried_again(server, make, asking, time, fault):
    server.failures = [fault, fault]
    assert asking(make())().status_code == 200
    assert len(server.logins) == 3
    assert time.slept == [0.8, 1.6]


def test_and_told_when_it_does_not_recover(server, make):
    server.failures = [answer(503, '{"message": "Maintenance"}')] * 3
    with pytest.raises(RenewalUnavailable, match="It answered 503 and said: Maintenance"):
        make().renewal.current()


def test_a_run_outlives_a_login_that_is_down(server, make, asking, time):
    auth = make(life=1_000)
    ask = asking(auth)
    ask()
    server.failures = [answer(503)] * 1_000
    for left in (200, 90, 10):
        time.turn(auth.renewal.snapshot().expires - time.time() - left)
        assert ask().status_code == 200
    server.failures = []
    time.turn(20)
    assert ask().status_code == 200


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", 5, None, "tök"])
def test_an_unusable_token_is_never_sent(server, make, token):
    server.every = answer(200, json.dumps({"data": {"token": token}}))
    with pytest.raises(CredentialError):
        make().renewal.current()
    assert all(request.target == "/login" for request in server.requests)


def test_a_deadline_bounds_the_login(server, make):
    server.failures = [drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")]
    token = current_deadline.set(Deadline(0.2))
    try:
        with pytest.raises(DeadlineExceeded):
            make().renewal.current()
    finally:
        current_deadline.reset(token)


# -- secrets, transports, processes ----------------------------------------------------------------------------------------------


def test_what_its_name_says_secret_is_known_to_the_redactor(make):
    auth = make(json={"user": "visible", "nested": [{"apiKey": "a-plain-text-key"}]}, headers={"X-Secret": "a-plain-header"})
    assert redact("visible a-plain-text-key a-plain-header") == "visible *** ***"
    assert "token" not in repr(auth.renewal)
    assert "p4ssw0rd" not in repr(make())


def test_a_transport_of_the_run_is_used_unless_there_is_one(server, make):
    class Noting(PlainTransport):
        def __init__(self) -> None:
            super().__init__()
            self.sent = 0

        def send(self, *arguments: Any, **settings: Any) -> Any:
            self.sent += 1
            return super().send(*arguments, **settings)

    own, first, second = Noting(), Noting(), Noting()
    adopting, having = make(), make(transport=own)
    for auth in (adopting, having):
        auth.use_transport(first)
        auth.use_transport(second)
        auth.renewal.current()
    assert (own.sent, first.sent, second.sent) == (1, 0, 1)


def test_another_origin_gets_nothing(server, make):
    with ScriptedServer() as other:
        with pytest.raises(OriginError):
            requests.get(other.url, auth=make(), timeout=60)
        with AuthorizedSession(make(), base_url=server.url, other_origins=True) as session:
            assert session.get(f"{other.url}/next").status_code == 200
        assert not other.requests[0].has("Authorization")
    assert server.requests == []


FORKED = """
import os, sys
from gatepost.auth import LoginAuth
from gatepost.clock import Clocks
from gatepost.testing import TurnedTime
from tests.auth.login_server import LoginServer

time = TurnedTime()
with LoginServer() as server:
    auth = LoginAuth(f"{server.url}/login", token="data.token", clocks=Clocks(time))
    first = auth.renewal.current()
    read, write = os.pipe()
    # As if another thread were logging in while this one forks: its lock is held, and its round does not end in the child.
    auth.renewal._condition.acquire()
    auth.renewal._forced = first
    if (pid := os.fork()) == 0:
        try:
            assert auth.renewal.current() is first, "the inherited token is good"
            assert auth.renewal.may_replace(first, certain=True), "what the parent was at is its own business"
            time.turn(400)
            second = auth.renewal.current()
            assert second is not first
            third = auth.renewal.force(second)
            os.write(write, b"%d" % len({first.secret, second.secret, third.secret}))
        finally:
            os._exit(0)
    auth.renewal._condition.release()
    os.close(write)
    os.waitpid(pid, 0)
    assert os.read(read, 10) == b"3"
    assert len(server.logins) == 3
    assert auth.renewal.current() is first
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_forked_child_logs_in_by_itself():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
