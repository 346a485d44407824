"""The record of every request that reached an emulated service, and of what became of it."""

from __future__ import annotations

import dataclasses
import logging
import re
import threading
from collections.abc import Callable
from typing import Any

from gatepost.emulator.verification import NOT_ASKED, Verdict

__all__ = ["Listener", "RecordedRequest", "Recorder"]

_logger = logging.getLogger("gatepost.emulator")


@dataclasses.dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request as it arrived, with the platform's verdict.

    Attributes:
        number: Counts the requests of a platform from 1, in the order of their arrival.
        time: When it arrived, in epoch seconds of the platform's clock.
        method: The method as on the wire.
        target: The request target exactly as on the wire, a bare ``?`` included.
        headers: The headers in their order, names in lower case.
        body: The body.
        verdict: What the platform thinks of the credential.
        status: The status of the answer; 0 while there is none, or when the client went away before.
        explanation: Why the platform refused, for a developer; it was not sent. Empty when it did not refuse.
        fault: What chaos did to the request, in words; empty when nothing. A fault that struck a connection before any request
            could arrive has an entry of its own, without method and target.
        attempt: How often a request of this id has come, this time included (`gatepost.emulator.chaos.Rule`); 0 without chaos.
        certificate: The SHA-256 fingerprint of the client's certificate, in hexadecimal digits; empty when it gave none.

    The text form shows neither headers nor body, and no token.
    """

    number: int
    time: float
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = dataclasses.field(repr=False, default=())
    body: bytes = dataclasses.field(repr=False, default=b"")
    verdict: Verdict = NOT_ASKED
    status: int = 0
    explanation: str = ""
    fault: str = ""
    attempt: int = 0
    certificate: str = ""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def scheme(self) -> str:
        """The scheme of the credential, ``TC`` or ``TC-Token`` say; empty when the request carried none."""
        return self.verdict.scheme

    @property
    def access_id(self) -> str:
        """The access id that the request named; empty when none."""
        return self.verdict.access_id

    @property
    def token_fingerprint(self) -> str:
        """What tells the carried token from others; empty when none."""
        return self.verdict.token_fingerprint

    @property
    def request_id(self) -> str:
        """The id that the caller gave the request in ``X-Request-Id``; empty when none."""
        return self.header("x-request-id")

    def header(self, name: str, default: str = "") -> str:
        """Return the first header of that name, in any case; `default` when there is none."""
        return next((value for key, value in self.headers if key == name.lower()), default)

    def __repr__(self) -> str:
        target = re.sub(r"((?:expiredToken|api_key)=)[^&]*", r"\1**********", self.target)
        scheme = self.scheme or "no scheme"
        words = f" ({self.explanation})" if self.explanation else ""
        fault = f", fault: {self.fault}" if self.fault else ""
        if not self.method:
            return f"<connection {self.number}{fault}>"
        return f"<request {self.number}: {self.method} {target}, {scheme}, {self.verdict.outcome}{words}, {self.status}{fault}>"


Listener = Callable[[RecordedRequest], object]


class Recorder:
    """Keeps the requests of one platform. Safe to use from many threads.

    Attributes:
        listener: Told of each request once the platform is done with it, in the platform's thread; None for nobody.
        keeps_finished: Whether requests stay in the record once the platform is done with them.
    """

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.keeps_finished = True
        self._requests: dict[int, RecordedRequest] = {}
        self._last_number = 0
        self._lock = threading.Lock()

    def arrived(
        self,
        time: float,
        method: str,
        target: str,
        headers: tuple[tuple[str, str], ...],
        body: bytes,
        *,
        attempt: int = 0,
        certificate: str = "",
    ) -> RecordedRequest:
        """Record a request and give it its number."""
        with self._lock:
            self._last_number += 1
            request = RecordedRequest(
                self._last_number, time, method, target, headers, body, attempt=attempt, certificate=certificate
            )
            self._requests[request.number] = request
            return request

    def judged(self, number: int, verdict: Verdict) -> None:
        """Add the verdict to a recorded request."""
        self._change(number, verdict=verdict, explanation=verdict.explanation)

    def answered(self, number: int, status: int) -> None:
        """Add the status of the answer to a recorded request."""
        self._change(number, status=status)

    def explained(self, number: int, explanation: str) -> None:
        """Add a reason that has nothing to do with the credential in the request's headers."""
        self._change(number, explanation=explanation)

    def struck(self, number: int, fault: str) -> None:
        """Add what chaos did to a recorded request."""
        self._change(number, fault=fault)

    def finished(self, number: int) -> None:
        """Note that nothing will be added to a recorded request any more."""
        with self._lock:
            request = self._requests.get(number)
            if not self.keeps_finished:
                self._requests.pop(number, None)
        if request is None or self.listener is None:
            return
        try:
            self.listener(request)
        except Exception:  # a platform does not fail because somebody who looks on does
            _logger.exception("the listener failed at request %d", number)

    def connection_struck(self, time: float, fault: str) -> None:
        """Record a fault of a connection that no request came through."""
        request = self.arrived(time, "", "", (), b"")
        self.struck(request.number, fault)
        self.finished(request.number)

    def requests(self) -> tuple[RecordedRequest, ...]:
        """Return what was recorded, in the order of arrival."""
        with self._lock:
            return tuple(self._requests.values())

    def forget(self) -> None:
        """Forget all requests; the numbers go on."""
        with self._lock:
            self._requests.clear()

    def _change(self, number: int, **changes: Any) -> None:
        with self._lock:
            request = self._requests.get(number)
            if request is not None:
                self._requests[number] = dataclasses.replace(request, **changes)
