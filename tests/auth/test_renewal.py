"""Keeping a credential that expires: who renews, when, who waits, and what a failure means. Time is turned by hand; no test waits
for it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from gatepost.auth.expiring import Expiring, RenewalRefused, RenewalUnavailable
from gatepost.auth.renewal import ATTEMPTS, Renewal
from gatepost.clock import Clock
from gatepost.errors import CredentialError
from gatepost.secret import Secret
from gatepost.testing import TurnedTime
from gatepost.transport.deadline import Deadline, current_deadline
from gatepost.transport.errors import DeadlineExceeded

LIFE = 14_400.0
REFUSED = RenewalRefused("refused", why="It said: Retry token is invalid.", message="Retry token is invalid.", status=401)
DOWN = RenewalUnavailable("The token could not be renewed", why="The platform answered 503")


class Server:
    """Renews as a test says: counts, fails, or blocks."""

    def __init__(self, time: TurnedTime) -> None:
        self.time = time
        self.life: float | None = LIFE
        self.failures: list[BaseException] = []
        self.asked: list[str] = []
        self.renewed = 0
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Semaphore(0)

    def __call__(self, current: Expiring) -> tuple[Secret, float | None]:
        self.asked.append(current.secret.reveal())
        self.entered.release()
        assert self.open.wait(30)
        if self.failures:
            raise self.failures.pop(0)
        self.renewed += 1
        return Secret(f"token {self.renewed}"), None if self.life is None else self.time.time() + self.life


class Warnings(list[tuple[str, str]]):
    def __call__(self, event: str, reason: str) -> None:
        self.append((event, reason))


@pytest.fixture
def time() -> TurnedTime:
    return TurnedTime()


@pytest.fixture
def server(time: TurnedTime) -> Server:
    return Server(time)


@pytest.fixture
def warnings() -> Warnings:
    return Warnings()


@pytest.fixture
def make(time: TurnedTime, server: Server, warnings: Warnings) -> Callable[..., Renewal]:
    def make(life: float | None = LIFE) -> Renewal:
        expires = None if life is None else time.time() + life
        return Renewal(Secret("token 0"), expires, fetch=server, clock=Clock(time), warn=warnings)

    return make


@pytest.fixture
def threads() -> Any:
    with ThreadPoolExecutor(110) as threads:
        yield threads


def many(threads: ThreadPoolExecutor, act: Callable[[], Any], count: int = 100) -> list[Future[Any]]:
    start = threading.Barrier(count)
    return [threads.submit(lambda: (start.wait(), act())[1]) for _ in range(count)]


def text(expiring: Expiring) -> str:
    return expiring.secret.reveal()


# -- the windows -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("life", "fresh", "advisory", "mandatory"),
    [
        # the remaining seconds: surely fresh, surely in the advisory window (whose beginning is jittered), in the mandatory one
        (14_400, 601, 479, 119),
        (14_400, 14_000, 121, 1),
        (400, 101, 79, 39),
        (40, 11, 7, 3),
        (5, 1.3, 0.9, 0.4),
    ],
)
def test_the_windows(make, time, server, life, fresh, advisory, mandatory):
    renewal = make(life)
    time.turn(life - fresh)
    assert text(renewal.current()) == "token 0"
    assert server.asked == []

    server.failures = [DOWN]
    time.turn(fresh - advisory)
    renewal.current()
    assert len(server.asked) == 1  # once: a failure in the advisory window is not repeated at once

    server.failures = [DOWN] * ATTEMPTS
    time.turn(advisory - mandatory)
    renewal.current()
    assert len(server.asked) == 1 + ATTEMPTS


@pytest.mark.parametrize("jitter", [0.8, 0.9, 1.0])
def test_the_jitter_only_shortens_the_advisory_window(make, time, jitter):
    renewal = make()
    renewal.snapshot().jitter = jitter

    time.turn(LIFE - 600 * jitter - 1)
    assert text(renewal.current()) == "token 0"
    time.turn(2)
    assert text(renewal.current()) == "token 1"


def test_a_fleet_does_not_renew_at_once(make):
    jitters = {make().snapshot().jitter for _ in range(20)}

    assert len(jitters) > 1
    assert all(0.8 <= jitter <= 1 for jitter in jitters)


def test_without_an_expiry_nothing_is_renewed_by_time(make, time, server):
    renewal = make(None)
    time.turn(10**8)

    assert text(renewal.current()) == "token 0"
    assert server.asked == []


def test_a_renewed_credential_is_kept_alive_too(make, time, server):
    renewal = make()
    for number in range(1, 5):
        time.turn(LIFE - 1)
        assert text(renewal.current()) == f"token {number}"
        assert renewal.snapshot().renewed
    assert server.asked == ["token 0", "token 1", "token 2", "token 3"]


def test_a_new_credential_that_is_said_to_have_expired_is_used_and_not_renewed_for_every_request(make, time, server, warnings):
    server.life = -5
    renewal = make(-1)

    for _ in range(3):
        assert text(renewal.current()) == "token 1"

    assert len(server.asked) == 1
    assert "expired already" in warnings[0][0]


def test_expiry_is_judged_by_the_servers_clock(time, server):
    from email.utils import formatdate

    clock = Clock(time)
    renewal = Renewal(Secret("token 0"), time.time() + LIFE, fetch=server, clock=clock)
    clock.note(formatdate(time.time() + LIFE, usegmt=True))

    assert text(renewal.current()) == "token 1"


# -- many callers ----------------------------------------------------------------------------------------------------------------


def test_a_hundred_callers_with_an_expired_credential_share_one_renewal(make, server, threads):
    renewal = make(-1)

    results = [text(future.result(30)) for future in many(threads, renewal.current)]

    assert results == ["token 1"] * 100
    assert server.asked == ["token 0"]


def test_in_the_advisory_window_nobody_waits_for_the_one_who_renews(make, time, server, threads):
    renewal = make()
    time.turn(LIFE - 200)
    server.open.clear()
    renewing = threads.submit(renewal.current)
    server.entered.acquire()

    assert [text(future.result(30)) for future in many(threads, renewal.current)] == ["token 0"] * 100
    assert not renewing.done()

    server.open.set()
    assert text(renewing.result(30)) == "token 1"
    assert text(renewal.current()) == "token 1"
    assert len(server.asked) == 1


def test_in_the_mandatory_window_everybody_waits_for_the_one_renewal(make, time, server, threads):
    renewal = make()
    time.turn(LIFE - 60)
    server.open.clear()
    waiting = many(threads, renewal.current, 20)
    server.entered.acquire()
    assert not any(future.done() for future in waiting)

    server.open.set()

    assert {text(future.result(30)) for future in waiting} == {"token 1"}
    assert len(server.asked) == 1


def test_a_refusal_reaches_everybody_in_the_servers_words(make, server, threads):
    renewal = make(-1)
    server.failures = [REFUSED]

    errors = [future.exception(30) for future in many(threads, renewal.current)]

    assert all(type(error) is RenewalRefused for error in errors)
    assert {(error.message, error.status, str(error)) for error in errors} == {("Retry token is invalid.", 401, str(REFUSED))}
    assert len({id(error) for error in errors}) == 100  # each thread has its own traceback
    assert len(server.asked) == 1


def test_a_refused_credential_is_not_asked_for_again(make, server):
    renewal = make(-1)
    server.failures = [REFUSED]
    for _ in range(5):
        with pytest.raises(RenewalRefused):
            renewal.current()
    assert len(server.asked) == 1


def test_a_server_that_is_down_for_a_while(make, time, server, warnings):
    renewal = make(-1)
    server.failures = [DOWN] * ATTEMPTS
    with pytest.raises(RenewalUnavailable, match="503"):
        renewal.current()
    assert time.slept == [0.8, 1.6]

    assert text(renewal.current()) == "token 1"
    assert warnings == []


def test_two_failures_are_worth_a_third_try(make, server):
    renewal = make(-1)
    server.failures = [DOWN, DOWN]

    assert text(renewal.current()) == "token 1"


def test_while_the_old_one_is_good_failed_tries_are_apart(make, time, server, warnings):
    renewal = make()
    time.turn(LIFE - 470)
    server.failures = [DOWN, DOWN]

    for _ in range(50):
        assert text(renewal.current()) == "token 0"
    assert len(server.asked) == 1

    time.turn(31)
    assert text(renewal.current()) == "token 0"
    assert len(server.asked) == 2
    assert len(warnings) == 2
    assert "going on with the old one" in warnings[0][0]

    time.turn(31)
    assert text(renewal.current()) == "token 1"


def test_a_server_in_trouble_stops_nobody_in_the_mandatory_window(make, time, server, warnings, threads):
    renewal = make()
    time.turn(LIFE - 60)
    server.failures = [DOWN] * ATTEMPTS
    server.open.clear()
    waiting = many(threads, renewal.current, 20)
    server.entered.acquire()
    server.open.set()

    assert {text(future.result(30)) for future in waiting} == {"token 0"}
    assert len(warnings) == 1


def test_a_refusal_in_the_advisory_window_stops_nobody_and_is_not_repeated(make, time, server, warnings):
    renewal = make()
    time.turn(LIFE - 300)
    server.failures = [REFUSED]

    for _ in range(5):
        assert text(renewal.current()) == "token 0"
    assert len(server.asked) == 1
    assert "Retry token is invalid" in warnings[0][1]

    time.turn(250)
    with pytest.raises(RenewalRefused):
        renewal.current()
    assert len(server.asked) == 1


# -- a caller who is stopped while it renews -------------------------------------------------------------------------------------


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, DeadlineExceeded("d"), RuntimeError("a bug")])
def test_another_takes_over(make, server, threads, stopped_by):
    renewal = make(-1)
    server.failures = [stopped_by]
    server.open.clear()
    first = threads.submit(renewal.current)
    server.entered.acquire()
    waiting = many(threads, renewal.current, 20)
    server.open.set()

    assert isinstance(first.exception(30), stopped_by if isinstance(stopped_by, type) else type(stopped_by))
    assert {text(future.result(30)) for future in waiting} == {"token 1"}
    assert len(server.asked) == 2


def test_a_deadline_ends_the_waiting(make, server, threads):
    renewal = make(-1)
    server.open.clear()
    renewing = threads.submit(renewal.current)
    server.entered.acquire()

    def hurried() -> Expiring:
        current_deadline.set(Deadline(0.05))
        return renewal.current()

    with pytest.raises(DeadlineExceeded):
        threads.submit(hurried).result(30)
    server.open.set()
    assert text(renewing.result(30)) == "token 1"


def test_a_deadline_leaves_no_time_for_a_second_try(make, time, server):
    renewal = make(-1)
    server.failures = [DOWN] * ATTEMPTS
    token = current_deadline.set(Deadline(0.5, time))
    try:
        with pytest.raises(RenewalUnavailable):
            renewal.current()
    finally:
        current_deadline.reset(token)
    assert len(server.asked) == 1
    assert time.slept == []


def test_what_is_remembered_of_a_refusal_holds_no_frames(make, server):
    renewal = make(-1)
    server.failures = [REFUSED]
    with pytest.raises(RenewalRefused):
        renewal.current()

    assert renewal._refused is not None
    assert renewal._refused[1].__traceback__ is None


# -- after a refusal of the credential itself ------------------------------------------------------------------------------------

# accepted before?, renewed?, seconds left (None: no expiry), the text names the credential? -> forced?
FORCED = [
    (False, False, 10_000, False, True),
    (False, False, 10_000, True, True),
    (False, False, None, False, True),
    (True, False, 10_000, False, False),
    (True, False, 500, False, False),
    (True, False, 100, False, True),
    (True, False, 10_000, True, True),
    (True, False, None, False, False),
    (True, False, None, True, True),
    (False, True, 10_000, False, False),
    (False, True, 10_000, True, False),
    (True, True, 10_000, False, False),
    (True, True, 10_000, True, True),
    (True, True, 100, False, True),
]


@pytest.mark.parametrize(("accepted", "renewed", "left", "unauthorized", "forced"), FORCED)
def test_when_a_refusal_forces_a_renewal(make, time, server, accepted, renewed, left, unauthorized, forced):
    renewal = make(None if left is None else LIFE)
    if renewed:
        time.turn(LIFE)
        renewal.current()
    current = renewal.snapshot()
    if accepted:
        renewal.accepted(current)
    if left is not None:
        time.turn(LIFE - left)

    assert renewal.may_force(current, unauthorized=unauthorized) is forced


def test_a_forced_renewal_happens_once_for_each_credential(make, server, threads):
    renewal = make()
    refused = renewal.snapshot()

    results = [text(future.result(30)) for future in many(threads, lambda: renewal.force(refused))]

    assert results == ["token 1"] * 100
    assert server.asked == ["token 0"]


def test_while_it_is_forced_others_may_wait_for_it(make, server, threads):
    renewal = make()
    refused = renewal.snapshot()
    server.open.clear()
    forcing = threads.submit(renewal.force, refused)
    server.entered.acquire()

    assert renewal.may_force(refused, unauthorized=True)
    assert renewal.may_force(refused, unauthorized=False)
    others = many(threads, lambda: renewal.force(refused), 20)
    server.open.set()

    assert {text(future.result(30)) for future in [forcing, *others]} == {"token 1"}
    assert len(server.asked) == 1


def test_a_refused_forced_renewal_is_told_to_all_and_not_tried_again(make, server, threads):
    renewal = make()
    refused = renewal.snapshot()
    server.failures = [REFUSED]

    errors = [future.exception(30) for future in many(threads, lambda: renewal.force(refused))]

    assert {type(error) for error in errors} == {RenewalRefused}
    assert renewal.may_force(refused, unauthorized=False)  # to be told once more
    assert len(server.asked) == 1


def test_a_forced_renewal_without_an_answer_does_not_count(make, time, server):
    renewal = make()
    refused = renewal.snapshot()
    server.failures = [DOWN] * ATTEMPTS
    with pytest.raises(RenewalUnavailable):
        renewal.force(refused)

    assert renewal.may_force(refused, unauthorized=True)
    assert not renewal.may_force(refused, unauthorized=False)  # it may be good: not for every refused request
    time.turn(31)
    assert renewal.may_force(refused, unauthorized=False)
    assert text(renewal.force(refused)) == "token 1"


# -- fork ------------------------------------------------------------------------------------------------------------------------

FORKED = """
import os, threading
from gatepost.auth.renewal import Renewal
from gatepost.clock import Clock
from gatepost.errors import CredentialError
from gatepost.secret import Secret
from gatepost.testing import TurnedTime

