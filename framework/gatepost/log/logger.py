"""The loggers of one execution, and what becomes of their events."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from gatepost.errors import UsageError
from gatepost.log.record import TRACE, Record, level_number, traceback_text
from gatepost.log.sinks import ConsoleSink, FileSink, JsonSink, Sink
from gatepost.named_tuples import NamedTuple
from gatepost.redaction import redact

__all__ = ["LogSettings", "Logger", "Logging", "bound_context", "configure"]

EARLY_EVENTS: Final = 100
"""How many events are kept until the settings are known (contract/logging_and_runtime.md section 1)."""

_INFO: Final = 20
_NOTHING: Final[Mapping[str, object]] = {}
_context: ContextVar[Mapping[str, object]] = ContextVar("gatepost_log_context", default=_NOTHING)


class LogSettings(NamedTuple):
    """Where a run logs to. Defaults and units are those of the ``tc_log_*`` inputs (contract/logging_and_runtime.md section 1).

    Attributes:
        level: Name, in any case, or number of the lowest level that is logged.
        path: Folder of the log file; None is no file.
        file: Name of the log file.
        max_bytes: Size at which the file is rotated, in bytes.
        backup_count: How many gzip backups are kept.
        console: Whether events go to stderr.
        json: Whether they go there as JSON lines; None is: unless stderr is a terminal.
        platform: Further sink, called with every redacted record of the level or above.
    """

    level: str | int = "info"
    path: str | Path | None = None
    file: str = "app.log"
    max_bytes: int = 10_485_760
    backup_count: int = 25
    console: bool = True
    json: bool | None = None
    platform: Sink | None = None


class Logging:
    """The log of one execution.

    Before `configure`, up to 100 events are kept, and then given to the sinks with all that the redactor knows by that time.
    `close` without `configure` shows the kept warnings and errors on stderr, so that a run that fails early is not silent.

    Args:
        name: Name of the logger, shown in every line.

    Attributes:
        logger: The run's logger.
        level: Number of the lowest level that is logged.
        level_listeners: Called with the number when the level changes.
    """

    def __init__(self, name: str = "gatepost") -> None:
        self.level = 0
        self.level_listeners: list[Callable[[int], None]] = []
        self.logger = Logger(self, name)
        self._name = name
        self._sinks: tuple[Sink, ...] = ()
        self._early: list[Record] | None = []
        self._early_lost = 0
        self._reported: set[int] = set()
        self._lock = threading.RLock()

    def configure(self, settings: LogSettings) -> Logging:
        """Open the sinks, and give them the events so far. Settings that cannot work are warnings in the log, never errors.

        Called again, it closes the sinks of before.
        """
        sinks: list[Sink] = []
        if settings.path is not None:
            sinks.append(
                FileSink(Path(settings.path) / settings.file, max_bytes=settings.max_bytes, backup_count=settings.backup_count)
            )
        if settings.console:
            as_json = settings.json if settings.json is not None else not (sys.stderr and sys.stderr.isatty())
            sinks.append(JsonSink() if as_json else ConsoleSink())
        if settings.platform is not None:
            sinks.append(settings.platform)
        wrong: UsageError | None = None
        try:
            level = level_number(settings.level)
        except UsageError as error:
            level, wrong = _INFO, error
        with self._lock:
            before, self._sinks = self._sinks, tuple(sinks)
            early, self._early = self._early or (), None
        self._change_level(level)
        _close(before)
        for record in early:
            if record.level >= level:
                self.emit(record)
        if self._early_lost:
            self.logger.warning("events were lost before the log was configured", count=self._early_lost)
        if wrong is not None:
            self.logger.warning("the log level is unknown; logging at level info", level=settings.level, remedy=wrong.remedy)
        return self

    def add_sink(self, sink: Sink) -> None:
        """Give events from now on to one more sink."""
        with self._lock:
            self._sinks = (*self._sinks, sink)

    def remove_sink(self, sink: Sink) -> None:
        """Give events to this sink no longer; a sink that is unknown is not an error."""
        with self._lock:
            self._sinks = tuple(known for known in self._sinks if known is not sink)

    def set_level(self, level: str | int) -> None:
        """Change the lowest level that is logged.

        Raises:
            UsageError: There is no level of this name.
        """
        self._change_level(level_number(level))

    def _change_level(self, level: int) -> None:
        self.level = level
        for listener in self.level_listeners:
            listener(level)

    def get_logger(self, name: str, **values: object) -> Logger:
        """Return a logger of this log with another name and values bound to it."""
        return Logger(self, name, values)

    def emit(self, record: Record) -> None:
        """Give one record to all sinks, redacted; keep it when there are none yet. Never raises."""
        if self._early is not None:
            with self._lock:
                if self._early is not None:
                    if len(self._early) < EARLY_EVENTS:
                        self._early.append(record)
                    else:
                        self._early_lost += 1
                    return
        record.redact()
        for sink in self._sinks:
            try:
                sink(record)
            except Exception as error:  # noqa: BLE001  a full disk or a closed stream must not end the run
                self._report(sink, error)

    def flush(self) -> None:
        """Make sinks that collect events send them."""
        for sink in self._sinks:
            flush = getattr(sink, "flush", None)
            if flush is not None:
                try:
                    flush()
                except Exception as error:  # noqa: BLE001  as in emit
                    self._report(sink, error)

    def close(self) -> None:
        """Flush and close the sinks. Events after it are dropped."""
        if self._early is not None:
            self.configure(LogSettings(level="warning"))
        self.flush()
        with self._lock:
            before, self._sinks = self._sinks, ()
        _close(before)

    def __enter__(self) -> Logging:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _report(self, sink: Sink, error: Exception) -> None:
        """Say once for each sink, on stderr, that it fails: the log cannot say so itself."""
        if id(sink) in self._reported:
            return
        self._reported.add(id(sink))
        with contextlib.suppress(Exception):
            sys.stderr.write(redact(f"gatepost: {sink} cannot be written: {error}. The run goes on; events are missing there.\n"))


def _close(sinks: tuple[Sink, ...]) -> None:
    for sink in sinks:
        close = getattr(sink, "close", None)
        if close is not None:
            with contextlib.suppress(Exception):
                close()


def configure(settings: LogSettings, *, name: str = "gatepost") -> Logging:
    """Return a log that writes as the settings say."""
    return Logging(name).configure(settings)


class Logger:
    """Logs events with values, by structlog's methods: ``log.info("owners read", count=12)``.

    An event below the level costs one comparison. Positional arguments are put into the event by ``%``, as ``logging`` does it.
    ``exc_info`` is what ``logging`` takes: True, an exception, or what ``sys.exc_info()`` returned. Values come from the context
    (`bound_context`, and ``structlog.contextvars`` when the app uses it), from `bind`, and from the call; the later ones win.
    """

    __slots__ = ("_logging", "_values", "name")

    def __init__(self, logging: Logging, name: str, values: Mapping[str, object] = _NOTHING) -> None:
        self._logging = logging
        self.name = name
        self._values = values

    def bind(self, **values: object) -> Logger:
        """Return a logger that adds these values to every event."""
        return Logger(self._logging, self.name, {**self._values, **values})

    def unbind(self, *names: str) -> Logger:
        """Return a logger without these bound values; one that is not bound is not an error."""
        return Logger(self._logging, self.name, {name: value for name, value in self._values.items() if name not in names})

    def is_enabled_for(self, level: str | int) -> bool:
        """Whether an event of this level would be logged: for values that are costly to find out."""
        return self._logging.level <= level_number(level)

    def trace(self, event: object, /, *arguments: object, **values: object) -> None:
        """Log at level TRACE (5)."""
        if self._logging.level <= TRACE:
            self._log(TRACE, event, arguments, values)

    def debug(self, event: object, /, *arguments: object, **values: object) -> None:
        """Log at level DEBUG."""
        if self._logging.level <= 10:
            self._log(10, event, arguments, values)

    def info(self, event: object, /, *arguments: object, **values: object) -> None:
        """Log at level INFO."""
        if self._logging.level <= _INFO:
            self._log(_INFO, event, arguments, values)

    def warning(self, event: object, /, *arguments: object, **values: object) -> None:
        """Log at level WARNING."""
        if self._logging.level <= 30:
            self._log(30, event, arguments, values)

    def error(self, event: object, /, *arguments: object, **values: object) -> None:
        """Log at level ERROR."""
        if self._logging.level <= 40:
            self._log(40, event, arguments, values)

    def critical(self, event: object, /, *arguments: object, **values: object) -> None:
        """Log at level CRITICAL."""
        if self._logging.level <= 50:
            self._log(50, event, arguments, values)

    def exception(self, event: object, /, *arguments: object, **values: object) -> None:
        """Log at level ERROR, with the traceback of the exception that is being handled."""
        if self._logging.level <= 40:
            values.setdefault("exc_info", True)
            self._log(40, event, arguments, values)

    def log(self, level: str | int, event: object, /, *arguments: object, **values: object) -> None:
        """Log at a level given by name or number."""
        number = level_number(level)
        if self._logging.level <= number:
            self._log(number, event, arguments, values)

    def _log(self, level: int, event: object, arguments: tuple[object, ...], values: dict[str, object]) -> None:
        exception = ""
        if "exc_info" in values:
            exception = _exception_text(values.pop("exc_info"))
        bound = self._values
        context = _merged_context()
        if context or bound:
            values = {**context, **bound, **values}
        frame = sys._getframe(2)  # the caller of info(): one look, where the standard library walks the stack
        code = frame.f_code
        self._logging.emit(
            Record(
                created=time.time(),
                level=level,
                logger=self.name,
                event=_text(event, arguments),
                values=values,
                exception=exception,
                file=code.co_filename.rpartition("/")[2],
                function=code.co_name,
                line=frame.f_lineno,
                thread=threading.current_thread().name,
            )
        )


@contextlib.contextmanager
def bound_context(**values: object) -> Iterator[None]:
    """Add values to every event that this thread or task logs inside the ``with`` block."""
    token = _context.set({**_context.get(), **values})
    try:
        yield
    finally:
        _context.reset(token)


def _merged_context() -> Mapping[str, object]:
    structlog_context = sys.modules.get("structlog.contextvars")  # not imported: then nobody bound anything there
    if structlog_context is None:
        return _context.get()
    theirs: Mapping[str, object] = structlog_context.get_contextvars()
    return {**theirs, **_context.get()} if theirs else _context.get()


def _text(event: object, arguments: tuple[object, ...]) -> str:
    try:
        text = event if isinstance(event, str) else str(event)
        return text % arguments if arguments else text
    except Exception:  # noqa: BLE001  a wrong format or a foreign __str__ costs the format, never the run
        return f"{type(event).__name__} that cannot be shown" if not isinstance(event, str) else f"{event} {arguments!r}"


def _exception_text(given: object) -> str:
    if isinstance(given, tuple):
        given = given[1]
    elif given is True:
        given = sys.exception()
    return traceback_text(given) if isinstance(given, BaseException) else ""
