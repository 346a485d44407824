"""Which credential would be used here, where every setting comes from, and what the platform says to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gatepost.errors import GatepostError, UsageError
from gatepost.project.diagnosis.remedies import Advice, Level, TokenState, about_probes, about_settings, about_token
from gatepost.secret import Secret

if TYPE_CHECKING:
    from gatepost.auth.choice import Choice, Considered
    from gatepost.auth.scheme import Scheme
    from gatepost.clock import Clocks, Time
    from gatepost.inputs import Collected, ReportRow, Value
    from gatepost.inputs.values import LookedAt
    from gatepost.manifest import Manifest
    from gatepost.project.diagnosis.probing import Probe
    from gatepost.project.diagnosis.service_checks import ServiceCheck
    from gatepost.runtime.external_inputs import ExternalService
    from gatepost.runtime.options import Options

Found = TypeVar("Found")

__all__ = ["Advice", "Diagnosis", "Level", "Setting", "TokenState", "diagnose"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in force.

    Attributes:
        name: What it is.
        value: Its value, as it may be shown.
        place: Where it was set.
    """

    name: str
    value: str
    place: str


@dataclass(slots=True)
class Diagnosis:
    """What was found. There is no secret in it.

    Attributes:
        folder: The folder that was looked into.
        app: The app's name; None when there is no app, but a script.
        offline: Whether nothing was to be sent.
        looked_at: Every place that was asked for inputs, most trusted first.
        considered: Every credential that was considered, with the reason why it won or lost.
        scheme: ``token`` or ``hmac``; empty when none was chosen.
        source: The source of the chosen credential.
        reason: Why this one.
        fallback: Whether an HMAC pair stands behind the token.
        token: The token; None without one.
        settings: The settings in force.
        inputs: Every input with its value, its source, and what it won against.
        probes: The requests that were sent; a second one where the first showed that the clock is off.
        services: The other services that the inputs declare, by name.
        platform_asked: Whether the platform was to be asked: not when certain services were.
        advice: What to know and what to do, worst first; what belongs to one service is in its check.
    """

    folder: Path
    app: str | None = None
    offline: bool = False
    looked_at: tuple[LookedAt, ...] = ()
    considered: tuple[Considered, ...] = ()
    scheme: str = ""
    source: str = ""
    reason: str = ""
    fallback: bool = False
    token: TokenState | None = None
    settings: tuple[Setting, ...] = ()
    inputs: tuple[ReportRow, ...] = ()
    probes: tuple[Probe, ...] = ()
    services: tuple[ServiceCheck, ...] = ()
    platform_asked: bool = True
    advice: list[Advice] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        """Whether the platform accepted the credential."""
        return bool(self.probes) and self.probes[-1].accepted

    @property
    def healthy(self) -> bool:
        """Whether everything that was asked is well: the platform accepted the credential, and no step to a service failed."""
        return (self.accepted or not self.platform_asked) and all(service.healthy for service in self.services)


def diagnose(
    folder: str | Path = ".",
    *,
    auth: str = "auto",
    inputs: Mapping[str, object] | None = None,
    offline: bool = False,
    environment: Mapping[str, str] | None = None,
    time: Time | None = None,
    services: Collection[str] = (),
) -> Diagnosis:
    """Find out what an app or a script in this folder would do, and ask the platform what it thinks of that.

    The same for each other service that the inputs declare (`gatepost.runtime.EXTERNAL_SCHEMES`): one login, and one GET of its
    probe path. A param file stays where it is. No token is renewed and no refresh token used: that would kill it for whoever else
    uses it.

    Args:
        folder: An app's folder, or the working directory of a script.
        auth: ``auto``, or ``token`` or ``hmac`` to force one.
        inputs: Inputs by name; they come before everything else.
        offline: Send nothing.
        environment: The environment; default is this process's.
        time: The machine's time; a test turns it.
        services: Names of services to ask, and no other, nor the platform; empty: all of them and the platform.

    Returns:
        The diagnosis. What cannot be read or used is advice in it, not an error.

    Raises:
        UsageError: ``auth`` is something else, or there is no such folder or service.
    """
    if auth not in ("auto", "token", "hmac"):
        raise UsageError(f"{auth!r} is no way to be authorized", remedy="Choose auto, token or hmac")
    directory = Path(folder).absolute()
    if not directory.is_dir():
        raise UsageError(f"There is no folder {directory}", remedy="Name the folder of an app or script")
    diagnosis = Diagnosis(directory, offline=offline, platform_asked=not services)
    _examine(diagnosis, auth, inputs, os.environ if environment is None else environment, time=time, services=services)
    diagnosis.advice.sort(key=lambda advice: list(Level).index(advice.level))
    return diagnosis


