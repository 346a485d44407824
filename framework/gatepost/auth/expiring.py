"""One credential that may expire: how long it is good, in which of its windows it is, and how its renewal may fail."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from gatepost.errors import CredentialError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from gatepost.clock import Clock

__all__ = ["ADVISORY", "MANDATORY", "NOTHING", "PAUSE", "Expiring", "RenewalRefused", "RenewalUnavailable", "RenewalUnsupported"]

ADVISORY = (600.0, 0.25)
"""Seconds before expiry, and share of the life, from which one caller renews while the others go on: the smaller of the two."""

MANDATORY = (120.0, 0.10)
"""The same for when every caller waits for the renewal."""

PAUSE = (30.0, 0.10)
"""The same for how far apart failed tries are while the old credential is good."""

NOTHING = Secret("")
"""What stands for a credential before there is one."""


class Expiring:
    """One credential that may expire: a snapshot that nobody changes, compared by identity.

    Attributes:
        secret: The credential itself.
        expires: Seconds since the epoch by the server's clock; None when it does not expire by time.
        first_seen: Monotonic seconds when it was first seen here.
        renewed: Whether a renewal of this run brought it.
        forced: Whether the refusal of the one before brought it.
        jitter: Factor from 0.8 to 1 on the advisory window, so that a fleet does not renew at once.
    """

    __slots__ = ("expires", "first_seen", "forced", "jitter", "renewed", "secret")

    def __init__(
        self, secret: Secret, expires: float | None, first_seen: float, *, renewed: bool = False, forced: bool = False
    ) -> None:
        self.secret = secret
        self.expires = expires
        self.first_seen = first_seen
        self.renewed = renewed
        self.forced = forced
        self.jitter = random.uniform(0.8, 1.0)  # noqa: S311 - no secret

    def windows(self, clock: Clock, remaining: float) -> tuple[float, float]:
        """Return how many seconds before expiry the advisory and the mandatory window begin."""
        life = self.life(clock, remaining)
        return min(ADVISORY[0], ADVISORY[1] * life), min(MANDATORY[0], MANDATORY[1] * life)

    def pause(self, clock: Clock) -> float:
        """Return how many seconds failed tries to renew it are apart."""
        if self.expires is None:
            return PAUSE[0]
        return min(PAUSE[0], PAUSE[1] * self.life(clock, self.expires - clock.now()))

    def in_mandatory_window(self, clock: Clock) -> bool:
        """Tell whether it is in its last seconds, or expired."""
        if self.expires is None:
            return False
        remaining = self.expires - clock.now()
        return remaining <= self.windows(clock, remaining)[1]

    def life(self, clock: Clock, remaining: float) -> float:
        """Return the seconds from when it was first seen to its expiry."""
        return max(0.0, remaining + clock.time.monotonic() - self.first_seen)


class RenewalRefused(CredentialError):
    """The server said no: the credential cannot be renewed.

    Attributes:
        message: The server's own words.
        status: HTTP status of its answer.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", message: str = "", status: int = 0) -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.message = message
        self.status = status


class RenewalUnsupported(RenewalRefused):
    """The server knows no renewal: an Integration or Environment server of some versions."""


class RenewalUnavailable(CredentialError):
    """No usable answer came to the question for a new credential; a later one may succeed.

    Attributes:
        retry_after: Seconds that the server asks to be left alone for; None when it names none.
        hopeless: Whether asking again at once cannot help: the server's certificate is not trusted, say.
    """

    def __init__(
        self, what: str, *, why: str = "", remedy: str = "", retry_after: float | None = None, hopeless: bool = False
    ) -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.retry_after = retry_after
        self.hopeless = hopeless
