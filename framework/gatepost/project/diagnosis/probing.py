"""One authorized request to the platform, and everything that its answer tells about the way there."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from requests import PreparedRequest, Response
from urllib3.exceptions import InsecureRequestWarning

from gatepost.clock import SYSTEM_TIME, Clock, Time, parse_date
from gatepost.redaction import redact
from gatepost.transport.adapter import PooledAdapter
from gatepost.transport.answers import words_of
from gatepost.transport.origin import origin_of
from gatepost.transport.plain import PlainTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.auth.scheme import Scheme
    from gatepost.runtime.options import Options

__all__ = ["ObservingAdapter", "Probe", "Prober", "response_of", "skew_between"]

PATH = "/v2/owners?resultLimit=1"
"""What is asked for: every user of the API may, and it changes nothing."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What one request met.

    Attributes:
        url: The URL that was asked.
        status: Status of the answer.
        accepted: Whether the platform accepted the credential and gave what was asked for.
        words: The platform's own words; empty when it gave none.
        code: Its error code; empty when it gave none.
        location: Where it redirects to; empty when it does not.
        tls_version: ``TLSv1.3`` and so on; empty where it could not be seen.
        skew: Seconds by which the platform's clock is ahead of this machine's (`skew_between`); None when it told no time.
        corrected_clock: Whether the request carried the platform's time, since this machine's is too far off.
    """

    url: str
    status: int
    accepted: bool
    words: str = ""
    code: str = ""
    location: str = ""
    tls_version: str = ""
    skew: float | None = None
    corrected_clock: bool = False


class ObservingAdapter(PooledAdapter):
    """Remembers the version of TLS, which is seen only while the connection is open."""

    tls_version = ""

    def send(self, *arguments: Any, **settings: Any) -> Response:
        """Send, and look at the connection."""
        response = super().send(*arguments, **settings)
        connected = getattr(getattr(response.raw, "connection", None), "sock", None)
        version = getattr(connected, "version", None)
        if callable(version):
            self.tls_version = str(version() or "")
        return response


class Prober:
    """Sends probes: without repeats, redirects and renewals, so that what a person sees is what the platform said.

    Args:
        options: The standard inputs of the run.
        scheme: What authorizes; it must not renew.
        user_agent: The ``User-Agent`` header.
        time: The machine's time.
    """

    def __init__(self, options: Options, scheme: Scheme, *, user_agent: str, time: Time = SYSTEM_TIME) -> None:
        self.url = f"{options.api_path.rstrip('/')}{PATH}"
        self._scheme = scheme
        self._time = time
        self._believes_dates = options.verify is not False or origin_of(self.url).is_loopback
        self._adapter = ObservingAdapter()
        self._transport = PlainTransport(
            verify=options.verify, proxies=options.platform_proxies, adapter=self._adapter, user_agent=user_agent
        )

    @property
    def clock(self) -> Clock:
        """The platform's clock, as far as it is known."""
        return self._scheme.clocks.of(origin_of(self.url))

    def send(self, *, corrected_clock: bool = False) -> Probe:
        """Send one probe.

        Args:
            corrected_clock: Said in the result; the clock itself is the scheme's.

        Raises:
            OriginError: The URL must not be asked.
            TransportError: No answer arrived.
        """
        self._scheme.check_origin(self.url)
        request = PreparedRequest()
        request.prepare(method="GET", url=self.url)
        headers = dict(self._scheme.headers(request))
        before = self._time.time()
        with warnings.catch_warnings():
            # That the certificate is not verified is told as advice.
            warnings.simplefilter("ignore", InsecureRequestWarning)
            answer = self._transport.send("GET", self.url, headers=headers)
        after = self._time.time()
        date = answer.headers.get("Date")
        if self._believes_dates:
            self.clock.note(date)
        words = words_of(response_of(answer.status, answer.headers, answer.body))
        return Probe(
            url=self.url,
            status=answer.status,
            accepted=answer.status == 200 and _is_success(answer.body),
            words=redact(words.message) if answer.status >= 300 else "",  # it may repeat what it was sent
            code=words.code,
            location=redact(str(answer.headers.get("Location", "")).partition("?")[0]),
            tls_version=self._adapter.tls_version,
            skew=skew_between(before, after, date),
            corrected_clock=corrected_clock,
        )

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def skew_between(before: float, after: float, date: str | None) -> float | None:
    """Return by how many seconds the clock of an answer's ``Date`` header is ahead.

    Args:
        before: When the request was sent, seconds since the epoch.
        after: When its answer was there.
        date: The header's text, in whole seconds (RFC 9110 section 6.6.1).

    Returns:
        0 where the header's second is one of those between, however long the answer took; else the distance to the middle of
        both; None without a date that can be read.
    """
    server = parse_date(date) if date else None
    if server is None:
        return None
    if int(before) <= server <= after:
        return 0.0
    # Half of a second is the best guess of what was cut off.
    return server + 0.5 - (before + after) / 2


def response_of(status: int, headers: Mapping[str, str], body: bytes) -> Response:
    """Return an answer as ``requests`` would have it."""
    response = Response()
    response.status_code = status
    response.headers.update(headers)
    response._content = body
    return response


def _is_success(body: bytes) -> bool:
    """Tell whether a body is the platform's, and not the login page of something in between."""
    import json

    try:
        data = json.loads(body)
    except ValueError:
        return False
    return isinstance(data, dict) and data.get("status") == "Success"
