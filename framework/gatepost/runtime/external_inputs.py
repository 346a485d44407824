"""Other services that an app talks to, as its inputs declare them: which scheme, which address, which secrets.

The platform may refuse keys in install.json that it does not know, so the convention goes by the names of params alone: an input
``<service>_auth`` declares a service and names its scheme, and ``<service>_url``, ``<service>_password`` and so on are what the
scheme needs. `EXTERNAL_SCHEMES` is the whole of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from gatepost.inputs.values import Collected, Finding, Problem, Source
from gatepost.named_tuples import NamedTuple
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from gatepost.inputs.values import Value

__all__ = [
    "COMMON_INPUTS",
    "EXTERNAL_SCHEMES",
    "ExternalInput",
    "ExternalScheme",
    "ExternalService",
    "declared_services",
    "names_of",
    "secret_names",
    "with_secrets",
]


class ExternalInput(NamedTuple):
    """An input of a service.

    Attributes:
        suffix: What its name ends with, after the service's name and ``_``.
        meaning: What it is.
        secret: Whether its param must have ``encrypt``.
        default: What counts when it is empty; None for nothing.
    """

    suffix: str
    meaning: str
    secret: bool = False
    default: str | None = None


class ExternalScheme(NamedTuple):
    """What a scheme needs of a service's inputs.

    Attributes:
        name: What ``<service>_auth`` says.
        meaning: How it authorizes.
        needs: The suffixes of which all must be given; of several such groups, one is enough.
        inputs: Everything that it takes, in the order of a form.
        url: The service's usual address; empty where ``<service>_url`` must be given.
    """

    name: str
    meaning: str
    needs: tuple[tuple[str, ...], ...]
    inputs: tuple[ExternalInput, ...]
    url: str = ""


COMMON_INPUTS: Final = (
    ExternalInput("auth", "the scheme; declares the service"),
    ExternalInput("url", "the address that paths are relative to, and the only one that gets the credentials"),
    ExternalInput("verify", "whether its certificate is verified; or the path of a CA file", default="true"),
    ExternalInput("probe", "a path that `gatepost doctor` asks for, by GET: one that changes nothing"),
)
"""What every service has."""

_USERNAME = ExternalInput("username", "the user")
_PASSWORD = ExternalInput("password", "the password", secret=True)
_API_KEY = ExternalInput("api_key", "the key", secret=True)
_CLIENT = (
    ExternalInput("token_url", "where tokens are handed out; a path is relative to the address"),
    ExternalInput("client_id", "the client"),
    ExternalInput("client_secret", "the client's secret", secret=True),
    ExternalInput("scope", "what is asked for, names joined by spaces"),
    ExternalInput(
        "client_authentication", "`basic`, or `body` where the service takes client and secret there only", default="basic"
    ),
)

EXTERNAL_SCHEMES: Mapping[str, ExternalScheme] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            ExternalScheme("none", "no credentials", ((),), ()),
            ExternalScheme(
                "header",
                "an API key in a header",
                (("api_key",),),
                (
                    _API_KEY,
                    ExternalInput("header", "the header", default="X-API-Key"),
                    ExternalInput("prefix", "a word before the key, as `ApiKey`"),
                ),
            ),
            ExternalScheme(
                "query",
                "an API key in the query",
                (("api_key",),),
                (_API_KEY, ExternalInput("parameter", "the query's parameter", default="api_key")),
            ),
            ExternalScheme("basic", "user and password in each request", (("username", "password"),), (_USERNAME, _PASSWORD)),
            ExternalScheme(
                "bearer", "a token that stays as it is", (("token",),), (ExternalInput("token", "the token", secret=True),)
            ),
            ExternalScheme(
                "login",
                "a token that a login with user and password gives",
                (("login_url", "username", "password"),),
                (
                    ExternalInput("login_url", "where to log in; a path is relative to the address"),
                    _USERNAME,
                    _PASSWORD,
                    ExternalInput("token_at", "where the answer has the token, names joined by dots", default="token"),
                ),
            ),
            ExternalScheme(
                "tcap",
                "TCAP's tokens of five minutes",
                (("username", "password"),),
                (_USERNAME, _PASSWORD, ExternalInput("requested_service", "TCAP's service", default="Hash Verification")),
                url="https://beta.terrorismanalytics.org",
            ),
            ExternalScheme(
                "tcap_account",
                "the account token of TCAP's older services",
                (("username", "password"),),
                (_USERNAME, _PASSWORD),
                url="https://beta.terrorismanalytics.org",
            ),
            ExternalScheme(
                "timbr",
                "Timbr's token, or user, password and salt to get one",
                (("token",), ("username", "password", "salt")),
                (
                    ExternalInput("token", "a token that is there already", secret=True),
                    _USERNAME,
                    _PASSWORD,
                    ExternalInput("salt", "the service's `API_AUTH_SALT`", secret=True),
                ),
            ),
            ExternalScheme(
                "oauth2",
                "OAuth 2, client credentials (RFC 6749 section 4.4)",
                (("token_url", "client_id", "client_secret"),),
                _CLIENT,
            ),
            ExternalScheme(
                "oauth2_refresh",
                "OAuth 2, refresh token (RFC 6749 section 6)",
                (("token_url", "client_id", "refresh_token"),),
                (
                    *_CLIENT,
                    ExternalInput("refresh_token", "the refresh token", secret=True),
                    ExternalInput("token_file", "a file for the refresh tokens that the service hands out in its place"),
                ),
            ),
            ExternalScheme(
                "mutual_tls",
                "a client certificate",
                (("certificate",),),
                (
                    ExternalInput("certificate", "path of the certificate, PEM"),
                    ExternalInput("key", "path of its private key, PEM; not needed where it is in the same file"),
                ),
            ),
        )
    }
)
"""The schemes that inputs can name."""

_DESTINATIONS: Final = ("url", "token_url", "login_url")
_LOOSE_SOURCES: Final = (Source.DOTENV, Source.APP_INPUTS)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class ExternalService:
    """A service as the inputs declare it. Its text form shows no secret.

    Attributes:
        name: Its name: what is before ``_auth``.
        scheme: How it is authorized.
        url: Its address; empty when it is missing.
        verify: Whether its certificate is verified, or the path of a CA.
        probe: The path that a diagnosis may ask for; empty for none.
        values: What was given, by suffix, defaults included; secrets as `Secret`.
        places: Where each of them came from.
        problems: What is missing or wrong. With one, the service cannot be used.
        findings: What is off and stops nothing.
    """

    name: str
    scheme: ExternalScheme
    url: str
    verify: bool | str
    probe: str
    values: Mapping[str, str | Secret]
    places: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()

    def text(self, suffix: str) -> str:
        """Return a value that is no secret; empty when it was not given."""
        value = self.values.get(suffix, "")
        return value if isinstance(value, str) else ""

    def secret(self, suffix: str) -> Secret | None:
        """Return a secret; None when it was not given."""
        value = self.values.get(suffix)
        return value if isinstance(value, Secret) else None


def names_of(service: str) -> tuple[str, ...]:
    """Return the names of all inputs that a service may have."""
    inputs = (*COMMON_INPUTS, *(item for scheme in EXTERNAL_SCHEMES.values() for item in scheme.inputs))
    return tuple(dict.fromkeys(f"{service}_{item.suffix}" for item in inputs))


def declared_services(values: Mapping[str, Value], asked_for: Collection[str] = ()) -> Mapping[str, ExternalService]:
    """Find the services that inputs declare. Pure: asks nobody, opens nothing.

    ``<service>_auth`` declares one where it names a scheme; or where it names something else, and there is ``<service>_url`` or
    somebody asks for the service: then that is a problem of the service. Inputs of the platform (``tc_…``) declare none.

    Args:
        values: The best value of each input, by name (`gatepost.inputs.Collected.best`).
        asked_for: Names of services that a person or an app asks for.

    Returns:
        The services by name, in the order of their names.
    """
    services = {}
    for name in sorted(values):
        service = name.removesuffix("_auth")
        if service == name or not _NAME.fullmatch(service) or service.startswith("tc_") or values[name].empty:
            continue
        said = values[name].text.strip().lower()
        if said in EXTERNAL_SCHEMES:
            services[service] = _read(service, EXTERNAL_SCHEMES[said], values)
        elif f"{service}_url" in values or service in asked_for:
            problem = Problem(name, "names no scheme", _place(values[name]), f"Choose one of {', '.join(EXTERNAL_SCHEMES)}")
            unknown = _read(service, EXTERNAL_SCHEMES["none"], values)
            services[service] = ExternalService(
                service, unknown.scheme, unknown.url, unknown.verify, unknown.probe, {}, problems=(problem,)
            )
    return MappingProxyType(services)


def secret_names(values: Mapping[str, Value]) -> frozenset[str]:
    """Return the names of the inputs that are secrets of a declared service, whatever their params say."""
    return frozenset(
        f"{service.name}_{item.suffix}"
        for service in declared_services(values).values()
        for item in service.scheme.inputs
        if item.secret
    )


def with_secrets(collected: Collected) -> Collected:
    """Return inputs in which the secrets of declared services are `Secret`, also where their params do not say so."""
    names = secret_names(collected.best)
    plain = [value for name in names for value in collected.candidates.get(name, ()) if not value.secret and not value.empty]
    if not plain:
        return collected
    values = (value for found in collected.candidates.values() for value in found)
    hidden = [value._replace(value=Secret(value.text)) if value in plain else value for value in values]
    return Collected(hidden, collected.findings, collected.looked_at)


def _read(service: str, scheme: ExternalScheme, inputs: Mapping[str, Value]) -> ExternalService:
    given: dict[str, Value] = {}
    values: dict[str, str | Secret] = {}
    findings = []
    unreadable = []
    for item in (*COMMON_INPUTS, *scheme.inputs):
        name = f"{service}_{item.suffix}"
        found = inputs.get(name)
        if found is not None and not found.empty:
            if not _is_one_line(found.value) and not (item.secret and isinstance(found.value, str | Secret)):
                # Nothing of it is shown: it may be the private key itself where its path is wanted.
                unreadable.append(Problem(name, "is not one line of text", _place(found), f"Give {item.meaning}"))
                given[item.suffix] = found
                if item.default is not None:
                    values[item.suffix] = item.default
                continue
            given[item.suffix] = found
            values[item.suffix] = Secret(found.text) if item.secret else found.text.strip()
            if item.secret and not found.secret and found.source not in (Source.EXPLICIT, Source.ENVIRONMENT):
                what = f"{name} is a secret, and its param does not say so"
                findings.append(Finding(what, name, found.place, 'Give it "encrypt": true in install.json'))
        elif item.default is not None:
            values[item.suffix] = item.default
    values.setdefault("url", scheme.url)
    problems = [
        *unreadable,
        *_missing(service, scheme, given, values),
        *_wrong_address(service, values, given),
        *_misdirected(service, scheme, given),
    ]
    return ExternalService(
        service,
        scheme,
        str(values["url"]).rstrip("/"),
        _verify(str(values["verify"])),
        str(values.get("probe", "")),
        MappingProxyType(values),
        MappingProxyType({suffix: _place(value) for suffix, value in given.items()}),
        tuple(problems),
        tuple(findings),
    )


def _missing(service: str, scheme: ExternalScheme, given: Mapping[str, Value], values: Mapping[str, object]) -> Iterable[Problem]:
    """Name what is missing; of several ways to give a credential, what the one lacks that lacks least."""
    why = f"{service}_auth is {scheme.name}"
    if not values["url"]:
        yield Problem(f"{service}_url", f"is missing: {why}", remedy=f"Set {service}_url to the address of the service")
    best = min(scheme.needs, key=lambda group: (len([suffix for suffix in group if suffix not in given]), -_given(group, given)))
    lacking = [suffix for suffix in best if suffix not in given]
    if not lacking:
        return
    if _given(best, given) == 0 and len(scheme.needs) > 1:
        ways = ", or ".join(_joined([f"{service}_{suffix}" for suffix in group]) for group in scheme.needs)
        yield Problem(f"{service}_{lacking[0]}", f"is missing: {why}", remedy=f"Set {ways}")
        return
    present = [f"{service}_{suffix}" for suffix in best if suffix in given]
    half = f", and {_joined(present)} {'is' if len(present) == 1 else 'are'} set" if present else ""
    for suffix in lacking:
        yield Problem(f"{service}_{suffix}", f"is missing: {why}{half}", remedy=f"Set {service}_{suffix}")


def _wrong_address(service: str, values: Mapping[str, object], given: Mapping[str, Value]) -> Iterable[Problem]:
    for suffix in _DESTINATIONS:
        address = str(values.get(suffix, ""))
        if not address or (suffix != "url" and address.startswith("/") and not address.startswith("//")):
            continue
        if not re.match(r"https?://[^/?#\s\\@]+(?:[/?#]|$)", address):
            place = _place(given[suffix]) if suffix in given else ""
            yield Problem(f"{service}_{suffix}", "is no address", place, "Write https://HOST, without user and password")


def _misdirected(service: str, scheme: ExternalScheme, given: Mapping[str, Value]) -> Iterable[Problem]:
    """Refuse to send a secret to an address from a file beside the app, when the secret itself came from a better place.

    The same rule as for the platform: a cloned repository's ``.env`` must not send what this machine knows elsewhere. The
    manifest's default is no such file: it is as much the app's word as its code.
    """
    secrets = [item.suffix for item in scheme.inputs if item.secret and item.suffix in given]
    for suffix in (*_DESTINATIONS, "verify"):
        place = given.get(suffix)
        if place is None or place.source not in _LOOSE_SOURCES or (suffix == "verify" and _verify(place.text) is True):
            continue
        for secret in secrets:
            if given[secret].source < place.source:
                remedy = f"Set {service}_{suffix} where {service}_{secret} is set ({given[secret].source.label})"
                what = f"comes from {place.source.label}, which is trusted less than where {service}_{secret} comes from"
                yield Problem(f"{service}_{suffix}", what, _place(place), remedy)
                break


def _is_one_line(value: object) -> bool:
    if isinstance(value, Secret):
        value = value.reveal()
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value.splitlines()) <= 1)


def _given(group: Iterable[str], given: Mapping[str, Value]) -> int:
    return len([suffix for suffix in group if suffix in given])


def _verify(text: str) -> bool | str:
    lowered = text.strip().lower()
    if lowered in ("1", "t", "true", "y", "yes", "on"):
        return True
    return False if lowered in ("0", "f", "false", "n", "no", "off") else text.strip()


def _place(value: Value) -> str:
    return f"{value.source.label}: {value.place}" if value.place else value.source.label


def _joined(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
