"""The emulated platform's own clock.

The ``Date`` header, the window of HMAC timestamps, and the life of tokens are judged by this clock alone, so that a test
can set the platform's time apart from the client's, and turn it without waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["PlatformClock"]


class PlatformClock:
    """A source of time plus an offset that may change while the platform runs.

    Args:
        source: Returns epoch seconds.
        offset: Seconds that the platform is ahead of the source; negative when it is behind.
    """

    def __init__(self, source: Callable[[], float], offset: float = 0.0) -> None:
        self._source = source
        self._offset = float(offset)
        self._lock = threading.Lock()

    @property
    def offset(self) -> float:
        """Seconds that the platform is ahead of its source of time."""
        with self._lock:
            return self._offset

    @offset.setter
    def offset(self, seconds: float) -> None:
        with self._lock:
            self._offset = float(seconds)

    def turn(self, seconds: float) -> None:
        """Move the clock by so many seconds, forward or (negative) back."""
        with self._lock:
            self._offset += seconds

    def now(self) -> float:
        """Return the platform's time in epoch seconds."""
        return self._source() + self.offset
