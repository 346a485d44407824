"""What an app needs, whatever file says it, and the library that knows versions and markers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.requirements import Requirement

__all__ = ["Requirements", "canonical", "missing_extra", "named", "packaging_library"]


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is to be installed.

    Attributes:
        source: The file that says it; None when the app has none and so needs nothing.
        roots: The requirements of the app itself, without markers: those that do not count on the target are left out.
        lines: What an installer is given, a requirement or an option a line.
        unhashed: More lines, of a lock that has hashes for others but not for these.
        complete: Whether `lines` names everything, also what is needed indirectly, as a lock does.
        projects: Folders of projects that are to be built, because no registry has them.
        pinned: Whether each requirement names one version.
    """

    source: Path | None
    roots: tuple[Requirement, ...] = ()
    lines: tuple[str, ...] = ()
    unhashed: tuple[str, ...] = ()
    complete: bool = False
    projects: tuple[Path, ...] = ()
    pinned: bool = True


def packaging_library() -> Any:
    """Return the library that knows versions and markers.

    Raises:
        GatepostError: The extra ``package`` is not installed.
    """
    try:
        import packaging.markers
        import packaging.requirements
        import packaging.utils
        import packaging.version
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "packaging":
            raise
        raise missing_extra("packaging") from None
    return packaging


def missing_extra(package: str) -> GatepostError:
    """Return the error that names the extra."""
    return GatepostError(
        f"Packing an app needs the package {package}",
        why="It is not installed",
        remedy="Install gatepost with its extra: pip install 'gatepost[package]'",
    )


def canonical(name: str) -> str:
    """Return a package's name as all spell it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(line: str) -> str:
    """Return the normalized name that a line of requirements begins with; empty for an option or a file."""
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    return canonical(found[0]) if found else ""
