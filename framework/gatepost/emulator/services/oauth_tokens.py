"""The tokens of an emulated OAuth 2 server: opaque texts, in families that die together when one of them is used twice."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.tokens import TokenState

__all__ = ["AccessToken", "OAuthTokens", "RefreshRefused"]


class RefreshRefused(Exception):
    """A refresh token is not good for a new token. The text is a reason for the record."""


@dataclass(slots=True)
class AccessToken:
    """What the server remembers of an access token.

    Attributes:
        scope: What it is good for.
        expires: When it expires, in epoch seconds.
        family: The number of its family: all that came from one authorization.
        revoked: Whether it was taken back.
    """

    scope: tuple[str, ...]
    expires: float
    family: int
    revoked: bool = False


@dataclass(slots=True)
class _RefreshToken:
    client: str
    scope: tuple[str, ...]
    family: int
    used: bool = False
    revoked: bool = False


class OAuthTokens:
    """All tokens of one server. Safe to use from many threads.

    Args:
        clock: The server's clock.
        life: Seconds that an access token lives.
        rotates: Whether a refresh token is good for one use, and replaced by it (RFC 9700 section 4.14.2).
    """

    def __init__(self, clock: PlatformClock, *, life: float, rotates: bool) -> None:
        self._clock = clock
        self._life = life
        self._rotates = rotates
        self._access: dict[str, AccessToken] = {}
        self._refresh: dict[str, _RefreshToken] = {}
        self._families = 0
        self._lock = threading.Lock()

    def issue(self, scope: Iterable[str], *, life: float | None = None) -> str:
        """Issue an access token of a family of its own; `life` of None takes the setting."""
        with self._lock:
            self._families += 1
            return self._issue(tuple(scope), self._families, life)

    def authorize(self, client: str, scope: Iterable[str]) -> str:
        """Return the first refresh token of a new family, as if a person had allowed the client to act for it."""
        with self._lock:
            self._families += 1
            return self._issue_refresh(client, tuple(scope), self._families)

    def refresh(self, token: str, client: str, scope: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
        """Use a refresh token (RFC 6749 section 6).

        Args:
            token: The token.
            client: Who uses it.
            scope: What the access token is to be good for; empty for all that was granted.

        Returns:
            The access token, the refresh token for the next time (the same one where tokens do not rotate), the scope.

        Raises:
            RefreshRefused: It is unknown, another client's, revoked, or used already; then its whole family is revoked.
            ValueError: More is asked for than was granted.
        """
        with self._lock:
            facts = self._refresh.get(token)
            if facts is None:
                raise RefreshRefused("the refresh token is unknown")
            if facts.client != client:
                raise RefreshRefused("the refresh token was issued to another client")
            if facts.revoked:
                raise RefreshRefused("the refresh token is revoked")
            if facts.used:
                self._revoke_family(facts.family)
                raise RefreshRefused("the refresh token was used before: all tokens of its family are revoked")
            if not set(scope) <= set(facts.scope):
                raise ValueError(f"granted is: {' '.join(facts.scope)}")
            granted = scope or facts.scope
            following = token
            if self._rotates:
                facts.used = True
                # RFC 6749 section 6: the new refresh token has the scope of the old one, whatever was asked for this time.
                following = self._issue_refresh(client, facts.scope, facts.family)
            return self._issue(granted, facts.family, None), following, granted

    def judge(self, token: str) -> tuple[TokenState, AccessToken | None]:
        """Return the state of an access token, and what is known of it."""
        with self._lock:
            facts = self._access.get(token)
            if facts is None:
                return TokenState.UNKNOWN, None
            if facts.revoked:
                return TokenState.REVOKED, facts
            return (TokenState.EXPIRED if self._clock.now() >= facts.expires else TokenState.LIVE), facts

    def end(self, token: str, *, revoke: bool) -> bool:
        """Make an access token expire now, or revoke it; return whether it was live."""
        state, facts = self.judge(token)
        if state is not TokenState.LIVE or facts is None:
            return False
        with self._lock:
            facts.expires = self._clock.now()
            facts.revoked = revoke
        return True

    def revoke(self, token: str) -> bool:
        """Revoke an access or refresh token, with its whole family; return whether it is known."""
        with self._lock:
            facts = self._access.get(token) or self._refresh.get(token)
            if facts is not None:
                self._revoke_family(facts.family)
            return facts is not None

    def all(self) -> tuple[str, ...]:
        """Return all tokens, access tokens first, each kind oldest first."""
        with self._lock:
            return (*self._access, *self._refresh)

    def _issue(self, scope: tuple[str, ...], family: int, life: float | None) -> str:
        token = f"at_{secrets.token_urlsafe(24)}"
        expires = self._clock.now() + (self._life if life is None else life)
        self._access[token] = AccessToken(scope, expires, family)
        return token

    def _issue_refresh(self, client: str, scope: tuple[str, ...], family: int) -> str:
        token = f"rt_{secrets.token_urlsafe(24)}"
        self._refresh[token] = _RefreshToken(client, scope, family)
        return token

    def _revoke_family(self, family: int) -> None:
        every: list[AccessToken | _RefreshToken] = [*self._access.values(), *self._refresh.values()]
        for facts in every:
            if facts.family == family:
                facts.revoked = True
