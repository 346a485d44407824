"""Spans of OpenTelemetry for the calls of a session. Needs the extra ``otel``."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from gatepost.errors import UsageError
from gatepost.sessions.observers import Attempt, ObservedCall, Observer, Outcome, WaitReason
from gatepost.version import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Span, TracerProvider

    from gatepost.transport.origin import Origin

__all__ = ["Tracing"]

_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


class Tracing(Observer):
    """Makes a client span of each call, with its attempts and waits as events.

    Names are those of the semantic conventions for HTTP clients (OpenTelemetry, stable since 1.23). The span is named after the
    method, and has ``http.request.method``, ``server.address``, ``server.port``, ``url.scheme``, ``url.full`` (without query and
    fragment), ``http.response.status_code``, ``error.type`` and ``http.request.resend_count``. A call that raises, or ends with
    4xx or 5xx, has the status ERROR.

    Events are ``http.attempt``, made when an attempt ends, with ``http.request.resend_count``, its status or error, and
    ``duration`` in seconds; and ``gatepost.wait``, with ``reason`` and ``duration``. The span is a child of the one that is
    current where the call is made. No header for the propagation of traces is sent.

    Example:
        ```python
        runtime.session.observers.append(Tracing())
        ```

    Args:
        tracer_provider: Where spans go; default is the process's own.

    Raises:
        UsageError: The extra is not installed.
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        try:
            from opentelemetry import trace
        except ImportError:
            raise UsageError(
                "Spans need OpenTelemetry, which is not installed",
                remedy="Install gatepost with its extra: pip install 'gatepost[otel]'",
            ) from None
        self._trace = trace
        self._tracer = trace.get_tracer("gatepost", __version__, tracer_provider)
        self._spans: dict[ObservedCall, Span] = {}
        self._lock = Lock()

    def call_started(self, call: ObservedCall) -> None:
        """Start the span."""
        known = call.method in _METHODS
        attributes = {"http.request.method": call.method if known else "_OTHER", **_server(call.origin, call.path)}
        if not known:
            attributes["http.request.method_original"] = call.method
        span = self._tracer.start_span(call.method if known else "HTTP", kind=self._trace.SpanKind.CLIENT, attributes=attributes)
        with self._lock:
            self._spans[call] = span

    def attempt_ended(self, attempt: Attempt, outcome: Outcome) -> None:
        """Add the attempt to the span, with its server where a redirect led to another one."""
        attributes: dict[str, Any] = {
            "http.request.resend_count": attempt.number - 1,
            "duration": outcome.seconds,
            **_result(outcome),
        }
        if attempt.origin != attempt.call.origin or attempt.path != attempt.call.path:
            attributes |= {"http.request.method": attempt.method, **_server(attempt.origin, attempt.path)}
        self._span(attempt.call).add_event("http.attempt", attributes)

    def waited(self, call: ObservedCall, reason: WaitReason, seconds: float) -> None:
        """Add the wait to the span."""
        self._span(call).add_event("gatepost.wait", {"reason": str(reason), "duration": seconds})

    def call_ended(self, call: ObservedCall, outcome: Outcome) -> None:
        """End the span."""
        with self._lock:
            span = self._spans.pop(call)
        span.set_attributes(_result(outcome))
        if outcome.attempts > 1:
            span.set_attribute("http.request.resend_count", outcome.attempts - 1)
        if outcome.status is None or outcome.status >= 400:
            span.set_status(self._trace.StatusCode.ERROR)
        span.end()

    def _span(self, call: ObservedCall) -> Span:
        with self._lock:
            return self._spans[call]


def _server(origin: Origin, path: str) -> dict[str, Any]:
    return {
        "server.address": origin.host.strip("[]"),
        "server.port": origin.port,
        "url.scheme": origin.scheme,
        "url.full": f"{origin}{path}",
    }


def _result(outcome: Outcome) -> dict[str, Any]:
    if outcome.status is None:
        return {"error.type": outcome.error}
    found: dict[str, Any] = {"http.response.status_code": outcome.status}
    if outcome.status >= 400:
        found["error.type"] = str(outcome.status)
    return found
