"""The platform's log: events are collected and posted to ``/v2/logs/app`` (contract/logging_and_runtime.md section 2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TypedDict

from gatepost.log import Record

if TYPE_CHECKING:
    from gatepost.log import Logger, Logging
    from gatepost.runtime.runtime import Runtime

__all__ = ["LogEntry", "PlatformLogSink", "open_platform_log"]

FLUSH_ABOVE: Final = 100
"""Entries; when there are more, they are posted."""

LONGEST_QUEUE: Final = 1000
"""Entries kept while they cannot be posted; then the oldest go."""

PATIENCE: Final = 3
"""Failures in a row after which nothing is posted any more: a log that cannot be sent must not slow down the run."""

_ERROR: Final = 40

_posting: ContextVar[bool] = ContextVar("gatepost_posting_log", default=False)


class LogEntry(TypedDict):
    """One entry as the platform takes it: milliseconds since the epoch, level name in upper case, text."""

    timestamp: int
    level: str
    message: str


class PlatformLogSink:
    """Collects events and posts them: when there are more than a hundred, at once with an error, and at the end.

    The message is the event with its values, and the traceback after it (the incumbent leaves both out). Any thread may post;
    events that a thread logs *while* it posts are not collected, or posting would never end.

    Args:
        post: Sends the entries, or raises. It is called by one thread at a time.
        blocked: Whether posting is impossible at this moment; asked before each try. For a thread that is renewing the
            credentials: posting would need what it is about to get.
        warn: Told once, with the last error, that nothing will be posted any more.
    """

    def __init__(
        self,
        post: Callable[[list[LogEntry]], object],
        *,
        blocked: Callable[[], bool] = lambda: False,
        warn: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        self._post = post
        self._blocked = blocked
        self._warn = warn
        self._entries: list[LogEntry] = []
        self._failures = 0
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def __str__(self) -> str:
        return "the platform's log"

    def __call__(self, record: Record) -> None:
        """Collect one redacted record; never raises."""
        if _posting.get() or self._failures >= PATIENCE:
            return
        message = f"{record.message}\n{record.exception}" if record.exception else record.message
        entry = LogEntry(timestamp=int(record.created * 1000), level=record.level_name, message=message)
        with self._lock:
            self._entries.append(entry)
            del self._entries[:-LONGEST_QUEUE]
            due = len(self._entries) > FLUSH_ABOVE or record.level >= _ERROR
        if due:
            self._try_to_post(wait=False)

    def flush(self) -> None:
        """Post what was collected; waits for a thread that is posting. Never raises."""
        self._try_to_post(wait=True)

    def close(self) -> None:
        """Post what is left."""
        self.flush()

    def _try_to_post(self, *, wait: bool) -> None:
        if _posting.get() or self._failures >= PATIENCE or self._blocked():
            return
        if not self._turn.acquire(blocking=wait):
            return  # the thread that is posting will be asked again by the next event
        posting = _posting.set(True)
        try:
            with self._lock:
                entries, self._entries = self._entries, []
            if entries:
                self._send(entries)
        finally:
            _posting.reset(posting)
            self._turn.release()

    def _send(self, entries: list[LogEntry]) -> None:
        sent = False
        try:
            self._post(entries)
            sent = True
            self._failures = 0
        except Exception as error:  # noqa: BLE001  whatever the network does, the run goes on
            self._failures += 1
            if self._failures >= PATIENCE:
                self._warn(error)
        finally:
            if not sent:
                with self._lock:
                    kept = [] if self._failures >= PATIENCE else (entries + self._entries)[-LONGEST_QUEUE:]
                    self._entries = kept


def open_platform_log(runtime: Runtime[Any], logging: Logging, log: Logger) -> Callable[[], None]:
    """Send a run's events to the platform, too, by its session.

    Args:
        runtime: The run.
        logging: Its logging.
        log: Where it is said that the platform takes no events any more.

    Returns:
        What posts the last of them, and ends it.
    """
    from gatepost.runtime.renewing import is_renewing

    def post(entries: list[LogEntry]) -> None:
        runtime.session.post("/v2/logs/app", json=entries, timeout=10.0).raise_for_status()

    def give_up(error: Exception) -> None:
        log.warning("the platform takes no log events", reason=str(error))

    def close() -> None:
        try:
            sink.close()
        finally:
            logging.remove_sink(sink)

    sink = PlatformLogSink(post, blocked=is_renewing, warn=give_up)
    logging.add_sink(sink)
    return close