def _examine(
    diagnosis: Diagnosis,
    auth: str,
    inputs: Mapping[str, object] | None,
    environment: Mapping[str, str],
    *,
    time: Time | None,
    services: Collection[str],
) -> None:
    from gatepost.clock import SYSTEM_TIME, Clocks
    from gatepost.inputs.collecting import collect
    from gatepost.inputs.report import inputs_report
    from gatepost.runtime.external_inputs import declared_services, with_secrets
    from gatepost.runtime.options import read_options

    advice = diagnosis.advice
    manifest = _attempt(advice, lambda: _manifest(diagnosis))
    collected = _attempt(
        advice,
        lambda: collect(
            explicit=inputs, manifest=manifest, folder=diagnosis.folder, environment=environment, keep_param_file=True
        ),
    )
    if collected is None:
        return
    declared = declared_services(collected.best, asked_for=services)
    collected = with_secrets(collected)
    diagnosis.inputs = inputs_report(collected, manifest)
    diagnosis.looked_at = collected.looked_at
    advice += [Advice(Level.WARNING, found.what, remedy=found.remedy) for found in collected.findings]
    choice = _choose(diagnosis, collected, auth, environment) if diagnosis.platform_asked else None
    options = _attempt(advice, lambda: read_options(collected, manifest))
    if options is None:
        return
    _check_services(diagnosis, declared, options, environment, time=time or SYSTEM_TIME, wanted=services)
    if not diagnosis.platform_asked:
        return
    advice += about_settings(collected, options)
    settings = _attempt(advice, lambda: _settings(collected, options, environment))
    diagnosis.settings = settings or ()
    if choice is None or settings is None:
        return
    clocks = Clocks(time or SYSTEM_TIME)
    if not diagnosis.offline:
        _attempt(advice, lambda: _probe(diagnosis, choice, options, clocks))
        diagnosis.settings += tuple(_tls(probe) for probe in diagnosis.probes[-1:])
    diagnosis.token = _token_state(choice, options, clocks)
    if diagnosis.token is not None:
        advice += about_token(diagnosis.token, accepted=diagnosis.accepted)


def _check_services(
    diagnosis: Diagnosis,
    declared: Mapping[str, ExternalService],
    options: Options,
    environment: Mapping[str, str],
    *,
    time: Time,
    wanted: Collection[str],
) -> None:
    """Check the services that the inputs declare; only the wanted ones, where there are any.

    Raises:
        UsageError: A wanted one is not declared.
    """
    for name in wanted:
        if name not in declared:
            from gatepost.runtime.external import not_declared

            raise not_declared(name, declared)
    if not declared:
        return
    from gatepost.project.diagnosis.service_checks import check_service
    from gatepost.version import __version__

    diagnosis.services = tuple(
        check_service(
            service,
            options,
            environment=environment,
            time=time,
            user_agent=f"gatepost/{__version__} doctor",
            offline=diagnosis.offline,
        )
        for name, service in declared.items()
        if not wanted or name in wanted
    )


def _attempt(advice: list[Advice], step: Callable[[], Found]) -> Found | None:
    """Take a step; what stops it becomes advice."""
    try:
        return step()
    except GatepostError as error:
        advice.append(Advice.of(error))
        return None


def _manifest(diagnosis: Diagnosis) -> Manifest | None:
    """Read the manifest, if there is one, and keep what is off about it."""
    path = diagnosis.folder / "install.json"
    if not path.is_file():
        return None
    from gatepost.manifest.loading import load

    diagnosis.app = diagnosis.folder.name
    manifest = load(path)
    diagnosis.app = manifest.display_name or diagnosis.app
    levels = {"error": Level.WARNING, "warning": Level.WARNING}  # what could be repaired stops no run
    diagnosis.advice += [
        Advice(levels.get(str(found.severity), Level.NOTE), f"install.json: {replace(found, remedy='')}", remedy=found.remedy)
        for found in manifest.findings
    ]
    return manifest


