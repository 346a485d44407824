"""OAuth 2 (RFC 6749) for programs: client credentials, and refresh tokens. Messages are made and read by oauthlib."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote_plus

from gatepost.auth.credentials import checked_secret
from gatepost.auth.expiring import RenewalUnavailable
from gatepost.auth.issued import Issued, IssuedTokenAuth, Refusal
from gatepost.auth.static import basic_value
from gatepost.errors import CredentialError, UsageError
from gatepost.redaction import redact
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from requests import Response

    from gatepost.auth.expiring import RenewalRefused
    from gatepost.clock import Clocks
    from gatepost.transport.plain import Answer, PlainTransport

__all__ = ["ClientCredentialsAuth", "RefreshTokenAuth"]

ClientAuthentication = Literal["basic", "body"]

_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
"""Errors that say of themselves that another try may succeed; the others of RFC 6749 section 5.2 are final."""

_REMEDIES = {
    "invalid_client": "Check the client id and its secret; some servers want client_authentication='body'",
    "invalid_grant": "The refresh token is used up, has expired or was revoked: authorize the app again, and save the new one",
    "invalid_scope": "Check scope=",
    "unauthorized_client": "Allow this kind of grant for the client at the server",
    "unsupported_grant_type": "Check token_url: this server does not know this kind of grant",
}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_life(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdecimal() and len(value) < 12 and int(value) > 0
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e11


_CHECKED: dict[str, Callable[[object], bool]] = {
    "expires_in": _is_life,
    "expires_at": lambda _: False,  # not in the RFC
    "scope": _is_text,
    "refresh_token": _is_text,
    "access_token": _is_text,
    "error": _is_text,
}


class _OAuthAuth(IssuedTokenAuth):
    """What both schemes have in common: how the client says who it is, and what the server's answers mean."""

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str | Secret | None,
        *,
        scope: str | Iterable[str] | None,
        parameters: Mapping[str, str] | None,
        client_authentication: ClientAuthentication,
        origin: str | None,
        transport: PlainTransport | None,
        clocks: Clocks | None,
        warn: Callable[[str, str], None] | None,
        in_children: bool,
    ) -> None:
        if find_spec("oauthlib") is None:
            raise UsageError(
                f"{type(self).__name__} needs oauthlib, which is not installed", remedy="pip install 'gatepost[oauth]'"
            )
        if client_authentication not in ("basic", "body"):
            raise UsageError(f"{client_authentication!r} is no way to authenticate a client", remedy="Give 'basic' or 'body'")
        if not client_id:
            raise CredentialError("The client id is empty", remedy="Check the input that it comes from")
        super().__init__(token_url, origin=origin, transport=transport, clocks=clocks, warn=warn, in_children=in_children)
        self.client_id = client_id
        self.client_secret = None if client_secret is None else Secret(client_secret)
        self.scope = None if scope is None else scope.split() if isinstance(scope, str) else list(scope)
        self._parameters = dict(parameters or {})
        self._basic: Secret | None = None
        if self.client_secret is not None and client_authentication == "basic":
            # RFC 6749 section 2.3.1: both are encoded like a form before they are joined.
            encoded = Secret(quote_plus(self.client_secret.reveal()))
            self._basic = basic_value(quote_plus(client_id), encoded)

    def judge(self, response: Response) -> Refusal:
        """Say whether the server calls the token invalid (RFC 6750 section 3.1); a 401 without a word may mean that."""
        if response.status_code != 401:
            return Refusal.OTHER
        challenge = response.headers.get("WWW-Authenticate", "")
        return Refusal.EXPIRED if "invalid_token" in challenge else Refusal.PERHAPS

    def _grant(self, client: Any, prepare: Callable[..., str], **arguments: Any) -> dict[str, Any]:
        """Ask for a token, and return what the server issued.

        Args:
            client: oauthlib's client, which reads the answer.
            prepare: Its method that makes the body.
            arguments: What of the grant is in the body.

        Raises:
            RenewalRefused: An error of RFC 6749 section 5.2, in the server's words.
            RenewalUnavailable: No usable answer came.
        """
        in_body: dict[str, Any] = {"client_id": self.client_id, "include_client_id": self._basic is None}
        if self.client_secret is not None and self._basic is None:
            in_body["client_secret"] = self.client_secret.reveal()
        body = prepare(scope=self.scope, **arguments, **in_body, **self._parameters)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self._basic is not None:
            headers["Authorization"] = self._basic.reveal()
        return self._read(client, self.ask(headers=headers, data=body))

    def _read(self, client: Any, answer: Answer) -> dict[str, Any]:
        from oauthlib.oauth2 import OAuth2Error

        data = _object(answer.body)
        if not 200 <= answer.status < 300 and (data is None or not _is_text(data.get("error"))):
            raise self.refused(answer)
        if data is None:
            raise self.unusable(answer, "It answered something that is not JSON")
        # A life or a scope that cannot be read must not cost a token, and a rotated refresh token with it.
        readable = {name: value for name, value in data.items() if name not in _CHECKED or _CHECKED[name](value)}
        code = description = ""
        try:
            granted: dict[str, Any] = dict(client.parse_request_body_response(json.dumps(readable)))
        except OAuth2Error as error:
            code, description = str(error.error or ""), str(error.description or "")
        else:
            kind = granted.get("token_type")
            if not isinstance(kind, str) or kind.lower() == "bearer":
                return granted
            code, description = "unsupported token_type", kind
        raise self._error(answer, code, description)

    def _error(self, answer: Answer, code: str, description: str) -> RenewalRefused | RenewalUnavailable:
        words = redact(f"{code}: {description}".strip(": "))[:500]
        if code in _PASSING or not code or code == "missing_token":
            return RenewalUnavailable(f"No token could be got from {self._issuing}", why=f"It said: {words}")
        return self.refused(answer, message=words, remedy=_REMEDIES.get(code, "Check the client, and what it may ask for"))

    @staticmethod
    def _issued(granted: Mapping[str, Any]) -> Issued:
        life = granted.get("expires_in")
        return Issued(Secret(str(granted["access_token"])), None if life is None else float(life))


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


