"""What the models of the files beside ``install.json`` have in common: the file that they were read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import PrivateAttr

from gatepost.manifest.part import Part
from gatepost.manifest.reading import Reading, build

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gatepost.manifest.document import Document
    from gatepost.manifest.findings import Finding
    from gatepost.manifest.places import Place
    from gatepost.manifest.reading import Report

__all__ = ["AnySibling", "Sibling", "build_sibling", "missing"]


class Sibling(Part):
    """A file beside ``install.json``. Unknown keys are kept in ``model_extra``."""

    _document: Document | None = PrivateAttr(default=None)
    _reports: Sequence[Report] = PrivateAttr(default=())
    _dropped: int = PrivateAttr(default=0)
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

        Only what the file by itself shows: whether it agrees with ``install.json`` is for ``gatepost validate`` to say.
        """
        if self._findings is None and self._document is not None:
            from gatepost.manifest.locating import locate

            self._findings = locate(self._document, self._reports, self._dropped)
        return self._findings or ()


AnySibling = TypeVar("AnySibling", bound=Sibling)


def build_sibling(
    model: type[AnySibling], document: Document, reading: Reading, values: dict[str, object], unknown: dict[str, object]
) -> AnySibling:
    """Return the model of a document that was read."""
    sibling = build(model, values, unknown)
    sibling._document = document
    sibling._reports = tuple(reading.reports)
    sibling._dropped = reading.dropped
    return sibling


def missing(reading: Reading, data: dict[str, object], place: Place, keys: Sequence[str]) -> None:
    """Report the keys that an object must have and has not."""
    for key in keys:
        if key not in data:
            reading.report("GP202", place, f"the key {key!r} is missing", f"Add {key!r}")
