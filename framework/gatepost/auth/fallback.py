"""A token with an HMAC pair to fall back on, as one scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.auth.expiring import RenewalUnsupported
from gatepost.auth.scheme import NOT_OURS, TRY_AGAIN, Final, Recovery, Scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest, Response

    from gatepost.auth.hmac import HmacAuth
    from gatepost.auth.token import TokenAuth
    from gatepost.transport.plain import PlainTransport

__all__ = ["FallbackAuth"]


class FallbackAuth(Scheme):
    """A token, and an HMAC pair for a server that knows no tokens: an Integration or Environment server of some versions.

    The change is made once for all callers, and only when every condition holds: no request of this run has succeeded by
    token, the token was refused, and ``/appAuth`` answers 404, 405, 501 or something that is not JSON. A renewal that is
    refused with words is an error and no reason to fall back.

    Args:
        token: The scheme to begin with.
        hmac: The scheme to fall back on; from the same source as the token.
        when_fallen_back: Told once, with the reason.

    Attributes:
        active: The scheme in use.
    """

    def __init__(self, token: TokenAuth, hmac: HmacAuth, *, when_fallen_back: Callable[[str], None] | None = None) -> None:
        super().__init__(clocks=token.clocks)
        self.origin = token.origin
        self.token = token
        self.hmac = hmac
        self.active: TokenAuth | HmacAuth = token
        self._when_fallen_back = when_fallen_back
        self._fallen: dict[str, object] = {}

    def __repr__(self) -> str:
        return f"FallbackAuth(active={self.active!r})"

    def use_transport(self, transport: PlainTransport) -> None:
        """Send the token's renewals by this transport, unless it was made with one."""
        self.token.use_transport(transport)

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:
        """Return the headers of the scheme in use."""
        if self.active is not self.token:
            return self.active.headers(request)
        try:
            return self.token.headers(request)
        except RenewalUnsupported:
            if self.token.renewal.ever_accepted:
                raise
            # The server decides: only its refusal of the token makes this fall back.
            return self.token.unrenewed_headers()

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Recover as the scheme in use does; fall back where its last word is that the server knows no renewal."""
        if self.active is not self.token:
            by_token = str(request.headers.get("Authorization", "")).startswith("TC-Token ")
            if by_token:
                # Sent before another caller fell back.
                return TRY_AGAIN if response.status_code == 401 else NOT_OURS
            return self.active.recover(request, response)
        verdict = self.token.recover(request, response)
        if isinstance(verdict, Final) and isinstance(verdict.error, RenewalUnsupported) and not self.token.renewal.ever_accepted:
            self.active = self.hmac
            # setdefault is one step, and no lock that a forked child could inherit locked: one caller tells.
            if self._fallen.setdefault("by", verdict) is verdict and self._when_fallen_back is not None:
                self._when_fallen_back(verdict.error.why)
            return TRY_AGAIN
        return verdict
