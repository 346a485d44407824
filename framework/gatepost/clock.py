"""Time: the machine's, which a test may turn, and a server's, learned from its ``Date`` headers."""

from __future__ import annotations

import time as _time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["ADOPTED_SKEW", "MAXIMUM_SKEW", "SYSTEM_TIME", "Clock", "Clocks", "SystemTime", "Time", "parse_date"]

ADOPTED_SKEW = 60.0
"""Seconds of difference that are worth correcting: the platform tolerates 300 (contract/authorization.md section 2.4)."""

MAXIMUM_SKEW = 86_400.0
"""Seconds beyond which a ``Date`` header is not believed."""


class Time(Protocol):
    """Where seconds come from and how they pass. Tests turn one by hand."""

    def time(self) -> float:
        """Return the wall clock, seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        ...


class SystemTime:
    """The machine's own time."""

    __slots__ = ()

    time = staticmethod(_time.time)
    monotonic = staticmethod(_time.monotonic)
    sleep = staticmethod(_time.sleep)


SYSTEM_TIME = SystemTime()


class Clock:
    """The time at one origin, as far as it is known.

    Every believed ``Date`` header gives an estimate of the server's time, carried forward by monotonic time, so that a wall clock
    that jumps here does not move it. `now` (the judge of expiry) follows the estimate as soon as it differs from the wall
    clock by more than a minute; `timestamp` (what gets signed) follows it only after `adopt`, which a refusal calls for: a
    proxy's wrong ``Date`` must not spoil requests that the server accepts.

    It has no lock, which a forked child could inherit locked: every change is one assignment of one whole value.

    Args:
        time: The machine's time.
    """

    def __init__(self, time: Time = SYSTEM_TIME) -> None:
        self.time = time
        self._last_date = ""
        self._noted: tuple[float, float] | None = None  # (server time, monotonic at that moment)
        self._adopted: float | None = None  # server time minus monotonic, in force for timestamps

    def note(self, date: str | None) -> None:
        """Learn from the ``Date`` header of an answer that arrived just now.

        Args:
            date: The header's text (RFC 9110 section 5.6.7); None, an unreadable date and one that is more than a day off are
                ignored.
        """
        if not date or date == self._last_date:
            return
        server = parse_date(date)
        if server is None or abs(server - self.time.time()) > MAXIMUM_SKEW:
            return
        # The header has whole seconds: half of one is the best guess of what was cut off.
        self._noted = (server + 0.5, self.time.monotonic())
        self._last_date = date

    @property
    def skew(self) -> float | None:
        """Seconds by which the server is ahead of the wall clock here; None when no ``Date`` was seen."""
        noted = self._noted
        if noted is None:
            return None
        server, monotonic = noted
        return server + (self.time.monotonic() - monotonic) - self.time.time()

    def now(self) -> float:
        """Return the server's time, seconds since the epoch: what expiry is judged by."""
        skew = self.skew
        here = self.time.time()
        if skew is None or abs(skew) <= ADOPTED_SKEW:
            return here
        return here + skew

    def timestamp(self) -> int:
        """Return the whole second to sign a request with."""
        adopted = self._adopted
        if adopted is None:
            return int(self.time.time())
        return int(adopted + self.time.monotonic())

    def adopt(self) -> bool:
        """Sign with the server's time from now on.

        Returns:
            True if that moves the timestamp by more than a minute: a request refused for its timestamp is worth another try.
        """
        noted = self._noted
        if noted is None:
            return False
        server, monotonic = noted
        offset = server - monotonic
        if abs(offset + self.time.monotonic() - self.timestamp()) <= ADOPTED_SKEW:
            return False
        self._adopted = offset
        return True


class Clocks:
    """One clock for each origin, shared by everybody who talks to it: the schemes, the session, the renewals.

    Args:
        time: The machine's time.
    """

    def __init__(self, time: Time = SYSTEM_TIME) -> None:
        self.time = time
        self._clocks: dict[Hashable, Clock] = {}

    def of(self, origin: Hashable) -> Clock:
        """Return the clock of an origin."""
        clock = self._clocks.get(origin)
        # setdefault is one step: two threads that meet here get the same clock.
        return clock if clock is not None else self._clocks.setdefault(origin, Clock(self.time))


def parse_date(text: str) -> float | None:
    """Return the seconds since the epoch of an HTTP date (RFC 9110 section 5.6.7); None when it is none."""
    import calendar
    from email.utils import parsedate_tz  # already loaded by every HTTP client; not by the ground floor

    try:
        parts = parsedate_tz(text)
        return None if parts is None else calendar.timegm((*parts[:6], 0, 0, 0)) - (parts[9] or 0)
    except (ValueError, OverflowError, IndexError, TypeError):
        # Texts that look like a date bring parsedate_tz down in several ways.
        return None
