"""One event of a log: what every sink is given, and how it reads as text."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Final

from gatepost.errors import UsageError
from gatepost.redaction import redact, redact_value
from gatepost.secret import Secret

__all__ = ["LEVELS", "TRACE", "Record", "level_name", "level_number", "traceback_text", "visible"]

TRACE: Final = 5
"""The level below DEBUG (contract/logging_and_runtime.md section 1)."""

LEVELS: Final[Mapping[str, int]] = {"TRACE": TRACE, "DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
"""Level names and their numbers, which are those of the standard library's ``logging``."""

_NAMES: Final = {number: name for name, number in LEVELS.items()}
_ALIASES: Final = {"WARN": 30, "FATAL": 50}

_CONTROLS: Final = {code: f"\\x{code:02x}" for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) not in "\n\t"} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def level_number(level: str | int) -> int:
    """Return the number of a level given by name, in any case, or by number.

    Raises:
        UsageError: There is no level of this name.
    """
    if isinstance(level, int):
        return level
    name = level.strip().upper()
    number = LEVELS.get(name) or _ALIASES.get(name)
    if number is None:
        raise UsageError(f"{level!r} is no log level", remedy=f"Use one of {', '.join(LEVELS).lower()}")
    return number


def level_name(level: int) -> str:
    """Return the name of a level, upper case; a number between two levels has the name of the lower one."""
    name = _NAMES.get(level)
    if name is None:
        name = _NAMES[max((number for number in _NAMES if number <= level), default=TRACE)]
    return name


class Record:
    """One event.

    Attributes:
        created: Seconds since the epoch.
        level: Its number.
        logger: Name of the logger.
        event: What happened, in words.
        values: The event's values by name: those bound to the context and the logger, and its own.
        exception: Text of a traceback, without locals; empty when there is none.
        file: Name of the source file, without its folder.
        function: Name of the function that logged.
        line: Line number in that file.
        thread: Name of the thread.
        message: Event and values as one text: ``event key=value other='a value'``.
    """

    __slots__ = ("created", "event", "exception", "file", "function", "level", "line", "logger", "message", "thread", "values")

    def __init__(
        self,
        *,
        created: float,
        level: int,
        logger: str,
        event: str,
        values: Mapping[str, object],
        exception: str = "",
        file: str = "",
        function: str = "",
        line: int = 0,
        thread: str = "",
    ) -> None:
        self.created = created
        self.level = level
        self.logger = logger
        self.event = event
        self.values = values
        self.exception = exception
        self.file = file
        self.function = function
        self.line = line
        self.thread = thread
        self.message = _message(event, values) if values else event

    @property
    def level_name(self) -> str:
        """Name of the level, upper case."""
        return level_name(self.level)

    def redact(self) -> None:
        """Remove every known secret from all that a sink may show.

        The message holds the text of event and values, so it alone is searched; the parts are treated when it had a secret.
        """
        message = redact(self.message)
        if message != self.message:
            self.message = message
            self.event = redact(self.event)
            self.values = {redact(name): redact_value(value) for name, value in self.values.items()}
        if self.exception:
            self.exception = redact(self.exception)
        # Names that programs make at run time: "upload for alice", say.
        self.thread = redact(self.thread)
        self.logger = redact(self.logger)


def _message(event: str, values: Mapping[str, object]) -> str:
    text = event
    for name, value in values.items():
        if type(value) is str:
            plain = value.isprintable() and value and " " not in value and "=" not in value and value[0] not in "'\""
            text = f"{text} {name}={value if plain else repr(value)}"
        elif type(value) is int:
            text = f"{text} {name}={value}"
        else:
            text = f"{text} {name}={shown(value)}"
    return text


def shown(value: object) -> str:
    """Return the ``repr()`` of a value; of one that has none, its type: a log line never breaks the code that writes it."""
    if isinstance(value, Secret):
        return str(value)
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  whatever a foreign __repr__ raises
        return f"<{type(value).__name__} without a repr>"


def visible(text: str) -> str:
    """Return a text in which control characters are escapes, and lines after the first are indented.

    So what somebody else put into a message can neither steer a terminal nor look like an event of its own.
    """
    if text.isprintable():
        return text
    return text.translate(_CONTROLS).replace("\n", "\n    ")


ExceptionInformation = bool | BaseException | tuple[type[BaseException], BaseException, TracebackType | None] | object
"""What the standard library's ``logging`` takes as ``exc_info``."""


def traceback_text(exception: BaseException) -> str:
    """Return a traceback as the interpreter prints it, without locals and without the last line's end."""
    return "".join(traceback.format_exception(exception)).rstrip("\n")