def _choose(diagnosis: Diagnosis, collected: Collected, auth: str, environment: Mapping[str, str]) -> Choice | None:
    """Choose the credential as a run would; None when a run would refuse to go on."""
    from gatepost.auth.choice import NoCredential, choose_scheme
    from gatepost.runtime.authorization import launched_by_platform

    found: Choice | NoCredential
    choice = None
    try:
        found = choice = choose_scheme(collected, on_platform=launched_by_platform(collected, environment), auth=auth)
    except NoCredential as error:
        found = error
        diagnosis.advice.append(Advice.of(error))
    else:
        diagnosis.scheme, diagnosis.source, diagnosis.reason = choice.scheme, choice.source.label, choice.reason
        diagnosis.fallback = choice.fallback
    diagnosis.considered = found.considered
    diagnosis.advice += [Advice(Level.WARNING, finding.what, remedy=finding.remedy) for finding in found.findings]
    return choice


def _settings(collected: Collected, options: Options, environment: Mapping[str, str]) -> tuple[Setting, ...]:
    """Return where the platform is, how it is reached, and where each of that was set.

    Raises:
        OriginError: The API path is no address of a platform.
    """
    from gatepost.sessions.curl import without_password
    from gatepost.transport.origin import check_plain_http, origin_of
    from gatepost.transport.settings import resolve_route

    origin = origin_of(options.api_path)
    check_plain_http(origin)
    route = resolve_route(origin, proxies=options.platform_proxies, verify=options.verify, environment=environment)
    if route.verify is False:
        verify = "not verified"
    elif route.verify is True:
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        verify = f"verified with {DEFAULT_CA_BUNDLE_PATH} (it comes with requests)"
    else:
        verify = f"verified with {route.verify}"
    verify_place = route.verify_source if route.verify_source.startswith("environment") else _place(collected, "tc_verify")
    proxy = next(iter(route.proxies.values()), None)
    proxy_place = _place(collected, "tc_proxy_host") if route.proxy_source == "explicit" else route.proxy_source
    return (
        Setting("API path", options.api_path, _place(collected, "tc_api_path")),
        Setting("certificate", verify, verify_place),
        Setting("proxy", without_password(proxy) if proxy else "none", proxy_place),
    )


def _tls(probe: Probe) -> Setting:
    """Return what secures the connection: agreed on with the platform, so known only once it has answered."""
    if not probe.tls_version:
        plain = probe.url.startswith("http:")
        return Setting("TLS version", "none" if plain else "not seen", "the API path: plain HTTP" if plain else "the connection")
    return Setting("TLS version", probe.tls_version, "agreed on with whoever answered")


def _place(collected: Collected, name: str) -> str:
    found: Value | None = collected.best.get(name)
    if found is None or found.empty:
        return "not set"
    label = found.source.label
    return label if not found.place or found.place == "gatepost" else f"{label}: {found.place}"


def _probe(diagnosis: Diagnosis, choice: Choice, options: Options, clocks: Clocks) -> None:
    """Ask the platform; where its clock is the trouble, once more by its own time, as a run does it.

    Raises:
        GatepostError: No answer arrived, or the credential cannot be sent.
    """
    from gatepost.project.diagnosis.probing import Prober
    from gatepost.version import __version__

    prober = Prober(options, _scheme(choice, options, clocks), user_agent=f"gatepost/{__version__} doctor", time=clocks.time)
    try:
        first = prober.send()
        diagnosis.probes = (first,)
        off = "timestamp" in first.words.lower() or (first.skew is not None and abs(first.skew) > 300)
        if choice.scheme == "hmac" and first.status in (401, 403) and off and prober.clock.adopt():
            diagnosis.probes = (first, prober.send(corrected_clock=True))
    finally:
        prober.close()
        diagnosis.advice += about_probes(diagnosis.probes, scheme=choice.scheme, fallback=choice.fallback)


def _scheme(choice: Choice, options: Options, clocks: Clocks) -> Scheme:
    """Make a scheme that sends the credential as it is."""
    if choice.token is not None:
        from gatepost.auth.token import TokenAuth

        return TokenAuth(choice.token.token, origin=options.api_path, clocks=clocks)
    from gatepost.auth.hmac import HmacAuth

    if choice.hmac is None:
        raise UsageError("The choice holds no credential")
    return HmacAuth(choice.hmac.access_id, choice.hmac.secret_key, origin=options.api_path, clocks=clocks)


def _token_state(choice: Choice, options: Options, clocks: Clocks) -> TokenState | None:
    if choice.token is None:
        return None
    from gatepost.transport.origin import origin_of

    prefix = Secret(choice.token.token).reveal().partition(":")[0]
    expires = choice.token.expires
    now = clocks.of(origin_of(options.api_path)).now()
    return TokenState(
        kind=prefix if prefix in ("API", "APIV2", "SVC", "JOB") else "",
        expires=expires,
        life_left=None if expires is None else expires - now,
    )