class ClientCredentialsAuth(_OAuthAuth):
    """The client credentials grant of OAuth 2 (RFC 6749 section 4.4): a token for the program itself.

    A token is got on first use, and anew ahead of its expiry (``expires_in``, or the ``exp`` of a JWT) and after a 401. What the
    server refuses in words (``invalid_client``) is final; 429, 5xx and no answer are tried three times. A forked process gets
    a token of its own when it needs one. Needs the extra ``oauth``.

    Args:
        token_url: The token endpoint.
        client_id: The client.
        client_secret: Its secret.
        scope: Scopes, as a text with spaces or one by one.
        parameters: Further parameters of the request: ``{"audience": "https://service.example"}``.
        client_authentication: ``basic`` (in ``Authorization``, which servers must know) or ``body`` (RFC 6749 section 2.3.1).
        origin: The only server that gets the token. Give it: the token endpoint is mostly another one. None pins each call to
            the origin of its request.
        transport: Sends the questions for tokens; default is a plain transport with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).

    Raises:
        UsageError: oauthlib is not installed, or ``client_authentication`` is neither.
        CredentialError: The client id or its secret is empty.
        OriginError: ``token_url`` is not a URL, or is plain HTTP to another machine.
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str | Secret,
        *,
        scope: str | Iterable[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        client_authentication: ClientAuthentication = "basic",
        origin: str | None = None,
        transport: PlainTransport | None = None,
        clocks: Clocks | None = None,
        warn: Callable[[str, str], None] | None = None,
    ) -> None:
        if not client_secret:
            raise CredentialError("The client secret is empty", remedy="Check the input that it comes from")
        super().__init__(
            token_url,
            client_id,
            client_secret,
            scope=scope,
            parameters=parameters,
            client_authentication=client_authentication,
            origin=origin,
            transport=transport,
            clocks=clocks,
            warn=warn,
            in_children=True,
        )

    def issue(self) -> Issued:
        """Ask for a token by the client's own credentials."""
        from oauthlib.oauth2 import BackendApplicationClient

        client = BackendApplicationClient(self.client_id)
        return self._issued(self._grant(client, client.prepare_request_body))


