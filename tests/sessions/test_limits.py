"""How fast a server is asked. Time is turned by hand: what a test waits for passes at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import UsageError
from gatepost.sessions import AuthorizedSession, LimitHeaders, RateLimit
from gatepost.testing import TurnedTime
from gatepost.transport.deadline import Deadline
from gatepost.transport.errors import DeadlineExceeded
from gatepost.transport.origin import Origin
from tests.transport.scripted_server import CLOSE, ScriptedServer, answer, redirect

HERE = Origin("https", "here.example", 443)
THERE = Origin("https", "there.example", 443)
NOW = 1_700_000_000
DATE = formatdate(NOW, usegmt=True)


def answered(status: int = 200, **headers: object) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): str(value) for name, value in headers.items()})
    return response


def quota(remaining: object, reset: object, status: int = 200, **headers: object) -> requests.Response:
    return answered(status, X_RateLimit_Remaining=remaining, X_RateLimit_Reset=reset, **headers)


# -- the bucket --------------------------------------------------------------------------------------------------------------


def test_a_burst_and_then_the_rate(time: TurnedTime):
    limit = RateLimit(2, burst=3)
    assert [limit.acquire(HERE, time=time) for _ in range(6)] == pytest.approx([0, 0, 0, 0.5, 0.5, 0.5])


def test_a_rest_fills_the_bucket_and_no_more(time: TurnedTime):
    limit = RateLimit(10, burst=2)
    for _ in range(5):
        limit.acquire(HERE, time=time)
    time.turn(3600)
    assert [limit.acquire(HERE, time=time) for _ in range(4)] == pytest.approx([0, 0, 0.1, 0.1])


@pytest.mark.parametrize(("per_second", "burst"), [(5, 5), (0.2, 1), (2.9, 2), (None, 1)])
def test_the_burst_is_one_seconds_worth(per_second, burst):
    assert RateLimit(per_second).burst == burst


def test_servers_are_counted_apart(time: TurnedTime):
    limit = RateLimit(0.1)
    assert limit.acquire(HERE, time=time) == 0
    assert limit.acquire(THERE, time=time) == 0
    assert limit.acquire(HERE, time=time) == pytest.approx(10)


def test_without_a_rate_nobody_waits(time: TurnedTime):
    limit = RateLimit()
    assert {limit.acquire(HERE, time=time) for _ in range(100)} == {0}


@given(
    rate=st.floats(0.1, 1000),
    burst=st.integers(1, 20),
    pauses=st.lists(st.floats(0, 5), min_size=1, max_size=40),
)
def test_no_stretch_of_time_has_more_than_the_rate_and_a_burst(rate: float, burst: int, pauses: list[float]):
    time = TurnedTime()
    limit = RateLimit(rate, burst=burst)
    turns = []
    for pause in pauses:
        time.turn(pause)
        limit.acquire(HERE, time=time)
        turns.append(time.monotonic())
    for first in range(len(turns)):
        for last in range(first, len(turns)):
            assert last - first + 1 <= burst + rate * (turns[last] - turns[first]) + 1e-3


def test_threads_share_the_rate():
    time = TurnedTime()
    limit = RateLimit(10, burst=1)
    started = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: limit.acquire(HERE, time=time), range(200)))
    # In turned time every sleeper turns the clock for all, so it runs fast and never slow.
    assert time.monotonic() - started >= 19.9 - 1e-6


class SteppedTime(TurnedTime):
    """A time whose sleepers wait until somebody else turns it."""

    def __init__(self) -> None:
        super().__init__()
        self.sleepers = threading.Semaphore(0)
        self._moved = threading.Condition()

    def sleep(self, seconds: float) -> None:
        end = self.monotonic() + seconds
        with self._moved:
            self.sleepers.release()
            assert self._moved.wait_for(lambda: self.monotonic() >= end, timeout=60)

    def turn(self, seconds: float) -> None:
        with self._moved:
            super().turn(seconds)
            self._moved.notify_all()


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    time = SteppedTime()
    limit = RateLimit(1, burst=1)
    limit.acquire(HERE, time=time)
    order: list[int] = []
    done = threading.Semaphore(0)

    def ask(number: int) -> None:
        limit.acquire(HERE, time=time)
        order.append(number)
        done.release()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
        assert time.sleepers.acquire(timeout=60)
    for _ in threads:
        time.turn(1)
        assert done.acquire(timeout=60)
    for thread in threads:
        thread.join(60)
    assert order == [0, 1, 2, 3, 4]


# -- the deadline ------------------------------------------------------------------------------------------------------------


def test_a_wait_that_would_outlast_the_deadline_is_not_begun(time: TurnedTime):
    limit = RateLimit(0.1)
    limit.acquire(HERE, time=time)
    with pytest.raises(DeadlineExceeded, match=r"rate limit of https://here\.example") as caught:
        limit.acquire(HERE, time=time, deadline=Deadline(5, time))
    assert time.slept == []
    assert "10 s" in caught.value.why
    assert "deadline=" in caught.value.remedy


def test_who_gives_up_takes_no_turn(time: TurnedTime):
    limit = RateLimit(0.1)
    limit.acquire(HERE, time=time)
    for _ in range(3):
        with pytest.raises(DeadlineExceeded):
            limit.acquire(HERE, time=time, deadline=Deadline(5, time))
    assert limit.acquire(HERE, time=time) == pytest.approx(10)


def test_a_wait_inside_the_deadline_is_waited(time: TurnedTime):
    limit = RateLimit(0.1)
    limit.acquire(HERE, time=time)
    assert limit.acquire(HERE, time=time, deadline=Deadline(11, time)) == pytest.approx(10)


# -- what the server asks for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["7", formatdate(NOW + 7, usegmt=True)], ids=["seconds", "date"])
def test_retry_after_stops_the_whole_server(time: TurnedTime, status, after):
    limit = RateLimit()
    limit.learn(HERE, answered(status, Retry_After=after, Date=DATE), time=time)
    assert limit.acquire(THERE, time=time) == 0
    assert limit.acquire(HERE, time=time) == pytest.approx(7)
    assert limit.acquire(HERE, time=time) == 0


@pytest.mark.parametrize("response", [answered(500, Retry_After="7"), answered(429), answered(429, Retry_After="soon")])
def test_nothing_else_does(time: TurnedTime, response):
    limit = RateLimit()
    limit.learn(HERE, response, time=time)
    assert limit.acquire(HERE, time=time) == 0


def test_an_absurd_wait_is_cut_short(time: TurnedTime):
    limit = RateLimit(longest_wait=60)
    limit.learn(HERE, answered(429, Retry_After="99999999999"), time=time)
    assert limit.acquire(HERE, time=time) == pytest.approx(60)


def test_two_answers_at_once_do_not_add_up(time: TurnedTime):
    limit = RateLimit()
    limit.learn(HERE, answered(429, Retry_After="7"), time=time)
    time.turn(2)
    limit.learn(HERE, answered(429, Retry_After="7"), time=time)
    limit.learn(HERE, answered(429, Retry_After="1"), time=time)
    assert limit.acquire(HERE, time=time) == pytest.approx(7)


def test_the_rate_holds_after_a_stop(time: TurnedTime):
    limit = RateLimit(1, burst=2)
    limit.acquire(HERE, time=time)
    limit.acquire(HERE, time=time)
    limit.learn(HERE, answered(429, Retry_After="30"), time=time)
    # The bucket was empty when the server stopped us, and does not fill meanwhile.
    assert [limit.acquire(HERE, time=time) for _ in range(3)] == pytest.approx([31, 1, 1])


def test_who_waits_already_waits_on():
    time = SteppedTime()
    limit = RateLimit(1, burst=1)
    limit.acquire(HERE, time=time)
    waited: list[float] = []
    done = threading.Semaphore(0)

    def ask() -> None:
        waited.append(limit.acquire(HERE, time=time))
        done.release()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
        assert time.sleepers.acquire(timeout=60)
    limit.learn(HERE, answered(429, Retry_After="10"), time=time)
    for _ in range(3):
        time.turn(1)
        assert time.sleepers.acquire(timeout=60)  # awake, and asleep again
    assert waited == []
    for step, come in [(8, 1), (1, 2), (1, 3)]:
        time.turn(step)
        assert done.acquire(timeout=60)
        assert len(waited) == come
    for thread in threads:
        thread.join(60)


# -- the server's quota ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reset", "date"),
    [
        ("30", None),
        ("30.0", None),
        (NOW + 30, None),
        (NOW + 30, DATE),
        ((NOW + 30) * 1000, DATE),
        (NOW + 3600 + 30, formatdate(NOW + 3600, usegmt=True)),
        (formatdate(NOW + 30, usegmt=True), DATE),
    ],
    ids=["seconds", "fraction", "epoch", "epoch and date", "milliseconds", "by the server's clock", "date"],
)
def test_a_spent_quota_is_waited_for(time: TurnedTime, reset, date):
    limit = RateLimit()
    limit.learn(HERE, quota(0, reset, **({"Date": date} if date else {})), time=time)
    assert limit.acquire(HERE, time=time) == pytest.approx(30)
    assert limit.acquire(HERE, time=time) == 0


def test_requests_under_way_are_taken_off(time: TurnedTime):
    limit = RateLimit()
    limit.learn(HERE, quota(3, 30), time=time)
    assert [limit.acquire(HERE, time=time) for _ in range(5)] == pytest.approx([0, 0, 0, 30, 0])


def test_answers_may_arrive_in_any_order(time: TurnedTime):
    limit = RateLimit()
    limit.learn(HERE, quota(3, NOW + 30), time=time)
    for _ in range(3):
        limit.acquire(HERE, time=time)
    limit.learn(HERE, quota(0, NOW + 30), time=time)
    limit.learn(HERE, quota(2, NOW + 30), time=time)
    assert limit.acquire(HERE, time=time) == pytest.approx(30)


def test_the_next_window_has_a_quota_of_its_own(time: TurnedTime):
    limit = RateLimit()
    limit.learn(HERE, quota(1, NOW + 30), time=time)
    time.turn(31)
    limit.learn(HERE, quota(100, NOW + 60), time=time)
    assert {limit.acquire(HERE, time=time) for _ in range(100)} == {0}
    assert limit.acquire(HERE, time=time) == pytest.approx(29)


def test_a_window_that_is_over_holds_nobody(time: TurnedTime):
    limit = RateLimit()
    limit.learn(HERE, quota(0, 30), time=time)
    time.turn(30)
    assert limit.acquire(HERE, time=time) == 0


def test_some_are_left_for_others(time: TurnedTime):
    limit = RateLimit(threshold=5)
    limit.learn(HERE, quota(6, 30), time=time)
    assert [limit.acquire(HERE, time=time) for _ in range(2)] == pytest.approx([0, 30])


def test_names_are_configurable(time: TurnedTime):
    names = LimitHeaders(limit="RateLimit-Limit", remaining="RateLimit-Remaining", reset="RateLimit-Reset")
    limit = RateLimit(headers=names)
    limit.learn(HERE, quota(0, 30), time=time)
    assert limit.acquire(HERE, time=time) == 0
    limit.learn(HERE, answered(RateLimit_Remaining="0", RateLimit_Reset="30"), time=time)
    assert limit.acquire(HERE, time=time) == pytest.approx(30)


def test_the_headers_can_be_left_alone(time: TurnedTime):
    limit = RateLimit(headers=None)
    limit.learn(HERE, quota(0, 30), time=time)
    assert limit.acquire(HERE, time=time) == 0


def test_a_far_end_is_cut_short_and_then_the_server_is_asked(time: TurnedTime):
    limit = RateLimit(longest_wait=60)
    limit.learn(HERE, quota(0, 86_400), time=time)
    assert [limit.acquire(HERE, time=time) for _ in range(2)] == pytest.approx([60, 0])


@pytest.mark.parametrize(
    ("remaining", "reset"),
    [
        ("", "30"),
        ("none", "30"),
        ("-1", "30"),
        ("nan", "30"),
        ("inf", "30"),
        ("0", ""),
        ("0", "-5"),
        ("0", "nan"),
        ("0", "never"),
    ],
)
def test_what_makes_no_sense_is_ignored(time: TurnedTime, remaining, reset):
    limit = RateLimit()
    limit.learn(HERE, quota(remaining, reset), time=time)
    assert limit.acquire(HERE, time=time) == 0


@given(remaining=st.text(max_size=12), reset=st.text(max_size=30), after=st.text(max_size=30), status=st.sampled_from([200, 429]))
def test_no_header_brings_it_down(remaining: str, reset: str, after: str, status: int):
    time = TurnedTime()
    limit = RateLimit(longest_wait=60)
    limit.learn(HERE, quota(remaining, reset, status, Retry_After=after), time=time)
    assert limit.acquire(HERE, time=time) <= 120


def test_what_the_server_said_can_be_read(time: TurnedTime):
    limit = RateLimit()
    assert limit.quota(HERE) is None
    limit.learn(HERE, quota("17, 17;w=60", 30, X_RateLimit_Limit="100"), time=time)
    assert limit.quota(HERE) == (100, 17, time.monotonic() + 30)
    limit.learn(HERE, answered(X_RateLimit_Remaining="16"), time=time)
    assert limit.quota(HERE) == (None, 16, None)


@pytest.mark.parametrize(
    "settings",
    [{"per_second": 0}, {"per_second": -1}, {"per_second": float("nan")}, {"burst": 0}, {"longest_wait": -1}],
    ids=str,
)
def test_numbers_out_of_range_are_said_at_once(settings):
    with pytest.raises(UsageError):
        RateLimit(**settings)


def test_a_forked_child_does_not_wait_for_a_lock_of_its_parent():
    program = """
