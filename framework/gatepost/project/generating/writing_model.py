"""Writes the typed model of a manifest into a module, over nothing that a person wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.atomic import write_atomically
from gatepost.errors import GatepostError, UsageError
from gatepost.manifest.layout import load_layout
from gatepost.manifest.loading import load
from gatepost.project.generating.modelling import ModelSource, model_source

if TYPE_CHECKING:
    import os

__all__ = ["model_of", "write_module"]


def model_of(path: str | os.PathLike[str]) -> ModelSource:
    """Return the typed model of an app's manifest, and of the ``layout.json`` beside it.

    Args:
        path: The ``install.json``, or its folder.

    Raises:
        ManifestError: A file cannot be read.
    """
    manifest = load(path)
    assert manifest.path is not None  # noqa: S101 - for the type checker: it was read from a file
    beside = manifest.path.with_name("layout.json")
    return model_source(manifest, load_layout(beside) if beside.is_file() else None, source=manifest.path.name)


def write_module(path: Path, text: str, *, force: bool = False, write: bool = True) -> str | None:
    """Write a module.

    Args:
        path: The file.
        text: Its text.
        force: Whether to replace a file that says something else.
        write: Whether to write; else only what is there is returned.

    Returns:
        What was there; None for a new file.

    Raises:
        GatepostError: It cannot be read or written.
        UsageError: There is a file that says something else.
    """
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if write and before is not None and before != text and not force:
            raise UsageError(
                f"{path} is there, and says something else",
                why="Somebody may have changed it",
                remedy="Look with --diff, then replace it with --force, or name another file",
            )
        if write and before != text:
            write_atomically(path, text.encode("utf-8"))
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise GatepostError(f"{path} cannot be written", why=why, remedy="Name another file: -o") from None
    return before
