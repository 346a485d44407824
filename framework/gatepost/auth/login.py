"""Tokens from a login call, described in a few words: what is sent, where the token is, how long it is good, what expiry is."""

from __future__ import annotations

import json as json_module
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gatepost.auth.issued import Issued, IssuedTokenAuth, Refusal
from gatepost.errors import UsageError
from gatepost.secret import Secret
from gatepost.secret_names import may_be_secret
from gatepost.transport.answers import message_in, words_of

if TYPE_CHECKING:
    from requests import Response

    from gatepost.clock import Clocks
    from gatepost.transport.plain import PlainTransport

__all__ = ["LoginAuth"]

Parts = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""Names and values, secrets among them; or what makes them anew for each login."""


class LoginAuth(IssuedTokenAuth):
    """A token from a login call, sent as a header and renewed by logging in again.

    ```python
    LoginAuth(
        "https://service.example/login",
        json={"username": username, "password": password},
        token="data.token",
        life=3_600,
        expired=(401, "token expired"),
    )
    ```

    It logs in on first use, and once for any number of threads. It logs in again ahead of the token's expiry: the ``exp`` of a
    JWT, else ``life`` seconds after the login. And it logs in again, and has the request repeated, where the service says that
    the token has expired. A login that the service refuses (a 4xx but 408 and 429, a redirect, JSON without a token) is final
    and is not tried again; what may pass (408, 429, 5xx, no answer, a success that is not JSON) is tried three times.

    A forked process uses the inherited token and logs in by itself once that has expired: a login is taken to end no other
    token.

    Args:
        url: Where to log in.
        json: The body of the login as JSON; secrets in it as `Secret`, or as text below a name that says so. A function makes
            one for each login.
        form: The body as form fields, instead.
        headers: Further headers of the login.
        token: Where the token is in the answer: names joined by dots, numbers in lists (``data.0.token``); several places, of
            which the first that is there counts; or a function of the decoded JSON.
        header: The header that carries the token.
        prefix: What stands before it there, with its space.
        life: Seconds that a token is good for, unless it is a JWT that says so; None: it is renewed only when refused.
        expired: Which refusal means that the token has expired: a status; a status with words that the answer contains, in
            upper or lower case; or a function of the response. A status alone may mean a missing permission as well: then a new
            token that does not help is the last one for five minutes.
        method: HTTP method of the login.
        origin: The only server that gets the token; default is that of the login.
        transport: Sends the logins; default is a plain transport with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).

    Raises:
        OriginError: The URL is none, or is plain HTTP to another machine.
        UsageError: Both ``json`` and ``form`` are given, or the header has a name that none can have.
    """

    def __init__(
        self,
        url: str,
        *,
        json: Parts | None = None,
        form: Parts | None = None,
        headers: Parts | None = None,
        token: str | Sequence[str] | Callable[[Any], Any] = "token",  # noqa: S107 - a place, no password
        header: str = "Authorization",
        prefix: str = "Bearer ",
        life: float | None = 300.0,
        expired: int | tuple[int, str] | Callable[[Response], bool] = 401,
        method: str = "POST",
        origin: str | None = None,
        transport: PlainTransport | None = None,
        clocks: Clocks | None = None,
        warn: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__(url, header=header, prefix=prefix, origin=origin or url, transport=transport, clocks=clocks, warn=warn)
        if json is not None and form is not None:
            raise UsageError("A login has one body", remedy="Give json= or form=, not both")
        self._json = _guarded(json)
        self._form = _guarded(form)
        self._login_headers = _guarded(headers)
        self._token = token
        self.life = life
        self._expired = expired
        self._method = method

    def issue(self) -> Issued:
        """Log in.

        Raises:
            RenewalRefused: The service refuses the login, or answers JSON without a token.
            RenewalUnavailable: It cannot be reached, is in trouble, or answers something that is not JSON.
        """
        answer = self.ask(
            self._method,
            headers=_plain(self._login_headers),
            json=_plain(self._json),
            data=_plain(self._form),
        )
        try:
            data = json_module.loads(answer.body)
        except (ValueError, RecursionError):
            data = _NO_JSON
        if not 200 <= answer.status < 300:
            raise self.refused(answer, message=self.words(data) or None)
        if data is _NO_JSON:
            raise self.unusable(answer, "It answered something that is not JSON")
        token = self._find(data)
        if not isinstance(token, str | Secret) or not token:
            raise self.refused(answer, message=self.words(data) or "nothing, and there is no token in its answer")
        return Issued(token, self.life)

    def judge(self, response: Response) -> Refusal:
        """Say whether an answer means that the token has expired, as the description has it."""
        expired = self._expired
        if callable(expired):
            return Refusal.EXPIRED if expired(response) else Refusal.OTHER
        if isinstance(expired, int):
            return Refusal.PERHAPS if response.status_code == expired else Refusal.OTHER
        status, words = expired
        if response.status_code != status:
            return Refusal.OTHER
        return Refusal.EXPIRED if words.lower() in words_of(response).message.lower() else Refusal.OTHER

    def words(self, data: Any) -> str:
        """Return the words of a login that did not bring a token, from its decoded answer."""
        return message_in(data)

    def _find(self, data: Any) -> Any:
        if callable(self._token):
            try:
                return self._token(data)
            except (LookupError, TypeError, AttributeError):
                return None  # it is not where it was looked for
        places = (self._token,) if isinstance(self._token, str) else self._token
        return next((found for place in places if (found := _at(data, place))), None)


_NO_JSON = object()


def _at(data: Any, place: str) -> Any:
    for name in place.split("."):
        if isinstance(data, Mapping):
            data = data.get(name)
        elif isinstance(data, list) and name.isdecimal() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def _guarded(parts: Any, name: str = "") -> Any:
    """Return parts in which everything that a name calls secret is a `Secret`, so that no log shows it."""
    if isinstance(parts, Mapping):
        return {key: _guarded(value, str(key)) for key, value in parts.items()}
    if isinstance(parts, list | tuple):
        return [_guarded(value, name) for value in parts]
    return Secret(parts) if isinstance(parts, str) and may_be_secret(name) else parts


def _plain(parts: Any) -> Any:
    """Return parts as they are sent."""
    if callable(parts):
        parts = parts()
    if isinstance(parts, Mapping):
        return {key: _plain(value) for key, value in parts.items()}
    if isinstance(parts, list | tuple):
        return [_plain(value) for value in parts]
    return parts.reveal() if isinstance(parts, Secret) else parts
