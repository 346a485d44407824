"""What a tape is made of: requests, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Body", "BodyKind", "Exchange", "Failure", "Pairs", "Request", "Response"]

BodyKind = Literal["none", "json", "form", "text", "base64", "left out"]

Pairs = tuple[tuple[str, str], ...]
"""Names and values, decoded, in their order."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body, as what it means where that is known.

    Attributes:
        kind: ``none``, ``json``, ``form``, ``text``, ``base64`` (bytes that are no text), or ``left out``.
        content: By kind: None; JSON data; names and values; the text; the bytes; the reason why it was left out.
    """

    kind: BodyKind = "none"
    content: Any = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request, without its secrets.

    Attributes:
        method: Its method.
        origin: Scheme, host and port.
        path: The path as on the wire.
        query: The query's names and values, decoded.
        headers: Its headers; those that carry credentials hold a placeholder.
        body: Its body.
    """

    method: str
    origin: str
    path: str
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = Body()

    @property
    def url(self) -> str:
        """The whole URL."""
        query = encoded_pairs(self.query)
        return f"{self.origin}{self.path}{'?' if query else ''}{query}"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Response:
    """A response, without its secrets.

    Attributes:
        status: HTTP status code.
        reason: The words after it.
        headers: Its headers; those of the body's encoding and length are left out, since the body is decoded.
        body: Its body.
    """

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = Body()


@dataclass(frozen=True, slots=True)
class Failure:
    """What came instead of a response.

    Attributes:
        kind: Name of the exception: one of ``requests``, or the cause that tells what may be tried again.
        text: Its text.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came of it: a response, or a failure.

    Attributes:
        number: Its place on the tape, from 1, in the order in which the requests were begun.
        at: When the answer came, seconds since the epoch.
        seconds: How long it took.
        request: The request.
        response: The response; None when there was none.
        failure: Why there was none.
    """

    number: int
    at: float
    seconds: float
    request: Request
    response: Response | None = None
    failure: Failure | None = None


def encoded_pairs(pairs: Pairs) -> str:
    """Return pairs as a query or a form writes them; an asterisk stays one, so that placeholders can be read."""
    return "&".join(f"{quote(name, safe='*')}={quote(value, safe='*')}" for name, value in pairs)
