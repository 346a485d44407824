"""Token authorization: the platform's tokens, renewed at ``/appAuth``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gatepost.auth.expiring import Expiring, RenewalRefused, RenewalUnavailable, RenewalUnsupported
from gatepost.auth.renewal import Renewal
from gatepost.auth.scheme import NOT_OURS, TRY_AGAIN, Final, Recovery, Scheme
from gatepost.errors import CredentialError
from gatepost.secret import Secret
from gatepost.transport.answers import retry_after, words_of
from gatepost.transport.errors import DeadlineExceeded, TransportError
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
        expires: Its expiry, seconds since the epoch by the platform's clock. None, and any token that starts with ``APIV2:``:
            it does not expire by time and is renewed only when refused.
        renew_url: Where to renew it: ``{tc_api_path}/appAuth``. None: it is never renewed.
        origin: The only server that gets the token; default is that of ``renew_url``, else each call is pinned to its own.
        transport: Sends the renewals; default is a plain transport of its own with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).

    Raises:
        CredentialError: The token is empty or holds a character that no header can hold.
        OriginError: ``renew_url`` is not of the ``origin``, or is plain HTTP to another machine.
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
        if renew_url is not None:
            # The token goes there too, in the query.
            self.check_origin(renew_url)
        secret = checked_token(token)
        if secret.reveal().startswith(_LONG_LIVED):
            expires = None
        self.renew_url = renew_url
        self._transport = transport
        self._brought_transport = transport is not None
        # Without a place to renew it, its age changes nothing: it is sent until the server refuses it.
        expires = expires if renew_url is not None else None
        clock = self.clocks.of(None if renew_url is None else origin_of(renew_url))
        self.renewal = Renewal(secret, expires, fetch=self._fetch, clock=clock, warn=warn)

    def __repr__(self) -> str:
        return f"TokenAuth(origin={str(self.origin) if self.origin else None!r}, expires={self.renewal.snapshot().expires!r})"

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same whatever the request
        """Return ``Authorization`` with a token that is good now."""
        return {"Authorization": f"TC-Token {self.renewal.current().secret.reveal()}"}

    def use_transport(self, transport: PlainTransport) -> None:
        """Send renewals by this transport, unless the scheme was made with one."""
        if not self._brought_transport:
            self._transport = transport

    def unrenewed_headers(self) -> Mapping[str, str]:
        """Return ``Authorization`` with the token as it is, for a server that may know no renewal."""
        return {"Authorization": f"TC-Token {self.renewal.snapshot().secret.reveal()}"}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Renew a refused token where the refusal can be about the token (see `Renewal.may_force`)."""
        current = self.renewal.snapshot()
        mine = request.headers.get("Authorization") == f"TC-Token {current.secret.reveal()}"
        if response.status_code != 401:
            # Only a success shows it: a 403 may be about the credentials, a redirect may lead to a login page.
            if mine and 200 <= response.status_code < 300:
                self.renewal.accepted(current)
            return NOT_OURS
        if not mine:
            return TRY_AGAIN
        message = words_of(response).message
        unauthorized = "unauthorized" in message.lower()
        if self.renew_url is None:
            return Final(_refused(message, "It cannot be renewed here: no renew_url was given")) if unauthorized else NOT_OURS
        if not self.renewal.may_force(current, unauthorized=unauthorized):
            if self.renewal.snapshot() is not current:
                return TRY_AGAIN
            return Final(_refused(message, "It had been renewed just before")) if unauthorized else NOT_OURS
        try:
            self.renewal.force(current)
        except (CredentialError, TransportError) as error:
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
        except DeadlineExceeded:
            # This caller's own; it says nothing about the server.
            raise
        except TransportError as error:
            raise RenewalUnavailable(
                "The token could not be renewed",
                why=f"{error.what}. {error.why}".rstrip(". "),
                remedy=error.remedy,
                hopeless=error.hopeless,
            ) from None
        origin = origin_of(self.renew_url or "")
        if self._transport.verify is not False or origin.is_loopback:
            self.clocks.of(origin).note(answer.headers.get("Date"))
        try:
            return read_renewal(answer)
        except RenewalUnsupported as error:
            if not self.renewal.ever_accepted:
                raise
            # A server that has accepted tokens knows them: this is a proxy, a deployment or a maintenance page.
            raise RenewalUnavailable("The token could not be renewed", why=error.why) from None


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

    A token with an expiry that cannot be read is taken all the same, as one whose expiry is not known: the old one is dead by
        now.

    Raises:
        RenewalUnavailable: 408, 429, 5xx but 501, or a success without a usable token.
        RenewalRefused: ``success`` is false, whatever the other statuses; or any other 4xx.
        RenewalUnsupported: 404, 405 or 501, or a success or redirect that is not JSON: the server knows no renewal.
    """
    data = _json_object(answer.body)
    message = str(data.get("message") or "")[:500] if data else ""
    status = answer.status
    if status in (408, 429) or (status >= 500 and status not in _UNSUPPORTED):
        said = f" and said: {message}" if message else ""
        asked = retry_after(answer.headers) if status in (429, 503) else None
        raise RenewalUnavailable("The token could not be renewed", why=f"The platform answered {status}{said}", retry_after=asked)
    if data is not None and data.get("success") is False:
        raise _renewal_refused(status, message)
    if status in _UNSUPPORTED or (status < 400 and data is None):
        raise RenewalUnsupported(
            "The server knows no renewal of tokens",
            why=f"It answered {status}" + ("" if status in _UNSUPPORTED else " with something that is not JSON"),
            remedy="Check tc_api_path; on an older Integration or Environment server use api_access_id and api_secret_key",
            message=message,
            status=status,
        )
    if 400 <= status < 500:
        raise _renewal_refused(status, message)
    token = data.get("apiToken") if data is not None and 200 <= status < 300 else None
    if data is None or not isinstance(token, str) or not token:
        raise RenewalUnavailable("The token could not be renewed", why=f"The platform answered {status} without a token")
    try:
        return checked_token(token), _expiry(data.get("apiTokenExpires"))
    except CredentialError as error:
        raise RenewalUnavailable("The token could not be renewed", why=error.what) from None


def _renewal_refused(status: int, message: str) -> RenewalRefused:
    return RenewalRefused(
        "The platform refused to renew the token",
        why=f"It said: {message}" if message else f"It answered {status} and gave no reason",
        remedy="Start the app again so that it gets a new token; outside the platform make a new token, or use HMAC credentials",
        message=message,
        status=status,
    )


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


def _expiry(value: object) -> float | None:
    """Return a time in seconds since the epoch; None when it is none. A number too large for seconds is one of milliseconds."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not 0 < number < 1e15:
        return None
    return number / 1000 if number > 1e11 else number
