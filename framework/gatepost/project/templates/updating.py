"""Bringing a project to the template of today, with everything that a person has changed in it."""

from __future__ import annotations

import enum
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.atomic import write_atomically
from gatepost.errors import GatepostError, UsageError
from gatepost.project.templates.creating import render_template
from gatepost.project.templates.record import TemplateRecord, read_record, remember_template, template_files
from gatepost.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FileChange", "Happened", "Update", "update_project"]

_LABELS = ("yours", "template of gatepost ")
"""How the lines around a conflict go on: the first one, and the beginning of the last one."""

_CONFLICT = re.compile(rb"^<{7} %b\r?$.*?^>{7} %b" % tuple(map(str.encode, _LABELS)), re.MULTILINE | re.DOTALL)
_NO_PROJECT_NAME = re.compile(r"[^A-Za-z0-9_-]+")


class Happened(enum.StrEnum):
    """What an update does to a file."""

    ADDED = "added"
    """It is new in the template."""
    UPDATED = "updated"
    """It was as the template wrote it, and is now as the new one does."""
    MERGED = "merged"
    """It was changed by a person and in the template, in different places."""
    CONFLICT = "conflict"
    """It was changed by both in the same place: between markers, both versions are in it."""
    REMOVED = "removed"
    """It is no longer in the template, and nobody had changed it."""
    KEPT = "kept"
    """It is no longer in the template, and stays since a person has changed it."""
    STAYS_AWAY = "stays away"
    """The template has a new version of it, but a person has deleted it."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """What happens to one file.

    Attributes:
        path: The file, relative to the project.
        happened: What.
    """

    path: str
    happened: Happened


@dataclass(frozen=True, slots=True)
class Update:
    """What an update does.

    Attributes:
        folder: The project.
        kind: Its template.
        before: The gatepost whose template it was of; empty where that was not known.
        after: The gatepost whose template it is of now.
        changes: What happens to files; the others stay as they are.
        unresolved: Files in which an earlier update has left both versions between markers, and nobody has chosen yet.
    """

    folder: Path
    kind: str
    before: str
    after: str
    changes: tuple[FileChange, ...]
    unresolved: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The files that a person has to look at: where both versions are put now, or still are."""
        now = (change.path for change in self.changes if change.happened is Happened.CONFLICT)
        return tuple(sorted({*now, *self.unresolved}))


def update_project(folder: str | Path = ".", *, kind: str = "", dry_run: bool = False) -> Update:
    """Bring a project to the template that comes with this gatepost.

    The old and the new template are compared file by file, and what differs is merged into the project: an edit stays, also one
    that deletes a file. Where both changed the same lines, both versions are put there, between git's conflict markers. The
    project need not be in a repository; the program git is needed where a file has to be merged. All is worked out before
    anything is written.

    Args:
        folder: The project.
        kind: The template, for a project that does not say what it was made from. Then every difference is a conflict.
        dry_run: Write nothing.

    Raises:
        UsageError: The project does not say what it was made from, its record cannot be read, or there is no such template.
        GatepostError: git is missing, the extra ``cli`` is not installed, or a file cannot be read or written.
    """
    project = Path(folder).absolute()
    if not project.is_dir():
        raise UsageError(f"There is no project in {project}", why="It is no folder", remedy="Name the folder of a project")
    record = read_record(project) or _unknown(project, kind)
    if kind and kind != record.kind:
        raise UsageError(f"{project} is no {kind}", why=f"It was made as {record.kind}", remedy=f"Leave out --kind {kind}")
    with tempfile.TemporaryDirectory(prefix="gatepost-update-") as made:
        target = Path(made) / "project"
        answers = render_template(record.kind, target, record.answers)
        new = template_files(target)
    steps = _plan(project, record, new)
    unresolved = tuple(path for path in sorted(new) if _holds_conflict(project / path))
    if not dry_run:
        _carry_out(project, steps)
        if new != record.files or record.version != __version__ or dict(record.answers) != answers:
            remember_template(project, record.kind, answers, new)
    changes = tuple(FileChange(step.path, step.happened) for step in steps)
    return Update(project, record.kind, record.version, __version__, changes, unresolved)


@dataclass(frozen=True, slots=True)
class _Step:
    path: str
    happened: Happened
    content: bytes | None = None
    """What is written; None where nothing is."""


