"""Finds the manifest of a version of an app: in a file, a folder, a package, or a revision of git."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.manifest.documents.document import parse_document
from gatepost.manifest.loading import load, read_manifest

if TYPE_CHECKING:
    from gatepost.manifest.models import Manifest

__all__ = ["read_version"]

_SECONDS = 30.0
_LARGEST = 16_000_000


def read_version(name: str) -> Manifest:
    """Read the manifest of a version.

    Args:
        name: An ``install.json``, an app's folder, a ``.tcx``; or ``REVISION:path`` of such a file or folder in git, seen from
            the working directory, ``v1.2.0:`` for its own ``install.json``.

    Raises:
        ManifestError: There is no manifest, or it cannot be read.
        PackageError: The package is none that a platform could install.
        UsageError: There is nothing of that name.
    """
    path = Path(name)
    if path.suffix.lower() == ".tcx" and path.is_file():
        from gatepost.project.package.unpacking import unpack_package

        with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
            return load(unpack_package(path.absolute(), Path(folder)))
    if path.exists():
        return load(path)
    revision, colon, inside = name.partition(":")
    if colon and revision and not revision.startswith("-"):
        return _of_revision(name, revision, inside)
    raise UsageError(
        f"There is no {name}", remedy="Name an install.json, an app's folder, a .tcx, or a revision of git: v1.2.0:install.json"
    )


def _of_revision(name: str, revision: str, inside: str) -> Manifest:
    place = inside.strip("/")
    if not place.endswith(".json"):
        place = f"{place}/install.json" if place not in ("", ".") else "install.json"
    # ./ makes the path one of the working directory and not of the repository's root.
    command = ("git", "show", f"{revision}:./{place}")
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - a fixed program
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"git cannot show {name}", why=str(error), remedy="Install git, or name a file") from None
    if done.returncode != 0 or len(done.stdout) > _LARGEST:
        why = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0] or "it is too large"
        raise UsageError(f"git has no {name}", why=why, remedy="Name a revision and a path: v1.2.0:install.json")
    return read_manifest(parse_document(Path(name), done.stdout.decode("utf-8-sig", "replace")))
