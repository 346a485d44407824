"""A file of an app that is being brought up to date: its changes, and what was left for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gatepost.manifest.documents.editing import DocumentEdit
from gatepost.manifest.documents.places import json_path

if TYPE_CHECKING:
    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place

__all__ = ["Note", "RecordedEdit"]


class Note(NamedTuple):
    """One thing that was changed, or that is left for a person.

    Attributes:
        file: The file's name.
        place: JSON path of the value.
        what: What was done, or is to be done.
    """

    file: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}  ({self.place})"


class RecordedEdit:
    """Changes to a document, each with the words that tell of it.

    Args:
        document: The document.
        name: The file's name in what is told.

    Attributes:
        changes: What was changed.
        left: What a person has to decide.
    """

    def __init__(self, document: Document, name: str) -> None:
        self._name = name
        self._edit = DocumentEdit(document)
        self.changes: list[Note] = []
        self.left: list[Note] = []

    def set(self, place: Place, value: object, what: str) -> None:
        """Put a value at a place."""
        self._edit.set(place, value)
        self._did(place, what)

    def insert(self, place: Place, index: int, value: object, what: str) -> None:
        """Put a value into a list."""
        self._edit.insert(place, index, value)
        self._did((*place, index), what)

    def remove(self, place: Place, what: str) -> None:
        """Take a value away."""
        self._edit.remove(place)
        self._did(place, what)

    def leave(self, place: Place, what: str) -> None:
        """Note what is left for a person."""
        self.left.append(Note(self._name, json_path(place), what))

    def _did(self, place: Place, what: str) -> None:
        self.changes.append(Note(self._name, json_path(place), what))

    def document(self) -> Document:
        """Return the document as it is by now."""
        return self._edit.document()
