"""Reading ``uv.lock``: which packages an app needs on one Python, each with its version and the hashes of its files.

The file is read here and not by uv, so that a locked app is packed the same with pip alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from gatepost.errors import UsageError
from gatepost.project.package.requirement_set import Requirements, packaging_library

if TYPE_CHECKING:
    from gatepost.project.package.target import Target

__all__ = ["read_uv_lock"]

_FORMAT = 1


def read_uv_lock(path: Path, target: Target) -> Requirements:
    """Read what the project beside a lock needs, without its extras and groups for development.

    Args:
        path: The file ``uv.lock``.
        target: The Python; dependencies whose markers do not hold there are left out.

    Raises:
        UsageError: The file is none that can be read, or locks nothing for this project.
        GatepostError: The extra ``package`` is not installed.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, str(error)) from None
    if document.get("version") != _FORMAT:
        raise _unreadable(path, f"It is of the format {document.get('version')!r}; only {_FORMAT} is known")
    try:
        return _Lock(path, target, document["package"]).requirements()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _unreadable(path, f"It is not as uv writes it: {type(error).__name__}: {error}") from None


class _Lock:
    """The packages of a lock, and the walk from the project through what it needs."""

    def __init__(self, path: Path, target: Target, packages: list[dict[str, Any]]) -> None:
        self._path = path
        self._library = packaging_library()
        self._environment = {**target.marker_environment, "extra": ""}
        self._packages: dict[str, list[dict[str, Any]]] = {}
        for package in packages:
            self._packages.setdefault(self._library.utils.canonicalize_name(package["name"]), []).append(package)

    def requirements(self) -> Requirements:
        project = self._project()
        needed: dict[str, tuple[dict[str, Any], set[str]]] = {}
        self._walk(project.get("dependencies", ()), needed)
        hashed, unhashed, projects = [], [], []
        for name, (package, _) in sorted(needed.items()):
            source = package["source"]
            if place := source.get("editable") or source.get("directory"):
                projects.append((self._path.parent / place).absolute())
            elif hashes := self._hashes(package) if "registry" in source else []:
                hashed.append(f"{name}=={package['version']}" + "".join(f" --hash={digest}" for digest in sorted(hashes)))
            else:
                unhashed.append(self._line(name, package))
        requirement = self._library.requirements.Requirement
        roots = tuple(
            requirement(f"{dependency['name']}{_extras(dependency)}")
            for dependency in project.get("dependencies", ())
            if self._counts(dependency)
        )
        return Requirements(self._path, roots, tuple(hashed), tuple(unhashed), complete=True, projects=tuple(projects))

    def _project(self) -> dict[str, Any]:
        """Return the project beside the lock: the one whose folder is this."""
        for packages in self._packages.values():
            for package in packages:
                source = package["source"]
                if "." in (source.get("virtual"), source.get("editable")):
                    return package
        raise UsageError(
            f"{self._path} locks nothing for this project",
            why="It may be the lock of a workspace, or of another folder",
            remedy="Write requirements.lock instead: uv export --no-dev --no-emit-project -o requirements.lock",
        )

    def _walk(self, dependencies: Any, needed: dict[str, tuple[dict[str, Any], set[str]]]) -> None:
        todo = [dependency for dependency in dependencies if self._counts(dependency)]
        while todo:
            dependency = todo.pop()
            name = self._library.utils.canonicalize_name(dependency["name"])
            extras = set(dependency.get("extra", ()))
            known = needed.get(name)
            package = known[0] if known else self._package(name, dependency)
            new = extras - known[1] if known else extras
            found = [] if known else list(package.get("dependencies", ()))
            needed[name] = (package, (known[1] if known else set()) | extras)
            for extra in sorted(new):
                found += package.get("optional-dependencies", {}).get(extra, ())
            todo += [further for further in found if self._counts(further)]

    def _package(self, name: str, dependency: Mapping[str, Any]) -> dict[str, Any]:
        found = self._packages.get(name, [])
        for package in found:
            if len(found) == 1 or (
                package.get("version") == dependency.get("version") and package["source"] == dependency.get("source")
            ):
                return package
        raise _unreadable(self._path, f"It does not say which {name} is needed")

    def _counts(self, dependency: Mapping[str, Any]) -> bool:
        marker = dependency.get("marker")
        return marker is None or bool(self._library.markers.Marker(marker).evaluate(self._environment))

    def _line(self, name: str, package: Mapping[str, Any]) -> str:
        source = package["source"]
        if url := source.get("git"):
            # uv writes the commit after the '#', what was asked for in the query.
            parts = urlsplit(url)
            return f"{name} @ git+{parts._replace(query='', fragment='').geturl()}@{parts.fragment}"
        if url := source.get("url"):
            return f"{name} @ {url}"
        if place := source.get("path"):
            return f"{name} @ {(self._path.parent / unquote(place)).absolute().as_uri()}"
        return f"{name}=={package['version']}"

    @staticmethod
    def _hashes(package: Mapping[str, Any]) -> list[str]:
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
        hashes = [file.get("hash") for file in files]
        # One file without a hash might be the one that is needed.
        return [str(digest) for digest in hashes] if all(hashes) else []


def _extras(dependency: Mapping[str, Any]) -> str:
    extras = dependency.get("extra", ())
    return f"[{','.join(sorted(extras))}]" if extras else ""


def _unreadable(path: Path, why: str) -> UsageError:
    return UsageError(f"{path} cannot be read", why=why, remedy="Write it anew: uv lock")
