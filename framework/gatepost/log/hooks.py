"""The redactor in front of what Python itself prints, and the standard library's ``logging`` in front of our sinks."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TextIO

from gatepost.log.logger import Logging
from gatepost.log.record import TRACE, Record, traceback_text
from gatepost.redaction import redact

__all__ = ["RedactedHooks", "install_redaction", "log_thread_exceptions", "route_standard_logging"]


class RedactedHooks:
    """Keeps known secrets out of uncaught exceptions, warnings and the records of ``logging``, whoever prints them.

    Each hook calls the one that it found, and only replaces what that one would show when there is a secret in it: whoever
    configured logging or pretty tracebacks sees no difference otherwise. ``uninstall`` puts back what was there, unless somebody
    else has put a hook on top; then ours only passes on.

    Attributes:
        installed: How often they were installed and not taken away.
    """

    def __init__(self) -> None:
        self.installed = 1
        self._lock = threading.Lock()
        self._excepthook = sys.excepthook
        self._thread_excepthook = threading.excepthook
        self._unraisablehook = sys.unraisablehook
        self._showwarning: Callable[..., Any] = warnings.showwarning
        self._record_factory: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()
        self._ours = (
            self._on_exception,
            self._on_thread_exception,
            self._on_unraisable,
            self._on_warning,
            self._on_record,
        )
        sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = self._ours[:4]
        logging.setLogRecordFactory(self._on_record)

    def install_again(self) -> bool:
        """Count one more user, if all hooks are still these and in place; return whether they are."""
        with self._lock:
            in_place = (
                self.installed > 0
                and (
                    sys.excepthook,
                    threading.excepthook,
                    sys.unraisablehook,
                    warnings.showwarning,
                    logging.getLogRecordFactory(),
                )
                == self._ours
            )
            self.installed += in_place
        return in_place

    def uninstall(self) -> None:
        """Put back the hooks that were found, once it was called as often as they were installed. More calls do nothing."""
        with self._lock:
            self.installed -= 1
            if self.installed != 0:
                return
        if sys.excepthook == self._on_exception:
            sys.excepthook = self._excepthook
        if threading.excepthook == self._on_thread_exception:
            threading.excepthook = self._thread_excepthook
        if sys.unraisablehook == self._on_unraisable:
            sys.unraisablehook = self._unraisablehook
        if warnings.showwarning == self._on_warning:
            warnings.showwarning = self._showwarning
        if logging.getLogRecordFactory() == self._on_record:
            logging.setLogRecordFactory(self._record_factory)

    def __enter__(self) -> RedactedHooks:
        return self

    def __exit__(self, *exception: object) -> None:
        self.uninstall()

    def _on_exception(self, kind: type[BaseException], exception: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, exception, trace))
        if not self._printed_redacted(text, ""):
            self._excepthook(kind, exception, trace)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_type is not SystemExit and arguments.exc_value is not None:
            text = traceback_text(arguments.exc_value) + "\n"
            name = arguments.thread.name if arguments.thread is not None else "unknown"
            if self._printed_redacted(text, f"Exception in thread {name}:\n"):
                return
        self._thread_excepthook(arguments)

    def _on_unraisable(self, unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_value is not None:
            text = traceback_text(unraisable.exc_value) + "\n"
            if self._printed_redacted(
                text, f"{unraisable.err_msg or 'Exception ignored'} in an object of type {type(unraisable.object).__name__}:\n"
            ):
                return
        self._unraisablehook(unraisable)

    def _on_warning(  # noqa: PLR0917  the signature of warnings.showwarning
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = warnings.formatwarning(message, category, filename, lineno, line)
        if not self._printed_redacted(text, "", file):
            self._showwarning(message, category, filename, lineno, file, line)

    def _printed_redacted(self, text: str, heading: str, file: TextIO | None = None) -> bool:
        """Print the text without its secrets and return True; or return False, when there are none."""
        if self.installed <= 0:
            return False
        whole = heading + text
        redacted = redact(whole)
        if redacted == whole:
            return False
        stream = file or sys.stderr
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.write(redacted)
        return True

    def _on_record(self, *arguments: Any, **keywords: Any) -> logging.LogRecord:
        record = self._record_factory(*arguments, **keywords)
        if self.installed > 0:
            _redact_standard(record)
        return record


def _redact_standard(record: logging.LogRecord) -> None:
    try:
        message = record.getMessage()
    except Exception:  # noqa: BLE001  a wrong format is reported by the handler, as always
        return
    redacted = redact(message)
    if redacted != message:
        record.msg, record.args = redacted, ()
    if record.exc_info and record.exc_info[1] is not None:
        trace = traceback_text(record.exc_info[1])
        redacted = redact(trace)
        if redacted != trace:  # formatters print exc_text when there is one, and else make it of exc_info
            record.exc_text, record.exc_info = redacted, None


def install_redaction() -> RedactedHooks:
    """Put the redactor in front of uncaught exceptions (of threads and finalizers too), warnings and records of ``logging``.

    The result is a context manager; ``uninstall()`` takes it away again. Installed more than once (a script that connects a
    thousand times), the hooks are the same ones, and stay until they were taken away as often.
    """
    there = getattr(sys.excepthook, "__self__", None)
    if isinstance(there, RedactedHooks) and there.install_again():
        return there
    return RedactedHooks()


class _Handler(logging.Handler):
    def __init__(self, target: Logging, level: int) -> None:
        super().__init__(TRACE)
        self._target = target
        self._foreign_level = level

    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name == "gatepost" or record.name.startswith("gatepost.")
        if record.levelno < self._target.level or not (ours or record.levelno >= self._foreign_level):
            return
        try:
            event = record.getMessage()
        except Exception:  # noqa: BLE001  a wrong format costs the format, never the event
            event = f"{record.msg} {record.args!r}"
        exception = record.exc_text or ""
        if not exception and record.exc_info and record.exc_info[1] is not None:
            exception = traceback_text(record.exc_info[1])
        self._target.emit(
            Record(
                created=record.created,
                level=record.levelno,
                logger=record.name,
                event=event,
                values={},
                exception=exception,
                file=record.filename,
                function=record.funcName or "",
                line=record.lineno,
                thread=record.threadName or "",
            )
        )


@contextlib.contextmanager
def route_standard_logging(target: Logging, *, level: int = logging.WARNING) -> Iterator[None]:
    """Give what is logged by the standard library's ``logging`` to our sinks too, inside the ``with`` block.

    For an app that the framework runs; a script that merely connects configures its own logging. Loggers below ``gatepost`` pass
    at the log's own level, all others at ``level`` or above. Handlers and levels that others have set stay as they are.

    Args:
        target: The log whose sinks get the records.
        level: Lowest level of foreign records.
    """
    root, ours = logging.getLogger(), logging.getLogger("gatepost")
    handler = _Handler(target, level)
    level_before = ours.level

    def follow(level: int) -> None:
        ours.setLevel(max(level, TRACE))

    root.addHandler(handler)
    follow(target.level)
    target.level_listeners.append(follow)
    try:
        yield
    finally:
        target.level_listeners.remove(follow)
        root.removeHandler(handler)
        ours.setLevel(level_before)


@contextlib.contextmanager
def log_thread_exceptions(target: Logging) -> Iterator[None]:
    """Give what kills a thread to our sinks, inside the ``with`` block: the platform shows the log, and nobody sees stderr.

    Python's own hook is not called, since the console is one of the sinks; a hook that somebody else has set is.

    Args:
        target: The log whose sinks get the events.
    """
    found = threading.excepthook
    redacting = getattr(found, "__self__", None)
    below = redacting._thread_excepthook if isinstance(redacting, RedactedHooks) else found
    log = target.get_logger("gatepost")

    def on_exception(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_type is not SystemExit:
            name = arguments.thread.name if arguments.thread is not None else "unknown"
            log.error("a thread died", exc_info=arguments.exc_value, died=name)
        if below is not threading.__excepthook__:
            found(arguments)

    threading.excepthook = on_exception
    try:
        yield
    finally:
        if threading.excepthook == on_exception:
            threading.excepthook = found
