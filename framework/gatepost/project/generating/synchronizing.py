"""Writes or updates ``install.json`` and ``layout.json`` from an app's typed code."""

from __future__ import annotations

import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import ManifestError, UsageError
from gatepost.manifest.documents.document import parse_document, read_document
from gatepost.manifest.documents.places import quoted
from gatepost.manifest.dumping import json_text
from gatepost.manifest.features import effective_features
from gatepost.manifest.loading import read_manifest
from gatepost.manifest.models import RuntimeLevel
from gatepost.project.generating.layout_update import update_layout
from gatepost.project.generating.params_update import add_params, update_params, without_reader
from gatepost.project.generating.playbook_update import (
    add_advanced_request,
    update_actions,
    update_features,
    update_outputs,
    update_retry,
)
from gatepost.project.generating.recording import Note, RecordedEdit
from gatepost.project.generating.wanted import label_of, wanted_params
from gatepost.project.validation.subject import Subject

if TYPE_CHECKING:
    import os

    from gatepost.manifest.documents.document import Document
    from gatepost.project.app_code import AppCode

__all__ = ["Synchronization", "SynchronizedFile", "synchronize", "synchronized"]

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class SynchronizedFile:
    """A file as it was and as it is to be.

    Attributes:
        before: The file's text; None where there is none yet.
        after: The document with the changes.
    """

    before: str | None
    after: Document

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after.text


@dataclass(frozen=True, slots=True)
class Synchronization:
    """What it takes to bring an app's files up to date with its code.

    Attributes:
        files: ``install.json``, and ``layout.json`` where there is one or is to be one.
        changes: What changes.
        left: What differs and is left to a person, since something would be lost.
    """

    files: tuple[SynchronizedFile, ...]
    changes: tuple[Note, ...]
    left: tuple[Note, ...]

    @property
    def changed(self) -> tuple[SynchronizedFile, ...]:
        """The files that change."""
        return tuple(file for file in self.files if file.changed)

    def write(self) -> None:
        """Write the files that change.

        Raises:
            ManifestError: A file cannot be written.
        """
        from gatepost.manifest.documents.writing import write_document

        for file in self.changed:
            write_document(file.after)


def synchronize(path: str | os.PathLike[str] = ".", *, prune: bool = False, python: str = sys.executable) -> Synchronization:
    """Say what an app's typed code changes in its ``install.json`` and ``layout.json``. Nothing is written yet.

    The code is imported in a process of its own, and not run. What a person wrote stays: order, unknown keys, labels, notes,
    sequence numbers, formatting. Params and outputs that only the code has are added; types, ``encrypt``, ``required``, defaults
    and choices follow the code where a run would fail otherwise, or the form would show something else. A form that is stricter
    than the code stays. Without an ``install.json`` a whole one is made, with a new ``appId``.

    Args:
        path: The app's folder, or its ``install.json``.
        prune: Whether to remove what the code no longer has: params, choices, outputs and actions. Else they are ``left``.
        python: The app's interpreter.

    Raises:
        AppCodeError: The code cannot be imported.
        ManifestError: A file cannot be read.
        NoAppCodeError: There is no app that is written with gatepost.
        UsageError: There is no such folder.
    """
    from gatepost.project.app_code import describe

    folder = Path(path).absolute()
    folder = folder.parent if folder.name == "install.json" else folder
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}", remedy="Name the app's folder")
    code = describe(folder, python=python)
    is_there = [(folder / name).exists() for name in ("install.json", "layout.json")]
    manifest = read_document(folder) if is_there[0] else None
    layout = read_document(folder, name="layout.json") if is_there[1] else None
    return synchronized(folder, manifest, layout, code, prune=prune)


def synchronized(
    folder: Path, manifest: Document | None, layout: Document | None, code: AppCode, *, prune: bool = False
) -> Synchronization:
    """Do as `synchronize`, with files that were read and code that was described before.

    Args:
        folder: The app's folder.
        manifest: Its ``install.json``; None makes one.
        layout: Its ``layout.json``; None where it has none.
        code: What its code declares.
        prune: Whether to remove what the code no longer has.
    """
    start = manifest if manifest is not None else parse_document(folder / "install.json", json_text(_new_manifest(folder, code)))
    if not isinstance(start.data.get("params", []), list):
        line, column = start.position(("params",))
        raise ManifestError(
            f"{start.path}: params is no list", remedy="Correct it", path=str(start.path), line=line, column=column
        )
    edit = RecordedEdit(start, "install.json")
    app = Subject(read_manifest(start), lambda: code)
    wanted = wanted_params(code, {param.name for _, param in app.params})
    if "params" not in start.data:
        edit.set(("params",), [], "a list of params added")
    update_params(app, wanted, edit, prune=prune)
    update_outputs(app, code, edit, prune=prune)
    update_retry(app, code, edit)
    add_params(app, wanted, edit)
    add_advanced_request(app, code, edit)
    # Of the manifest as it is by now: a param that was added may make another one that of a service.
    for place, param in reversed(without_reader(_renewed(app, edit), wanted)):
        if prune:
            edit.remove(place, f"the code does not read {quoted(param.name)}: removed")
        else:
            edit.leave((*place, "name"), f"the code does not read the param {quoted(param.name)}")
    # Last: a tc_action that is new comes first, and would move the others.
    update_actions(_renewed(app, edit), code, edit, prune=prune)
    after = read_manifest(edit.document())
    form = update_layout(after, layout, code, wanted, folder)
    update_features(_renewed(app, edit), code, edit, has_layout=form is not None)
    files = [SynchronizedFile(manifest.text if manifest is not None else None, edit.document())]
    if form is not None:
        files.append(SynchronizedFile(layout.text if layout is not None else None, form.document()))
    notes = [edit, *([form] if form is not None else [])]
    made = [Note("install.json", "$", "a new manifest")] if manifest is None else []
    changes = (*made, *(note for each in notes for note in each.changes))
    return Synchronization(tuple(files), changes, tuple(note for each in notes for note in each.left))


def _renewed(app: Subject, edit: RecordedEdit) -> Subject:
    """Return the app as its manifest is by now."""
    return Subject(read_manifest(edit.document()), lambda: app.code)  # type: ignore[arg-type,return-value]


def _new_manifest(folder: Path, code: AppCode) -> dict[str, Any]:
    level = RuntimeLevel.PLAYBOOK if code.kind == "playbook" else RuntimeLevel.ORGANIZATION
    programs = [name for name in ("run.py", "app.py") if (folder / name).is_file()]
    name = label_of("_".join(folder.resolve().name.replace("-", "_").split()))[:_LONGEST_NAME]
    data: dict[str, Any] = {
        "allowOnDemand": level.is_job,
        "appId": str(uuid.uuid4()),
        "displayName": name if len(name) > 2 else f"{name} App".strip(),
        "features": list(effective_features(level, ())),
        "languageVersion": f"{sys.version_info.major}.{sys.version_info.minor}",
        "listDelimiter": "|",
        "minServerVersion": "7.2.0",
        "note": "",
        "params": [],
        "programLanguage": "PYTHON",
        "programMain": [*programs, "run.py"][0],
        "programVersion": "1.0.0",
        "runtimeLevel": level.value,
    }
    if level is RuntimeLevel.PLAYBOOK:
        data["playbook"] = {"outputVariables": [], "type": "Utility"}
    return data
