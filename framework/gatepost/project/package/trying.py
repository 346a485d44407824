"""Trying a package out: unpacked into a temporary folder, and run against an emulated platform with what it brings along."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.project.app_folder import open_app
from gatepost.project.launching.launch import launch_emulated
from gatepost.project.package.unpacking import PackageError, unpack_package

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gatepost.emulator import Emulator
    from gatepost.manifest import Manifest
    from gatepost.project.launching.launch import Launch

__all__ = ["CheckedPackage", "check_package", "read_package"]

BARE = ("-E", "-s", "-S", "-B")
"""Python without its packages, its user's packages and its environment variables: as on a platform, which has the standard
library only. Not ``-I``: it would also leave out the program's own folder."""

_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


@dataclass(frozen=True, slots=True)
class CheckedPackage:
    """How a package did.

    Attributes:
        path: The package.
        name: The name of its folder.
        display_name: The name that people see.
        version: The app's version.
        launch: How the run went. There are no paths in it: the folder is gone.
    """

    path: Path
    name: str
    display_name: str
    version: str
    launch: Launch


def read_package(package: Path, into: Path) -> Manifest:
    """Unpack a package and read its manifest.

    Args:
        package: The file ``.tcx``.
        into: An empty folder.

    Raises:
        PackageError: It is refused, or has no manifest.
        ManifestError: Its manifest cannot be read.
        GatepostError: It cannot be read or unpacked.
    """
    from gatepost.manifest.loading import load

    folder = unpack_package(package, into)
    if not (folder / "install.json").is_file():
        raise PackageError(f"{package.name} is refused", why="There is no install.json in its folder", remedy="gatepost package")
    return load(folder / "install.json")


def check_package(
    package: Path,
    platform: Emulator,
    *,
    python: str = sys.executable,
    auth: str = "auto",
    inputs: Iterable[tuple[str, str]] = (),
    stdout: int | None = None,
) -> CheckedPackage:
    """Run the app from its package against an emulated platform. Nothing is installed; only its ``deps`` can be imported.

    Args:
        package: The file ``.tcx``.
        platform: The platform; it runs.
        python: The interpreter; its version must be the app's ``languageVersion``.
        auth: What the app is given: ``token``, ``hmac``, or both with ``auto``.
        inputs: Inputs for this run, names and values.
        stdout: A file descriptor for the app's output; default is this process's own.

    Raises:
        PackageError: The package is refused.
        UsageError: The interpreter is another Python than the app needs, or an input is none of the app's.
        GatepostError: The package cannot be unpacked, or the app not be started.
    """
    with tempfile.TemporaryDirectory(prefix="gatepost-package-") as made:
        manifest = read_package(package, Path(made))
        app = open_app(Path(made) / package.stem)
        _check_python(python, manifest, app.folder)
        result = launch_emulated(app, platform, auth=auth, python=python, python_options=BARE, inputs=inputs, stdout=stdout)
        return CheckedPackage(package, app.folder.name, manifest.display_name, manifest.program_version, _without_paths(result))


def _check_python(python: str, manifest: Manifest, folder: Path) -> None:
    """Refuse an interpreter that the package was not made for: an import that fails would say nothing about the package."""
    wanted = _made_for(folder) or ".".join(manifest.language_version.split(".")[:2])
    try:
        ended = subprocess.run(  # noqa: S603 - the interpreter that the caller names
            [python, *BARE, "-c", _VERSION], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise UsageError(
            f"{python} cannot be started", why=error.strerror or str(error), remedy="Name a Python interpreter: --python"
        ) from None
    found = ended.stdout.strip()
    if wanted and found != wanted:
        raise UsageError(
            f"The package is for Python {wanted}, and {python} is {found or 'none'}",
            why="Its dependencies are made for one version",
            remedy=f"Name that interpreter: --python python{wanted}",
        )


def _made_for(folder: Path) -> str:
    """Return the Python that the package says it was made for; empty when it does not say."""
    from gatepost.project.package.building import BILL_OF_MATERIALS

    try:
        said = json.loads((folder / BILL_OF_MATERIALS).read_text(encoding="utf-8"))["metadata"]["component"]["properties"]
        return next(str(item["value"]) for item in said if item["name"] == "gatepost:python")
    except (OSError, ValueError, LookupError, TypeError, StopIteration, RecursionError):
        return ""


def _without_paths(result: Launch) -> Launch:
    return dataclasses.replace(result, log_file=None, session_folder=None)
