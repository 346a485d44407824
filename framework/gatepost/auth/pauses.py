"""When a credential may be asked for again, after a try that failed: pauses of our own, and what the server asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.named_tuples import NamedTuple
from gatepost.transport.answers import RETRY_AFTER_CAP
from gatepost.transport.deadline import current_deadline

if TYPE_CHECKING:
    from gatepost.auth.expiring import Expiring, RenewalUnavailable
    from gatepost.clock import Clock

__all__ = ["BACKOFF", "Pauses"]

BACKOFF = 0.8
"""Seconds before the second try; doubled before each further one (contract/authorization.md section 3.4)."""


class _Asked(NamedTuple):
    """What a server asked for by ``Retry-After``.

    Attributes:
        until: Monotonic seconds before which it is not asked again.
        patiently: Whether that is waited for; a server that wants more than `RETRY_AFTER_CAP` is not.
        error: The failure that came with it.
    """

    until: float
    patiently: bool
    error: RenewalUnavailable


class Pauses:
    """Keeps the tries to get one credential apart. Called by one thread at a time, but for `pausing`.

    Args:
        clock: The server's clock, which passes the time.

    Attributes:
        cut_short: Whether the last wait that a server asked for was longer than its caller's own deadline: others may have
            more time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.cut_short = False
        self._failed_at: float | None = None
        self._asked: _Asked | None = None

    def succeeded(self) -> None:
        """Note that there is a new credential."""
        self._failed_at = self._asked = None

    def failed(self) -> None:
        """Note that a renewal failed, with all its tries."""
        self._failed_at = self._now()

    def answered(self, error: RenewalUnavailable) -> None:
        """Note what a server in trouble asks for."""
        asked = error.retry_after
        if asked is None:
            self._asked = None
        else:
            self._asked = _Asked(self._now() + min(asked, RETRY_AFTER_CAP), asked <= RETRY_AFTER_CAP, error)

    def pausing(self, expiring: Expiring) -> bool:
        """Tell whether it is too early for another try, while the old credential is good."""
        asked = self._asked
        if asked is not None and self._now() < asked.until:
            return True
        return self._failed_at is not None and self._now() - self._failed_at < expiring.pause(self._clock)

    def before_first(self) -> RenewalUnavailable | None:
        """Wait as long as the server still asks to be left alone.

        Returns:
            None when it may be asked now; else the failure that stands.
        """
        asked = self._asked
        return asked.error if asked is not None and not self._wait(asked.until - self._now(), patiently=asked.patiently) else None

    def before_next(self, tries: int) -> bool:
        """Wait before another try; False when that is longer than the caller's deadline leaves, or than is waited for.

        Args:
            tries: How many there were.
        """
        pause = BACKOFF * 2 ** (tries - 1)
        asked = self._asked
        return self._wait(
            pause if asked is None else max(pause, asked.until - self._now()), patiently=asked is None or asked.patiently
        )

    def _wait(self, seconds: float, *, patiently: bool) -> bool:
        self.cut_short = False
        if seconds <= 0:
            return True
        if not patiently:
            return False
        deadline = current_deadline.get()
        if deadline is not None and deadline.left() <= seconds:
            self.cut_short = self._asked is not None
            return False
        self._clock.time.sleep(seconds)
        return True

    def _now(self) -> float:
        return self._clock.time.monotonic()
