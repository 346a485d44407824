"""Writes the files that an ``app_spec.yml`` stands for, over those that are there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import ManifestError
from gatepost.manifest.app_spec import generate, load_app_spec
from gatepost.manifest.documents.document import Document, parse_document, read_document
from gatepost.manifest.documents.editing import DocumentEdit
from gatepost.project.generating.recording import Note
from gatepost.project.generating.synchronizing import Synchronization, SynchronizedFile

if TYPE_CHECKING:
    import os

__all__ = ["from_spec"]

_OWN = {"install.json": ("appId", "$schema"), "tcex.json": ("template_name", "template_type", "template_repo_hash")}
"""What a file keeps where the specification does not say it."""


def from_spec(spec: str | os.PathLike[str], folder: str | os.PathLike[str] = ".") -> Synchronization:
    """Say what an ``app_spec.yml`` changes in an app's files. Nothing is written yet.

    JSON files keep their formatting, and their ``appId``; a ``README.md`` that is there stays.

    Args:
        spec: The specification.
        folder: The app's folder.

    Raises:
        ManifestError: The specification or a file cannot be read, or the specification stands for no app.
    """
    place = Path(folder).absolute()
    source = load_app_spec(spec)
    files, changes, left = [], [], []
    for name, text in generate(source).items():
        path = place / name
        if not path.exists():
            files.append(SynchronizedFile(None, _document(path, text)))
            changes.append(Note(name, "$", "made"))
        elif not name.endswith(".json"):
            if _read(path) != text:
                left.append(Note(name, "", "a file that is there stays; remove it to have it made"))
        else:
            before = read_document(path, name=name)
            data = dict(parse_document(path, text).data)
            if name != "install.json" or not source.app_id:
                data |= {key: before.data[key] for key in _OWN.get(name, ()) if key in before.data}
            edit = DocumentEdit(before)
            edit.set((), data)
            files.append(SynchronizedFile(before.text, edit.document()))
            if files[-1].changed:
                changes.append(Note(name, "$", "changed"))
    return Synchronization(tuple(files), tuple(changes), tuple(left))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ManifestError(
            f"{path} cannot be read",
            why=error.strerror or str(error),
            remedy="Check the path and its permissions",
            path=str(path),
        ) from None


def _document(path: Path, text: str) -> Document:
    return parse_document(path, text) if path.suffix == ".json" else Document(path, text, {})
