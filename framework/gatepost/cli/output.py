"""What the commands write: errors in three parts, JSON, tables. Everything passes the redactor."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from gatepost.redaction import redact, redact_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

    from gatepost.errors import GatepostError

__all__ = ["print_error", "print_json", "print_note", "print_table", "print_text"]

_WIDTH_OF_FILES = 160
"""Columns where no terminal says how many there are."""


def print_error(error: GatepostError) -> None:
    """Say on stderr what happened, why, and what to do."""
    lines = [f"gatepost: {error.what.rstrip('.')}"]
    for label, words in (("why", error.why), ("to do", error.remedy)):
        if words.strip():
            first, *more = words.strip().split("\n")
            lines.append(f"  {label + ':':6} {first}")
            lines += [f"         {line}" for line in more]
    sys.stderr.write(redact("\n".join(lines)) + "\n")


def print_note(text: str) -> None:
    """Say something on stderr that is no part of the result."""
    sys.stderr.write(f"gatepost: {redact(text)}\n")
    sys.stderr.flush()


def print_text(text: str = "") -> None:
    """Write a line of the result."""
    sys.stdout.write(f"{redact(text)}\n")


def print_json(report: Mapping[str, object]) -> None:
    """Write a report for programs: one JSON object, indented, secrets masked."""
    sys.stdout.write(json.dumps(redact_value(report), indent=2, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "", file: TextIO | None = None) -> None:
    """Write a table without lines; columns are as wide as their texts."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    target = sys.stdout if file is None else file
    # A terminal's width is what it says; a file has none, and must not get texts broken for 80 columns.
    console = Console(file=target, highlight=False, width=None if target.isatty() else _WIDTH_OF_FILES)
    table = Table(box=None, pad_edge=False, show_header=any(columns), header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(redact(column), overflow="fold")  # what a long text ends with may be all that tells it from others
    for row in rows:
        table.add_row(*(Text(redact(str(cell))) for cell in row))
    if title:
        console.print(Text(redact(title), style="bold"))
    console.print(table)
