"""An emulated TCAP (Tech Against Terrorism): logins, tokens of five minutes, hash verification, hash lists.

Source: contract/tcap_timbr.md. What it does not know is chosen as a careful service would have it: the status of refusals other
than an expired token (401 for a wrong password or a missing token, 403 for a token that is worthless or for another service),
that *Hash Verification* takes no other token than its own, and that lists open by the account token or by one for the list.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gatepost.emulator.application import RECORDED
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.recording import RecordedRequest
from gatepost.emulator.routing import Route, Router
from gatepost.emulator.service import Service
from gatepost.emulator.services.reading import bearer_token, media_type, read_form, read_json, same, texts
from gatepost.emulator.services.server import ServiceServer
from gatepost.emulator.services.settings import ServiceSettings, at_least
from gatepost.emulator.services.tcap_api import TcapApi
from gatepost.emulator.services.tcap_hashes import HashStore, KnownHash
from gatepost.emulator.services.tcap_tokens import ACCOUNT, TcapTokens
from gatepost.emulator.tokens import IssuedToken, TokenState, fingerprint
from gatepost.emulator.verification import Outcome, Verdict
from gatepost.errors import UsageError
from gatepost.secret import Secret

__all__ = ["TcapCredentials", "TcapEmulator", "TcapMessage", "TcapSettings"]

HASH_VERIFICATION, HASH_LIST, URL_HASH_LIST = "Hash Verification", "Hash List", "URL Hash List"
_SERVICE_LOGIN, _ACCOUNT_LOGIN = "/token-auth/api/login", "/token-auth/tcap/"
_SERVICES = (("/hash-verification/", HASH_VERIFICATION), ("/api/hash-list/", HASH_LIST), ("/core/url-hash-list", URL_HASH_LIST))
_OPEN_BY_ACCOUNT = (HASH_LIST, URL_HASH_LIST)


class TcapMessage:
    """The service's words for a refusal. The first is documented (seed of TCAP), the others are this project's choice."""

    EXPIRED = "Authentication error: Token has expired. Please refresh."
    MISSING = "Authentication error: No token was given."
    INVALID = "Authentication error: Token is invalid."
    OTHER_SERVICE = "Authentication error: Token is not valid for this service."
    WRONG_LOGIN = "Authentication error: Wrong username or password."
    NO_ACCESS = "Authentication error: The requested service is not available to this user."


_STATUS = {TcapMessage.MISSING: 401, TcapMessage.WRONG_LOGIN: 401}


@dataclasses.dataclass(frozen=True, slots=True)
class TcapCredentials:
    """Who may log in.

    Attributes:
        username: The username.
        password: The password.
    """

    username: str
    password: Secret


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TcapSettings(ServiceSettings):
    """How an emulated TCAP behaves.

    Attributes:
        username: The user's name.
        password: The password; None makes one.
        services: The services that the user may ask tokens for, by name.
        token_life: Seconds that a service token lives (the service: 5 minutes).
        account_token_life: Seconds that an account token lives; unknown in the contract, a day is this project's choice.
        names_expiry: False leaves the claim ``exp`` out of the tokens, so that a client has to know how long they live.
        token_key: What the service token is called in the answer of a login: ``service_token`` or ``token``.
        samples: How many contents it knows the hashes of (`sample_content`).
        urls: How many URL hashes there are, one for each day up to yesterday.
        page_size: Hashes on a page of the hash list.
        next_base_url: The origin that ``next`` and ``previous`` name; None takes the one that was asked. A service behind a proxy
            names another one than its clients know.
    """

    username: str = "emulated.user"
    password: Secret | str | None = None
    services: tuple[str, ...] = (HASH_VERIFICATION, HASH_LIST, URL_HASH_LIST)
    token_life: float = 300
    account_token_life: float = 24 * 60 * 60
    names_expiry: bool = True
    token_key: str = "service_token"  # noqa: S105 - the name of a member
    samples: int = 25
    urls: int = 30
    page_size: int = 50
    next_base_url: str | None = None

    def __post_init__(self) -> None:
        ServiceSettings.__post_init__(self)
        at_least(self, token_life=0.001, account_token_life=0.001, samples=0, urls=0, page_size=1)
        if not self.username:
            raise UsageError("The username cannot be empty")
        if self.password is not None:
            if not self.password:
                raise UsageError("The password cannot be empty")
            object.__setattr__(self, "password", Secret(self.password))
        object.__setattr__(self, "services", tuple(self.services))
        if self.token_key not in ("service_token", "token"):
            raise UsageError(f"A login does not answer with {self.token_key!r}", remedy="Use service_token or token")


class _TcapService(Service):
    """What TCAP decides for itself."""

    name: ClassVar[str] = "tcap"

    def __init__(self, settings: TcapSettings, clock: PlatformClock, credentials: TcapCredentials) -> None:
        self.clock = clock
        self.settings = settings
        self.credentials = credentials
        self.tokens = TcapTokens(
            clock,
            username=credentials.username,
            life=settings.token_life,
            account_life=settings.account_token_life,
            names_expiry=settings.names_expiry,
        )
        self.hashes = HashStore(clock, settings.samples)
        api = TcapApi(self.hashes, clock, page_size=settings.page_size, next_base_url=settings.next_base_url, urls=settings.urls)
        logins = [Route("POST", _SERVICE_LOGIN, self._log_in), Route("POST", _ACCOUNT_LOGIN, self._log_in_account)]
        self.router = Router([*logins, *api.routes()])

    def judge(self, recorded: RecordedRequest, path: str, *, whole: bool) -> Verdict | None:
        if path in (_SERVICE_LOGIN, _ACCOUNT_LOGIN):
            return self._judge_login(recorded, path) if whole and recorded.method == "POST" else None
        return self._judge_token(recorded, path)

    def refusal(self, verdict: Verdict, path: str) -> Refusal:  # noqa: ARG002 - the words are the same everywhere
        status = _STATUS.get(verdict.message, 403)
        return Refusal(status, verdict.message, headers={"WWW-Authenticate": "Bearer"} if status == 401 else None)

    def failure(self, path: str, refusal: Refusal, request: Request | None = None, *, chaos: bool = False) -> Response:  # noqa: ARG002 - one form for all
        if refusal.body is not None:
            return JSONResponse(refusal.body, refusal.status, refusal.headers)
        if refusal.message.startswith("Authentication error"):
            # The body is the text itself, as the seed has it.
            return PlainTextResponse(refusal.message, refusal.status, refusal.headers)
        return JSONResponse({"message": refusal.message or "The request was refused"}, refusal.status, refusal.headers)

    def end_token(self, recorded: RecordedRequest, *, revoke: bool) -> bool:
        return self.tokens.end(bearer_token(recorded), revoke=revoke)

    def _judge_login(self, recorded: RecordedRequest, path: str) -> Verdict | None:
        try:
            username, password, service = self._login(recorded, path)
        except Refusal:
            return None  # no credential that could be judged: the handler says what is wrong
        known = self.credentials
        if not (same(username, known.username) & same(password, known.password.reveal())):
            return Verdict(
                Outcome.REFUSED,
                "login",
                message=TcapMessage.WRONG_LOGIN,
                explanation="the password is wrong" if username == known.username else "the username is unknown",
            )
        if service and service not in self.settings.services:
            explanation = f"the user may ask for: {', '.join(self.settings.services) or 'nothing'}"
            return Verdict(Outcome.REFUSED, "login", access_id=username, message=TcapMessage.NO_ACCESS, explanation=explanation)
        return Verdict(Outcome.ACCEPTED, "login", access_id=username)

    def _login(self, recorded: RecordedRequest, path: str) -> tuple[str, str, str]:
        """Return username, password, and the service that a token is wanted for, empty for an account token.

        Raises:
            Refusal: The request is not as it must be.
        """
        if path == _SERVICE_LOGIN:
            username, password, service = texts(read_json(recorded), "username", "password", "requested_service")
            return username, password, service
        data = read_form(recorded) if media_type(recorded) == "application/x-www-form-urlencoded" else read_json(recorded)
        username, password = texts(data, "username", "password")
        return username, password, ""

    def _judge_token(self, recorded: RecordedRequest, path: str) -> Verdict:
        token = bearer_token(recorded)
        if not token:
            return _refused(TcapMessage.MISSING, "there must be one Authorization header, Bearer and a token")
        mark = fingerprint(token)
        state, service, problem = self.tokens.judge(token)
        if state is TokenState.EXPIRED:
            return _refused(TcapMessage.EXPIRED, "the token is expired", mark)
        if state is not TokenState.LIVE:
            return _refused(TcapMessage.INVALID, problem or f"the token is {state.value}", mark)
        wanted = next((name for start, name in _SERVICES if path.startswith(start)), "")
        if wanted and service != wanted and not (service == ACCOUNT and wanted in _OPEN_BY_ACCOUNT):
            carried = f"for {service!r}" if service else "of the account"
            return _refused(TcapMessage.OTHER_SERVICE, f"the token is {carried}, this is {wanted!r}", mark)
        return Verdict(Outcome.ACCEPTED, "Bearer", access_id=self.credentials.username, token_fingerprint=mark)

    async def _log_in(self, request: Request) -> Response:
        _, _, service = self._login(request.scope[RECORDED], _SERVICE_LOGIN)
        return JSONResponse({self.settings.token_key: self.tokens.issue(service).token.reveal()})

    async def _log_in_account(self, request: Request) -> Response:
        username, _, _ = self._login(request.scope[RECORDED], _ACCOUNT_LOGIN)
        user = {
            "id": 7,
            "username": username,
            "first_name": "Emulated",
            "last_name": "User",
            "email": f"{username}@tcap.example",
            "organisation": "Exemplary Organization",
            "permissions": ["hash_list"],
        }
        return JSONResponse({"token": self.tokens.issue(ACCOUNT).token.reveal(), "user": user})


class TcapEmulator(ServiceServer):
    """A TCAP in this process: HTTPS on loopback, with a user, tokens and hashes of its own.

    Use it as a context manager, like `Emulator`.

    Example:
        ```python
        with TcapEmulator(token_life=30) as tcap:
            print(tcap.url, tcap.credentials.username, tcap.ca_file)
        ```

    Args:
        settings: The settings; None takes the defaults.
        **overrides: Single settings, by their names in `TcapSettings`.

    Raises:
        UsageError: A setting does not exist, or its value cannot be.
    """

    _probe: ClassVar[str] = "/hash-verification/api/v2"

    def __init__(self, settings: TcapSettings | None = None, **overrides: Any) -> None:
        self.settings = (settings or TcapSettings()).changed(**overrides)
        self.credentials = TcapCredentials(self.settings.username, Secret(self.settings.password or secrets.token_urlsafe(24)))
        clock = PlatformClock(self.settings.time_source, self.settings.clock_offset)
        self._tcap = _TcapService(self.settings, clock, self.credentials)
        super().__init__(self._tcap, self.settings)

    def _schemes(self) -> dict[str, Callable[[], dict[str, str]]]:
        user = {"username": self.credentials.username, "password": self.credentials.password.reveal()}
        return {"tcap": lambda: user, "tcap_account": lambda: {**user, "probe": "/api/hash-list/v2/all"}}

    def issue_token(self, service: str = HASH_VERIFICATION, life: float | None = None) -> IssuedToken:
        """Issue a token without a login.

        Args:
            service: The name of the service; empty for an account token.
            life: Seconds until it expires; None takes the setting, negative makes an expired one.
        """
        return self._tcap.tokens.issue(service, life)

    @property
    def issued_tokens(self) -> tuple[str, ...]:
        """Every token that was issued so far, dead ones included, oldest first. Plain text, as of `Emulator.issued_tokens`."""
        return self._tcap.tokens.all()

    def revoke_token(self, token: Secret | str) -> None:
        """Make a token worthless: it is refused with other words than an expired one.

        Raises:
            UsageError: The token is not one of this service.
        """
        self._tcap.tokens.revoke(Secret(token).reveal())

    @property
    def known_hashes(self) -> tuple[KnownHash, ...]:
        """The hashes that it knows, deleted ones included, by the time of their last change."""
        return self._tcap.hashes.all()

    def add_hash(self, hash_value: str, hash_type: str, ideology: str = "far-right", file_type: str = "image") -> KnownHash:
        """Have it know one hash more.

        Args:
            hash_value: The hash.
            hash_type: ``MD5``, ``SHA256``, ``SHA512``, ``PDQ`` or ``TMK``.
            ideology: ``far-right`` or ``islamist``.
            file_type: What was hashed, in a word.

        Raises:
            UsageError: It is no hash of that type, or there is no such ideology.
        """
        return self._tcap.hashes.add(hash_value, hash_type, ideology, file_type)

    def delete_hash(self, number: int) -> None:
        """Take a hash back: it stays in lists as deleted, and matches nothing.

        Raises:
            UsageError: There is none of that id.
        """
        self._tcap.hashes.delete(number)


def _refused(message: str, explanation: str, mark: str = "") -> Verdict:
    return Verdict(Outcome.REFUSED, "Bearer" if mark else "", token_fingerprint=mark, message=message, explanation=explanation)
