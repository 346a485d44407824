"""What a kind of change is: one function with a name, that looks at two manifests and yields what changed."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gatepost.manifest.models import Manifest

__all__ = ["Change", "Find", "Impact", "KindOfChange", "kind"]


class Impact(enum.StrEnum):
    """Which part of the version a change raises (https://semver.org, with the platform's rule for the first part)."""

    MAJOR = "major"
    """Somebody's playbook, job or form does not work as before. ``appId`` and the major version are a line of releases: apps of
    two lines are installed side by side, and nobody's is replaced."""
    MINOR = "minor"
    """There is something new, and what was there works as before."""
    PATCH = "patch"
    """Nobody has to know."""


class Change(NamedTuple):
    """One change between two versions.

    Attributes:
        kind: The name of its kind: ``param-removed``.
        impact: What it means for the version.
        what: What changed, a sentence without a full stop. Never contains a secret.
        why: Why it has that impact.
    """

    kind: str
    impact: Impact
    what: str
    why: str


Find = Callable[[Manifest, Manifest], Iterator[str]]


@dataclass(frozen=True, slots=True)
class KindOfChange:
    """A kind of change, and the function that finds it.

    Attributes:
        name: Its name.
        impact: What it means for the version.
        find: Yields what changed from the first manifest to the second.
    """

    name: str
    impact: Impact
    find: Find

    @property
    def title(self) -> str:
        """What it is: the first line of its documentation, without the full stop."""
        return (inspect.getdoc(self.find) or "").partition("\n")[0].rstrip(".")

    @property
    def why(self) -> str:
        """Why it has its impact: its documentation after the first line."""
        return " ".join((inspect.getdoc(self.find) or "").partition("\n")[2].split())


def kind(impact: Impact) -> Callable[[Find], KindOfChange]:
    """Make a kind of change of a function, whose name is the kind's; use as a decorator.

    Args:
        impact: What it means for the version.
    """

    def decorate(find: Find) -> KindOfChange:
        return KindOfChange(find.__name__.replace("_", "-"), impact, find)

    return decorate
