"""The tokens of an emulated TCAP: JSON Web Tokens for one service each, and account tokens for the older ones."""

from __future__ import annotations

import secrets
import threading

from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.services.json_web_token import InvalidToken, decode, encode
from gatepost.emulator.tokens import IssuedToken, TokenState
from gatepost.errors import UsageError
from gatepost.secret import Secret

__all__ = ["ACCOUNT", "TcapTokens"]

ACCOUNT = ""
"""What stands for the service in an account token, which is for no service by name."""


class TcapTokens:
    """All tokens of one TCAP. Safe to use from many threads.

    Args:
        clock: The service's clock, which judges expiry.
        username: The user that the tokens are for.
        life: Seconds that a service token lives.
        account_life: Seconds that an account token lives.
        names_expiry: Whether the tokens have the claim ``exp``.
    """

    def __init__(self, clock: PlatformClock, *, username: str, life: float, account_life: float, names_expiry: bool) -> None:
        self._clock = clock
        self._username = username
        self._life = life
        self._account_life = account_life
        self._names_expiry = names_expiry
        self._key = secrets.token_bytes(32)
        self._expires: dict[str, float] = {}
        self._revoked: set[str] = set()
        self._issued: list[str] = []
        self._lock = threading.Lock()

    def issue(self, service: str, life: float | None = None) -> IssuedToken:
        """Issue a token.

        Args:
            service: The name of the service, or `ACCOUNT`.
            life: Seconds until it expires; None takes the setting.
        """
        if life is None:
            life = self._account_life if service == ACCOUNT else self._life
        now = self._clock.now()
        issued = int(now) if life == int(life) else now
        identifier = secrets.token_hex(8)
        claims = {"iss": "tcap", "sub": self._username, "iat": issued, "jti": identifier}
        claims |= {"token_type": "account"} if service == ACCOUNT else {"token_type": "service", "requested_service": service}
        if self._names_expiry:
            claims["exp"] = issued + life
        token = encode(claims, self._key)
        with self._lock:
            self._expires[identifier] = issued + life
            self._issued.append(token)
        return IssuedToken(Secret(token), int(issued + life))

    def judge(self, token: str) -> tuple[TokenState, str, str]:
        """Judge a token.

        Returns:
            Its state, the service that it is for (`ACCOUNT` for an account token), and what is wrong with one that is unknown.
        """
        try:
            claims = decode(token, self._key)
        except InvalidToken as invalid:
            return TokenState.UNKNOWN, "", str(invalid)
        identifier = claims["jti"]
        service = claims.get("requested_service", ACCOUNT)
        with self._lock:
            if identifier in self._revoked:
                return TokenState.REVOKED, service, ""
            if self._clock.now() >= self._expires[identifier]:
                return TokenState.EXPIRED, service, ""
        return TokenState.LIVE, service, ""

    def end(self, token: str, *, revoke: bool) -> bool:
        """Make a token expire now, or worthless for good; return whether it was live."""
        if self.judge(token)[0] is not TokenState.LIVE:
            return False
        identifier = decode(token, self._key)["jti"]
        with self._lock:
            self._expires[identifier] = min(self._expires[identifier], self._clock.now())
            if revoke:
                self._revoked.add(identifier)
        return True

    def revoke(self, token: str) -> None:
        """Make a token worthless.

        Raises:
            UsageError: The token is not one of this service.
        """
        try:
            identifier = decode(token, self._key)["jti"]
        except InvalidToken as invalid:
            raise UsageError("The token cannot be revoked", why=f"It is not one of this service: {invalid}") from None
        with self._lock:
            self._revoked.add(identifier)

    def all(self) -> tuple[str, ...]:
        """Return every token that was issued so far, oldest first."""
        with self._lock:
            return tuple(self._issued)
