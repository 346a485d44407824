"""Where events go: a rotating file, a console, JSON lines."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gatepost.log.record import Record, shown, visible

__all__ = ["ConsoleSink", "FileSink", "JsonSink", "Sink"]

Sink = Callable[[Record], None]
"""Takes one redacted record. May have ``flush()`` and ``close()``. What it raises is reported once, and never reaches the app."""


class FileSink:
    """Writes lines to a file, and rotates it into gzip backups: ``app.log``, ``app.log.1.gz`` (the youngest), ``app.log.2.gz``…

    The layout is that of contract/logging_and_runtime.md section 1, with values after the event, and the thread's name::

        2024-01-05 16:43:17,123 - app -     INFO - owners read count=12 (app.py:run:42:MainThread)

    Times are local. Lines after the first of an event (a traceback) are indented by four spaces. Every line is one ``write()``
    to a file that is open for appending: it is there when the process is killed. Folder and file come with the first line.

    Args:
        path: The file.
        max_bytes: Size at which the file is rotated; 0 is never.
        backup_count: How many backups are kept; 0 is never to rotate, as in the standard library.
    """

    def __init__(self, path: str | os.PathLike[str], *, max_bytes: int = 10_485_760, backup_count: int = 25) -> None:
        self.path = Path(path)
        self._max_bytes = max_bytes if backup_count > 0 else 0
        self._backup_count = backup_count
        self._descriptor = -1
        self._size = 0
        self._torn = False
        self._second = -1
        self._second_text = ""
        self._lock = threading.Lock()
        _file_sinks.add(self)

    def __str__(self) -> str:
        return f"the log file {self.path}"

    def __call__(self, record: Record) -> None:
        """Write one record; raises OSError when it cannot be written whole."""
        text = record.message
        if not text.isprintable():
            text = visible(text)
        tail = "\n    " + visible(record.exception) + "\n" if record.exception else "\n"
        created = record.created
        second = int(created)
        if second != self._second:
            self._second_text = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
            self._second = second
        line = (
            f"{self._second_text},{int((created - second) * 1000):03d} - {record.logger} - {record.level_name:>8} - {text} "
            f"({record.file}:{record.function}:{record.line}:{record.thread}){tail}"
        )
        data = line.encode("utf-8", "backslashreplace")
        with self._lock:
            failure: OSError | None = None
            if self._descriptor < 0:
                self._open()
            if self._max_bytes and self._size and self._size + len(data) > self._max_bytes:
                try:
                    self._rotate()
                except OSError as error:
                    failure = error
                    self._open()
                    self._size = 0  # the next try is a whole file later, not with every line
            self._write(data)
            if failure is not None:
                raise failure

    def close(self) -> None:
        """Close the file. The next record opens it again."""
        with self._lock:
            self._close()

    def _open(self) -> None:
        self._close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self._size = os.fstat(self._descriptor).st_size

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, data: bytes) -> None:
        if self._torn:
            data = b"\n" + data
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:] if written else data)
        finally:
            self._size += written
            self._torn = written < len(data) and (written > 0 or self._torn)

    def _rotate(self) -> None:
        """Move the backups up by one, and make a new one of the file.

        The file gets its new name before it is compressed, and a backup its name after: a process that is killed on the way
        leaves ``app.log.1``, and loses nothing. When compressing fails (a full disk) the log goes on in a new file.
        """
        import gzip
        import shutil

        self._close()
        for number in range(self._backup_count - 1, 0, -1):
            backup = self._backup(number)
            if backup.exists():
                backup.replace(self._backup(number + 1))
        plain = self.path.with_name(f"{self.path.name}.1")
        self.path.replace(plain)
        self._open()
        unfinished = self.path.with_name(f".{self.path.name}.1.gz")
        try:
            with plain.open("rb") as source, gzip.open(unfinished, "wb", compresslevel=6) as target:
                shutil.copyfileobj(source, target, 1 << 18)
            unfinished.replace(self._backup(1))
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        plain.unlink()

    def _backup(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}.gz")


_file_sinks: weakref.WeakSet[FileSink] = weakref.WeakSet()


def _after_fork() -> None:
    """Give a forked child locks of its own: a thread of the parent may have held one, and does not exist here."""
    for sink in _file_sinks:
        sink._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class ConsoleSink:
    """Shows events to a person on stderr by structlog's renderer; in colours on a terminal, unless ``NO_COLOR`` is set."""

    def __init__(self) -> None:
        self._renderers: dict[bool, Callable[[Any, str, dict[str, Any]], str]] = {}

    def __str__(self) -> str:
        return "the console"

    def __call__(self, record: Record) -> None:
        """Write one record to what is ``sys.stderr`` now."""
        stream = sys.stderr
        if stream is None:
            return
        colors = stream.isatty() and not os.environ.get("NO_COLOR")
        render = self._renderers.get(colors)
        if render is None:
            import structlog.dev

            # The traceback is given as text: structlog's own formatters may show locals.
            render = self._renderers[colors] = structlog.dev.ConsoleRenderer(
                colors=colors, exception_formatter=structlog.dev.plain_traceback, sort_keys=False
            )
        event: dict[str, Any] = {
            "timestamp": time.strftime("%H:%M:%S", time.localtime(record.created)),
            "level": record.level_name.lower(),
            "event": visible(record.event),
            "logger": record.logger,
            **{name: visible(value) if isinstance(value, str) else shown(value) for name, value in _named(record.values)},
        }
        if record.exception:
            event["exception"] = visible(record.exception)
        stream.write(render(None, record.level_name.lower(), event) + "\n")
        stream.flush()


class JsonSink:
    """Writes one JSON object a line to stderr, for a program that reads along.

    Keys: ``timestamp`` (UTC, RFC 3339, milliseconds), ``level``, ``logger``, ``event``, the values, ``exception`` when there is
    one, ``place`` (file:function:line) and ``thread``. A value of such a name gets an underscore at its end.
    """

    def __str__(self) -> str:
        return "stderr"

    def __call__(self, record: Record) -> None:
        """Write one record to what is ``sys.stderr`` now."""
        stream = sys.stderr
        if stream is None:
            return
        import json

        created = record.created
        second = int(created)
        event: dict[str, Any] = {
            "timestamp": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))}.{int((created - second) * 1000):03d}Z",
            "level": record.level_name.lower(),
            "logger": record.logger,
            "event": record.event,
        }
        event.update(_named(record.values))
        if record.exception:
            event["exception"] = record.exception
        event["place"] = f"{record.file}:{record.function}:{record.line}"
        event["thread"] = record.thread
        try:
            line = json.dumps(event, default=shown)
        except (TypeError, ValueError):  # keys that are no text, a value that holds itself
            line = json.dumps({name: value if isinstance(value, str) else shown(value) for name, value in event.items()})
        stream.write(line + "\n")
        stream.flush()


_OWN_NAMES = frozenset({"timestamp", "level", "logger", "event", "exception", "place", "thread"})


def _named(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield values under names that no key of ours has."""
    for name, value in values.items():
        yield (f"{name}_" if name in _OWN_NAMES else name), value
