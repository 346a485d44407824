"""The commit that a package is made of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["commit_hash"]

_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")


def commit_hash(folder: Path, environment: Mapping[str, str]) -> str:
    """Return the commit that a folder is of: ``.git/HEAD`` here or above, else ``CI_COMMIT_SHA``, else ``GITHUB_SHA``.

    Args:
        folder: The project.
        environment: The environment.

    Returns:
        The hash; empty when it is not known.
    """
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            found = _head(parent / ".git")
            if found:
                return found
            break
    for name in ("CI_COMMIT_SHA", "GITHUB_SHA"):
        if _COMMIT.fullmatch(environment.get(name, "").strip()):
            return environment[name].strip()
    return ""


def _head(git: Path) -> str:
    """Read the commit without the program git; a worktree's ``.git`` is a file that names the folder."""
    try:
        if git.is_file():
            git = (git.parent / git.read_text(encoding="utf-8").partition("gitdir:")[2].strip()).resolve()
        common = git / (git / "commondir").read_text(encoding="utf-8").strip() if (git / "commondir").is_file() else git
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        name = head.removeprefix("ref:").strip()
        if not head.startswith("ref:"):
            return head if _COMMIT.fullmatch(head) else ""
        for place in (git / name, common / name):
            if place.is_file():
                text = place.read_text(encoding="utf-8").strip()
                return text if _COMMIT.fullmatch(text) else ""
        for line in (common / "packed-refs").read_text(encoding="utf-8").splitlines():
            value, _, reference = line.partition(" ")
            if reference.strip() == name and _COMMIT.fullmatch(value):
                return value
    except (OSError, UnicodeDecodeError):
        pass
    return ""
