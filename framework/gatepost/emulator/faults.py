"""What can go wrong with one request: each kind of fault, with what it needs to know.

A fault says what happens, not when: a `gatepost.emulator.chaos.Rule` decides that. Every one is a frozen value with a JSON form,
``{"kind": "answer", "status": 503}``, whose other keys are the fields of its class.
"""

from __future__ import annotations

import dataclasses
import enum
import math
import re
from typing import ClassVar, TypeAlias

from gatepost.errors import UsageError

__all__ = [
    "KINDS",
    "Answer",
    "Destination",
    "Drip",
    "ExpireToken",
    "Fault",
    "HalfClose",
    "Moment",
    "Pause",
    "Redirect",
    "Reset",
    "RevokeToken",
    "Truncate",
    "TurnClock",
]


class Moment(enum.StrEnum):
    """How far the platform had come with a request when the fault struck."""

    HEAD = "head"
    """The head was read, which names the request; the body was not, and nothing was done."""

    READ = "read"
    """All of the request was read; nothing was done."""

    PROCESSED = "processed"
    """The platform has acted on the request; its answer is lost, replaced or late."""


class Destination(enum.StrEnum):
    """Where a redirect leads."""

    PATH = "path"
    """To another path of the same origin, ``{prefix}/moved{path}``, which answers as the first one does."""

    ORIGIN = "origin"
    """To the same path below another API base."""

    HTTP = "http"
    """To the same host and port by plain HTTP, where nothing answers in plain HTTP."""

    LOOP = "loop"
    """To ``{prefix}/loop{path}``, which redirects to itself for ever."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """Another answer than the platform's own.

    Attributes:
        status: The HTTP status, 200 to 599.
        message: The words, in the envelope of the path's API version (of ``/appAuth`` for that path). Empty takes the usual
            words for the status. The documented ones are in `gatepost.emulator.verification.Message`.
        body: The whole body, where it is to be no envelope: ``{"success": true}`` as the answer of a renewal, say.
        content_type: The type of such a body.
        retry_after: ``Retry-After`` as it is sent, sensible (``"2"``) or not (``"-1"``, ``"315360000"``, ``"soon"``).
        retry_after_date: The same as an HTTP date, so many seconds from the platform's present time.
        when: ``read``, or ``processed``: then the platform acts first, as when a gateway loses the answer.
    """

    kind: ClassVar[str] = "answer"

    status: int
    message: str = ""
    body: str | None = None
    content_type: str = "application/json"
    retry_after: str | None = None
    retry_after_date: float | None = None
    when: Moment = Moment.READ

    def __post_init__(self) -> None:
        _moment(self, Moment.READ, Moment.PROCESSED)
        if not 200 <= self.status <= 599 or 300 <= self.status < 400:
            raise UsageError(f"A fault cannot answer {self.status}", remedy="Use 200 to 299 or 400 to 599, or a redirect")
        for name in ("content_type", "retry_after"):
            if not re.fullmatch(r"[\x20-\x7e]*", getattr(self, name) or ""):
                raise UsageError(f"The {name} of a fault cannot be sent", why="It is no visible ASCII in one line")
        if not _can_be_sent(self.message) or not _can_be_sent(self.body or ""):
            raise UsageError("The text of a fault cannot be sent", why="It has half of a surrogate pair, which UTF-8 cannot hold")
        if self.retry_after is not None and self.retry_after_date is not None:
            raise UsageError("A fault has one Retry-After", remedy="Use retry_after or retry_after_date")
        if self.retry_after_date is not None and not abs(self.retry_after_date) < 1e10:
            raise UsageError(f"There is no date {self.retry_after_date} seconds from now")

    def __str__(self) -> str:
        wait = self.retry_after if self.retry_after_date is None else f"a date {self.retry_after_date:+g} s from now"
        return f"answer {self.status}" + ("" if wait is None else f", Retry-After {wait}") + _after(self.when)


@dataclasses.dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset (RST). The client sees no difference between the moments, the write log does.

    Attributes:
        when: How far the platform has come.
    """

    kind: ClassVar[str] = "reset"

    when: Moment = Moment.READ

    def __post_init__(self) -> None:
        _moment(self)

    def __str__(self) -> str:
        return f"connection reset at {self.when}"


@dataclasses.dataclass(frozen=True, slots=True)
class HalfClose:
    """The platform closes its direction of the connection (FIN, no TLS goodbye) without an answer, and goes on listening.

    Attributes:
        when: How far the platform has come.
    """

    kind: ClassVar[str] = "half-close"

    when: Moment = Moment.READ

    def __post_init__(self) -> None:
        _moment(self)

    def __str__(self) -> str:
        return f"connection half-closed at {self.when}"


@dataclasses.dataclass(frozen=True, slots=True)
class Pause:
    """The answer is late.

    Attributes:
        seconds: At least so long, in real time; None: until the client goes away or the platform stops.
        when: ``read``: the platform acts after the pause, if the client is still there. ``processed``: it acts at once.
    """

    kind: ClassVar[str] = "pause"

    seconds: float | None
    when: Moment = Moment.READ

    def __post_init__(self) -> None:
        _moment(self, Moment.READ, Moment.PROCESSED)
        if self.seconds is not None:
            _not_negative(self.seconds, "A pause")

    def __str__(self) -> str:
        return ("silent" if self.seconds is None else f"{self.seconds:g} s late") + f" at {self.when}"


