"""Making the schemes and sessions of other services out of what the inputs say of them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.inputs.resolving import resolve
from gatepost.inputs.values import InvalidInputs
from gatepost.runtime.external_inputs import EXTERNAL_SCHEMES, declared_services, names_of
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from gatepost.auth.scheme import Scheme
    from gatepost.clock import Clocks
    from gatepost.inputs.values import Value
    from gatepost.log import Logger
    from gatepost.runtime.external_inputs import ExternalService
    from gatepost.sessions import AuthorizedSession

__all__ = ["find_service", "make_service_scheme", "not_declared", "open_service"]


def open_service(
    values: Mapping[str, Value],
    name: str,
    *,
    fetch_variable: Callable[[str, str, str], object],
    open_session: Callable[..., AuthorizedSession],
    clocks: Clocks,
    log: Logger,
) -> AuthorizedSession:
    """Return a new session of a service that inputs declare. What is off about them is logged.

    Args:
        values: The best value of each input.
        name: The service.
        fetch_variable: As for `find_service`.
        open_session: `Runtime.external`.
        clocks: The servers' clocks.
        log: Where warnings go.

    Raises:
        UsageError: No input declares it.
        InvalidInputs: Something is missing or wrong; all of it is named.
        CredentialError: A credential cannot be one.
    """
    found = find_service(values, name, fetch_variable)
    for finding in found.findings:
        log.warning(finding.what, input=finding.name, remedy=finding.remedy)
    scheme = make_service_scheme(found, clocks=clocks, warn=lambda event, reason: log.warning(event, reason=reason))
    return open_session(found.url, auth=scheme, verify=found.verify)


def find_service(
    values: Mapping[str, Value], name: str, fetch_variable: Callable[[str, str, str], object] | None = None
) -> ExternalService:
    """Return a service that inputs declare, ready to be used.

    Args:
        values: The best value of each input.
        name: The service.
        fetch_variable: As for `gatepost.inputs.resolve`; called only where an input of the service refers to a variable.

    Raises:
        UsageError: No input declares it.
        InvalidInputs: Something is missing or wrong; all of it is named.
    """
    own = {input_name: values[input_name] for input_name in names_of(name) if input_name in values}
    if fetch_variable is not None:
        own, problems = resolve(own, fetch_variable)
        if problems:
            raise InvalidInputs(problems)
    service = declared_services(own, asked_for=(name,)).get(name)
    if service is None:
        raise not_declared(name, declared_services(values))
    if service.problems:
        raise InvalidInputs(service.problems)
    return service


def not_declared(name: str, declared: Collection[str]) -> UsageError:
    """Return the error for a service that no input declares.

    Args:
        name: The service that was asked for.
        declared: Those that there are.
    """
    near = get_close_matches(name, declared, n=1)
    known = f"The inputs declare {', '.join(declared)}" if declared else "They declare none"
    return UsageError(
        f"No input declares a service {name!r}",
        why=f"{name}_auth is not set. {known}",
        remedy=f"Did you mean {near[0]!r}?"
        if near
        else f"Add a param {name}_auth to install.json, whose default is one of {', '.join(EXTERNAL_SCHEMES)}",
    )


def make_service_scheme(
    service: ExternalService, *, clocks: Clocks | None = None, warn: Callable[[str, str], None] = lambda *_: None
) -> Scheme | None:
    """Make the scheme of a service. Opens no connection.

    Args:
        service: A service without problems.
        clocks: The servers' clocks.
        warn: Told about failures that stop nobody: (event, reason).

    Returns:
        The scheme; None for a service without credentials.

    Raises:
        CredentialError: A credential cannot be one, or a file that it is in cannot be used.
        GatepostError: A package is missing; the extra is named.
    """
    from gatepost import auth

    url, text = service.url, service.text

    def secret(suffix: str) -> Secret:
        return service.secret(suffix) or Secret("")

    def address(suffix: str) -> str:
        return f"{url}{text(suffix)}" if text(suffix).startswith("/") else text(suffix)

    match service.scheme.name:
        case "header":
            prefix = f"{text('prefix')} " if text("prefix") else ""
            return auth.ApiKeyAuth(secret("api_key"), header=text("header"), prefix=prefix, origin=url, clocks=clocks)
        case "query":
            return auth.ApiKeyAuth(secret("api_key"), query=text("parameter"), origin=url, clocks=clocks)
        case "basic":
            return auth.BasicAuth(text("username"), secret("password"), origin=url, clocks=clocks)
        case "bearer":
            return auth.BearerAuth(secret("token"), origin=url, clocks=clocks)
        case "login":
            return auth.LoginAuth(
                address("login_url"),
                json={"username": text("username"), "password": secret("password")},
                token=text("token_at"),
                origin=url,
                clocks=clocks,
                warn=warn,
            )
        case "tcap" | "tcap_account" as kind:
            return auth.TcapAuth(
                text("username"),
                secret("password"),
                service=text("requested_service") or "Hash Verification",
                base_url=url,
                account=kind == "tcap_account",
                clocks=clocks,
                warn=warn,
            )
        case "timbr" if service.secret("token"):
            return auth.TimbrAuth(token=secret("token"), base_url=url, clocks=clocks)
        case "timbr":
            return auth.TimbrAuth(
                username=text("username"),
                password=secret("password"),
                salt=secret("salt"),
                base_url=url,
                clocks=clocks,
                warn=warn,
            )
        case "oauth2":
            return auth.ClientCredentialsAuth(
                address("token_url"),
                text("client_id"),
                secret("client_secret"),
                scope=text("scope") or None,
                client_authentication=text("client_authentication"),  # type: ignore[arg-type]  # the scheme checks it
                origin=url,
                clocks=clocks,
                warn=warn,
            )
        case "oauth2_refresh":
            return _refresh_token_auth(service, address("token_url"), clocks, warn)
        case "mutual_tls":
            return auth.MutualTlsAuth(text("certificate"), text("key") or None, origin=url, clocks=clocks)
    return None


def _refresh_token_auth(
    service: ExternalService, token_url: str, clocks: Clocks | None, warn: Callable[[str, str], None]
) -> Scheme:
    from gatepost.auth import RefreshTokenAuth
    from gatepost.runtime.kept_token import KeptRefreshToken

    entered = service.secret("refresh_token") or Secret("")
    path = service.text("token_file")
    kept = KeptRefreshToken(path, entered) if path else None

    def lost(_: Secret) -> None:
        warn(
            f"{service.name} handed out a new refresh token, and nobody keeps it",
            f"the next run will be refused if the old one is worthless now; let {service.name}_token_file name a file",
        )

    return RefreshTokenAuth(
        token_url,
        entered if kept is None else kept.newest(),
        client_id=service.text("client_id"),
        client_secret=service.secret("client_secret"),
        save=lost if kept is None else kept.save,
        scope=service.text("scope") or None,
        client_authentication=service.text("client_authentication"),  # type: ignore[arg-type]  # the scheme checks it
        origin=service.url,
        clocks=clocks,
        warn=warn,
    )
