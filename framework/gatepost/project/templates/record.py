"""What a project was made from: the template, the answers, and the files as the template wrote them.

A three-way merge needs the common ancestor. Templates come with gatepost, and an older gatepost is not there when a project is
updated, so the project keeps the ancestor itself, in one file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatepost.atomic import write_atomically
from gatepost.errors import GatepostError, UsageError
from gatepost.version import __version__

__all__ = ["RECORD", "TemplateRecord", "read_record", "remember_template", "template_files"]

RECORD = ".gatepost-template.json"

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """What a project was made from.

    Attributes:
        kind: The template.
        version: The gatepost that it came with.
        answers: The answers to its questions.
        files: The files as it wrote them, by relative path.
    """

    kind: str
    version: str
    answers: Mapping[str, Any]
    files: Mapping[str, str]


def template_files(folder: Path) -> dict[str, str]:
    """Return the files of a folder that was just rendered; a template holds text only."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8") for path in sorted(found) if path.name != RECORD
    }


def remember_template(folder: Path, kind: str, answers: Mapping[str, Any], files: Mapping[str, str] | None = None) -> None:
    """Write down what a project was made from.

    Args:
        folder: The project.
        kind: The template.
        answers: The answers.
        files: The files as the template wrote them; default is what lies in the folder.

    Raises:
        GatepostError: It cannot be written.
    """
    try:
        record = {
            "_": "Written by gatepost, which needs it for 'gatepost update'. Keep it in the repository.",
            "format": _FORMAT,
            "template": kind,
            "gatepost": __version__,
            "answers": dict(answers),
            "files": dict(sorted((files if files is not None else template_files(folder)).items())),
        }
        write_atomically(folder / RECORD, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise GatepostError(f"{folder / RECORD} cannot be written", why=error.strerror or str(error)) from None


def read_record(folder: Path) -> TemplateRecord | None:
    """Read what a project was made from; None where it does not say.

    Raises:
        UsageError: The record cannot be read.
    """
    path = folder / RECORD
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    try:
        data = json.loads(text)
        if data["format"] != _FORMAT:
            raise _unreadable(path, f"It is of the format {data['format']}; this gatepost knows {_FORMAT}", "Update gatepost")
        files = data["files"]
        if not all(isinstance(name, str) and isinstance(content, str) and _is_plain(name) for name, content in files.items()):
            raise _unreadable(path, "A file in it is none of a template")
        return TemplateRecord(str(data["template"]), str(data["gatepost"]), dict(data["answers"]), files)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable(path, f"It is not as gatepost writes it: {error}") from None


def _is_plain(name: str) -> bool:
    return bool(name) and not name.startswith("/") and "\\" not in name and not {"", ".", ".."} & set(name.split("/"))


def _unreadable(path: Path, why: str, remedy: str = "Take it back from the repository") -> UsageError:
    return UsageError(f"{path} cannot be read", why=why, remedy=remedy)
