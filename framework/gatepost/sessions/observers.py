"""Watching what a session does: calls, attempts and waits, for metrics and traces. Never secrets, never a query."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from gatepost.auth.waits import renewal_waits
from gatepost.redaction import redact
from gatepost.transport.origin import Origin, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextvars import Token
    from types import TracebackType

    from requests import PreparedRequest, Response

    from gatepost.clock import Time

__all__ = ["Attempt", "CallWatch", "Counters", "ObservedCall", "Observer", "Outcome", "WaitReason"]

_logger = logging.getLogger(__name__)
_reported: WeakSet[type] = WeakSet()


class WaitReason(StrEnum):
    """What a call waited for."""

    RATE_LIMIT = "rate limit"
    BACK_OFF = "back-off"
    RENEWAL = "renewal"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class ObservedCall:
    """One call of a session; compared by identity, so that it can be a key.

    Attributes:
        method: HTTP method.
        origin: The server: scheme, host and port.
        path: The path that was asked first, without the query, known secrets replaced by ``***``. It is no template: a metric
            that must not have a label for each indicator leaves it out.
    """

    method: str
    origin: Origin
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One request as it goes to the wire. Each repeat is one, and each hop of a redirect.

    Attributes:
        call: What it belongs to.
        number: 1 for the first attempt of its call.
        method: HTTP method; a redirect may change it.
        origin: The server; a redirect may lead to another one.
        path: The path, as in `ObservedCall`.
    """

    call: ObservedCall
    number: int
    method: str
    origin: Origin
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How an attempt or a call ended.

    Attributes:
        status: The HTTP status; None when there was no answer.
        error: The name of the error's type; empty when there was an answer.
        seconds: From start to end, with the body unless it is streamed; of a call, waits included.
        attempts: How many attempts there were up to now.
    """

    status: int | None
    error: str
    seconds: float
    attempts: int

    @property
    def label(self) -> str:
        """The status as text, or the name of the error's type."""
        return self.error if self.status is None else str(self.status)


class Observer(Protocol):
    """Told what the calls of a session do: an entry of `AuthorizedSession.observers`.

    Derive from it and override what is of interest: its own methods do nothing. They are called in the thread of the call, so
    they should be quick; calls of other threads go on meanwhile. What they raise never reaches the call: it is logged, once for
    each class of observers. An observer learns no header, body, query or fragment.
    """

    def call_started(self, call: ObservedCall) -> None:
        """A call begins. `call_ended` follows, whatever happens."""

    def attempt_started(self, attempt: Attempt) -> None:
        """A request goes out. `attempt_ended` follows, whatever happens."""

    def attempt_ended(self, attempt: Attempt, outcome: Outcome) -> None:
        """An answer came, or none did."""

    def waited(self, call: ObservedCall, reason: WaitReason, seconds: float) -> None:
        """A call waited: for its turn, before a repeat, or for a renewal of its credentials."""

    def call_ended(self, call: ObservedCall, outcome: Outcome) -> None:
        """A call ended; with its last answer or error."""


