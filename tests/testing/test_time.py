from __future__ import annotations

import threading

import pytest

from gatepost.testing import TurnedTime


def test_time_stands_still_until_it_is_turned():
    time = TurnedTime(now=100.0)
    monotonic = time.monotonic()

    assert time.time() == time.time() == 100.0
    time.turn(5)

    assert time.time() == 105.0
    assert time.monotonic() == monotonic + 5


def test_sleeping_turns_it_and_is_noted():
    time = TurnedTime(now=100.0)

    time.sleep(3)
    time.sleep(0.5)

    assert time.time() == 103.5
    assert time.slept == [3, 0.5]


def test_a_jump_moves_the_wall_clock_alone():
    time = TurnedTime(now=100.0)
    monotonic = time.monotonic()

    time.jump(-50)

    assert time.time() == 50.0
    assert time.monotonic() == monotonic


def test_it_does_not_pass_backwards():
    time = TurnedTime()
    with pytest.raises(ValueError, match="backwards"):
        time.sleep(-1)
    assert time.slept == []


def test_threads_turn_it_together():
    time = TurnedTime(now=0.0)
    threads = [threading.Thread(target=lambda: [time.sleep(1) for _ in range(100)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert time.time() == 800.0
    assert len(time.slept) == 800