def _plan(project: Path, record: TemplateRecord, new: Mapping[str, str]) -> list[_Step]:
    steps = []
    for path in sorted({*record.files, *new}):
        before, after = record.files.get(path), new.get(path)
        if before == after:
            continue
        _check_inside(project, path)
        step = _step(path, _read(project / path), _bytes(before), _bytes(after), record.version)
        if step is not None:
            steps.append(step)
    return steps


def _check_inside(project: Path, path: str) -> None:
    """Refuse to read and write what lies elsewhere: whoever made the project may have put a link there."""
    root, real = os.path.realpath(project), os.path.realpath(project / path)
    if os.path.commonpath((root, real)) != root:
        raise UsageError(
            f"{project / path} cannot be brought up to date",
            why=f"It is a link out of the project, to {real}, or lies behind one",
            remedy="Put the file itself there",
        )


def _step(path: str, mine: bytes | None, before: bytes | None, after: bytes | None, version: str) -> _Step | None:
    if mine == after:
        return None
    if after is None:
        return _Step(path, Happened.REMOVED if mine == before else Happened.KEPT)
    if mine is None:
        return _Step(path, Happened.ADDED, after) if before is None else _Step(path, Happened.STAYS_AWAY)
    if mine == before:
        return _Step(path, Happened.UPDATED, after)
    merged, conflicts = _merge(mine, before or b"", after, version)
    return _Step(path, Happened.CONFLICT if conflicts else Happened.MERGED, merged)


def _merge(mine: bytes, before: bytes, after: bytes, version: str) -> tuple[bytes, bool]:
    """Merge by ``git merge-file``, which needs no repository; return the text and whether there are conflicts in it."""
    git = shutil.which("git")
    if git is None:
        raise GatepostError(
            "A file that you and the template have changed cannot be merged",
            why="That takes the program git, and it is not on the PATH",
            remedy="Install git. The project itself need not be in a repository",
        )
    yours, template = _LABELS
    labels = (yours, f"{template}{version or '(unknown)'}", f"{template}{__version__}")
    with tempfile.TemporaryDirectory(prefix="gatepost-update-") as made:
        files = [Path(made) / name for name in ("mine", "before", "after")]
        for file, content in zip(files, (mine, before, after), strict=True):
            file.write_bytes(content)
        options = [option for label in labels for option in ("-L", label)]
        ended = subprocess.run(  # noqa: S603 - merging by git is the purpose
            [git, "merge-file", "-p", *options, *map(str, files)], capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
    if not 0 <= ended.returncode < 128:
        raise GatepostError(
            "A file that you and the template have changed cannot be merged",
            why=f"git says: {ended.stderr.decode(errors='replace').strip()}",
            remedy="Files of a template are text: look whether one of yours is not",
        )
    return ended.stdout, ended.returncode > 0


def _carry_out(project: Path, steps: list[_Step]) -> None:
    for step in steps:
        path = project / step.path
        try:
            if step.happened is Happened.REMOVED:
                path.unlink()
            elif step.content is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, step.content)
        except OSError as error:
            raise GatepostError(
                f"{path} cannot be written", why=error.strerror or str(error), remedy="Then update again"
            ) from None


def _unknown(project: Path, kind: str) -> TemplateRecord:
    """Return a record for a project that has none: nothing is known of what the template wrote."""
    if not kind:
        raise UsageError(
            f"{project} does not say what it was made from",
            why="It has no .gatepost-template.json: it was made otherwise, or by a gatepost before there was this file",
            remedy="Name its template: gatepost update --kind job. What differs from it then becomes a conflict, to be looked at",
        )
    name = _NO_PROJECT_NAME.sub("_", project.name).strip("_-") or "app"
    answers: dict[str, Any] = {"app_name": name if name[0].isalpha() else f"app_{name}"}
    try:
        manifest = json.loads((project / "install.json").read_text(encoding="utf-8"))
        found = {"display_name": manifest.get("displayName"), "app_id": manifest.get("appId")}
        answers |= {name: value for name, value in found.items() if isinstance(value, str) and value}
    except (OSError, ValueError, AttributeError, RecursionError):
        pass
    return TemplateRecord(kind, "", answers, {})


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GatepostError(f"{path} cannot be read", why=error.strerror or str(error)) from None


def _holds_conflict(path: Path) -> bool:
    """Tell whether a file has both versions between markers; what is no file, or cannot be read, is nobody's conflict."""
    try:
        return path.is_file() and _CONFLICT.search(path.read_bytes()) is not None
    except OSError:
        return False


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
