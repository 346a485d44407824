"""Which files of a project go into its package."""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gatepost.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["EXCLUDED_ANYWHERE", "EXCLUDED_AT_THE_TOP", "all_files", "legacy_folders", "package_files"]

EXCLUDED_ANYWHERE = (
    "__pycache__", "*.pyc", "*.iml", "*.zip", "*.tcx", "app_inputs*.json", "app_inputs.d",
    ".cache", ".c9", ".copier-answers.yml", ".coverage", ".coverage.*", ".coveragerc", ".cspell", ".DS_Store", ".env", ".env.*",
    ".git", ".gitattributes", ".github", ".gitignore", ".gitlab-ci.yml", ".gitmodules", ".history", ".hypothesis", ".idea",
    ".gatepost-template.json", ".mypy_cache", ".nox", ".pre-commit-config.yaml", ".prettierignore", ".prettierrc.json",
    ".prettierrc.toml", ".pytest_cache", ".python-version", ".ruff_cache", ".template_manifest.json", ".tox", ".venv", ".vscode",
)  # fmt: skip
"""Names that are left out in every folder of a project: caches, settings of tools, and files that may hold secrets."""

EXCLUDED_AT_THE_TOP = (
    "angular.json", "app.yaml", "app_spec.yaml", "artifacts", "assets", "cspell.json", "deps", "deps_tests",
    "dist", "JIRA.html", "JIRA.md", "karma.conf.js", "local-*", "log", "mappings/projects", "mappings/source",
    "message.tc", "package-lock.json", "package.json", "pyproject.toml", "README.html", "results.tc", "run_local.py", "target",
    "test-reports", "tests", "venv",
)  # fmt: skip
"""Paths that are left out at the top of a project only: deeper, ``log`` or ``assets`` is a package or data of the app's own."""


_LEGACY = "lib_"


def all_files(folder: Path) -> dict[str, Path]:
    """Return every file of a folder by its relative path, in the order of these; links are files too here, and followed."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def package_files(folder: Path, *, output: Path, excludes: Iterable[str] = ()) -> dict[str, Path]:
    """Return the files of a project that go into its package, less its dependencies.

    What is left out follows contract/install_json.md section 13. The contract does not say how deep its base names reach: here
    names of tools' files and caches are left out everywhere, and words that an app's own folder may have (`log`, `assets`)
    at the top only. A pattern of the developer's is tried, by the rules of `fnmatch`, on the path relative to the project and
    on the name alone; what lies in a folder that is left out is left out.

    Args:
        folder: The project.
        output: The folder that packages are written into; left out when it lies in the project.
        excludes: More patterns.

    Returns:
        The files by their paths relative to the project, in the order of these.

    Raises:
        UsageError: A link leads out of the project or to a folder, or something is no file: a package holds plain files only.
    """
    own = tuple(pattern.strip().removeprefix("./").rstrip("/") for pattern in excludes)
    return dict(sorted(_walk(folder, folder.resolve(), PurePosixPath(), own, output.resolve())))


def legacy_folders(folder: Path) -> list[str]:
    """Return the folders where tcex 3 and earlier had dependencies, ``lib_<version>`` (contract/install_json.md section 14)."""
    return sorted(path.name for path in folder.glob("lib_*") if path.is_dir())


def _walk(folder: Path, root: Path, below: PurePosixPath, excludes: tuple[str, ...], output: Path) -> Iterator[tuple[str, Path]]:
    try:
        with os.scandir(folder) as listing:
            found = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise UsageError(f"{folder} cannot be packed", why=error.strerror or str(error)) from None
    for entry in found:
        path, relative = Path(entry.path), below / entry.name
        # os.path, here and below: of a link that leads back to itself, pathlib and os.DirEntry raise.
        if _is_excluded(relative, excludes) or os.path.realpath(path) == str(output):
            continue
        if len(relative.parts) == 1 and entry.name.startswith(_LEGACY) and os.path.isdir(path):  # noqa: PTH112
            continue
        if entry.is_symlink():
            _check_link(path, root)
        if entry.is_dir():
            yield from _walk(path, root, relative, excludes, output)
        elif entry.is_file():
            yield str(relative), path
        else:
            raise UsageError(f"{path} cannot be packed", why="It is no file", remedy=_exclude(str(relative)))


def _is_excluded(path: PurePosixPath, excludes: tuple[str, ...]) -> bool:
    text, name = str(path), path.name
    return (
        any(fnmatch.fnmatchcase(name, pattern) for pattern in EXCLUDED_ANYWHERE)
        or any(fnmatch.fnmatchcase(text, pattern) and pattern.count("/") == text.count("/") for pattern in EXCLUDED_AT_THE_TOP)
        or any(fnmatch.fnmatchcase(text, pattern) or fnmatch.fnmatchcase(name, pattern) for pattern in excludes)
    )


def _check_link(path: Path, root: Path) -> None:
    target = Path(os.path.realpath(path))
    if not os.path.exists(path):  # noqa: PTH110
        why = "It is a link that leads nowhere"
    elif not target.is_relative_to(root):
        why = f"It is a link out of the project, to {target}"
    elif target.is_dir():
        why = "It is a link to a folder"
    else:
        return
    raise UsageError(f"{path} cannot be packed", why=why, remedy=_exclude(path.name))


def _exclude(name: str) -> str:
    return f"Put the file itself there, or leave it out: --exclude {name!r}"
