"""The folder of an app: its manifest, and the program that the platform starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import UsageError

if TYPE_CHECKING:
    from gatepost.manifest import Manifest

__all__ = ["AppFolder", "open_app"]

MANIFEST = "install.json"


@dataclass(frozen=True, slots=True)
class AppFolder:
    """An app as it lies on the disk.

    Attributes:
        folder: Its folder, absolute. It is the working directory of a run (contract/logging_and_runtime.md section 3).
        manifest: What ``install.json`` says.
        program: The file that is started, relative to the folder.
    """

    folder: Path
    manifest: Manifest
    program: str


def open_app(path: str | Path = ".") -> AppFolder:
    """Find the app in a folder.

    ``programMain`` names the program with or without ``.py`` (contract/logging_and_runtime.md section 6). Without it
    is said to be run as a module; how exactly is not known, and the same file is started.

    Args:
        path: The app's folder, or its ``install.json``.

    Raises:
        ManifestError: The manifest cannot be read.
        UsageError: There is no app, or none that Python runs.
    """
    from gatepost.manifest.loading import load
    from gatepost.manifest.models import ProgramLanguage

    folder = Path(path).absolute()
    if folder.name == MANIFEST and folder.is_file():
        folder = folder.parent
    if not (folder / MANIFEST).is_file():
        raise UsageError(
            f"There is no app in {folder}",
            why=f"It has no {MANIFEST}" if folder.is_dir() else "It is no folder",
            remedy="Name the folder of an app, or make one: gatepost new job NAME",
        )
    manifest = load(folder / MANIFEST)
    if manifest.program_language is not ProgramLanguage.PYTHON:
        raise UsageError(
            f"The app in {folder} cannot be started",
            why=f"It is written in {manifest.program_language}, by the programLanguage of its {MANIFEST}",
            remedy="Only Python apps can be started here",
        )
    return AppFolder(folder, manifest, _program(folder, manifest.program_main))


def _program(folder: Path, program_main: str) -> str:
    name = program_main or "run.py"
    for candidate in (name, f"{name}.py"):
        if (folder / candidate).is_file() and (folder / candidate).resolve().is_relative_to(folder.resolve()):
            return candidate
    raise UsageError(
        f"The app's program {name} does not exist",
        why=f"programMain in {folder / MANIFEST} names it",
        remedy=f"Write {name if name.endswith('.py') else name + '.py'} in the app's folder, or correct programMain",
    )
