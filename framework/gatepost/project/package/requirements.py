"""What an app needs: read from its lock or its requirements, for the Python that it will run on."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.project.package.requirement_set import Requirements, canonical, packaging_library

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from gatepost.project.package.target import Target

__all__ = ["SOURCES", "find_requirements"]

SOURCES = ("uv.lock", "requirements.lock", "requirements.txt")
"""Where an app says what it needs; the first that is there counts."""

_LONGEST_CHAIN = 10
_COMMENT = re.compile(r"(^|\s)#.*$")
_HASH = re.compile(r"\s--hash[ =](\S+)")
_INCLUDE = re.compile(r"(?:-r|--requirement)(?:\s+|=|(?<=-r))(?P<file>\S.*)")
_CONSTRAINT = re.compile(r"(?:-c|--constraint)(?:\s+|=|(?<=-c))(?P<file>\S.*)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s+|=|(?<=-e))(?P<place>\S.*)")
_OPTION = re.compile(
    r"(--index-url|--extra-index-url|--find-links|--trusted-host|-i|-f)(?:\s+|=)\S.*|--no-index|--pre|--prefer-binary|--require-hashes"
)
_FOUND_BY = re.compile(r"(?P<name>--find-links|-f)(?:\s+|=)(?P<place>\S.*)")


def find_requirements(folder: Path, target: Target) -> Requirements:
    """Read what an app needs, from ``uv.lock``, ``requirements.lock`` or ``requirements.txt``, whichever is there first.

    Args:
        folder: The app's folder.
        target: The Python that it will run on; requirements whose markers do not hold there are left out.

    Raises:
        UsageError: A file cannot be read, or a line is none that can be followed.
        GatepostError: The extra ``package`` is not installed.
    """
    from gatepost.project.package.uv_lock import read_uv_lock

    source = next((folder / name for name in SOURCES if (folder / name).is_file()), None)
    if source is None:
        return Requirements(None)
    if source.name == "uv.lock":
        return read_uv_lock(source, target)
    reader = _Reader(target)
    reader.read(source)
    return Requirements(
        source,
        tuple(reader.roots),
        tuple(reader.lines),
        projects=tuple(reader.projects),
        pinned=all(_is_pinned(root) for root in reader.roots) and not reader.projects,
    )


class _Reader:
    """Reads a requirements file and those that it includes (pip's requirements file format)."""

    def __init__(self, target: Target) -> None:
        self._environment = target.marker_environment
        self._library = packaging_library()
        self.roots: list[Requirement] = []
        self.lines: list[str] = []
        self.projects: list[Path] = []

    def read(self, path: Path, depth: int = 0, *, constraint: bool = False) -> None:
        if depth > _LONGEST_CHAIN:
            raise UsageError(f"{path} cannot be read", why="Files of requirements include each other without end")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} cannot be read", why=getattr(error, "strerror", None) or str(error)) from None
        # A line that ends with a backslash goes on; comments are cut after that, as pip does.
        for number, line in enumerate(re.sub(r"\\\r?\n", " ", text).splitlines(), 1):
            if words := _COMMENT.sub("", line).strip():
                self._line(path, number, words, depth, constraint=constraint)

    def _line(self, path: Path, number: int, words: str, depth: int, *, constraint: bool) -> None:
        if found := _INCLUDE.fullmatch(words):
            self.read(path.parent / found["file"], depth + 1, constraint=constraint)
        elif found := _CONSTRAINT.fullmatch(words):
            self.lines.append(f"-c {(path.parent / found['file']).absolute()}")
        elif found := _EDITABLE.fullmatch(words):
            self._project(path, number, found["place"])
        elif found := _FOUND_BY.fullmatch(words):
            place = path.parent / found["place"]
            self.lines.append(f"--find-links {place.absolute() if os.path.exists(place) else found['place']}")  # noqa: PTH110 - raises nothing
        elif _OPTION.fullmatch(words):
            self.lines.append(words)
        elif words.startswith("-"):
            raise self._wrong(path, number, words, "It is an option that packages are not made with")
        elif _is_a_place(words):
            self._place(path, number, words)
        else:
            self._requirement(path, number, words)

    def _requirement(self, path: Path, number: int, words: str) -> None:
        try:
            requirement = self._library.requirements.Requirement(_HASH.sub("", words))
        except self._library.requirements.InvalidRequirement as error:
            raise self._wrong(path, number, words, str(error).split("\n", 1)[0]) from None
        if requirement.marker is not None and not requirement.marker.evaluate(self._environment):
            return
        requirement.marker = None
        self.roots.append(requirement)
        hashes = "".join(f" --hash={digest}" for digest in _HASH.findall(words))
        self.lines.append(f"{requirement}{hashes}")

    def _place(self, path: Path, number: int, words: str) -> None:
        place = (path.parent / words).absolute()
        if place.suffix == ".whl" and os.path.isfile(place):  # noqa: PTH113 - raises nothing, however odd the name
            name = canonical(place.name.split("-", 1)[0])
            self.lines.append(f"{name} @ {place.as_uri()}")
            self.roots.append(self._library.requirements.Requirement(name))
        else:
            self._project(path, number, words)

    def _project(self, path: Path, number: int, words: str) -> None:
        place = (path.parent / words).absolute()
        if not any(os.path.isfile(place / name) for name in ("pyproject.toml", "setup.py")):  # noqa: PTH113 - raises nothing
            raise self._wrong(path, number, words, "It is no folder with a project of Python")
        self.projects.append(place)

    @staticmethod
    def _wrong(path: Path, number: int, words: str, why: str) -> UsageError:
        from gatepost.project.package.installers import without_credentials

        return UsageError(
            f"Line {number} of {path.name} cannot be followed: {without_credentials(words)[:100]}",
            why=why,
            remedy=f"Correct {path}",
        )


def _is_a_place(words: str) -> bool:
    """Whether a line is a path: it begins like one, or its first word has a slash and is no URL (pip's own rule)."""
    first = words.split(maxsplit=1)[0]
    return first.startswith((".", "/")) or ("/" in first and "://" not in first and "@" not in words)


def _is_pinned(requirement: Requirement) -> bool:
    if requirement.url:
        return True
    specifiers = list(requirement.specifier)
    return len(specifiers) == 1 and specifiers[0].operator in ("==", "===") and "*" not in specifiers[0].version
