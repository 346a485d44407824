"""The token endpoint of an emulated OAuth 2 server (RFC 6749 sections 2.3, 3.2, 4.4, 5 and 6)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.application import RECORDED
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.recording import RecordedRequest
from gatepost.emulator.routing import Route
from gatepost.emulator.services.oauth_tokens import OAuthTokens, RefreshRefused
from gatepost.emulator.services.reading import read_form, same, single_header
from gatepost.emulator.verification import Outcome, Verdict
from gatepost.secret import Secret

__all__ = ["TOKEN_PATH", "Client", "TokenEndpoint", "basic_user", "oauth_error"]

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class Client:
    """A client that may ask for tokens.

    Attributes:
        client_id: Its id.
        secret: Its secret; None for a public client, which can only refresh (RFC 6749 section 2.1).
    """

    client_id: str
    secret: Secret | None


def oauth_error(error: str, description: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Refusal:
    """Return a refusal in the form of RFC 6749 section 5.2."""
    body = {"error": error, "error_description": description}
    return Refusal(status, description, headers={**_NO_STORE, **(headers or {})}, body=body)


def basic_user(header: str | None) -> tuple[str, str] | None:
    """Return user and password of a header ``Authorization: Basic`` (RFC 7617); None when it is none."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


class TokenEndpoint:
    """Hands out tokens.

    Args:
        clients: Who may ask.
        tokens: The tokens.
        scopes: All scopes that there are.
        life: Seconds that an access token lives, for ``expires_in``; None leaves that out.
        methods: How a client may say who it is: ``basic``, ``body``.
    """

    def __init__(
        self,
        clients: tuple[Client, ...],
        tokens: OAuthTokens,
        *,
        scopes: tuple[str, ...],
        life: float | None,
        methods: tuple[str, ...],
    ) -> None:
        self._clients = {client.client_id: client for client in clients}
        self._tokens = tokens
        self._scopes = scopes
        self._life = life
        self._methods = methods

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [Route("POST", TOKEN_PATH, self.answer)]

    def judge(self, recorded: RecordedRequest, *, whole: bool) -> Verdict | None:
        """Judge who the client says it is; None when that cannot be read."""
        if not whole or recorded.method != "POST":
            return None
        try:
            form = _form(recorded)
            client_id, secret, method = _said(recorded, form)
        except Refusal:
            return None  # the handler says what is wrong
        client = self._clients.get(client_id)
        if client is None:
            return _refused(method, "the client is unknown")
        if client.secret is None:
            if secret:
                return _refused(method, "this client has no secret", client_id)
        elif method not in self._methods:
            return _refused(method, f"this server wants the client's secret by {' or '.join(self._methods)}", client_id)
        elif not same(secret, client.secret.reveal()):
            return _refused(method, "the secret is wrong", client_id)
        return Verdict(Outcome.ACCEPTED, method, access_id=client_id)

    def refusal(self, verdict: Verdict) -> Refusal:
        """Answer ``invalid_client``, with the challenge that RFC 6749 section 5.2 asks for."""
        return _invalid_client(verdict.message)

    async def answer(self, request: Request) -> Response:
        """Hand out a token."""
        recorded: RecordedRequest = request.scope[RECORDED]
        form = _form(recorded)
        client_id, _, _ = _said(recorded, form)
        client = self._clients[client_id]
        scope = tuple(form.get("scope", "").split())
        if not set(scope) <= set(self._scopes):
            raise oauth_error("invalid_scope", f"The scopes are: {' '.join(self._scopes)}")
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            if client.secret is None:
                raise oauth_error("unauthorized_client", "A public client has no credentials")
            granted = scope or self._scopes
            # RFC 6749 section 4.4.3: a refresh token should not be included.
            return self._token(self._tokens.issue(granted), granted)
        if grant != "refresh_token":
            if not grant:
                raise oauth_error("invalid_request", "grant_type is required")
            raise oauth_error("unsupported_grant_type", "The grants are: client_credentials refresh_token")
        if not form.get("refresh_token"):
            raise oauth_error("invalid_request", "refresh_token is required")
        try:
            access, refresh, granted = self._tokens.refresh(form["refresh_token"], client_id, scope)
        except RefreshRefused as refused:
            refusal = oauth_error("invalid_grant", "The refresh token is not valid")
            refusal.explanation = str(refused)
            raise refusal from None
        except ValueError as more:
            raise oauth_error("invalid_scope", str(more)) from None
        return self._token(access, granted, refresh)

    def _token(self, access: str, scope: tuple[str, ...], refresh: str = "") -> Response:
        body: dict[str, object] = {"access_token": access, "token_type": "Bearer"}
        if self._life is not None:
            body["expires_in"] = int(self._life)
        body["scope"] = " ".join(scope)
        if refresh:
            body["refresh_token"] = refresh
        return JSONResponse(body, headers=_NO_STORE)


def _form(recorded: RecordedRequest) -> dict[str, str]:
    """Return the parameters; one without a value counts as omitted (RFC 6749 section 3.2).

    Raises:
        Refusal: The request is no form, or has a parameter twice.
    """
    try:
        return {name: value for name, value in read_form(recorded).items() if value}
    except Refusal as refusal:
        raise oauth_error("invalid_request", refusal.message) from None


def _said(recorded: RecordedRequest, form: Mapping[str, str]) -> tuple[str, str, str]:
    """Return client, secret and by which way they were sent (RFC 6749 section 2.3.1).

    Raises:
        Refusal: By two ways at once, or not at all.
    """
    header = single_header(recorded, "authorization")
    named, secret = form.get("client_id", ""), form.get("client_secret", "")
    if header is None:
        if not named:
            raise _invalid_client("The client does not say who it is")
        return named, secret, "body" if secret else "public"
    user = basic_user(header)
    if user is None:
        raise oauth_error("invalid_request", "The Authorization header is not Basic")
    if secret:
        raise oauth_error("invalid_request", "The client says who it is in two ways")
    client_id, client_secret = (unquote_plus(part) for part in user)
    if named and named != client_id:
        raise oauth_error("invalid_request", "The client says to be two clients")
    return client_id, client_secret, "basic"


def _invalid_client(description: str) -> Refusal:
    return oauth_error("invalid_client", description, 401, {"WWW-Authenticate": 'Basic realm="emulated"'})


def _refused(method: str, explanation: str, client_id: str = "") -> Verdict:
    words = "Client authentication failed"
    return Verdict(Outcome.REFUSED, method, access_id=client_id, message=words, explanation=explanation)
