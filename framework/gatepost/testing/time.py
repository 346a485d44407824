"""A time that passes only when somebody turns it, so that no test waits and none depends on how fast the machine is."""

from __future__ import annotations

import threading

__all__ = ["TurnedTime"]


class TurnedTime:
    """A wall clock and a monotonic clock that stand still until they are turned. Safe to use from many threads.

    Goes wherever gatepost takes a time (`gatepost.clock.Clocks`, say). Its method `time` is also a ``time_source`` for the
    emulated
    platform: one time for both sides.

    Example:
        ```python
        time = TurnedTime()
        with Emulator(time_source=time.time, token_life=600) as platform:
            auth = TokenAuth(…, clocks=Clocks(time))
            time.turn(590)
        ```

    Args:
        now: What the wall clock shows at first, seconds since the epoch.

    Attributes:
        slept: The seconds of each `sleep`, in the order in which they ended.
    """

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.slept: list[float] = []
        self._wall = now
        self._monotonic = 1_000.0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"TurnedTime(now={self.time()!r})"

    def time(self) -> float:
        """Return what the wall clock shows, seconds since the epoch."""
        with self._lock:
            return self._wall

    def monotonic(self) -> float:
        """Return seconds that only `turn` and `sleep` move."""
        with self._lock:
            return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Turn the time instead of waiting, and note the seconds in `slept`.

        Raises:
            ValueError: The seconds are negative, as for ``time.sleep``.
        """
        self.turn(seconds)
        with self._lock:
            self.slept.append(seconds)

    def turn(self, seconds: float) -> None:
        """Let seconds pass.

        Raises:
            ValueError: The seconds are negative; only the wall clock can go back, see `jump`.
        """
        if seconds < 0:
            raise ValueError(f"time does not pass backwards: {seconds} s")
        with self._lock:
            self._wall += seconds
            self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward, or (negative) back, with no time passing: somebody corrected the machine's clock."""
        with self._lock:
            self._wall += seconds
