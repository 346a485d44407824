"""Corrects an app's files on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.project.validation.fixing import fix_folder
from gatepost.project.validation.ignoring import read_ignore_list
from gatepost.project.validation.running import file_in, find_app

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from gatepost.project.validation.fixing import FixedFile

__all__ = ["correct"]


def correct(path: str | os.PathLike[str] = ".", *, ignore: Iterable[str] = (), write: bool = True) -> tuple[FixedFile, ...]:
    """Correct what needs no person in an app's JSON files: nothing of what gatepost reads in them changes. YAML and CSV stay.

    Values are written as they were read, commas that are too many are removed, params are numbered, and so on: the rules that
    ``RuleDescription.fixable`` marks. Order, white space, comments, unknown keys and permissions stay. Correcting twice changes
    nothing more.

    Args:
        path: The app's folder, or its ``install.json``.
        ignore: What is left alone, besides what the app's ``pyproject.toml`` ignores.
        write: Whether to write; else the corrections are only returned.

    Returns:
        The files that change, before and after.

    Raises:
        ManifestError: The manifest cannot be read, or a file not be written.
        UsageError: There is no app, or the list of ignored rules cannot be read.
    """
    folder = find_app(path)
    ignored = read_ignore_list(folder, ignore)
    fixed = fix_folder(folder, ignored=lambda finding: ignored.matches(finding, file_in(folder, finding)))
    if write:
        from gatepost.manifest.documents.writing import write_document

        for file in fixed:
            write_document(file.after)
    return fixed
