"""A server's time, learned from its ``Date`` headers. Here time stands still until a test turns it."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatepost.clock import MAXIMUM_SKEW, Clock, Clocks, parse_date
from gatepost.testing import TurnedTime


def date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


@pytest.fixture
def time() -> TurnedTime:
    return TurnedTime()


@pytest.fixture
def clock(time: TurnedTime) -> Clock:
    return Clock(time)


def test_nothing_is_known_before_the_first_answer(clock, time):
    assert clock.skew is None
    assert clock.now() == time.time()
    assert clock.timestamp() == int(time.time())
    assert not clock.adopt()


@pytest.mark.parametrize("skew", [-86_000, -3_600, -61, 62, 3_600, 86_000])
def test_expiry_follows_the_server_at_once_and_timestamps_only_after_a_refusal(clock, time, skew):
    clock.note(date(time.time() + skew))

    assert clock.now() == pytest.approx(time.time() + skew, abs=1)
    assert clock.timestamp() == int(time.time())

    assert clock.adopt()
    assert clock.timestamp() == pytest.approx(time.time() + skew, abs=1)


@pytest.mark.parametrize("skew", [-58, 0, 58])
def test_a_small_difference_changes_nothing(clock, time, skew):
    clock.note(date(time.time() + skew))

    assert clock.now() == time.time()
    assert not clock.adopt()
    assert clock.timestamp() == int(time.time())


def test_adopting_twice_is_worth_one_try(clock, time):
    clock.note(date(time.time() + 3_600))

    assert clock.adopt()
    assert not clock.adopt()


@pytest.mark.parametrize("skew", [-MAXIMUM_SKEW - 2, MAXIMUM_SKEW + 2, -1_700_000_000])
def test_a_date_more_than_a_day_off_is_not_believed(clock, time, skew):
    clock.note(date(time.time() + skew))

    assert clock.skew is None


def test_time_passes_there_as_it_does_here(clock, time):
    clock.note(date(time.time() + 600))
    clock.adopt()

    time.turn(1_000)

    assert clock.skew == pytest.approx(600, abs=1)
    assert clock.timestamp() == pytest.approx(time.time() + 600, abs=1)


def test_a_wall_clock_that_jumps_here_moves_nothing_there(clock, time):
    there = time.time() + 600
    clock.note(date(there))
    clock.adopt()

    time.jump(-7_200)

    assert clock.timestamp() == pytest.approx(there, abs=1)
    assert clock.now() == pytest.approx(there, abs=1)


def test_each_jump_of_the_server_is_adopted_anew(clock, time):
    for skew in (3_600, -3_600, 0):
        clock.note(date(time.time() + skew))
        assert clock.adopt()
        assert clock.timestamp() == pytest.approx(time.time() + skew, abs=1)


def test_a_stale_date_from_a_cache_is_not_counted_twice(clock, time):
    stale = date(time.time())
    clock.note(stale)

    time.turn(600)
    clock.note(stale)

    assert clock.skew == pytest.approx(0, abs=1)


@pytest.mark.parametrize("header", [None, "", "yesterday", "0", "Tue, 99 Foo 2026 99:99:99 GMT"])
def test_what_is_no_date_is_ignored(clock, header):
    clock.note(header)

    assert clock.skew is None


@given(st.text() | st.text(alphabet="MonTueJan0123456789 :,+-GMT", max_size=40))
@example("Tue, 01 Jan 99999 00:00:00 GMT")
@example("0, 0 Jan 0 0:0 +99999999999999999999")
def test_no_header_brings_it_down(text):
    parse_date(text)


@given(st.integers(min_value=0, max_value=4_102_444_800))
def test_an_http_date_is_read_to_the_second(seconds):
    assert parse_date(date(seconds)) == seconds


def test_a_date_with_a_zone_is_read():
    assert parse_date("Tue, 14 Nov 2023 23:13:20 +0100") == parse_date("Tue, 14 Nov 2023 22:13:20 GMT") == 1_700_000_000


def test_each_origin_has_one_clock(time):
    clocks = Clocks(time)

    assert clocks.of("https://a") is clocks.of("https://a")
    assert clocks.of("https://a") is not clocks.of("https://b")
    assert clocks.of("https://a").time is time
