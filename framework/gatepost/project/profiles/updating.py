"""Writing what a run gave out into a profile, as its expectation."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from gatepost.manifest.documents.document import parse_document
from gatepost.manifest.documents.editing import DocumentEdit
from gatepost.manifest.documents.writing import write_document
from gatepost.redaction import redact
from gatepost.runtime.files import MESSAGE_LENGTH
from gatepost.testing.profiles.operators import plain
from gatepost.testing.profiles.profile import Expectation

if TYPE_CHECKING:
    from gatepost.manifest.documents.document import Document
    from gatepost.testing.profiles import Profile, ProfileResult

__all__ = ["update_profile"]

_WHOLE = frozenset({"eq", "json_eq", "keyvalue_eq", "dd"})
"""The operators whose expectation is a value like the one that came."""

_LARGE = 4096
"""Bytes from which a binary value is expected by its hash."""


def update_profile(profile: Profile, result: ProfileResult) -> tuple[str, ...]:
    """Write outputs and message of a run into a profile, and initialize it. Everything else stays as it is written.

    An operator that a person has chosen stays, and so does its expectation where it is no value (a pattern, a format). Secrets
    are not written: such an output is skipped from then on.

    Returns:
        What was noticed.

    Raises:
        ManifestError: The file cannot be written.
    """
    edit = DocumentEdit(profile.document)
    notes: list[str] = []
    # A profile without outputs learns those that were given out.
    learned = () if profile.outputs else (Expectation(name) for name in result.outputs)
    for expectation in (*profile.outputs, *learned):
        entry = _entry(expectation, result.outputs.get(expectation.what))
        if entry is None:
            continue
        if _has_secret(entry):
            entry = {"expected_output": None, "op": "skip"}
            notes.append(f"{expectation.what} holds a secret: it is not compared")
        edit.set(("outputs", expectation.what), {**entry, **expectation.options})
    message = profile.exit_message
    if message is None or message.operator in _WHOLE:
        text = f"{result.message}\n"[-MESSAGE_LENGTH:]
        if result.message_had_secret:
            notes.append("the message holds a secret: it is not compared")
            edit.set(("exit_message",), {"expected_output": "", "op": "skip"})
        else:
            edit.set(("exit_message",), {"expected_output": text, "op": "eq"}, before="outputs")
    edit.set(("initialized",), value=True)
    write_document(_strict(edit.document()))
    return tuple(notes)


def _entry(expectation: Expectation, value: object) -> dict[str, object] | None:
    if expectation.operator not in _WHOLE:
        return None
    if isinstance(value, bytes) and len(value) > _LARGE:
        return {"expected_output": hashlib.sha256(value).hexdigest(), "op": "hash_eq"}
    return {"expected_output": plain(value), "op": expectation.operator}


def _has_secret(entry: dict[str, object]) -> bool:
    text = json.dumps(entry, ensure_ascii=False)
    return redact(text) != text


def _strict(document: Document) -> Document:
    """Return a document that every reader of JSON takes; what had to be forgiven is put right."""
    if not document.repairs:
        return document
    edit = DocumentEdit(document)
    edit.strict()
    return parse_document(
        document.path, edit.document().text, encoding=document.encoding, byte_order_mark=document.byte_order_mark
    )
