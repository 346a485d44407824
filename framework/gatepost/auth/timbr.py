"""Timbr: an API key in ``x-api-key``, given, or got with a Fernet bearer (contract/tcap_timbr.md)."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gatepost.auth.credentials import checked_secret
from gatepost.auth.expiring import RenewalRefused
from gatepost.auth.issued import Issued, Refusal
from gatepost.auth.login import LoginAuth
from gatepost.auth.scheme import NOT_OURS, Recovery
from gatepost.clock import ADOPTED_SKEW
from gatepost.errors import CredentialError, UsageError
from gatepost.secret import Secret
from gatepost.transport.timbr import timbr_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest, Response

    from gatepost.clock import Clocks
    from gatepost.transport.plain import PlainTransport

__all__ = ["TimbrAuth"]

_GET_TOKEN = "/timbr/api/get_token"  # noqa: S105 - a path


class TimbrAuth(LoginAuth):
    """Send ``x-api-key`` and ``Content-Type: application/json`` with every call but ``get_token`` (contract/tcap_timbr.md).

    The token is given, or is got on first use with a bearer that is made anew for each ``get_token``: Fernet, with the key of
    the service's ``API_AUTH_SALT``, over the base64 of user name and password. How the two are joined is not documented:
    ``username:password`` in UTF-8, as in HTTP Basic, unless ``join`` says otherwise.

    Timbr's tokens do not expire by themselves. A 401 or 403 on a call with a token from ``get_token`` is worth a new one;
    where that does not help it was about a permission, and the next five minutes cause no further login. An answer to a given
    token is always the caller's.

    A ``Content-Type`` that the request has stays as it is: that of a file or a form, and the ``application/text`` of a
    query in SQL. ``gatepost.transport.timbr_data`` checks the answers, which say ``success`` in their body.

    Args:
        username: The user, to get a token with.
        password: The user's password.
        salt: The Fernet key of the service (``API_AUTH_SALT``): 32 bytes in URL-safe base64.
        token: A token that somebody has, from ``/timbr/get_timbr_user_token/`` say, instead of those three.
        base_url: The service: ``https://timbr.example``. Needed to get a token; with a given one it is the token's origin.
        bearer: What makes the bearer for ``get_token``, or a ready-made one, instead of user name, password and salt. A Fernet
            token carries the time of its making, so that a ready-made one may be refused after a while.
        join: Joins user name and password before they are encoded.
        transport: Sends ``get_token``; default is a plain transport with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).

    Raises:
        UsageError: Neither a token nor what gets one is there, or both are, or ``base_url`` is missing.
        CredentialError: A part is empty, the token holds what no header can hold, or the salt is no Fernet key.
        OriginError: ``base_url`` is not a URL, or is plain HTTP to another machine.
    """

    def __init__(
        self,
        username: str | None = None,
        password: str | Secret | None = None,
        salt: str | Secret | None = None,
        *,
        token: str | Secret | None = None,
        base_url: str | None = None,
        bearer: str | Secret | Callable[[], str | Secret] | None = None,
        join: Callable[[str, str], str] = "{}:{}".format,
        transport: PlainTransport | None = None,
        clocks: Clocks | None = None,
        warn: Callable[[str, str], None] | None = None,
    ) -> None:
        pair = username is not None or password is not None or salt is not None
        if (token is not None) + pair + (bearer is not None) != 1:
            raise UsageError(
                "TimbrAuth needs one way to a token",
                remedy="Give token=, or username=, password= and salt= with base_url=, or bearer= with base_url=",
            )
        if base_url is None and token is None:
            raise UsageError("TimbrAuth does not know where to get a token", remedy="Give base_url=")
        self._make_bearer: Callable[[], str | Secret] | None = None
        if pair:
            make = fernet_bearer(username or "", password or "", salt or "", join=join)
            self._make_bearer = lambda: make(self.clocks.of(self._issuing).now())
        elif bearer is not None:
            if callable(bearer):
                self._make_bearer = bearer
            else:
                ready = checked_secret(bearer, "bearer for get_token")
                self._make_bearer = lambda: ready
        base = (base_url or _NOWHERE).rstrip("/")
        super().__init__(
            f"{base}{_GET_TOKEN}",
            headers=self._get_token_headers,
            token=_token_in,
            header="x-api-key",
            prefix="",
            life=None,
            transport=transport,
            clocks=clocks,
            warn=warn,
        )
        if base_url is None:
            self.origin = None
        self.token = None if token is None else checked_secret(token, "Timbr token")

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:
        """Return ``x-api-key``, and ``Content-Type`` where the request has none; nothing for ``get_token``."""
        if _is_get_token(request):
            return {}
        headers = {self.header: self.token.reveal()} if self.token is not None else dict(super().headers(request))
        if "Content-Type" not in request.headers:
            headers["Content-Type"] = "application/json"
        return headers

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Get a new token after a refusal, unless the token was given."""
        if self.token is not None or _is_get_token(request):
            return NOT_OURS
        return super().recover(request, response)

    def judge(self, response: Response) -> Refusal:
        """Say that 401 and 403 perhaps mean that the token was replaced."""
        return Refusal.PERHAPS if response.status_code in (401, 403) else Refusal.OTHER

    def issue(self) -> Issued:
        """Get a token. A bearer that was refused because this machine's clock is far off is made once more, by the service's.

        Raises:
            RenewalRefused: The service refuses the bearer, or says anything but ``success``.
            RenewalUnavailable: It cannot be reached, or is in trouble.
        """
        clock = self.clocks.of(self._issuing)
        offset = clock.now() - clock.time.monotonic()
        try:
            return super().issue()
        except RenewalRefused:
            if abs(clock.now() - clock.time.monotonic() - offset) <= ADOPTED_SKEW:
                raise
        return super().issue()

    def words(self, data: Any) -> str:
        """Return the words of a ``get_token`` that brought none: Timbr has them in ``data``."""
        return timbr_words(data) or super().words(data)

    def _get_token_headers(self) -> dict[str, str | Secret]:
        bearer = Secret(self._make_bearer() if self._make_bearer is not None else "")
        return {"Content-Type": "application/json", "Authorization": Secret(f"Bearer {bearer.reveal()}")}


