"""Every scheme for other services with the emulated service that it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gatepost.auth import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    ClientCredentialsAuth,
    LoginAuth,
    MutualTlsAuth,
    RefreshTokenAuth,
    Scheme,
    TcapAuth,
    TimbrAuth,
)
from gatepost.clock import Clocks
from gatepost.emulator import OAuthEmulator, TcapEmulator, TimbrEmulator
from gatepost.transport.plain import PlainTransport

Service = Any
Make = Callable[[Service, dict[str, Any]], Scheme]


@dataclass(frozen=True)
class Case:
    """A scheme, and where to use it.

    Attributes:
        name: What it is called in a test's id.
        emulator: Its service.
        make: Makes the scheme for a service; the second argument holds ``clocks``, and ``transport`` for those that log in.
        path: A call that succeeds.
        write: The path and body of a POST that succeeds.
        issuing: The path that issues tokens; empty for a scheme that is sent as it is.
        words: What the service says when it refuses the credentials.
        wrong: Makes the scheme with a wrong credential.
        certain: Whether a refusal can only mean that the token has expired.
        expires: Whether tokens expire by time.
        settings: Of the service.
    """

    name: str
    emulator: type[Service]
    make: Make
    path: str = "/items"
    write: tuple[str, Any] = ("/items", {"name": "one more"})
    issuing: str = ""
    words: str = ""
    wrong: Make | None = None
    certain: bool = False
    expires: bool = True
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def scheme(self, service: Service, clocks: Clocks, **settings: Any) -> Scheme:
        return self.make(service, self._given(service, clocks, settings))

    def wrong_scheme(self, service: Service, clocks: Clocks) -> Scheme:
        assert self.wrong is not None
        return self.wrong(service, self._given(service, clocks, {}))

    def _given(self, service: Service, clocks: Clocks, settings: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {"clocks": clocks}
        if self.issuing:
            given["transport"] = PlainTransport(verify=service.ca_file)
        return given | settings


def tcap(service: TcapEmulator, given: dict[str, Any], password: Any = None, **settings: Any) -> Scheme:
    known = service.credentials
    return TcapAuth(known.username, password or known.password, base_url=service.url, **settings, **given)


def timbr(service: TimbrEmulator, given: dict[str, Any], password: Any = None) -> Scheme:
    known = service.credentials
    return TimbrAuth(username=known.username, password=password or known.password, salt=known.salt, base_url=service.url, **given)


def login(service: OAuthEmulator, given: dict[str, Any], password: Any = None) -> Scheme:
    known = service.credentials
    body = {"username": known.username, "password": password or known.password}
    return LoginAuth(f"{service.url}/login", json=body, life=1_000, **given)


def client_credentials(service: OAuthEmulator, given: dict[str, Any], secret: Any = None) -> Scheme:
    known = service.credentials
    secret = secret or known.client_secret
    return ClientCredentialsAuth(service.token_url, known.client_id, secret, origin=service.url, **given)


def refresh_token(service: OAuthEmulator, given: dict[str, Any], token: Any = None) -> Scheme:
    known = service.credentials
    return RefreshTokenAuth(
        service.token_url,
        token or known.refresh_token,
        client_id=known.client_id,
        client_secret=known.client_secret,
        save=lambda _: None,
        origin=service.url,
        **given,
    )


_VERIFICATION = ("/hash-verification/api/v2", [{"hash_value": "0" * 32, "hash_type": "MD5"}])
_QUERY = ("/timbr/api/query/", {"ontology_name": "supply_chain", "query": "SELECT 1 AS one"})
_OAUTH = {"settings": {"token_life": 1_000}}

ISSUED = [
    Case(
        "TcapAuth",
        TcapEmulator,
        tcap,
        path="/hash-verification/api/v2",
        write=_VERIFICATION,
        issuing="/token-auth/api/login",
        words="Authentication error: Wrong username or password.",
        wrong=lambda service, given: tcap(service, given, "a wrong password"),
        certain=True,
    ),
    Case(
        "TimbrAuth",
        TimbrEmulator,
        timbr,
        path="/timbr/api/get_ontologies/",
        write=_QUERY,
        issuing="/timbr/api/get_token",
        words="The authorization bearer is not valid",
        wrong=lambda service, given: timbr(service, given, "a wrong password"),
        expires=False,
    ),
    Case(
        "LoginAuth",
        OAuthEmulator,
        login,
        issuing="/login",
        words="Username or password are wrong",
        wrong=lambda service, given: login(service, given, "a wrong password"),
        **_OAUTH,
    ),
    Case(
        "ClientCredentialsAuth",
        OAuthEmulator,
        client_credentials,
        issuing="/oauth/token",
        words="invalid_client",
        wrong=lambda service, given: client_credentials(service, given, "a wrong secret"),
        certain=True,
        **_OAUTH,
    ),
    Case(
        "RefreshTokenAuth",
        OAuthEmulator,
        refresh_token,
        issuing="/oauth/token",
        words="invalid_grant",
        wrong=lambda service, given: refresh_token(service, given, "a-wrong-token"),
        certain=True,
        **_OAUTH,
    ),
]

SENT_AS_THEY_ARE = [
    Case(
        "ApiKeyAuth in a header",
        OAuthEmulator,
        lambda service, given: ApiKeyAuth(service.credentials.api_key, origin=service.url, **given),
    ),
    Case(
        "ApiKeyAuth in the query",
        OAuthEmulator,
        lambda service, given: ApiKeyAuth(service.credentials.api_key, query="api_key", origin=service.url, **given),
    ),
    Case(
        "BasicAuth",
        OAuthEmulator,
        lambda service, given: BasicAuth(service.credentials.username, service.credentials.password, origin=service.url, **given),
    ),
    Case(
        "BearerAuth",
        OAuthEmulator,
        lambda service, given: BearerAuth(service.credentials.token, origin=service.url, **given),
    ),
    Case(
        "TimbrAuth with a token",
        TimbrEmulator,
        lambda service, given: TimbrAuth(token=service.credentials.token, base_url=service.url, **given),
        path="/timbr/api/get_ontologies/",
        write=_QUERY,
    ),
]

CERTIFICATE = Case(
    "MutualTlsAuth",
    OAuthEmulator,
    lambda service, given: MutualTlsAuth(service.client_certificate, origin=service.url, **given),
)