class Counters(Observer):
    """Totals per server, for a report at the end, a health check or a scraper. Safe in threads; may serve several sessions.

    Example:
        ```python
        counters = Counters()
        runtime.session.observers.append(counters)
        …
        runtime.log.info("requests", **counters.totals())
        ```
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._attempts: Counter[tuple[str, str]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._waits: defaultdict[tuple[str, str], float] = defaultdict(float)

    def attempt_ended(self, attempt: Attempt, outcome: Outcome) -> None:
        """Count an attempt."""
        with self._lock:
            self._attempts[str(attempt.origin), outcome.label] += 1

    def waited(self, call: ObservedCall, reason: WaitReason, seconds: float) -> None:
        """Add up a wait."""
        with self._lock:
            self._waits[str(call.origin), str(reason)] += seconds

    def call_ended(self, call: ObservedCall, outcome: Outcome) -> None:
        """Count a call."""
        with self._lock:
            self._calls[str(call.origin), outcome.label] += 1
            self._seconds[str(call.origin)] += outcome.seconds

    def totals(self) -> dict[str, dict[str, Any]]:
        """Return the totals up to now, ready for JSON.

        Returns:
            For each origin: ``calls`` and ``attempts`` (how many ended in each status or error), ``seconds`` (of all calls, waits
            included) and ``waited`` (seconds for each reason). Attempts of a call that was redirected count where they went.
        """
        with self._lock:
            origins = sorted({origin for keys in (self._calls, self._attempts, self._waits) for origin, _ in keys})
            return {
                origin: {
                    "calls": _of(origin, self._calls),
                    "attempts": _of(origin, self._attempts),
                    "seconds": self._seconds.get(origin, 0.0),
                    "waited": _of(origin, self._waits),
                }
                for origin in origins
            }


def _of(origin: str, totals: Mapping[tuple[str, str], float]) -> dict[str, float]:
    return {label: number for (where, label), number in sorted(totals.items()) if where == origin}


class CallWatch:
    """Tells the observers about one call, and is a context manager around it.

    Args:
        observers: Who is told.
        request: The call's request.
        time: What durations are measured by.

    Attributes:
        response: The call's answer, set by the session at its end; what is raised instead ends the call too.
    """

    __slots__ = (
        "_attempt",
        "_attempt_started",
        "_attempts",
        "_call",
        "_observers",
        "_started",
        "_time",
        "_token",
        "_waits",
        "response",
    )

    def __init__(self, observers: Iterable[Observer], request: PreparedRequest, time: Time) -> None:
        self.response: Response | None = None
        self._observers = tuple(observers)
        self._time = time
        self._call = ObservedCall(request.method or "GET", origin_of(request.url or ""), _path(request))
        self._attempts = 0
        self._attempt: Attempt | None = None
        self._attempt_started = 0.0
        self._started = 0.0
        self._waits: list[float] = []
        self._token: Token[list[float] | None] | None = None

    def __enter__(self) -> CallWatch:
        self._started = self._time.monotonic()
        self._tell("call_started", self._call)
        self._token = renewal_waits.set(self._waits)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._token is not None:
            renewal_waits.reset(self._token)
        self._tell_of_renewals()
        outcome = self._outcome(error if error is not None else self.response, self._started)
        self._tell("call_ended", self._call, outcome)

    def attempt_started(self, request: PreparedRequest) -> None:
        """A request goes out."""
        self._tell_of_renewals()
        self._attempts += 1
        attempt = Attempt(self._call, self._attempts, request.method or "GET", origin_of(request.url or ""), _path(request))
        self._attempt = attempt
        self._attempt_started = self._time.monotonic()
        self._tell("attempt_started", attempt)

    def attempt_ended(self, result: Response | BaseException | None) -> None:
        """Its answer came, or what came instead."""
        attempt = self._attempt
        if attempt is not None:
            outcome = self._outcome(result, self._attempt_started)
            self._tell("attempt_ended", attempt, outcome)

    def waited_for_turn(self, seconds: float) -> None:
        """The rate limit held the call back."""
        self._tell_of_wait(WaitReason.RATE_LIMIT, seconds)

    def backed_off(self, seconds: float) -> None:
        """The call waited before a repeat."""
        self._tell_of_wait(WaitReason.BACK_OFF, seconds)

    def _tell_of_wait(self, reason: WaitReason, seconds: float) -> None:
        self._tell_of_renewals()
        self._tell("waited", self._call, reason, seconds)

    def _tell_of_renewals(self) -> None:
        while self._waits:
            self._tell("waited", self._call, WaitReason.RENEWAL, self._waits.pop(0))

    def _outcome(self, result: Response | BaseException | None, started: float) -> Outcome:
        error = type(result).__name__ if isinstance(result, BaseException) else ""
        status = None if result is None or isinstance(result, BaseException) else result.status_code
        return Outcome(status, error, self._time.monotonic() - started, self._attempts)

    def _tell(self, method: str, *arguments: object) -> None:
        for observer in self._observers:
            try:
                getattr(observer, method)(*arguments)
            except Exception as error:
                kind = type(observer)
                if kind not in _reported:
                    _reported.add(kind)
                    _logger.warning("%s failed; calls go on, what it tells may be wrong", kind.__qualname__, exc_info=error)


def _path(request: PreparedRequest) -> str:
    return redact(request.path_url.partition("?")[0])
