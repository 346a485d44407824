"""What changes between two versions of an app mean for the people who use it, and which version number follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.project.comparing.comparison import Comparison, all_kinds, compare
    from gatepost.project.comparing.kinds import Change, Impact, KindOfChange
    from gatepost.project.comparing.reading import read_version

__all__ = ["Change", "Comparison", "Impact", "KindOfChange", "all_kinds", "compare", "read_version"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "comparison": ("Comparison", "all_kinds", "compare"),
        "kinds": ("Change", "Impact", "KindOfChange"),
        "reading": ("read_version",),
    },
)
