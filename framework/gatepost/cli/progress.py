"""What a person sees of long work: a line on stderr that changes, and nothing where nobody watches."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["shown_progress"]


@contextlib.contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], object]]:
    """Show progress on stderr while the block lasts, where that is a terminal.

    Args:
        quiet: Show nothing.

    Yields:
        A function that is told what is being done, how much of it is done, and how much there is (0: not known).
    """
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        task = progress.add_task("", total=None)

        def show(text: str, done: int, total: int) -> None:
            progress.update(task, description=text, completed=done, total=total or None)

        yield show
