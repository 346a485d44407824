"""An emulated service by general schemes: OAuth 2, a login, an API key, Basic, a bearer that stays, a client certificate.

Sources: RFC 6749 (tokens for clients), RFC 6750 (bearers), RFC 7617 (Basic), RFC 9700 section 4.14.2 (refresh tokens that
rotate). API keys have no standard: the header is ``X-API-Key``, the parameter ``api_key``. A request carries one credential;
with two of them, it is refused.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.application import RECORDED
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.recording import RecordedRequest
from gatepost.emulator.routing import Route, Router, origin_form
from gatepost.emulator.service import Service
from gatepost.emulator.services.items import ITEMS_PATH, KEY_PARAMETER, ItemsApi
from gatepost.emulator.services.oauth_endpoint import TOKEN_PATH, Client, TokenEndpoint, basic_user, oauth_error
from gatepost.emulator.services.oauth_tokens import OAuthTokens
from gatepost.emulator.services.reading import bearer_token, read_json, same, texts
from gatepost.emulator.services.server import ServiceServer
from gatepost.emulator.services.settings import ServiceSettings, at_least
from gatepost.emulator.tokens import IssuedToken, TokenState, fingerprint
from gatepost.emulator.verification import Outcome, Verdict
from gatepost.errors import UsageError
from gatepost.secret import Secret

__all__ = ["OAuthCredentials", "OAuthEmulator", "OAuthSettings"]

READ, WRITE = "items:read", "items:write"
SCHEMES = ("token", "bearer", "header", "query", "basic", "certificate")
KEY_HEADER = "x-api-key"
_LOGIN = "/login"
_CHALLENGE = 'Bearer realm="emulated"'


@dataclasses.dataclass(frozen=True, slots=True)
class OAuthCredentials:
    """Every credential that the service accepts.

    Attributes:
        client_id: The client of OAuth 2.
        client_secret: Its secret.
        refresh_token: A refresh token of that client, not used yet.
        public_client_id: A client without a secret.
        public_refresh_token: A refresh token of that one.
        token: A bearer that neither expires nor changes.
        api_key: The API key.
        username: The user for Basic and for the login.
        password: The password.
    """

    client_id: str
    client_secret: Secret
    refresh_token: Secret
    public_client_id: str
    public_refresh_token: Secret
    token: Secret
    api_key: Secret
    username: str
    password: Secret


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OAuthSettings(ServiceSettings):
    """How the emulated service behaves.

    Attributes:
        token_life: Seconds that an access token lives.
        names_life: False leaves ``expires_in`` out of the answers.
        rotates: Whether a refresh token is good for one use, and replaced by it. A second use revokes all tokens that came from
            the same authorization.
        client_authentication: How a client may say who it is: ``basic``, ``body``, or both.
        scopes: The scopes that there are; all are granted when none is asked for. ``items:read`` and ``items:write`` open the
            items.
        schemes: With what the items can be asked for: some of ``token`` (OAuth 2 or a login), ``bearer``, ``header``, ``query``,
            ``basic``, ``certificate``.
        items: How many items there are.
    """

    token_life: float = 3600
    names_life: bool = True
    rotates: bool = True
    client_authentication: tuple[str, ...] = ("basic", "body")
    scopes: tuple[str, ...] = (READ, WRITE)
    schemes: tuple[str, ...] = SCHEMES
    items: int = 45

    def __post_init__(self) -> None:
        ServiceSettings.__post_init__(self)
        at_least(self, token_life=0.001, items=0)
        for name, known in (("client_authentication", ("basic", "body")), ("schemes", SCHEMES)):
            chosen = tuple(getattr(self, name))
            if not chosen or not set(chosen) <= set(known):
                raise UsageError(f"The setting {name} cannot be {', '.join(chosen) or 'empty'}", remedy=f"Use {', '.join(known)}")
            object.__setattr__(self, name, chosen)
        object.__setattr__(self, "scopes", tuple(self.scopes))


class _OAuthService(Service):
    """What the service decides for itself."""

    name: ClassVar[str] = "oauth"
    takes_certificates = True

    def __init__(self, settings: OAuthSettings, clock: PlatformClock) -> None:
        self.clock = clock
        self.settings = settings
        self.tokens = OAuthTokens(clock, life=settings.token_life, rotates=settings.rotates)

        def made_up() -> Secret:
            return Secret(secrets.token_urlsafe(24))

        client = Client(f"client-{secrets.token_hex(4)}", made_up())
        public = Client(f"public-{secrets.token_hex(4)}", None)
        self.credentials = OAuthCredentials(
            client_id=client.client_id,
            client_secret=client.secret or made_up(),
            refresh_token=Secret(self.tokens.authorize(client.client_id, settings.scopes)),
            public_client_id=public.client_id,
            public_refresh_token=Secret(self.tokens.authorize(public.client_id, settings.scopes)),
            token=made_up(),
            api_key=made_up(),
            username="emulated.user",
            password=made_up(),
        )
        life = settings.token_life if settings.names_life else None
        self._endpoint = TokenEndpoint(
            (client, public), self.tokens, scopes=settings.scopes, life=life, methods=settings.client_authentication
        )
        items = ItemsApi(settings.items)
        self.router = Router([*self._endpoint.routes(), Route("POST", _LOGIN, self._log_in), *items.routes()])

    def judge(self, recorded: RecordedRequest, path: str, *, whole: bool) -> Verdict | None:
        if path == TOKEN_PATH:
            return self._endpoint.judge(recorded, whole=whole)
        if path == _LOGIN:
            return self._judge_login(recorded) if whole and recorded.method == "POST" else None
        return self._judge_item(recorded)

    def refusal(self, verdict: Verdict, path: str) -> Refusal:
        if path == TOKEN_PATH:
            return self._endpoint.refusal(verdict)
        if path == _LOGIN:
            return Refusal(401, verdict.message)
        if verdict.scheme == "Bearer":
            # RFC 6750 section 3.1
            words = f'{_CHALLENGE}, error="invalid_token", error_description="{verdict.message}"'
            body = {"error": "invalid_token", "error_description": verdict.message}
            return Refusal(401, verdict.message, headers={"WWW-Authenticate": words}, body=body)
        return Refusal(401, verdict.message, headers={"WWW-Authenticate": f'{_CHALLENGE}, Basic realm="emulated"'})

    def admit(self, route: Route, recorded: RecordedRequest) -> None:
        """Ask an access token for the scope that the call needs (RFC 6750 section 3.1)."""
        token = bearer_token(recorded)
        _, facts = self.tokens.judge(token)
        if not token or facts is None:
            return
        needed = READ if route.method == "GET" else WRITE
        if needed not in facts.scope:
            words = f'{_CHALLENGE}, error="insufficient_scope", scope="{needed}"'
            raise oauth_error("insufficient_scope", f"The token lacks {needed}", 403, {"WWW-Authenticate": words})

    def failure(self, path: str, refusal: Refusal, request: Request | None = None, *, chaos: bool = False) -> Response:  # noqa: ARG002 - one form for all
        message = refusal.message or "The request was refused"
        if path == TOKEN_PATH and refusal.body is None:
            passing = {429: "slow_down", 503: "temporarily_unavailable"}
            error = passing.get(refusal.status, "server_error" if refusal.status >= 500 else "invalid_request")
            refusal.body = {"error": error, "error_description": message}
        return JSONResponse(refusal.body or {"message": message}, refusal.status, refusal.headers)

    def end_token(self, recorded: RecordedRequest, *, revoke: bool) -> bool:
        return self.tokens.end(bearer_token(recorded), revoke=revoke)

    # -- the items -----------------------------------------------------------------------------------------------------------

    def _judge_item(self, recorded: RecordedRequest) -> Verdict:
        authorizations = [value for name, value in recorded.headers if name == "authorization"]
        header_keys = [value for name, value in recorded.headers if name == KEY_HEADER]
        query = parse_qsl(origin_form(recorded.target).partition("?")[2], keep_blank_values=True)
        query_keys = [value for name, value in query if name == KEY_PARAMETER]
        carried = len(authorizations) + len(header_keys) + len(query_keys)
        if carried > 1:
            return _refused("", "There is more than one credential", f"the request carries {carried} credentials")
        if authorizations:
            return self._judge_authorization(recorded, authorizations[0])
        keys: tuple[tuple[str, list[str]], ...] = (("header", header_keys), ("query", query_keys))
        for scheme, given in keys:
            if given:
                return self._compare(scheme, given[0], self.credentials.api_key, "The API key is not valid")
        if recorded.certificate:
            # TLS has verified that it is signed by this service's authority.
            return self._open("certificate", "the subject of the certificate", recorded.certificate[:12])
        return _refused("", "There is no credential", f"accepted are: {', '.join(self.settings.schemes)}")

    def _judge_authorization(self, recorded: RecordedRequest, header: str) -> Verdict:
        user = basic_user(header)
        if user is not None:
            name, password = user
            known = self.credentials
            if not (same(name, known.username) & same(password, known.password.reveal())):
                return _refused("Basic", "Username or password are wrong", "username or password are wrong")
            return self._open("basic", name)
        token = bearer_token(recorded)
        if not token:
            return _refused("", "The Authorization header is not valid", "the scheme is neither Bearer nor Basic, or empty")
        if same(token, self.credentials.token.reveal()):
            return self._open("bearer", "", fingerprint(token))
        state, _ = self.tokens.judge(token)
        if state is not TokenState.LIVE:
            return _refused(
                "Bearer", f"The token is {'expired' if state is TokenState.EXPIRED else 'not valid'}", state.value, token
            )
        return self._open("token", "", fingerprint(token))

    def _compare(self, scheme: str, given: str, known: Secret, words: str) -> Verdict:
        if not same(given, known.reveal()):
            return _refused(scheme, words, "the key is not the one of this service", given)
        return self._open(scheme, "", fingerprint(given))

    def _open(self, scheme: str, user: str, mark: str = "") -> Verdict:
        shown = {"token": "Bearer", "bearer": "Bearer", "basic": "Basic"}.get(scheme, scheme)
        if scheme not in self.settings.schemes:
            explanation = f"the credential is good, but accepted are: {', '.join(self.settings.schemes)}"
            return Verdict(
                Outcome.REFUSED, shown, token_fingerprint=mark, message="The token is not valid", explanation=explanation
            )
        return Verdict(Outcome.ACCEPTED, shown, access_id=user, token_fingerprint=mark)

    # -- the login -----------------------------------------------------------------------------------------------------------

    def _judge_login(self, recorded: RecordedRequest) -> Verdict | None:
        try:
            username, password = texts(read_json(recorded), "username", "password")
        except Refusal:
            return None  # the handler says what is wrong
        known = self.credentials
        if not (same(username, known.username) & same(password, known.password.reveal())):
            return _refused("login", "Username or password are wrong", "username or password are wrong")
        return Verdict(Outcome.ACCEPTED, "login", access_id=username)

    async def _log_in(self, request: Request) -> Response:
        texts(read_json(request.scope[RECORDED]), "username", "password")
        body: dict[str, object] = {"token": self.tokens.issue(self.settings.scopes)}
        if self.settings.names_life:
            body["expires_in"] = int(self.settings.token_life)
        return JSONResponse(body)


class OAuthEmulator(ServiceServer):
    """A service in this process that can be asked by every general scheme: HTTPS on loopback, with items to be read and added.

    Use it as a context manager, like `Emulator`. Tokens are handed out at ``/oauth/token`` (client credentials, refresh tokens)
    and ``/login`` (JSON with ``username`` and ``password``); the items are at ``/items``.

    Example:
        ```python
        with OAuthEmulator(token_life=60) as service:
            print(service.token_url, service.credentials.client_id)
        ```

    Args:
        settings: The settings; None takes the defaults.
        **overrides: Single settings, by their names in `OAuthSettings`.

    Raises:
        UsageError: A setting does not exist, or its value cannot be.
    """

    _probe: ClassVar[str] = ITEMS_PATH

    def __init__(self, settings: OAuthSettings | None = None, **overrides: Any) -> None:
        self.settings = (settings or OAuthSettings()).changed(**overrides)
        self._oauth = _OAuthService(self.settings, PlatformClock(self.settings.time_source, self.settings.clock_offset))
        super().__init__(self._oauth, self.settings)
        self.credentials = self._oauth.credentials

    @property
    def token_url(self) -> str:
        """The token endpoint.

        Raises:
            UsageError: The service was never started.
        """
        return f"{self.url}{TOKEN_PATH}"

    @property
    def client_certificate(self) -> str:
        """The path of a PEM file with a client's certificate and its private key. It is gone when the service stops.

        Raises:
            UsageError: The service does not run.
        """
        return self._client_file()

    @property
    def issued_tokens(self) -> tuple[str, ...]:
        """Every access and refresh token so far, dead ones included. Plain text, as of `Emulator.issued_tokens`."""
        return self._oauth.tokens.all()

    def issue_token(self, scope: str = "", life: float | None = None) -> IssuedToken:
        """Issue an access token.

        Args:
            scope: Scopes with spaces between; empty for all.
            life: Seconds until it expires; None takes the setting, negative makes an expired one.
        """
        seconds = self.settings.token_life if life is None else life
        token = self._oauth.tokens.issue(scope.split() or self.settings.scopes, life=seconds)
        return IssuedToken(Secret(token), int(self.clock.now() + seconds))

    def issue_refresh_token(self, scope: str = "", *, public: bool = False) -> Secret:
        """Issue a refresh token, as if a person had allowed the client to act for it.

        Args:
            scope: Scopes with spaces between; empty for all.
            public: For the client without a secret.
        """
        client = self.credentials.public_client_id if public else self.credentials.client_id
        return Secret(self._oauth.tokens.authorize(client, scope.split() or self.settings.scopes))

    def revoke_token(self, token: Secret | str) -> None:
        """Revoke an access or refresh token, and all others that came from the same authorization.

        Raises:
            UsageError: The token is not one of this service.
        """
        if not self._oauth.tokens.revoke(Secret(token).reveal()):
            raise UsageError("The token cannot be revoked", why="It is not one of this service")

    def _schemes(self) -> dict[str, Callable[[], dict[str, str]]]:
        known = self.credentials
        client = {"token_url": TOKEN_PATH, "client_id": known.client_id, "client_secret": known.client_secret.reveal()}
        user = {"username": known.username, "password": known.password.reveal()}
        return {
            "oauth2": lambda: client,
            "oauth2_refresh": lambda: {**client, "refresh_token": self.issue_refresh_token().reveal()},
            "header": lambda: {"api_key": known.api_key.reveal()},
            "query": lambda: {"api_key": known.api_key.reveal()},
            "basic": lambda: user,
            "bearer": lambda: {"token": known.token.reveal()},
            "login": lambda: {"login_url": _LOGIN, **user},
            "mutual_tls": lambda: {"certificate": self.client_certificate},
        }


def _refused(scheme: str, message: str, explanation: str, token: str = "") -> Verdict:
    mark = fingerprint(token) if token else ""
    return Verdict(Outcome.REFUSED, scheme, token_fingerprint=mark, message=message, explanation=explanation)
