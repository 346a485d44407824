"""Looking up members of a JSON answer by a path of names: ``data.items``."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["MISSING", "member"]


class _Missing:
    """Tells a member that is not there from one that is null."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()
"""What `member` returns where there is no such member. It is false."""


def member(answer: Any, path: str) -> Any:
    """Return a member of an answer.

    Args:
        answer: What JSON text was read into.
        path: Names joined by ``.``; a number is the place in a list. Empty: the answer itself. A name that has a ``.`` in it is
            found where it stands on the outermost level.

    Returns:
        The member, or `MISSING`.
    """
    if not path:
        return answer
    if isinstance(answer, dict) and path in answer:
        return answer[path]
    found = answer
    for name in path.split("."):
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return MISSING
    return found
