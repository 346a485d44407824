"""Rules about ``attributes.json`` and the CSV files in its place (contract/install_json.md section 9)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.document import Document
from gatepost.manifest.documents.places import entries, quoted
from gatepost.manifest.findings import Severity
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Entry, Subject, text_of


@rule("GP810", Severity.ERROR)
def attribute_twice(app: Subject) -> Iterator[Problem]:
    """Two types of attributes have the same name."""
    seen: set[tuple[str, str]] = set()
    for document, (place, item) in _types(app):
        key = (str(document.path), text_of(item, "name"))
        if key[1] and key in seen:
            yield Problem(f"another attribute is called {quoted(key[1])}", "Remove or rename one", (*place, "name"), document)
        seen.add(key)


@rule("GP811", Severity.WARNING)
def attribute_length(app: Subject) -> Iterator[Problem]:
    """The maxLength of an attribute is not above 0."""
    for document, (place, item) in _types(app):
        length = item.get("maxLength")
        if str(length).strip() in {"0", "0.0"} or str(length).strip().startswith("-"):
            yield Problem("maxLength is not above 0", "Write the largest number of characters", (*place, "maxLength"), document)


def _documents(app: Subject) -> Iterator[Document]:
    names = {"attributes.json", *(name for _, feed in app.feeds if (name := text_of(feed, "attributesFile")))}
    for name in sorted(names):
        document = app.sibling(name)
        if document is not None:
            yield document


def _types(app: Subject) -> Iterator[tuple[Document, Entry]]:
    for document in _documents(app):
        for entry in entries(document.data.get("types"), ("types",)):
            yield document, entry