class RefreshTokenAuth(_OAuthAuth):
    """The refresh token grant of OAuth 2 (RFC 6749 section 6): a token for a user who authorized the program once.

    Where the server rotates refresh tokens, the new one is handed to ``save`` before the access token that came with it is used.
    Where it cannot be saved, nothing is sent, the error says so, and the next call saves it again without asking the server.
    What is in memory only is lost if the process is killed in that moment, and so is a new refresh token whose answer did not
    arrive. A replayed tape saves nothing. ``invalid_grant`` is final. A forked process never refreshes, since that would use up
    its parent's refresh token, and two processes must not share one. Needs the extra ``oauth``.

    Args:
        token_url: The token endpoint.
        refresh_token: The refresh token of the last run.
        client_id: The client.
        client_secret: Its secret; None for a public client.
        save: Told each new refresh token: `TokenFile.save`, say. It returns when the token is safe, and raises when it is not.
        scope: Scopes, fewer than were authorized; None for all of them.
        parameters: Further parameters of the request.
        client_authentication: ``basic`` (in ``Authorization``) or ``body``; a public client is named in the body.
        origin: The only server that gets the access token. Give it: the token endpoint is mostly another one. None pins each
            call to the origin of its request.
        transport: Sends the questions for tokens; default is a plain transport with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).

    Raises:
        UsageError: oauthlib is not installed, or ``client_authentication`` is neither.
        CredentialError: The refresh token or the client id is empty.
        OriginError: ``token_url`` is not a URL, or is plain HTTP to another machine.
    """

    def __init__(
        self,
        token_url: str,
        refresh_token: str | Secret,
        *,
        client_id: str,
        client_secret: str | Secret | None = None,
        save: Callable[[Secret], object],
        scope: str | Iterable[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        client_authentication: ClientAuthentication = "basic",
        origin: str | None = None,
        transport: PlainTransport | None = None,
        clocks: Clocks | None = None,
        warn: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__(
            token_url,
            client_id,
            client_secret or None,
            scope=scope,
            parameters=parameters,
            client_authentication=client_authentication,
            origin=origin,
            transport=transport,
            clocks=clocks,
            warn=warn,
            in_children=False,
        )
        self.refresh_token = checked_secret(refresh_token, "refresh token")
        self._save = save
        self._unsaved: tuple[Issued, float] | None = None  # with when it was asked for

    def issue(self) -> Issued:
        """Exchange the refresh token, and have a new one saved before anything else.

        Raises:
            RenewalUnavailable: Also when the new refresh token could not be saved.
        """
        from oauthlib.oauth2 import WebApplicationClient

        monotonic = self.clocks.time.monotonic
        if self._unsaved is None:
            client = WebApplicationClient(self.client_id)
            asked_at = monotonic()
            granted = self._grant(client, client.prepare_refresh_body, refresh_token=self.refresh_token.reveal())
            issued = self._issued(granted)
            rotated = granted.get("refresh_token")
            if not isinstance(rotated, str) or not rotated or rotated == self.refresh_token.reveal():
                return issued
            self.refresh_token = Secret(rotated)
            if self._transport is not None and self._transport.replays:
                return issued  # a placeholder, which must not take the place of the one that is kept
            self._unsaved = (issued, asked_at)
        issued, asked_at = self._unsaved
        try:
            self._save(self.refresh_token)
        except Exception as error:  # noqa: BLE001 - whatever a caller's function raises
            reason = redact(f"{type(error).__name__}: {error}")
        else:
            self._unsaved = None
            return issued if issued.life is None else Issued(issued.token, issued.life - (monotonic() - asked_at))
        raise RenewalUnavailable(
            "The new refresh token could not be saved",
            why=reason,
            remedy="Let this process live until save= has worked: the old refresh token is used up",
        )
