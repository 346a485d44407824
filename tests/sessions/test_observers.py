"""Who watches a session is told of calls, attempts and waits, and of nothing that is secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from gatepost.emulator import Emulator
from gatepost.errors import GatepostError
from gatepost.secret import Secret
from gatepost.sessions import Attempt, AuthorizedSession, Counters, ObservedCall, Observer, Outcome, RateLimit, WaitReason
from gatepost.testing import TurnedTime
from gatepost.transport.errors import ConnectionFailed, DeadlineExceeded
from gatepost.transport.origin import origin_of
from tests.transport.scripted_server import RESET, ScriptedServer, answer, redirect

To = Callable[..., AuthorizedSession]


class Diary(Observer):
    """Writes everything down."""

    def __init__(self) -> None:
        self.pages: list[tuple[Any, ...]] = []

    def call_started(self, call: ObservedCall) -> None:
        self.pages.append(("call", call))

    def attempt_started(self, attempt: Attempt) -> None:
        self.pages.append(("attempt", attempt))

    def attempt_ended(self, attempt: Attempt, outcome: Outcome) -> None:
        self.pages.append(("attempt ended", attempt, outcome))

    def waited(self, call: ObservedCall, reason: WaitReason, seconds: float) -> None:
        self.pages.append(("waited", call, reason, seconds))

    def call_ended(self, call: ObservedCall, outcome: Outcome) -> None:
        self.pages.append(("call ended", call, outcome))

    @property
    def titles(self) -> list[str]:
        return [page[0] for page in self.pages]

    def of(self, title: str) -> list[tuple[Any, ...]]:
        return [page[1:] for page in self.pages if page[0] == title]


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def watched(to: To, server: ScriptedServer, diary: Diary) -> AuthorizedSession:
    session = to(server)
    session.observers.append(diary)
    return session


def test_a_call_and_its_attempt(watched, server, diary):
    watched.post("/v2/owners", json={})
    assert diary.titles == ["call", "attempt", "attempt ended", "call ended"]
    ((call,),) = diary.of("call")
    assert (call.method, call.origin, call.path) == ("POST", origin_of(server.url), "/v2/owners")
    ((attempt, outcome),) = diary.of("attempt ended")
    assert diary.of("attempt") == [(attempt,)]
    assert (attempt.call, attempt.number, attempt.method, attempt.path) == (call, 1, "POST", "/v2/owners")
    assert (outcome.status, outcome.error, outcome.attempts, outcome.label) == (200, "", 1, "200")
    ((ended, whole),) = diary.of("call ended")
    assert ended is call
    assert (whole.status, whole.error, whole.attempts) == (200, "", 1)


def test_a_repeat_is_an_attempt_after_a_wait(watched, server, diary, time: TurnedTime):
    server.script[:] = [answer(503, Retry_After="5"), answer(200)]
    watched.get("/")
    assert diary.titles == ["call", "attempt", "attempt ended", "waited", "attempt", "attempt ended", "call ended"]
    assert [outcome.label for _, outcome in diary.of("attempt ended")] == ["503", "200"]
    assert [attempt.number for attempt, _ in diary.of("attempt ended")] == [1, 2]
    ((_, reason, seconds),) = diary.of("waited")
    assert (reason, seconds) == (WaitReason.BACK_OFF, 5)
    ((_, outcome),) = diary.of("call ended")
    assert (outcome.seconds, outcome.attempts) == (pytest.approx(5), 2)


def test_no_answer_is_an_error_by_its_name(watched, server, diary):
    server.every = RESET
    with pytest.raises(ConnectionFailed):
        watched.post("/")
    ((_, attempt),) = diary.of("attempt ended")
    ((_, call),) = diary.of("call ended")
    assert (attempt.status, attempt.error, attempt.label) == (None, "ConnectionError", "ConnectionError")
    assert (call.status, call.error) == (None, "ConnectionFailed")


def test_each_hop_of_a_redirect_is_an_attempt(watched, server, diary):
    with ScriptedServer() as other:
        server.script[:] = [redirect(f"{other.url}/there?q=1")]
        watched.post("/here?q=1")
        assert [(attempt.method, str(attempt.origin), attempt.path) for (attempt,) in diary.of("attempt")] == [
            ("POST", server.url, "/here"),
            ("GET", other.url, "/there"),
        ]
    assert len(diary.of("call")) == 1


def test_waiting_for_a_turn_is_told(watched, diary):
    watched.limits = RateLimit(0.1)
    watched.get("/")
    watched.get("/")
    ((_, reason, seconds),) = diary.of("waited")
    assert (str(reason), seconds) == ("rate limit", pytest.approx(10))


def test_a_turn_that_never_comes_is_a_call_without_an_attempt(watched, diary):
    watched.limits = RateLimit(0.1)
    watched.get("/")
    diary.pages.clear()
    with pytest.raises(DeadlineExceeded):
        watched.get("/", deadline=1)
    assert diary.titles == ["call", "call ended"]
    ((_, outcome),) = diary.of("call ended")
    assert (outcome.label, outcome.attempts) == ("DeadlineExceeded", 0)


@pytest.mark.tc_platform(token_life=1000)
def test_waiting_for_a_renewal_is_told(token_session: AuthorizedSession, diary: Diary, time: TurnedTime):
    token_session.observers.append(diary)
    token_session.get("/v2/owners")
    assert diary.of("waited") == []
    time.turn(999)
    assert token_session.get("/v2/owners").status_code == 200
    assert [reason for _, reason, _ in diary.of("waited")] == [WaitReason.RENEWAL]
    assert diary.titles[-5:] == ["call", "waited", "attempt", "attempt ended", "call ended"]


def test_a_renewal_of_an_unwatched_call_is_told_to_nobody(token_session, diary, time: TurnedTime):
    time.turn(14_399)
    token_session.get("/v2/owners")
    token_session.observers.append(diary)
    token_session.get("/v2/owners")
    assert diary.of("waited") == []


def test_a_refusal_that_raises_is_an_answer(watched, server, diary):
    server.every = answer(404)
    watched.raise_for_status = True
    with pytest.raises(GatepostError):
        watched.get("/")
    ((_, outcome),) = diary.of("call ended")
    assert (outcome.status, outcome.error) == (404, "")


def test_what_an_apps_hook_raises_ends_the_attempt_and_the_call(watched, diary):
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("an app's own")

    with pytest.raises(KeyError):
        watched.get("/", hooks={"response": fail})
    assert [page[-1].label for page in diary.pages if page[0].endswith("ended")] == ["KeyError", "KeyError"]


def test_nothing_secret_is_handed_over(watched, server, diary):
    canary = Secret("canary/of an observer")
    server.every = answer(400, canary.reveal(), reason=canary.reveal(), Location=canary.reveal())
    watched.post(
        "/canary%2Fof%20an%20observer/x",
        params={"token": canary.reveal(), "plain": "query"},
        headers={"X-Other": canary.reveal()},
        data=canary.reveal(),
    )
    seen = repr(diary.pages)
    assert "canary" not in seen
    assert "query" not in seen
    assert "/***/x" in seen


def test_an_observer_that_fails_breaks_nothing_and_is_logged_once(watched, diary, caplog: pytest.LogCaptureFixture):
    class Broken:
        def call_started(self, call: ObservedCall) -> None:
            raise RuntimeError("metrics are down")

    watched.observers.insert(0, Broken())
    with caplog.at_level(logging.WARNING, logger="gatepost"):
        for _ in range(3):
            assert watched.get("/").status_code == 200
    assert len(diary.of("call ended")) == 3
    (record,) = caplog.records
    assert "Broken" in record.getMessage()
    assert "metrics are down" in (caplog.text)


def test_an_interrupt_in_an_observer_is_not_swallowed(watched):
    class Interrupting(Observer):
        def call_started(self, call: ObservedCall) -> None:
            raise KeyboardInterrupt

    watched.observers.append(Interrupting())
    with pytest.raises(KeyboardInterrupt):
        watched.get("/")


def test_an_observer_may_do_nothing(watched, server):
    class Idle(Observer):
        pass

    watched.observers[:] = [Idle()]
    server.script[:] = [answer(503)]
    assert watched.get("/").status_code == 200


def test_an_observer_added_during_a_call_sees_the_next_one(watched, diary):
    late = Diary()
    watched.get("/", hooks={"response": lambda *_, **__: watched.observers.append(late)})
    assert late.pages == []
    watched.get("/")
    assert late.titles[0] == "call"


def test_a_session_that_nobody_watches_tells_nobody(to: To, server):
    session = to(server)
    assert session.observers == []
    assert session.get("/").status_code == 200


def test_a_hook_sees_each_exchange_as_it_was_sent(to: To, server):
    server.script[:] = [answer(503), RESET]
    session = to(server)
    seen: list[tuple[requests.PreparedRequest, Any]] = []
    session.exchange_hook = lambda request, result: seen.append((request, result))
    session.get("/x?y=z")
    assert [getattr(result, "status_code", type(result).__name__) for _, result in seen] == [503, "ConnectionError", 200]
    assert all(request.headers["Authorization"].startswith("TC 1234:") for request, _ in seen)


# -- counters ----------------------------------------------------------------------------------------------------------------


def test_totals_per_server(to: To, server, time: TurnedTime):
    server.script[:] = [answer(503, Retry_After="5"), answer(200), answer(404), RESET]
    session = to(server)
    counters = Counters()
    session.observers.append(counters)
    assert counters.totals() == {}
    session.get("/")
    session.get("/")
    with pytest.raises(ConnectionFailed):
        session.post("/")
    assert counters.totals() == {
        server.url: {
            "calls": {"200": 1, "404": 1, "ConnectionFailed": 1},
            "attempts": {"200": 1, "404": 1, "503": 1, "ConnectionError": 1},
            "seconds": pytest.approx(5),
            "waited": {"back-off": 5},
        }
    }
    json.dumps(counters.totals())


def test_attempts_count_where_a_redirect_led(to: To, server):
    counters = Counters()
    with ScriptedServer() as other:
        server.script[:] = [redirect(other.url)]
        session = to(server)
        session.observers.append(counters)
        session.get("/")
        totals = counters.totals()
        assert totals[other.url] == {"calls": {}, "attempts": {"200": 1}, "seconds": 0, "waited": {}}
        assert totals[server.url]["calls"] == {"200": 1}


def test_threads_lose_no_count(session: AuthorizedSession, platform: Emulator):
    counters = Counters()
    session.observers.append(counters)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: session.get("/v2/owners"), range(80)))
    (totals,) = counters.totals().values()
    assert totals["calls"] == totals["attempts"] == {"200": 80}