import os
from gatepost.sessions import RateLimit
from gatepost.transport.origin import Origin
limit = RateLimit()
with limit._lock:
    child = os.fork()
    if child == 0:
        os._exit(int(limit.acquire(Origin("https", "here.example", 443))))
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


# -- in a session ------------------------------------------------------------------------------------------------------------

To = Callable[..., AuthorizedSession]


def test_repeats_count(to: To, time: TurnedTime):
    with ScriptedServer(answer(503), CLOSE, answer(200)) as server:
        session = to(server, limits=RateLimit(0.01, burst=1))
        assert session.get("/").status_code == 200
        assert len(server.requests) == 3
    assert time.monotonic() - 1000 >= 200


def test_redirects_count(to: To, time: TurnedTime):
    with ScriptedServer(redirect("/two"), answer(200)) as server:
        assert to(server, limits=RateLimit(0.01, burst=1)).get("/one").status_code == 200
    assert time.slept == pytest.approx([100])


def test_a_repeat_for_credentials_counts_and_is_signed_after_its_turn(to: To, time: TurnedTime):
    refused = answer(401, '{"message": "Timestamp out of acceptable time range"}', Date=formatdate(NOW + 7200, usegmt=True))
    with ScriptedServer(refused, answer(200)) as server:
        assert to(server, limits=RateLimit(0.01, burst=1)).get("/").status_code == 200
        first, second = (int(request.header("Timestamp")) for request in server.requests)
    assert (first, second) == (NOW, NOW + 7300)


