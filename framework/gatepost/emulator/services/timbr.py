"""An emulated Timbr: tokens for Fernet bearers, ontologies, queries that are really run.

Source: contract/tcap_timbr.md. What it does not know is chosen as a careful service would have it: username and password are
joined with a colon, as in HTTP Basic; a bearer is good for a minute; a wrong bearer or token is 401; a call without the header
``Content-Type`` that it must have is 415; ``x-api-key`` on ``get_token`` is 400; a browser logs in by a form at ``/login/``.
"""

from __future__ import annotations

import dataclasses
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from cryptography.fernet import Fernet
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gatepost.emulator.application import RECORDED
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.recording import RecordedRequest
from gatepost.emulator.routing import Route, Router
from gatepost.emulator.service import Service
from gatepost.emulator.services.fernet_bearer import InvalidBearer, read_fernet, read_user
from gatepost.emulator.services.json_web_token import InvalidToken, decode, encode
from gatepost.emulator.services.ontologies import SAMPLES, Ontologies
from gatepost.emulator.services.reading import bearer_token, media_type, read_form, same, single_header, texts
from gatepost.emulator.services.server import ServiceServer
from gatepost.emulator.services.settings import ServiceSettings, at_least
from gatepost.emulator.services.timbr_api import OPENAPI, TimbrApi
from gatepost.emulator.tokens import fingerprint
from gatepost.emulator.verification import Outcome, Verdict
from gatepost.errors import UsageError
from gatepost.secret import Secret

__all__ = ["TimbrCredentials", "TimbrEmulator", "TimbrSettings"]

_GET_TOKEN, _USER_TOKEN, _LOGIN = "/timbr/api/get_token", "/timbr/get_timbr_user_token/", "/login/"
_COOKIE = "session"


class _Words:
    """The service's words for a refusal; unknown in the contract."""

    MISSING = "The header x-api-key is required"
    INVALID = "The API key is not valid"
    INVALID_BEARER = "The authorization bearer is not valid"
    KEY_TOO_MANY = "The header x-api-key does not belong on get_token"
    LOGIN_FIRST = "Log in first"


def join_with_colon(username: str, password: str) -> str:
    """Return username and password as HTTP Basic joins them."""
    return f"{username}:{password}"


@dataclasses.dataclass(frozen=True, slots=True)
class TimbrCredentials:
    """Who may use the service.

    Attributes:
        username: The username.
        password: The password.
        salt: What the service holds in ``API_AUTH_SALT``: the Fernet key of bearers.
        token: The token that the user has at the start, for ``x-api-key``.
    """

    username: str
    password: Secret
    salt: Secret
    token: Secret


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TimbrSettings(ServiceSettings):
    """How an emulated Timbr behaves.

    Attributes:
        username: The user's name.
        password: The password; None makes one.
        salt: The Fernet key of bearers, 32 bytes in URL-safe base64; None makes one.
        join: Makes one text of username and password, of which a bearer has the base64.
        bearer_age: Whole seconds that a bearer may be old.
        tenant: The tenant that ``x-jwt-tenant-id`` must name where it is sent.
        ontologies: Rows by ontology and concept.
        most_rows: Rows that an answer has at most.
        most_steps: Steps of the database's machine that a query takes at most.
        running_polls: How often a poll finds a query still running.
    """

    username: str = "emulated.user"
    password: Secret | str | None = None
    salt: Secret | str | None = None
    join: Callable[[str, str], str] = join_with_colon
    bearer_age: int = 60
    tenant: str = "emulated"
    ontologies: Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]] = dataclasses.field(default_factory=lambda: SAMPLES)
    most_rows: int = 10_000
    most_steps: int = 2_000_000
    running_polls: int = 1

    def __post_init__(self) -> None:
        ServiceSettings.__post_init__(self)
        at_least(self, bearer_age=0, most_rows=1, most_steps=1, running_polls=0)
        if not self.username:
            raise UsageError("The username cannot be empty")
        for name in ("password", "salt"):
            value = getattr(self, name)
            if value is not None:
                if not value:
                    raise UsageError(f"The {name} cannot be empty")
                object.__setattr__(self, name, Secret(value))
        if self.salt is not None:
            try:
                Fernet(Secret(self.salt).reveal())
            except ValueError:
                raise UsageError("The salt is no Fernet key", remedy="Use 32 bytes in URL-safe base64") from None


