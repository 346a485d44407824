"""Leaving out of ``deps`` what tells of the machine that collected it, and what no app runs."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["DEVELOPMENT_ROOMS", "trim"]

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


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
