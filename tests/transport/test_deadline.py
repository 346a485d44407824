from __future__ import annotations

import asyncio

import pytest

from gatepost.testing import TurnedTime
from gatepost.transport.deadline import Deadline, current_deadline
from gatepost.transport.errors import DeadlineExceeded


def test_time_runs_down():
    time = TurnedTime()
    deadline = Deadline(10, time)

    time.turn(4)

    assert deadline.left() == 6
    assert deadline.cap(60) == 6
    assert deadline.cap(None) == 6
    assert deadline.cap(2) == 2
    deadline.check()


def test_a_wall_clock_that_jumps_does_not_move_it():
    time = TurnedTime()
    deadline = Deadline(10, time)

    time.jump(-3_600)

    assert deadline.left() == 10


def test_past_it_nothing_begins():
    time = TurnedTime()
    deadline = Deadline(10, time)
    time.turn(10)

    for attempt in (deadline.check, lambda: deadline.cap(60)):
        with pytest.raises(DeadlineExceeded, match=r"deadline of 10 s\. Give it a longer deadline="):
            attempt()


def test_it_is_seen_in_the_thread_that_works_for_this_task():
    deadline = Deadline(10)

    async def work() -> Deadline | None:
        current_deadline.set(deadline)
        return await asyncio.to_thread(current_deadline.get)

    assert asyncio.run(work()) is deadline
    assert current_deadline.get() is None
