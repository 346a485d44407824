"""The tokens of an emulated platform: issued, judged, renewed, revoked.

The shapes are those of contract/authorization.md section 3.1. The field in milliseconds is taken as the expiry, as in the
example of section 3.3; the last field is a signature with a key that only this platform has.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import secrets
import string
import threading
from dataclasses import dataclass, replace

from gatepost.emulator.clock import PlatformClock
from gatepost.errors import UsageError
from gatepost.secret import Secret

__all__ = ["IssuedToken", "RenewalRefused", "TokenState", "Tokens", "fingerprint"]

_API_USER_TOKEN_LIFE = 365 * 24 * 60 * 60
_RANDOM_CHARACTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is handed out.

    Attributes:
        token: The text of the token.
        expires: When it expires, in whole epoch seconds of the platform's clock.
    """

    token: Secret
    expires: int


class TokenState(enum.Enum):
    """What the platform thinks of a token."""

    LIVE = "live"
    EXPIRED = "expired"
    SUPERSEDED = "superseded by a renewal"
    REVOKED = "revoked"
    UNKNOWN = "not issued by this platform"


class RenewalRefused(Exception):
    """A token cannot be renewed. The text is a reason for the record; it is not the platform's message."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the platform remembers of a token that it issued."""

    kind: str
    middle: tuple[str, ...]
    life: float
    expires_milliseconds: int
    state: TokenState = TokenState.LIVE


def fingerprint(token: str) -> str:
    """Return twelve hexadecimal digits that tell tokens apart without showing them (SHA-256)."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]


class Tokens:
    """All tokens of one platform. Safe to use from many threads.

    Args:
        clock: The platform's clock, which judges expiry.
        user_id: The number in the second field of the tokens.
        life: Seconds that a token lives when its issue says nothing else.
        grace: Seconds after its expiry in which a token can still be renewed.
    """

    KINDS = ("API", "SVC", "JOB", "APIV2")

    def __init__(self, clock: PlatformClock, *, user_id: int, life: float, grace: float) -> None:
        self._clock = clock
        self._user_id = user_id
        self._life = life
        self._grace = grace
        self._key = secrets.token_bytes(32)
        self._issued: dict[str, _Facts] = {}
        self._lock = threading.Lock()

    def issue(self, kind: str = "API", life: float | None = None, *, number: int = 1) -> IssuedToken:
        """Issue a token.

        Args:
            kind: ``API``, ``SVC``, ``JOB`` or ``APIV2``.
            life: Seconds until it expires; None takes the platform's setting, or a year for ``APIV2``. A token with a
                negative life has expired already; what a renewal makes of it lives as long as the setting says.
            number: The id of the service (``SVC``) or of the job (``JOB``) in the token.

        Raises:
            UsageError: There is no such kind of token.
        """
        if kind not in self.KINDS:
            raise UsageError(f"There is no token of the kind {kind!r}", remedy=f"Use one of {', '.join(self.KINDS)}")
        if life is None:
            life = _API_USER_TOKEN_LIFE if kind == "APIV2" else self._life
        middle: tuple[str, ...] = ()
        if kind == "SVC":
            middle = (secrets.token_hex(16), str(number))
        elif kind == "JOB":
            middle = (str(number), "null")
        with self._lock:
            return self._issue(kind, middle, life)

    def all(self) -> tuple[str, ...]:
        """Return every token that was issued so far, dead ones included, oldest first."""
        with self._lock:
            return tuple(self._issued)

    def state(self, token: str) -> TokenState:
        """Judge a token by its signature, what became of it, and the platform's clock."""
        with self._lock:
            return self._state(token)

    def renew(self, token: str) -> IssuedToken:
        """Replace a token by a new one of the same kind and life; the old one is dead at once.

        ``APIV2`` tokens are made by a person, who alone replaces them (the contract does not say; this project's choice).

        Raises:
            RenewalRefused: The token is unknown, superseded, revoked, of the kind ``APIV2``, or expired for longer than
                the grace.
        """
        with self._lock:
            state = self._state(token)
            facts = self._issued.get(token)
            if facts is None or state in (TokenState.UNKNOWN, TokenState.SUPERSEDED, TokenState.REVOKED):
                raise RenewalRefused(f"the token is {state.value}")
            if facts.kind == "APIV2":
                raise RenewalRefused("a token of the kind APIV2 is not renewed, a person makes a new one")
            if self._clock.now() > facts.expires_milliseconds / 1000 + self._grace:
                raise RenewalRefused("the token expired too long ago")
            self._become(token, TokenState.SUPERSEDED)
            return self._issue(facts.kind, facts.middle, facts.life if facts.life > 0 else self._life)

    def revoke(self, token: str) -> None:
        """Make a token worthless from now on, and its renewal impossible.

        Raises:
            UsageError: The token is not one of this platform.
        """
        with self._lock:
            if token not in self._issued:
                raise UsageError("The token cannot be revoked", why="It is not one of this platform")
            self._become(token, TokenState.REVOKED)

    def expire(self, token: str) -> bool:
        """Make a live token expire now, as early as if its life had been shorter; it can be renewed as usual.

        Returns:
            Whether it was live.
        """
        with self._lock:
            if self._state(token) is not TokenState.LIVE:
                return False
            self._issued[token] = replace(self._issued[token], expires_milliseconds=int(self._clock.now() * 1000))
            return True

    def _issue(self, kind: str, middle: tuple[str, ...], life: float) -> IssuedToken:
        expires_milliseconds = int((self._clock.now() + life) * 1000)
        random_part = "".join(secrets.choice(_RANDOM_CHARACTERS) for _ in range(6))
        unsigned = ":".join((kind, str(self._user_id), random_part, str(expires_milliseconds), *middle))
        token = f"{unsigned}:{self._sign(unsigned)}"
        self._issued[token] = _Facts(kind, middle, life, expires_milliseconds)
        return IssuedToken(Secret(token), expires_milliseconds // 1000)

    def _state(self, token: str) -> TokenState:
        unsigned, separator, signature = token.rpartition(":")
        if not separator or not hmac.compare_digest(signature.encode(), self._sign(unsigned).encode()):
            return TokenState.UNKNOWN
        facts = self._issued[token]
        if facts.state is TokenState.LIVE and self._clock.now() * 1000 >= facts.expires_milliseconds:
            return TokenState.EXPIRED
        return facts.state

    def _become(self, token: str, state: TokenState) -> None:
        facts = self._issued[token]
        self._issued[token] = _Facts(facts.kind, facts.middle, facts.life, facts.expires_milliseconds, state)

    def _sign(self, unsigned: str) -> str:
        return base64.b64encode(hmac.digest(self._key, unsigned.encode(), "sha256")).decode("ascii")