@dataclasses.dataclass(frozen=True, slots=True)
class Drip:
    """The body comes piece by piece. An answer without a body is sent as it is, and no fault is recorded.

    Attributes:
        size: Bytes of one piece.
        seconds: Real time before each piece, at least.
        pieces: So many pieces come and then nothing more, until the client goes away; None: all of them.
    """

    kind: ClassVar[str] = "drip"

    size: int = 1
    seconds: float = 0.01
    pieces: int | None = None

    def __post_init__(self) -> None:
        _not_negative(self.seconds, "The time between drops")
        if self.size < 1:
            raise UsageError(f"A drop cannot have {self.size} bytes")
        if self.pieces is not None and self.pieces < 0:
            raise UsageError(f"There cannot be {self.pieces} drops")

    def __str__(self) -> str:
        return "body dripping" if self.pieces is None else f"body dripping, silent after {self.pieces} pieces"


@dataclasses.dataclass(frozen=True, slots=True)
class Truncate:
    """The platform acts, sends half of the body, and closes the connection in good form. Without a body no fault is recorded.

    Attributes:
        chunked: Whether the body has chunks of which the last is missing, instead of a ``Content-Length`` that promises more.
    """

    kind: ClassVar[str] = "truncate"

    chunked: bool = False

    def __str__(self) -> str:
        return "chunked body cut off" if self.chunked else "body shorter than its Content-Length"


@dataclasses.dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect, instead of any action.

    Attributes:
        to: Where it leads.
        url: The other API base, for ``origin``: the `Emulator.url` of a second platform, say.
        status: 301, 302, 303, 307 or 308.
    """

    kind: ClassVar[str] = "redirect"

    to: Destination = Destination.PATH
    url: str = ""
    status: int = 307

    def __post_init__(self) -> None:
        if self.to not in tuple(Destination):
            raise UsageError(f"No redirect leads to {self.to!r}", remedy=f"Use one of {', '.join(Destination)}")
        object.__setattr__(self, "to", Destination(self.to))
        if self.status not in (301, 302, 303, 307, 308):
            raise UsageError(f"{self.status} is not the status of a redirect", remedy="Use 301, 302, 303, 307 or 308")
        if (self.to is Destination.ORIGIN) != bool(self.url):
            raise UsageError(f"A redirect to {self.to} has {'a' if not self.url else 'no'} url")
        if not re.fullmatch(r"[\x21-\x7e]*", self.url):
            raise UsageError("The url of a redirect cannot be sent", why="It is no visible ASCII")

    def __str__(self) -> str:
        places = {
            Destination.PATH: "another path",
            Destination.ORIGIN: self.url,
            Destination.HTTP: "plain HTTP",
            Destination.LOOP: "a loop",
        }
        return f"redirect {self.status} to {places[self.to]}"


@dataclasses.dataclass(frozen=True, slots=True)
class ExpireToken:
    """The token that the request carries expires at once, before it is judged; it can still be renewed.

    A request that carries no live token is untouched, and no fault is recorded.
    """

    kind: ClassVar[str] = "expire-token"

    def __str__(self) -> str:
        return "token expired early"


@dataclasses.dataclass(frozen=True, slots=True)
class RevokeToken:
    """The token that the request carries is revoked, before it is judged, and cannot be renewed.

    A request that carries no live token is untouched, and no fault is recorded.
    """

    kind: ClassVar[str] = "revoke-token"

    def __str__(self) -> str:
        return "token revoked"


@dataclasses.dataclass(frozen=True, slots=True)
class TurnClock:
    """The platform's clock jumps, before the request is judged.

    Attributes:
        seconds: How far: positive is forward.
    """

    kind: ClassVar[str] = "turn-clock"

    seconds: float

    def __post_init__(self) -> None:
        if not abs(self.seconds) < 1e10:
            raise UsageError(f"A clock cannot jump by {self.seconds} seconds")

    def __str__(self) -> str:
        return f"clock turned by {self.seconds:+g} s"


Fault: TypeAlias = Answer | Reset | HalfClose | Pause | Drip | Truncate | Redirect | ExpireToken | RevokeToken | TurnClock

KINDS: dict[str, type[Fault]] = {
    kind.kind: kind for kind in (Answer, Reset, HalfClose, Pause, Drip, Truncate, Redirect, ExpireToken, RevokeToken, TurnClock)
}
"""The classes of faults by the ``kind`` of their JSON form."""


def _moment(fault: Answer | Reset | HalfClose | Pause, *moments: Moment) -> None:
    moments = moments or tuple(Moment)
    if fault.when not in moments:
        raise UsageError(f"This fault does not strike at the moment {fault.when!r}", remedy=f"Use one of {', '.join(moments)}")
    object.__setattr__(fault, "when", Moment(fault.when))


def _can_be_sent(text: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def _not_negative(seconds: float, what: str) -> None:
    if not (seconds >= 0 and math.isfinite(seconds)):
        raise UsageError(f"{what} cannot be {seconds} seconds")


def _after(moment: Moment) -> str:
    return ", after the platform has acted" if moment is Moment.PROCESSED else ""
