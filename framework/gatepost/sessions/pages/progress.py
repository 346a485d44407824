"""Telling how far a read of pages has got: a bar where a person watches, else a line in the log now and then."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from gatepost.named_tuples import NamedTuple
from gatepost.redaction import redact

if TYPE_CHECKING:
    from gatepost.clock import Time

__all__ = ["Progress", "Reporter", "default_reporter"]

_logger = logging.getLogger("gatepost.pages")

BETWEEN_LINES: Final = 10.0
"""Seconds between two lines of the log."""


class Progress(NamedTuple):
    """How far a read has got.

    Attributes:
        label: What is read.
        pages: Pages that were read, those of earlier, interrupted reads included.
        items: Items that were read, likewise.
        total: Items that there are, as the server says; None when that is not known.
        ended: Whether that was the last page.
    """

    label: str
    pages: int
    items: int
    total: int | None
    ended: bool

    def __str__(self) -> str:
        of = f" of {self.total}" if self.total is not None else ""
        return f"{self.label}: {self.items}{of} items in {self.pages} pages"


Reporter = Callable[[Progress], object]
"""Called after each page. One that has a method ``close`` is closed at the end, also when the read is given up."""


def default_reporter(time: Time) -> Reporter:
    """Return a bar where stderr is a terminal and the extra ``cli`` is installed; else lines of the log, of the level info."""
    if sys.stderr is not None and sys.stderr.isatty() and find_spec("rich") is not None:
        return Bar()
    return Lines(time)


class Lines:
    """Says in the log how far it is, at most every ten seconds, and once at the end.

    Args:
        time: What seconds are taken from.
    """

    def __init__(self, time: Time) -> None:
        self._time = time
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Take note of a page."""
        now = self._time.monotonic()
        if progress.ended or now - self._last >= BETWEEN_LINES:
            self._last = now
            _logger.info("%s", progress)


class Bar:
    """A bar on stderr, which ends with the read."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = RichProgress(*columns, console=Console(stderr=True))
        self._task: Any = None

    def __call__(self, progress: Progress) -> None:
        """Show a page."""
        if self._task is None:
            self._task = self._bar.add_task(redact(progress.label), total=progress.total)
            self._bar.start()
        # A total that the server got wrong must not end in a bar that is never full.
        total = progress.items if progress.ended else progress.total
        self._bar.update(self._task, completed=progress.items, total=total)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.stop()
