"""Spans, read back from OpenTelemetry's own exporter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from gatepost.errors import UsageError
from gatepost.secret import Secret
from gatepost.sessions import AuthorizedSession, RateLimit, Tracing
from gatepost.transport.errors import ConnectionFailed
from tests.transport.scripted_server import RESET, ScriptedServer, answer, redirect

To = Callable[..., AuthorizedSession]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> Iterator[TracerProvider]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider
    provider.shutdown()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def traced(to: To, server: ScriptedServer, provider: TracerProvider) -> AuthorizedSession:
    session = to(server)
    session.observers.append(Tracing(provider))
    return session


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def test_a_call_is_a_client_span(traced, server, exporter):
    traced.get("/v2/owners?secret=1#fragment")
    span = only(exporter)
    assert (span.name, span.kind, span.status.status_code) == ("GET", SpanKind.CLIENT, StatusCode.UNSET)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.full": f"{server.url}/v2/owners",
        "url.scheme": "http",
    }
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "gatepost"


def test_attempts_and_waits_are_its_events(traced, server, exporter):
    server.script[:] = [answer(503, Retry_After="5"), RESET, answer(200)]
    traced.limits = RateLimit(0.01)
    traced.get("/")
    span = only(exporter)
    events = [(event.name, {k: v for k, v in (event.attributes or {}).items() if k != "duration"}) for event in span.events]
    attempts = [attributes for name, attributes in events if name == "http.attempt"]
    assert attempts == [
        {"http.request.resend_count": 0, "http.response.status_code": 503, "error.type": "503"},
        {"http.request.resend_count": 1, "error.type": "ConnectionError"},
        {"http.request.resend_count": 2, "http.response.status_code": 200},
    ]
    waits = [(event.attributes or {}) for event in span.events if event.name == "gatepost.wait"]
    assert [wait["reason"] for wait in waits] == ["back-off", "rate limit", "back-off", "rate limit"]
    assert waits[0]["duration"] == 5
    assert (span.attributes or {})["http.request.resend_count"] == 2


@pytest.mark.parametrize("status", [404, 500])
def test_a_refusal_is_an_error(traced, server, exporter, status):
    server.every = answer(status)
    traced.post("/")
    span = only(exporter)
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == str(status)


def test_no_answer_is_an_error(traced, server, exporter):
    server.every = RESET
    with pytest.raises(ConnectionFailed):
        traced.post("/")
    span = only(exporter)
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "ConnectionFailed"
    assert "http.response.status_code" not in (span.attributes or {})


def test_a_redirect_is_in_the_same_span(traced, server, exporter):
    with ScriptedServer() as other:
        server.script[:] = [redirect(f"{other.url}/there?a=b")]
        traced.post("/here")
        first, second = (event.attributes or {} for event in only(exporter).events)
        assert "url.full" not in first
        assert (second["url.full"], second["server.port"], second["http.request.method"]) == (
            f"{other.url}/there",
            other.port,
            "GET",
        )


def test_an_unknown_method_is_no_span_name(traced, exporter):
    traced.request("SECRETLY", "/")
    span = only(exporter)
    assert span.name == "HTTP"
    assert (span.attributes or {})["http.request.method"] == "_OTHER"
    assert (span.attributes or {})["http.request.method_original"] == "SECRETLY"


def test_the_span_belongs_to_the_one_around_the_call(traced, provider, exporter):
    with provider.get_tracer("an app").start_as_current_span("a run") as run:
        traced.get("/")
    call, around = exporter.get_finished_spans()
    assert around.name == "a run"
    assert call.parent is not None
    assert call.parent.span_id == run.get_span_context().span_id


def test_no_secret_is_in_it(traced, exporter):
    canary = Secret("canary-of-a-span")
    traced.get(f"/{canary.reveal()}", params={"x": canary.reveal()}, headers={"X-Other": canary.reveal()})
    assert "canary" not in only(exporter).to_json()


def test_the_processes_own_provider_is_the_default(to: To, server):
    session = to(server)
    session.observers.append(Tracing())
    assert session.get("/").status_code == 200


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(UsageError) as caught:
        Tracing()
    assert "gatepost[otel]" in caught.value.remedy


def test_nobody_else_pays_for_it():
    program = "import sys; from gatepost.sessions import AuthorizedSession; AuthorizedSession(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "gatepost.sessions.attempts" in loaded
    assert loaded.isdisjoint(
        {"opentelemetry"} | {f"gatepost.sessions.{name}" for name in ("limits", "observers", "tracing", "curl")}
    )
