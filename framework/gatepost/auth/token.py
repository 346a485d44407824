"""Token authorization: the platform's tokens, renewed at ``/appAuth``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gatepost.auth.renewal import (
    Expiring,
    Renewal,
    RenewalRefused,
    RenewalUnavailable,
    RenewalUnsupported,
)
from gatepost.auth.scheme import NOT_OURS, TRY_AGAIN, Final, Recovery, Scheme
from gatepost.errors import CredentialError
from gatepost.secret import Secret
from gatepost.transport.answers import words_of
from gatepost.transport.errors import TransportError
from gatepost.transport.origin import origin_of
from gatepost.transport.plain import Answer, PlainTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest, Response

    from gatepost.clock import Clocks

__all__ = ["TokenAuth", "renewal_url"]

_LONG_LIVED = "APIV2:"
_UNSUPPORTED = frozenset({404, 405, 501})


def renewal_url(api_path: str) -> str:
    """Return the URL at which the platform renews tokens (contract/authorization.md section 3.3)."""
    return f"{api_path.rstrip('/')}/appAuth"


class TokenAuth(Scheme):
    """Send a token, and renew it before it expires or once after it was refused (contract/authorization.md section 3).

    Works with ``requests`` on its own: ``requests.get(url, auth=TokenAuth(token, expires, renew_url=…))``.

    Args:
        token: The token.
        expires: Its expiry, seconds since the epoch by the platform's clock. None, and any token that starts with ``APIV2:``: it does
            not expire by time and is renewed only when refused.
        renew_url: Where to renew it: ``{tc_api_path}/appAuth``. None: it is never renewed.
        origin: The only server that gets the token; default is that of ``renew_url``, else each call is pinned to its own.
        transport: Sends the renewals; default is a plain transport of its own with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).

    Raises:
        CredentialError: The token is empty or holds a character that no header can hold.
    """

    def __init__(
        self,
        token: str | Secret,
        expires: float | None = None,
        *,
        renew_url: str | None = None,
        origin: str | None = None,
        transport: PlainTransport | None = None,
        clocks: Clocks | None = None,
        warn: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__(origin=origin or renew_url, clocks=clocks)
        secret = checked_token(token)
        if secret.reveal().startswith(_LONG_LIVED):
            expires = None
        self.renew_url = renew_url
        self._transport = transport
        # Without a place to renew it, its age changes nothing: it is sent until the server refuses it.
        expires = expires if renew_url is not None else None
        clock = self.clocks.of(None if renew_url is None else origin_of(renew_url))
        self.renewal = Renewal(secret, expires, fetch=self._fetch, clock=clock, warn=warn)

    def __repr__(self) -> str:
        return f"TokenAuth(origin={str(self.origin) if self.origin else None!r}, expires={self.renewal.snapshot().expires!r})"

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:
        """Return ``Authorization`` with a token that is good now."""
        return {"Authorization": f"TC-Token {self.renewal.current().secret.reveal()}"}

    def unrenewed_headers(self) -> Mapping[str, str]:
        """Return ``Authorization`` with the token as it is, for a server that may know no renewal."""
        return {"Authorization": f"TC-Token {self.renewal.snapshot().secret.reveal()}"}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Renew a refused token where the refusal can be about the token (see `Renewal.may_force`)."""
        current = self.renewal.snapshot()
        mine = request.headers.get("Authorization") == f"TC-Token {current.secret.reveal()}"
        if response.status_code != 401:
            # Any answer but a server's trouble shows that the token was understood.
            if mine and response.status_code < 400:
                self.renewal.accepted(current)
            return NOT_OURS
        if not mine:
            return TRY_AGAIN
        message = words_of(response).message
        unauthorized = "unauthorized" in message.lower()
        if self.renew_url is None:
            return Final(_refused(message, "It cannot be renewed here: no renew_url was given")) if unauthorized else NOT_OURS
        if not self.renewal.may_force(current, unauthorized=unauthorized):
            if unauthorized and self.renewal.snapshot() is current:
                return Final(_refused(message, "It had been renewed just before"))
            return NOT_OURS
        try:
            self.renewal.force(current)
        except CredentialError as error:
            return Final(error)
        return TRY_AGAIN

    def _fetch(self, current: Expiring) -> tuple[Secret, float | None]:
        """Ask ``/appAuth`` for a new token: a GET without authorization, the old token in its query."""
        from urllib.parse import quote

        if self._transport is None:
            self._transport = PlainTransport()
        url = f"{self.renew_url}?expiredToken={quote(current.secret.reveal(), safe='')}"
        try:
            answer = self._transport.send("GET", url)
        except TransportError as error:
            raise RenewalUnavailable(
                "The token could not be renewed", why=f"{error.what}. {error.why}".rstrip(". "), remedy=error.remedy
            ) from None
        self.clocks.of(origin_of(self.renew_url or "")).note(answer.headers.get("Date"))
        return read_renewal(answer)


def checked_token(token: str | Secret) -> Secret:
    """Return a token that can go into a header.

    Raises:
        CredentialError: It is empty, or holds white space, a control character or one outside ASCII.
    """
    secret = Secret(token)
    text = secret.reveal()
    if not text:
        raise CredentialError("The token is empty", remedy="Set tc_token, or api_access_id and api_secret_key")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise CredentialError(
            "The token holds a character that it cannot have",
            why="It goes into a header",
            remedy="Copy tc_token once more, without line breaks",
        )
    return secret


def read_renewal(answer: Answer) -> tuple[Secret, float | None]:
    """Read the answer of ``/appAuth``.

    Raises:
        RenewalUnsupported: 404, 405 or 501, or a success that is not JSON: the server knows no renewal.
        RenewalRefused: Any other 4xx, or ``success`` is false.
        RenewalUnavailable: 408, 429, 5xx, or a success without a usable token.
    """
    data = _json_object(answer.body)
    message = str(data.get("message", "")) if data else ""
    if answer.status in _UNSUPPORTED or (answer.status < 400 and data is None):
        raise RenewalUnsupported(
            "The server knows no renewal of tokens",
            why=f"It answered {answer.status}" + ("" if answer.status in _UNSUPPORTED else " with something that is not JSON"),
            remedy="Check tc_api_path; on an older Integration or Environment server use api_access_id and api_secret_key",
            message=message,
            status=answer.status,
        )
    if (data is not None and data.get("success") is False) or (400 <= answer.status < 500 and answer.status not in (408, 429)):
        raise RenewalRefused(
            "The platform refused to renew the token",
            why=f"It said: {message}" if message else f"It answered {answer.status} and gave no reason",
            remedy="Start the app again so that it gets a new token; outside the platform make a new token, or use HMAC credentials",
            message=message,
            status=answer.status,
        )
    if answer.status >= 300 or data is None:
        raise RenewalUnavailable("The token could not be renewed", why=f"The platform answered {answer.status}")
    token = data.get("apiToken")
    expires = _number(data.get("apiTokenExpires"))
    if not isinstance(token, str) or not token or expires is None:
        raise RenewalUnavailable(
            "The token could not be renewed", why="The platform answered 200 without a token and the time of its expiry"
        )
    try:
        return checked_token(token), expires
    except CredentialError as error:
        raise RenewalUnavailable("The token could not be renewed", why=error.what) from None


def _refused(message: str, reason: str) -> CredentialError:
    return CredentialError(
        "The platform refused the token",
        why=f"It said: {message}. {reason}" if message else reason,
        remedy="Make a new token, and check that it belongs to this platform (tc_api_path)",
    )


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if number == number and abs(number) < 1e12 else None  # noqa: PLR0124 - not a number is not equal to itself
