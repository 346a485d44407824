"""Writes a document back to its file: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.atomic import write_atomically
from gatepost.errors import ManifestError

if TYPE_CHECKING:
    from gatepost.manifest.documents.document import Document

__all__ = ["encode_document", "write_document"]


def encode_document(document: Document) -> bytes:
    """Return the bytes of a document's file: of an unchanged one, exactly those that were read.

    Where the file's encoding has not all characters of the text, it becomes UTF-8, which is what readers expect anyway.
    """
    try:
        return document.byte_order_mark + document.text.encode(document.encoding)
    except UnicodeEncodeError:
        return document.text.encode("utf-8")


def write_document(document: Document, path: str | os.PathLike[str] | None = None) -> Path:
    """Write a document so that its readers find it whole: as it was, or as it is to be.

    Its permissions stay, and a link is followed.

    Args:
        document: The document.
        path: Another file than its own.

    Returns:
        The file.

    Raises:
        ManifestError: It cannot be written; what was there is as it was.
    """
    file = Path(path) if path is not None else document.path
    try:
        mode = None
        with contextlib.suppress(FileNotFoundError):
            mode = stat.S_IMODE(file.stat().st_mode)
        write_atomically(file, encode_document(document))
        if mode is not None and stat.S_IMODE(file.stat().st_mode) != mode:
            file.chmod(mode)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ManifestError(
            f"{str(file)!r} cannot be written", why=why, remedy="Check its folder and permissions", path=str(file)
        ) from error
    return file
