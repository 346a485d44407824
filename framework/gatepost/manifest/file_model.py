"""What ``install.json`` and the files beside it have in common: a model of a whole file, and what is off in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import PrivateAttr

from gatepost.manifest.part import Part
from gatepost.manifest.reading import Reading, build

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.findings import Finding

__all__ = ["AnyFile", "FileModel", "build_file", "missing"]


class FileModel(Part):
    """A file of an app. Unknown keys are kept in ``model_extra``."""

    _document: Document | None = PrivateAttr(default=None)
    _reading: Reading | None = PrivateAttr(default=None)
    _judge: Callable[[Any, Document, Reading], Reading] | None = PrivateAttr(default=None)
    _findings: tuple[Finding, ...] | None = PrivateAttr(default=None)

    @property
    def document(self) -> Document | None:
        """The file as it is written; None for a model that was made otherwise."""
        return self._document

    @property
    def path(self) -> Path | None:
        """The file; None for a model that was made otherwise."""
        return self._document.path if self._document is not None else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is off in the file, in the order of its lines; empty for a model that was made otherwise.

        Only what the file by itself shows: what files say of each other is for ``gatepost validate``. The first call judges the
        file and looks up the lines: a launch need not ask.
        """
        if self._findings is None and self._document is not None:
            from gatepost.manifest.locating import locate

            self._findings = locate(self._document, self.judged())
        return self._findings or ()

    def judged(self) -> Reading:
        """Return all that was reported while the file was read, and is to be said of what it holds."""
        reading = self._reading or Reading()
        if self._judge is None or self._document is None:
            return reading
        return self._judge(self, self._document, reading)


AnyFile = TypeVar("AnyFile", bound=FileModel)


def build_file(
    model: type[AnyFile],
    document: Document,
    reading: Reading,
    values: dict[str, object],
    unknown: dict[str, object],
    *,
    judge: Callable[[AnyFile, Document, Reading], Reading] | None = None,
) -> AnyFile:
    """Return the model of a document that was read.

    Args:
        model: Its class.
        document: The document.
        reading: What was reported while it was read.
        values: The fields.
        unknown: Keys that are none of them.
        judge: Returns what is to be said of the values besides; it is asked when somebody wants to know, and a launch does not.
    """
    built = build(model, values, unknown)
    built._document = document
    built._reading = reading
    built._judge = judge
    return built


def missing(reading: Reading, data: dict[str, object], place: Place, keys: Sequence[str]) -> None:
    """Report the keys that an object must have and has not, or with null."""
    for key in keys:
        if data.get(key) is None:
            reading.report("GP202", place, f"the key {key!r} is missing", f"Add {key!r}")
