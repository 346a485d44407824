"""The findings that an app's owner wants to hear no more of: by rule, or by rule and place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gatepost.manifest.findings import Finding

__all__ = ["IgnoreList", "read_ignore_list"]

_ENTRY = re.compile(r"(?P<rule>[A-Za-z]{2}[0-9]{3})(?::(?P<file>[^:$]+))?(?::(?P<path>\$.*))?", re.DOTALL)
_LARGEST_PROJECT_FILE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    rule: str
    file: str
    path: str
    source: str

    def matches(self, finding: Finding, file: str) -> bool:
        return (
            finding.rule == self.rule
            and self.file in ("", file)
            and (not self.path or finding.path == self.path or finding.path.startswith((f"{self.path}.", f"{self.path}[")))
        )


class IgnoreList:
    """What is to be ignored, and which of it was found.

    Args:
        entries: Where each was written, and what: ``GP305``, ``GP201:$.params[3]`` (that place, and what is in it),
            ``GP706:layout.json``, ``GP706:layout.json:$.outputs``.

    Raises:
        UsageError: An entry is none of these.
    """

    def __init__(self, entries: Iterable[tuple[str, str]] = ()) -> None:
        self._entries = [_read(source, text) for source, text in entries]
        self._used: set[_Entry] = set()

    def matches(self, finding: Finding, file: str) -> bool:
        """Whether a finding is to be ignored.

        Args:
            finding: The finding.
            file: Its file, relative to the app's folder.
        """
        found = [entry for entry in self._entries if entry.matches(finding, file)]
        self._used.update(found)
        return bool(found)

    def unknown(self, rules: Mapping[str, object]) -> list[tuple[str, str]]:
        """Return the entries that name no rule, each with where it was written."""
        return [(entry.source, entry.text) for entry in self._entries if entry.rule not in rules]

    def unused(self, rules: Mapping[str, object]) -> list[tuple[str, str]]:
        """Return the entries that nothing was found for, each with where it was written."""
        return [(entry.source, entry.text) for entry in self._entries if entry not in self._used and entry.rule in rules]


def _read(source: str, text: str) -> _Entry:
    found = _ENTRY.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"{text[:60]!r} in {source} says nothing that can be ignored",
            remedy="Write a rule (GP305), with a place in the manifest (GP201:$.params[3]), or with a file (GP706:layout.json)",
        )
    return _Entry(text.strip(), found["rule"].upper(), found["file"] or "", found["path"] or "", source)


def read_ignore_list(folder: Path, also: Iterable[str] = ()) -> IgnoreList:
    """Read ``ignore`` under ``[tool.gatepost.validate]`` in the app's ``pyproject.toml``.

    Args:
        folder: The app's folder.
        also: Entries of the command line.

    Raises:
        UsageError: The file cannot be read, or an entry says nothing.
    """
    entries = [("the command line", text) for text in also]
    path = folder / "pyproject.toml"
    if path.is_file():
        entries += [("pyproject.toml", text) for text in _listed(path)]
    return IgnoreList(entries)


def _listed(path: Path) -> list[str]:
    import tomllib

    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST_PROJECT_FILE + 1)
        data: object = tomllib.loads(raw[:_LARGEST_PROJECT_FILE].decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read", why=str(error), remedy="Correct it: it says which rules are ignored") from None
    for key in ("tool", "gatepost", "validate"):
        data = data.get(key) if isinstance(data, dict) else None
    others = sorted(data.keys() - {"ignore"}) if isinstance(data, dict) else []
    if others:
        raise UsageError(
            f"{path}: [tool.gatepost.validate] has no {others[0]!r}", remedy="Remove it, or write ignore if that was meant"
        )
    data = data.get("ignore") if isinstance(data, dict) else None
    if data is None:
        return []
    if not isinstance(data, list) or not all(isinstance(text, str) for text in data):
        raise UsageError(
            f"{path}: what is to be ignored is no list of texts", remedy='Write ignore = ["GP305"] below [tool.gatepost.validate]'
        )
    return data