_NOWHERE = "https://localhost"  # with a given token nothing is asked for


def fernet_bearer(
    username: str, password: str | Secret, salt: str | Secret, *, join: Callable[[str, str], str] = "{}:{}".format
) -> Callable[[float], Secret]:
    """Return what makes a bearer for ``get_token``, given the time: Fernet over the base64 of user name and password.

    Args:
        username: The user.
        password: The password.
        salt: The Fernet key: 32 bytes in URL-safe base64.
        join: Joins user name and password; what it returns is encoded in UTF-8.

    Raises:
        CredentialError: A part is empty, or the salt is no Fernet key.
    """
    secret, key = Secret(password), Secret(salt)
    for name, value in (("user name", username), ("password", secret), ("salt", key)):
        if not value:
            raise CredentialError(f"The {name} for Timbr is empty", remedy="Give username, password and salt")
    from cryptography.fernet import Fernet

    try:
        Fernet(key.reveal().encode())
    except ValueError:
        valid = False
    else:
        valid = True
    if not valid:
        raise CredentialError(
            "The salt for Timbr is no Fernet key",
            why="It has to be 32 bytes in URL-safe base64, 44 characters in all",
            remedy="Copy API_AUTH_SALT of the Timbr API service once more",
        )

    def make(now: float) -> Secret:
        combination = b64encode(join(username, secret.reveal()).encode())
        return Secret(Fernet(key.reveal().encode()).encrypt_at_time(combination, int(now)))

    return make


def _token_in(answer: Any) -> Any:
    return answer["data"][0] if answer.get("status") == "success" and isinstance(answer["data"], list) else None


def _is_get_token(request: PreparedRequest) -> bool:
    return urlsplit(request.url or "").path.rstrip("/").endswith(_GET_TOKEN)
