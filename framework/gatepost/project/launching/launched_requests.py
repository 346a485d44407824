"""What an app that was launched asked emulated servers for, as a person may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from gatepost.redaction import redact
from gatepost.secret_names import is_secret_in_request

if TYPE_CHECKING:
    from gatepost.emulator.serving import EmulatedServer

__all__ = ["LaunchedRequest", "launched_requests", "shown_target"]


@dataclass(frozen=True, slots=True)
class LaunchedRequest:
    """One request that the app sent to the emulated platform, or to a service beside it.

    Attributes:
        number: Its number, from 1, among all that the server got.
        method: Its method.
        target: Path and query as on the wire, less what is secret in it.
        scheme: ``TC`` (HMAC), ``TC-Token``, or empty.
        verdict: ``accepted``, ``refused``, or ``not asked`` where none is needed.
        status: Status of the answer; 0 when there was none.
        explanation: Why it was refused, for a developer; empty when it was not.
        fault: What chaos did to it, in words; empty when nothing.
        server: ``platform``, or the name by which the app calls the service.
    """

    number: int
    method: str
    target: str
    scheme: str
    verdict: str
    status: int
    explanation: str = ""
    fault: str = ""
    server: str = "platform"


def launched_requests(server: EmulatedServer, *, after: int = 0, name: str = "platform") -> tuple[LaunchedRequest, ...]:
    """Return what a server was asked for.

    Args:
        server: The server.
        after: The number of the last request that is left out.
        name: What the server is called.
    """
    return tuple(
        LaunchedRequest(
            number=request.number,
            method=request.method,
            target=shown_target(request.target),
            scheme=request.scheme,
            verdict=str(request.verdict.outcome),
            status=request.status,
            explanation=redact(request.explanation),
            fault=request.fault,
            server=name,
        )
        for request in server.requests
        if request.number > after
    )


def shown_target(target: str) -> str:
    """Return a request target as a person may see it: without a token or key in its query, or any secret that is known."""
    path, question_mark, query = target.partition("?")
    return redact(f"{path}{question_mark}{'&'.join(map(_shown_parameter, query.split('&')))}")


def _shown_parameter(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}=***" if equals and is_secret_in_request(unquote_plus(name)) else part
