"""Other services that an app's inputs declare: each step of the way to one, and what a person can do where it ends."""

from __future__ import annotations

import contextlib
import socket
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from gatepost.errors import GatepostError
from gatepost.project.diagnosis.remedies import Advice, Level
from gatepost.project.diagnosis.service_tls import about_handshake, shake_hands
from gatepost.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response

    from gatepost.auth.scheme import Scheme
    from gatepost.clock import Time
    from gatepost.project.diagnosis.probing import ObservingAdapter
    from gatepost.runtime.external_inputs import ExternalService
    from gatepost.runtime.options import Options
    from gatepost.transport.origin import Origin
    from gatepost.transport.plain import PlainTransport
    from gatepost.transport.settings import Route

__all__ = ["STEPS", "ServiceCheck", "ServiceStep", "check_service"]

STEPS: Final = ("inputs", "resolve", "connect", "TLS", "login", "request")
"""The steps of the way to a service, in their order. After one that failed, the others are not taken."""

_SECONDS = 10.0  # for a connection, and for a handshake

Outcome = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class ServiceStep:
    """One step of the way to a service.

    Attributes:
        name: One of `STEPS`.
        outcome: ``ok``, ``failed``, or ``skipped`` where there is nothing to do, or nothing that may be done here.
        detail: What was seen, or why it was skipped.
    """

    name: str
    outcome: Outcome
    detail: str = ""


@dataclass(slots=True)
class ServiceCheck:
    """How far one service can be reached. There is no secret in it.

    Attributes:
        name: The service.
        scheme: How it is authorized.
        url: Its address.
        steps: What was tried, in its order.
        advice: What to know and what to do.
    """

    name: str
    scheme: str
    url: str
    steps: list[ServiceStep] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """Whether it was reached and nothing failed. Where no probe path is declared, that is as far as the login."""
        outcomes = {step.name: step.outcome for step in self.steps}
        return outcomes.get("connect") == "ok" and "failed" not in outcomes.values()


class _End(Exception):
    """A step failed: what to say. Never leaves this module."""

    def __init__(self, detail: str, advice: Advice) -> None:
        super().__init__(detail)
        self.detail = detail
        self.advice = advice


def check_service(
    service: ExternalService,
    options: Options,
    *,
    environment: Mapping[str, str],
    time: Time,
    user_agent: str,
    offline: bool = False,
) -> ServiceCheck:
    """Go the way to a service, step by step: at most one login, and one GET of the probe path.

    Args:
        service: The service.
        options: The run's proxies.
        environment: The environment, for its proxies and CA.
        time: The machine's time.
        user_agent: The ``User-Agent`` header.
        offline: Look at the inputs only.
    """
    check = ServiceCheck(service.name, service.scheme.name, redact(service.url))
    check.advice += [Advice(Level.WARNING, found.what, remedy=found.remedy) for found in service.findings]
    way = _Way(service, options, environment, time, user_agent)
    tasks = (way.inputs, way.resolve, way.connect, way.tls, way.login, way.request)
    ended = ""
    for name, task in zip(STEPS, tasks, strict=True):
        if ended or (offline and name != "inputs"):
            check.steps.append(ServiceStep(name, "skipped", ended or "nothing is sent: --offline"))
            continue
        try:
            outcome, detail = task()
        except _End as end:
            check.steps.append(ServiceStep(name, "failed", redact(end.detail)))
            check.advice.append(end.advice)
            ended = f"after {name} failed"
        else:
            check.steps.append(ServiceStep(name, outcome, redact(detail)))
    if not ended and not offline and not service.probe:
        check.advice.append(
            Advice(
                Level.NOTE,
                f"Whether {service.name} accepts the credential was not asked",
                f"{service.name}_probe is not set",
                f"Add a param {service.name}_probe to install.json, whose default is a path that may be asked for by GET",
            )
        )
    way.close()
    return check


