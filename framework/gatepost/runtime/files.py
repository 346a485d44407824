"""The files that a run leaves to the platform: ``message.tc`` and ``results.tc`` (contract/playbooks.md section 6).

Both are written by `gatepost.atomic.write_atomically`: the platform finds the old text or the new one, also when the process is
killed or the disk is full.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gatepost.atomic import Steps, unobserved, write_atomically
from gatepost.errors import GatepostError, UsageError
from gatepost.redaction import redact
from gatepost.secret import Secret

if TYPE_CHECKING:
    from gatepost.log import Logger

__all__ = ["MESSAGE_FILE", "MESSAGE_LENGTH", "RESULTS_FILE", "Results", "write_message"]

MESSAGE_FILE: Final = "message.tc"
RESULTS_FILE: Final = "results.tc"

MESSAGE_LENGTH: Final = 255
"""Characters of a message that the platform shows, the newline at its end included."""


def write_message(
    out_path: str | os.PathLike[str] | None, text: str, *, log: Logger | None = None, steps: Steps = unobserved
) -> Path | None:
    """Write the run's message for the platform: redacted, its last 255 characters, newline included.

    The folder is made when it is missing. A folder that cannot be written is replaced by the working directory, with a warning in
    the log. When that cannot be written either (a full disk), the message goes to stderr and to the log.

    Args:
        out_path: ``tc_out_path``; None is the working directory.
        text: The message, without its newline.
        log: Told of what did not work.
        steps: As for `gatepost.atomic.write_atomically`.

    Returns:
        The file, or None when no place could be written.
    """
    message = redact(text) + "\n"
    data = message[-MESSAGE_LENGTH:].encode("utf-8", "replace")
    reasons: list[str] = []
    for folder in dict.fromkeys((Path(out_path or "."), Path())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(folder / MESSAGE_FILE, data, steps=steps)
        except (OSError, ValueError) as error:
            reasons.append(f"{folder / MESSAGE_FILE}: {_reason(error)}")
        else:
            if reasons and log is not None:
                log.warning("the message is in the working directory, since tc_out_path cannot be written", reason=reasons[0])
            return folder / MESSAGE_FILE
    reason = "; ".join(reasons)
    remedy = "free space there, or set tc_out_path to a folder that this user can write"
    with contextlib.suppress(Exception):
        sys.stderr.write(
            f"gatepost: the message cannot be written ({redact(reason)}). To do: {remedy}. The message is:\n{message}"
        )
        sys.stderr.flush()
    if log is not None:
        log.error("the message cannot be written", reason=reason, remedy=remedy, message=text)
    return None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class Results(MutableMapping[str, Any]):
    """What a job leaves to its next run: ``runtime.results["last_run"] = "2026-01-31"``; None removes.

    Reading gives texts, as the next run will see them: those of the file, with this run's changes on top. Booleans become
    ``true`` and ``false``; spaces around a value are lost. `save` writes the file only when something changed, and keeps the
    lines of other keys.

    The format has no escapes (contract/playbooks.md section 6), so a key that has ``=`` in it, and a key or value of several
    lines, are refused. So is a secret: the platform keeps results in clear.

    Args:
        out_path: Folder of ``results.tc``; None keeps the results in memory only.
    """

    def __init__(self, out_path: str | os.PathLike[str] | None = None) -> None:
        self.path = None if out_path is None else Path(out_path) / RESULTS_FILE
        self._changes: dict[str, str | None] = {}
        self._stored: dict[str, str] | None = None
        self._lock = threading.RLock()

    def __getitem__(self, key: str) -> str:
        return self._current()[key]

    def __setitem__(self, key: str, value: object) -> None:
        """Set a result, or remove it by None.

        Raises:
            UsageError: Key or value cannot be written in this format.
        """
        _check_key(key)
        text = None if value is None else _text(key, value)
        with self._lock:
            self._changes[key] = text

    def __delitem__(self, key: str) -> None:
        with self._lock:
            if key not in self._current():
                raise KeyError(key)
            self._changes[key] = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())

    def __repr__(self) -> str:
        return f"Results({', '.join(self._current())})"

    def save(self, *, steps: Steps = unobserved) -> bool:
        """Write the changes to ``results.tc``; its folder is made when it is missing.

        Returns:
            Whether the file was written: not when nothing changed, or the results are kept in memory only.

        Raises:
            GatepostError: The file cannot be read or written; it is as it was.
        """
        with self._lock:
            if self.path is None or not self._changes:
                return False
            before = self._read()
            after = _changed(before, self._changes)
            if after == before:
                return False
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self.path, after.encode("utf-8", "surrogateescape"), steps=steps)
            except (OSError, ValueError) as error:
                raise self._error("written", error) from error
            self._stored = _parsed(after)
            self._changes.clear()
            return True

    def _current(self) -> dict[str, str]:
        with self._lock:
            if self._stored is None:
                self._stored = _parsed(self._read())
            current: dict[str, str | None] = {**self._stored, **self._changes}
            return {key: value for key, value in current.items() if value is not None}

    def _read(self) -> str:
        if self.path is None:
            return ""
        try:
            return self.path.read_bytes().decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise self._error("read", error) from error

    def _error(self, done: str, error: Exception) -> GatepostError:
        return GatepostError(
            f"The results of the run cannot be {done}",
            why=f"{self.path}: {_reason(error)}",
            remedy="Free space there, or set tc_out_path to a folder that this user can read and write",
        )


def _key_of(line: str) -> str:
    key, equals, _ = line.partition("=")
    return key.strip() if equals else ""


def _parsed(content: str) -> dict[str, str]:
    """Return the values by key; of a key that is there twice the last, as one who stores line by line ends with."""
    return {key: line.partition("=")[2].strip() for line in content.split("\n") if (key := _key_of(line))}


def _changed(content: str, changes: dict[str, str | None]) -> str:
    pending = dict(changes)
    lines: list[str] = []
    for line in content.split("\n"):
        key = _key_of(line)
        if key not in changes:
            lines.append(line)
        elif (value := pending.pop(key, None)) is not None:
            lines.append(f"{key} = {value}".rstrip())
    while lines and not lines[-1].strip():
        lines.pop()
    lines += [f"{key} = {value}".rstrip() for key, value in pending.items() if value is not None]
    return "".join(f"{line}\n" for line in lines)


def _check_key(key: object) -> None:
    if not isinstance(key, str) or not key.strip() or key != key.strip() or "=" in key or len(key.splitlines()) > 1:
        raise UsageError(
            f"{key!r} cannot be the name of a result",
            why="results.tc holds lines of the form 'key = value' and knows no escapes",
            remedy="Use a name without '=', line breaks and spaces at its ends",
        )


def _text(key: str, value: object) -> str:
    if isinstance(value, Secret):
        raise UsageError(
            f"The result {key!r} is a secret",
            why="The platform stores results in clear and shows them",
            remedy="Store what the next run needs to get it again; or call reveal() and answer for it",
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise UsageError(
            f"The result {key!r} is of type {type(value).__name__}",
            why="results.tc holds text",
            remedy="Give a text, a number or a boolean: value.isoformat() of a date, json.dumps(value) of a list",
        )
    text = value.strip()
    if len(text.splitlines()) > 1 or "\0" in text:
        raise UsageError(
            f"The result {key!r} has line breaks or NUL characters",
            why="results.tc holds one line a result and knows no escapes",
            remedy="Use json.dumps(value), which writes it as one line",
        )
    return text