time = TurnedTime()
asked = []
hold, entered = threading.Event(), threading.Event()

def fetch(current):
    asked.append(current)
    entered.set()
    hold.wait(30)
    return Secret("new"), time.time() + 1_000

renewal = Renewal(Secret("inherited"), time.time() + 1_000, fetch=fetch, clock=Clock(time))
time.turn(950)
thread = threading.Thread(target=renewal.current)
thread.start()
entered.wait(30)

def child():
    # Forked while another thread of the parent renews, which does not exist here.
    assert renewal.current().secret.reveal() == "inherited"
    time.turn(100)
    for act in (renewal.current, lambda: renewal.force(renewal.snapshot())):
        try:
            act()
        except CredentialError as error:
            assert "forked" in str(error) and "threads" in error.remedy, error
        else:
            raise AssertionError("the child renewed")
    assert len(asked) == 1

if (pid := os.fork()) == 0:
    try:
        child()
    except BaseException:
        import traceback; traceback.print_exc()
        os._exit(1)
    os._exit(0)
status = os.waitpid(pid, 0)[1]
hold.set()
thread.join()
assert renewal.current().secret.reveal() == "new"
raise SystemExit(status != 0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_forked_child_uses_what_it_inherited_and_says_so_when_that_has_expired():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr


def test_errors_are_credential_errors():
    assert issubclass(RenewalRefused, CredentialError)
    assert issubclass(RenewalUnavailable, CredentialError)


# -- a beginning without a credential --------------------------------------------------------------------------------------------


@pytest.fixture
def empty(time, server, warnings) -> Renewal:
    return Renewal(None, None, fetch=server, clock=Clock(time), warn=warnings, in_children=True)


def test_the_first_caller_gets_one_and_the_others_wait_for_it(empty, server, threads):
    assert not empty.snapshot().secret
    assert server.asked == []

    assert {text(future.result(30)) for future in many(threads, empty.current)} == {"token 1"}
    assert server.asked == [""]
    assert empty.snapshot().renewed


def test_a_refused_beginning_is_told_to_everybody_and_not_tried_again(empty, server, threads, time):
    server.failures = [REFUSED]
    errors = [future.exception(30) for future in many(threads, empty.current)]
    time.turn(10_000)
    with pytest.raises(RenewalRefused):
        empty.current()

    assert {type(error) for error in errors} == {RenewalRefused}
    assert len(server.asked) == 1


def test_a_beginning_without_an_answer_is_tried_by_the_next_caller(empty, server, warnings):
    server.failures = [DOWN] * ATTEMPTS
    with pytest.raises(RenewalUnavailable):
        empty.current()
    assert text(empty.current()) == "token 1"
    assert warnings == []


# -- a refusal where a new credential ends no other ------------------------------------------------------------------------------


@pytest.mark.parametrize("certain", [True, False])
def test_a_refused_credential_is_replaced_and_what_replaced_it_is_not_unless_it_was_good(empty, time, certain):
    first = empty.current()
    assert empty.may_replace(first, certain=certain)
    second = empty.force(first)
    assert second.forced
    assert not empty.may_replace(second, certain=certain)

    empty.accepted(second)
    time.turn(301)
    assert empty.may_replace(second, certain=certain)
    assert text(empty.force(second)) == "token 3"


def test_a_refusal_that_may_be_about_something_else_is_doubted_for_a_while(empty, time):
    second = empty.force(empty.current())
    empty.may_replace(second, certain=False)
    empty.accepted(second)

    assert not empty.may_replace(second, certain=False)
    assert empty.may_replace(second, certain=True)
    time.turn(299)
    assert not empty.may_replace(second, certain=False)
    time.turn(2)
    assert empty.may_replace(second, certain=False)


def test_after_a_renewal_that_failed_doubtful_refusals_wait(empty, time, server):
    first = empty.current()
    server.failures = [DOWN] * ATTEMPTS
    with pytest.raises(RenewalUnavailable):
        empty.force(first)

    assert not empty.may_replace(first, certain=False)
    assert empty.may_replace(first, certain=True)
    time.turn(31)
    assert empty.may_replace(first, certain=False)


def test_after_a_refused_renewal_callers_hear_why(empty, server):
    first = empty.current()
    server.failures = [REFUSED]
    with pytest.raises(RenewalRefused):
        empty.force(first)
    assert empty.may_replace(first, certain=False)
    with pytest.raises(RenewalRefused):
        empty.force(first)
    assert len(server.asked) == 2
