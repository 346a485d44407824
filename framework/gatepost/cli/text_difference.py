"""What changes in a file, line by line."""

from __future__ import annotations

__all__ = ["difference"]


def difference(before: str, after: str, name: str) -> str:
    """Return the unified diff of two texts of a file; empty when they are the same.

    Args:
        before: The file's text.
        after: What it is to be.
        name: The file's name.
    """
    import difflib

    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    return "".join(f"{line}\n" for line in lines)