class _TimbrService(Service):
    """What Timbr decides for itself."""

    name: ClassVar[str] = "timbr"

    def __init__(self, settings: TimbrSettings, clock: PlatformClock) -> None:
        self.clock = clock
        self.settings = settings
        self.password = Secret(settings.password or secrets.token_urlsafe(24))
        self.salt = Secret(settings.salt or Fernet.generate_key())
        self.ontologies = Ontologies(settings.ontologies, most_rows=settings.most_rows, most_steps=settings.most_steps)
        self._lock = threading.Lock()
        self._tokens: list[str] = []
        self._live = ""
        self._sessions: set[str] = set()
        self._jwt_key = secrets.token_bytes(32)
        api = TimbrApi(self.ontologies, clock, running_polls=settings.running_polls)
        self.router = Router(
            [
                Route("POST", _GET_TOKEN, self._get_token),
                Route("POST", _LOGIN, self._log_in),
                Route("GET", _USER_TOKEN, self._get_user_token),
                *api.routes(),
            ]
        )

    # -- tokens --------------------------------------------------------------------------------------------------------------

    def current_token(self) -> str:
        """Return the user's token; a new one where the last one was ended."""
        with self._lock:
            if not self._live:
                self._live = f"tk_{secrets.token_hex(32)}"
                self._tokens.append(self._live)
            return self._live

    def all_tokens(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._tokens)

    def end_token(self, recorded: RecordedRequest, *, revoke: bool) -> bool:  # noqa: ARG002 - such a token does not expire
        return self.end(single_header(recorded, "x-api-key") or "")

    def end(self, token: str) -> bool:
        with self._lock:
            if not token or not same(token, self._live):
                return False
            self._live = ""
            return True

    def issue_json_web_token(self, life: float) -> str:
        return encode({"sub": self.settings.username, "exp": self.clock.now() + life}, self._jwt_key)

    # -- judging -------------------------------------------------------------------------------------------------------------

    def judge(self, recorded: RecordedRequest, path: str, *, whole: bool) -> Verdict | None:
        if path == _GET_TOKEN:
            return self._judge_bearer(recorded)
        if path == _LOGIN:
            return self._judge_login(recorded) if whole and recorded.method == "POST" else None
        if path == _USER_TOKEN:
            return self._judge_session(recorded)
        if path.startswith(OPENAPI) and single_header(recorded, "x-jwt-token") is not None:
            return self._judge_json_web_token(recorded)
        return self._judge_key(recorded)

    def _judge_bearer(self, recorded: RecordedRequest) -> Verdict:
        if any(name == "x-api-key" for name, _ in recorded.headers):
            return _refused("Bearer", _Words.KEY_TOO_MANY, "the token is what this call is to give")
        bearer = bearer_token(recorded)
        if not bearer:
            return _refused("", _Words.INVALID_BEARER, "there must be one Authorization header, Bearer and a Fernet token")
        mark = fingerprint(bearer)
        try:
            message = read_fernet(bearer, self.salt.reveal(), now=self.clock.now(), age=self.settings.bearer_age)
            user = read_user(message)
        except InvalidBearer as invalid:
            return _refused("Bearer", _Words.INVALID_BEARER, str(invalid), mark)
        if not same(user, self.settings.join(self.settings.username, self.password.reveal())):
            return _refused("Bearer", _Words.INVALID_BEARER, "username and password are not those of the user", mark)
        return Verdict(Outcome.ACCEPTED, "Bearer", access_id=self.settings.username, token_fingerprint=mark)

    def _judge_login(self, recorded: RecordedRequest) -> Verdict | None:
        try:
            username, password = texts(read_form(recorded), "username", "password")
        except Refusal:
            return None  # no credential that could be judged: the handler says what is wrong
        if not (same(username, self.settings.username) & same(password, self.password.reveal())):
            return _refused("login", "Invalid login. Please try again.", "username or password are wrong")
        return Verdict(Outcome.ACCEPTED, "login", access_id=username)

    def _judge_session(self, recorded: RecordedRequest) -> Verdict:
        cookies = (part.strip().partition("=") for part in recorded.header("cookie").split(";"))
        session = next((value for name, _, value in cookies if name == _COOKIE), "")
        with self._lock:
            known = session in self._sessions
        if not known:
            return _refused("session" if session else "", _Words.LOGIN_FIRST, "there is no session of a browser that logged in")
        return Verdict(Outcome.ACCEPTED, "session", access_id=self.settings.username, token_fingerprint=fingerprint(session))

    def _judge_json_web_token(self, recorded: RecordedRequest) -> Verdict:
        token = single_header(recorded, "x-jwt-token") or ""
        mark = fingerprint(token)
        try:
            claims = decode(token, self._jwt_key)
        except InvalidToken as invalid:
            return _refused("x-jwt-token", _Words.INVALID, str(invalid), mark)
        if self.clock.now() >= claims["exp"]:
            return _refused("x-jwt-token", _Words.INVALID, "the token is expired", mark)
        if recorded.header("x-jwt-tenant-id", self.settings.tenant) != self.settings.tenant:
            return _refused("x-jwt-token", _Words.INVALID, f"the tenant is {self.settings.tenant!r}", mark)
        return Verdict(Outcome.ACCEPTED, "x-jwt-token", access_id=self.settings.username, token_fingerprint=mark)

    def _judge_key(self, recorded: RecordedRequest) -> Verdict:
        token = single_header(recorded, "x-api-key")
        if not token:
            return _refused("", _Words.MISSING, "there must be one header x-api-key")
        mark = fingerprint(token)
        with self._lock:
            if not same(token, self._live):
                ended = any(same(token, issued) for issued in self._tokens)
                explanation = "the token was replaced" if ended else "the token is not one of this service"
                return _refused("x-api-key", _Words.INVALID, explanation, mark)
        return Verdict(Outcome.ACCEPTED, "x-api-key", access_id=self.settings.username, token_fingerprint=mark)

    def refusal(self, verdict: Verdict, path: str) -> Refusal:
        if path == _USER_TOKEN:
            # A browser is shown the form.
            return Refusal(302, verdict.message, headers={"Location": _LOGIN})
        return Refusal(400 if verdict.message == _Words.KEY_TOO_MANY else 401, verdict.message)

    def admit(self, route: Route, recorded: RecordedRequest) -> None:
        """Refuse a call without the content type that all calls must have (seed of Timbr)."""
        if route.path.startswith("/timbr/api/"):
            expected = "application/json"
        elif route.path.startswith(OPENAPI) and route.method == "POST":
            expected = "application/text"
        else:
            return
        if media_type(recorded) != expected:
            raise Refusal(415, f"The header Content-Type must be {expected}")

    def failure(self, path: str, refusal: Refusal, request: Request | None = None, *, chaos: bool = False) -> Response:  # noqa: ARG002 - one form for all
        if refusal.status == 302:
            return Response(status_code=302, headers=refusal.headers)
        message = refusal.message or "The request was refused"
        return JSONResponse(refusal.body or {"data": message, "status": "error"}, refusal.status, refusal.headers)

    # -- answering -----------------------------------------------------------------------------------------------------------

    async def _get_token(self, request: Request) -> Response:  # noqa: ARG002 - every handler is given the request
        return JSONResponse({"data": [self.current_token()], "status": "success"})

    async def _log_in(self, request: Request) -> Response:
        texts(read_form(request.scope[RECORDED]), "username", "password")
        session = secrets.token_urlsafe(24)
        with self._lock:
            self._sessions.add(session)
        response = RedirectResponse("/", 302)
        response.set_cookie(_COOKIE, session, path="/", secure=True, httponly=True, samesite="lax")
        return response

    async def _get_user_token(self, request: Request) -> Response:  # noqa: ARG002 - every handler is given the request
        return JSONResponse({"token": self.current_token()})


