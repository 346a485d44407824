"""Leaving out of ``deps`` what tells of the machine that collected it, and what no app runs."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.project.package.dependencies import Dependencies

__all__ = ["DEVELOPMENT_ROOMS", "trim", "without_compiler"]

_NOISE = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "RECORD.jws", "RECORD.p7s", "uv_build.json", "uv_cache.json")
"""Files of a ``.dist-info`` that an installer writes about itself and its machine; ``RECORD`` lists files that are gone."""

DEVELOPMENT_ROOMS = ("cli", "emulator", "project", "testing")
"""What of gatepost works on a developer's machine only. No room below imports them, so an app cannot notice their absence."""


def trim(deps: Path) -> None:
    """Remove from a folder of dependencies what would differ from machine to machine, or is never run.

    That is: bytecode, an installer's notes, scripts (their first line names the builder's interpreter), type stubs and C
    headers beside the code, and gatepost's rooms for development. Licences, metadata and everything that code may read stay.

    Args:
        deps: The folder.

    Raises:
        OSError: Something cannot be removed.
    """
    for name in ("bin", ".lock", ".gitignore"):
        _remove(deps / name)
    for folder in list(deps.rglob("__pycache__")):
        _remove(folder)
    for pattern in ("*.pyc", "*.pyi", "*.h"):
        for file in list(deps.rglob(pattern)):
            if file.is_file() or file.is_symlink():
                _remove(file)
    for information in deps.glob("*.dist-info"):
        for name in _NOISE:
            _remove(information / name)
    for room in (*DEVELOPMENT_ROOMS, "__main__.py"):
        _remove(deps / "gatepost" / room)
    for folder in sorted((path for path in deps.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def without_compiler(deps: Path, found: Dependencies) -> Dependencies:
    """Remove the part of cffi that compiles declarations of C, with its parser, where only cryptography needs cffi.

    cryptography loads ``_cffi_backend``, a file beside that part, and nothing else of it. Half a megabyte is a fiftieth of an
    app. One that imports cffi itself says so in its requirements, and keeps it all.

    Args:
        deps: The folder of dependencies.
        found: What is in it.

    Returns:
        What is in it now.

    Raises:
        OSError: Something cannot be removed.
    """
    users = {item.name for item in found.distributions if "cffi" in item.requires}
    readers = {item.name for item in found.distributions if "pycparser" in item.requires}
    if users != {"cryptography"} or not readers <= {"cffi"} or {"cffi", "pycparser"} & set(found.roots):
        return found
    for path in (deps / "cffi", deps / "pycparser", *deps.glob("pycparser-*.dist-info")):
        _remove(path)
    left = (
        dataclasses.replace(item, requires=tuple(need for need in item.requires if need != "pycparser"))
        for item in found.distributions
        if item.name != "pycparser"
    )
    return dataclasses.replace(found, distributions=tuple(left))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
