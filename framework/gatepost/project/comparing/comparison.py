"""Compares two versions of an app, and says which version number follows."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.project.comparing.kinds import Change, Impact, KindOfChange
from gatepost.project.comparing.other_changes import TOLD, something_else_changed

if TYPE_CHECKING:
    from gatepost.manifest.models import Manifest

__all__ = ["Comparison", "all_kinds", "compare"]

_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one version of an app to another.

    Attributes:
        changes: What changed, the worst first.
        old_version: ``programVersion`` of the first.
        new_version: ``programVersion`` of the second.
    """

    changes: tuple[Change, ...]
    old_version: str
    new_version: str

    @property
    def impact(self) -> Impact | None:
        """The part of the version that the changes raise; None when the manifests say the same."""
        return next((impact for impact in Impact if any(change.impact is impact for change in self.changes)), None)

    @property
    def needed_version(self) -> str:
        """The least version that may follow; empty where the old one is no ``x.y.z``."""
        match = _VERSION.fullmatch(self.old_version.strip())
        if match is None:
            return ""
        major, minor, patch = map(int, match.groups())
        following = {
            Impact.MAJOR: (major + 1, 0, 0),
            Impact.MINOR: (major, minor + 1, 0),
            Impact.PATCH: (major, minor, patch + 1),
            None: (major, minor, patch),
        }
        return ".".join(map(str, following[self.impact]))

    @property
    def is_enough(self) -> bool:
        """Whether the new version is at least the one that is needed; False where one of them is no ``x.y.z``."""
        stated, needed = (_VERSION.fullmatch(text.strip()) for text in (self.new_version, self.needed_version))
        if stated is None or needed is None:
            return False
        return tuple(map(int, stated.groups())) >= tuple(map(int, needed.groups()))


@functools.cache
def all_kinds() -> tuple[KindOfChange, ...]:
    """Return all kinds of changes: those that break something first, then by name."""
    order = list(Impact)
    return tuple(sorted((*TOLD, something_else_changed), key=lambda each: (order.index(each.impact), each.name)))


def compare(old: Manifest, new: Manifest) -> Comparison:
    """Compare two versions of an app's manifest, by all `gatepost.project.comparing.all_kinds`.

    What is only in the code is not seen: a change of what the app does may break its users while the manifest stays as it is.

    Args:
        old: The version that people use.
        new: The version that is to follow.
    """
    changes = [Change(each.name, each.impact, what, each.why) for each in all_kinds() for what in each.find(old, new)]
    return Comparison(tuple(changes), old.program_version, new.program_version)