def test_other_threads_wait_too(to: To, time: TurnedTime):
    with ScriptedServer(answer(429, Retry_After="60"), every=answer(200)) as server:
        session = to(server, limits=RateLimit())
        assert session.post("/", json={}).status_code == 429
        assert time.slept == []
        assert session.get("/").status_code == 200
    assert time.slept == pytest.approx([60])


def test_who_was_refused_waits_once(to: To, time: TurnedTime):
    with ScriptedServer(answer(429, Retry_After="60")) as server:
        assert to(server, limits=RateLimit()).get("/").status_code == 200
    assert time.slept == pytest.approx([60])


def test_no_request_goes_out_that_the_server_would_refuse(to: To, time: TurnedTime):
    with ScriptedServer(answer(200, X_RateLimit_Remaining="0", X_RateLimit_Reset="30")) as server:
        session = to(server, limits=RateLimit())
        session.get("/")
        session.get("/")
    assert time.slept == pytest.approx([30])


def test_a_call_with_a_deadline_is_told_at_once(to: To, time: TurnedTime):
    with ScriptedServer() as server:
        session = to(server, limits=RateLimit(0.01))
        session.get("/")
        with pytest.raises(DeadlineExceeded, match="rate limit"):
            session.get("/", deadline=30)
        assert len(server.requests) == 1
    assert time.slept == []


def test_a_limit_can_be_set_and_taken_away(to: To, time: TurnedTime):
    with ScriptedServer() as server:
        session = to(server)
        assert session.limits is None
        session.limits = RateLimit(0.01)
        session.get("/")
        session.limits = None
        session.get("/")
    assert time.slept == []


def test_sessions_can_share_one(to: To, time: TurnedTime):
    limit = RateLimit(0.01)
    with ScriptedServer() as server:
        to(server, limits=limit).get("/")
        to(server, limits=limit).get("/")
    assert time.slept == pytest.approx([100])