class _Way:
    """The steps to one service, and what each leaves to the next."""

    def __init__(
        self, service: ExternalService, options: Options, environment: Mapping[str, str], time: Time, user_agent: str
    ) -> None:
        self.service = service
        self.options = options
        self.environment = environment
        self.time = time
        self.user_agent = user_agent
        self.scheme: Scheme | None = None
        self.origin: Origin
        self.route: Route
        self.host, self.port = "", 0
        self.transport: PlainTransport
        self.adapter: ObservingAdapter | None = None
        self._connection: socket.socket | None = None

    # -- the steps: each returns its outcome and detail ------------------------------------------------------------------------

    def inputs(self) -> tuple[Outcome, str]:
        """Make the scheme of the inputs, and decide the way."""
        from gatepost.clock import Clocks
        from gatepost.project.diagnosis.probing import ObservingAdapter
        from gatepost.runtime.external import make_service_scheme
        from gatepost.transport.origin import check_plain_http, origin_of
        from gatepost.transport.plain import PlainTransport
        from gatepost.transport.settings import resolve_route
        from gatepost.variables import find_platform_variables

        service = self.service
        if service.problems:
            what = "; ".join(str(problem).partition(". ")[0] for problem in service.problems)
            remedy = ". ".join(dict.fromkeys(problem.remedy for problem in service.problems if problem.remedy))
            raise _End(what, Advice(Level.ERROR, f"The service {service.name} cannot be used", redact(what), remedy))
        for suffix, value in service.values.items():
            text = value if isinstance(value, str) else value.reveal()
            if next(find_platform_variables(text), None) is not None:
                what = f"{service.name}_{suffix} refers to a variable of the platform"
                why = "Only a run resolves it"
                raise _End(what, Advice(Level.WARNING, what, why, f"Set {service.name}_{suffix} itself to have it tried here"))
        try:
            self.origin = origin_of(service.url)
            check_plain_http(self.origin)
            self.scheme = make_service_scheme(service, clocks=Clocks(self.time))
            certificate = self.scheme.certificate if self.scheme is not None else None
            self.route = resolve_route(
                self.origin,
                proxies=self.options.external_proxies,
                verify=service.verify,
                cert=certificate,
                environment=self.environment,
            )
        except GatepostError as error:
            raise _End(error.what, Advice.of(error)) from None
        self.adapter = ObservingAdapter()
        self.transport = PlainTransport(
            verify=self.route.verify,
            proxies=self.route.proxies,
            cert=certificate,
            trust_env=False,
            adapter=self.adapter,
            user_agent=self.user_agent,
        )
        if self.scheme is not None:
            self.scheme.use_transport(self.transport)
        return "ok", service.scheme.meaning

    def resolve(self) -> tuple[Outcome, str]:
        """Look up the name of the host, or of the proxy on the way."""
        proxy = next(iter(self.route.proxies.values()), "")
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}") if proxy else urlsplit(str(self.origin))
        try:
            self.host = parts.hostname or ""
            self.port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 443)
        except ValueError:
            what, remedy = "The proxy has a port that is none", "Check tc_proxy_port, or HTTPS_PROXY in the environment"
            raise _End(what, Advice(Level.ERROR, what, self.route.proxy_source, remedy)) from None
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            advice = Advice(
                Level.ERROR,
                f"The name {self.host} is not known",
                reason,
                "Check tc_proxy_host" if proxy else f"Check {self.service.name}_url, and whether this machine needs a proxy",
            )
            raise _End(f"{self.host}: {reason}", advice) from None
        addresses = ", ".join(dict.fromkeys(str(entry[4][0]) for entry in found))
        return "ok", f"{self.host} is {addresses}" + (f" (the proxy: {self.route.proxy_source})" if proxy else "")

    def connect(self) -> tuple[Outcome, str]:
        """Make a connection."""
        try:
            self._connection = socket.create_connection((self.host, self.port), timeout=_SECONDS)
        except OSError as error:
            reason = error.strerror or str(error) or "no answer in time"
            advice = Advice(
                Level.ERROR,
                f"{self.host} takes no connection at port {self.port}",
                reason,
                "Check tc_proxy_host and tc_proxy_port"
                if self.route.proxies
                else f"Check {self.service.name}_url, and that no firewall is in the way",
            )
            raise _End(f"port {self.port}: {reason}", advice) from None
        return "ok", f"port {self.port}"

    def tls(self) -> tuple[Outcome, str]:
        """Shake hands."""
        connection, self._connection = self._connection, None
        if connection is None:
            return "skipped", ""
        with connection:
            if self.origin.scheme != "https":
                return "skipped", "plain HTTP to this machine"
            if self.route.proxies:
                return "skipped", "the proxy is in between: seen with the login or the request"
            try:
                version = shake_hands(connection, self.host, self.route)
            except (OSError, ValueError) as error:
                advice = about_handshake(error, self.origin, f"{self.service.name}_verify")
                raise _End(advice.why, advice) from None
        vouched = "not verified" if self.route.verify is False else "verified"
        if self.route.verify is False:
            return "ok", f"{version}, {vouched}: {self.service.name}_verify is false"
        return "ok", f"{version}, {vouched}"

    def login(self) -> tuple[Outcome, str]:
        """Get a token, where the scheme needs one."""
        from gatepost.auth.issued import IssuedTokenAuth

        name = self.service.scheme.name
        if not isinstance(self.scheme, IssuedTokenAuth):
            return "skipped", "nothing to log in to: the credential goes with each request" if self.scheme else "no credentials"
        if name == "oauth2_refresh":
            return "skipped", "it would use up the refresh token"
        if name == "timbr" and self.service.secret("token"):
            return "skipped", "a token is given"
        from requests import PreparedRequest

        request = PreparedRequest()
        request.prepare(method="GET", url=self.service.url)
        try:
            with _without_certificate_warnings():
                self.scheme.headers(request)
        except GatepostError as error:
            raise _End(f"{error.what}. {error.why}".rstrip(". "), Advice.of(error)) from None
        return "ok", f"{self._issuer()} gave a token"

    def request(self) -> tuple[Outcome, str]:
        """Ask for the probe path with the credential."""
        service = self.service
        if not service.probe:
            return "skipped", f"{service.name}_probe is not set"
        if service.scheme.name == "oauth2_refresh":
            return "skipped", "it would use up the refresh token"
        from requests import PreparedRequest

        url = f"{service.url}/{service.probe.removeprefix('/')}"
        request = PreparedRequest()
        request.prepare(method="GET", url=url)
        try:
            if self.scheme is not None:
                self.scheme.check_origin(request.url or "")
                self.scheme.authorize(request)
            with _without_certificate_warnings():
                answer = self.transport.send("GET", request.url or "", headers=dict(request.headers))
        except GatepostError as error:
            raise _End(f"{error.what}. {error.why}".rstrip(". "), Advice.of(error)) from None
        return self._judged(answer.status, answer.headers, answer.body)

    # -- what a step says ------------------------------------------------------------------------------------------------------

    def _judged(self, status: int, headers: Mapping[str, str], body: bytes) -> tuple[Outcome, str]:
        from gatepost.project.diagnosis.probing import response_of
        from gatepost.transport.answers import words_of

        service, path = self.service, self.service.probe.partition("?")[0]
        response = response_of(status, headers, body)
        tls = f", {self.adapter.tls_version}" if self.adapter is not None and self.adapter.tls_version else ""
        if 200 <= status < 300:
            self._check_timbr(response)
            return "ok", f"GET {path}: {status}{tls}"
        words = redact(words_of(response).message).rstrip(".")
        said = f"It said: {words}" if words else "It gave no reason"
        detail = f"GET {path}: {status}" + (f", {words}" if words else "")
        if 300 <= status < 400:
            place = redact(str(headers.get("Location", "")).partition("?")[0])
            what, said, remedy = (
                f"{service.name} redirects to {place}",
                "",
                f"Set {service.name}_url to the address that answers itself",
            )
        elif status in (401, 403):
            inputs = ", ".join(f"{service.name}_{suffix}" for group in service.scheme.needs for suffix in group) or "the service"
            what = f"{service.name} refused the credential (status {status})"
            remedy = f"Check {inputs}, that they belong to this service ({service.name}_url), and the rights they come with"
        elif status == 404:
            what = f"{service.name} has nothing at {path}"
            remedy = f"Check {service.name}_url and {service.name}_probe"
        elif status in (408, 429) or status >= 500:
            what, remedy = f"{service.name} could not answer (status {status})", "Wait, and try again"
        else:
            what, remedy = f"{service.name} did not take the request (status {status})", f"Check {service.name}_probe"
        raise _End(detail, Advice(Level.ERROR, what, said, remedy))

    def _check_timbr(self, response: Response) -> None:
        """Refuse an answer of Timbr that says in its body that it is no success."""
        if self.service.scheme.name != "timbr":
            return
        from gatepost.transport.timbr import timbr_data

        try:
            timbr_data(response)
        except GatepostError as error:
            raise _End(f"{error.what}. {error.why}", Advice.of(error)) from None

    def _issuer(self) -> str:
        from gatepost.transport.origin import origin_of

        return str(origin_of(getattr(self.scheme, "issuer", self.service.url)))

    def close(self) -> None:
        """Close what is open."""
        if self._connection is not None:
            self._connection.close()
        if self.adapter is not None:
            self.adapter.close()


@contextlib.contextmanager
def _without_certificate_warnings() -> Iterator[None]:
    """Silence for the block what is told as a detail of the step."""
    from urllib3.exceptions import InsecureRequestWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)
        yield