class TimbrEmulator(ServiceServer):
    """A Timbr in this process: HTTPS on loopback, with a user, a token and ontologies of its own.

    Use it as a context manager, like `Emulator`. Queries are run on a database in memory, which nobody can change by a query.

    Example:
        ```python
        with TimbrEmulator() as timbr:
            timbr.add_concept("shop", "customer", [{"id": 1, "name": "Ada"}])
        ```

    Args:
        settings: The settings; None takes the defaults.
        **overrides: Single settings, by their names in `TimbrSettings`.

    Raises:
        UsageError: A setting does not exist, or its value cannot be.
    """

    _probe: ClassVar[str] = "/timbr/api/get_ontologies/"

    def __init__(self, settings: TimbrSettings | None = None, **overrides: Any) -> None:
        self.settings = (settings or TimbrSettings()).changed(**overrides)
        clock = PlatformClock(self.settings.time_source, self.settings.clock_offset)
        self._timbr = _TimbrService(self.settings, clock)
        super().__init__(self._timbr, self.settings)
        self.credentials = TimbrCredentials(
            self.settings.username, self._timbr.password, self._timbr.salt, Secret(self._timbr.current_token())
        )

    def _schemes(self) -> dict[str, Callable[[], dict[str, str]]]:
        known = self.credentials
        user = {"username": known.username, "password": known.password.reveal(), "salt": known.salt.reveal()}
        return {"timbr": lambda: user}

    @property
    def issued_tokens(self) -> tuple[str, ...]:
        """Every token that was issued so far, dead ones included, oldest first. Plain text, as of `Emulator.issued_tokens`."""
        return self._timbr.all_tokens()

    def replace_token(self) -> Secret:
        """Give the user a new token; the one before is refused from now on."""
        self._timbr.end(self._timbr.current_token())
        return Secret(self._timbr.current_token())

    def issue_json_web_token(self, life: float = 3600) -> Secret:
        """Issue a token for ``x-jwt-token``, which lives so many seconds."""
        return Secret(self._timbr.issue_json_web_token(life))

    def add_concept(self, ontology: str, concept: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Add a concept with its rows, or replace it. The ontology is made when it is new.

        Raises:
            UsageError: A name cannot be one, there are no rows, or a row has other columns than the first one.
        """
        self._timbr.ontologies.add(ontology, concept, rows)


def _refused(scheme: str, message: str, explanation: str, mark: str = "") -> Verdict:
    return Verdict(Outcome.REFUSED, scheme, token_fingerprint=mark, message=message, explanation=explanation)
