"""Reads ``attributes.csv`` into the form that ``attributes.json`` has, with the place of every cell."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import ManifestError
from gatepost.manifest.documents.document import Document, read_text

if TYPE_CHECKING:
    from gatepost.manifest.documents.places import Place

__all__ = ["MAX_CSV_BYTES", "read_csv"]

MAX_CSV_BYTES = 1024 * 1024
"""Larger files are refused, in bytes: ten thousand rows, where an app brings some dozens."""


def read_csv(file: Path) -> Document:
    """Read a CSV file whose first row names the columns: an object with the list ``types``, one object for each row.

    Args:
        file: The file.

    Raises:
        ManifestError: There is no such file, it cannot be read, is empty, or is no CSV.
    """
    text, repairs, encoding, mark = read_text(file, file.name, MAX_CSV_BYTES)
    lines = _Lines(text)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in csv.reader(lines, strict=True):
            if row:
                rows.append((lines.row_starts_at, row))
            lines.row_starts_at = lines.at
    except csv.Error as error:
        place = Document(file, text, {})
        raise place.error_at(
            lines.row_starts_at, f"this row is no CSV: {error}", "", 'Put cells with commas and line breaks between " and "'
        ) from None
    if not rows:
        raise ManifestError(
            f"{file} is empty",
            remedy="Write the names of the columns: name,description,errorMessage,maxLength,types,allowMarkdown",
            path=str(file),
            line=1,
            column=1,
        )
    header = [name.strip() for name in rows[0][1]]
    types: list[object] = []
    offsets: dict[Place, tuple[int, int]] = {(): (0, 0), ("types",): (0, 0)}
    for offset, row in rows[1:]:
        offsets["types", len(types)] = (offset, offset)
        cells: dict[str, object] = {name: cell for name, cell in zip(header, row, strict=False) if name}
        if len(row) > len(header):
            cells["(cells without a column)"] = [*row[len(header) :]]
        types.append(cells)
    return Document(file, text, {"types": types}, repairs, encoding=encoding, byte_order_mark=mark, offsets=offsets)


class _Lines:
    """The lines of a text, and where they begin; counts characters, since a row may have several lines.

    Attributes:
        at: Index of the next line.
        row_starts_at: Index of the row that is being read.
    """

    def __init__(self, text: str) -> None:
        self.at = self.row_starts_at = 0
        self._lines = io.StringIO(text, newline="")

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.at += len(line)
        return line
