"""The deadline of the call under way: it bounds every wait below it, renewals included."""

from __future__ import annotations

from contextvars import ContextVar

from gatepost.clock import SYSTEM_TIME, Time
from gatepost.transport.errors import DeadlineExceeded

__all__ = ["Deadline", "current_deadline"]


class Deadline:
    """A moment by which a call has returned or raised.

    Args:
        seconds: From now.
        time: The machine's time.

    Attributes:
        seconds: As given.
        over: Whether the call has ended. What it left on the wire (a streamed body) is then read without a deadline.
    """

    __slots__ = ("_end", "_time", "over", "seconds")

    def __init__(self, seconds: float, time: Time = SYSTEM_TIME) -> None:
        self.seconds = seconds
        self.over = False
        self._time = time
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; negative when it has passed."""
        return self._end - self._time.monotonic()

    def check(self) -> None:
        """Raise `DeadlineExceeded` when it has passed."""
        if self.left() <= 0:
            raise DeadlineExceeded(
                f"The call did not finish within its deadline of {self.seconds:g} s", remedy="Give it a longer deadline="
            )

    def cap(self, timeout: float | None) -> float:
        """Return a timeout that does not outlast the deadline; raises `DeadlineExceeded` when it has passed."""
        self.check()
        left = max(self.left(), 0.001)
        return left if timeout is None else min(timeout, left)


current_deadline: ContextVar[Deadline | None] = ContextVar("gatepost.deadline", default=None)
"""The deadline of the call under way in this thread or task; None when it has none."""
