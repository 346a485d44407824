"""Places in a JSON document, and how messages write them and what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Place", "entries", "json_path", "quoted"]

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a value: ``("params", 3, "type")``."""


def json_path(place: Place) -> str:
    """Return a place as a JSON path: ``$.params[3].type``, keys that are no names as ``$['a key']``."""
    parts = ["$"]
    for step in place:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.isidentifier():
            parts.append(f".{step}")
        else:
            quoted = step.replace("\\", "\\\\").replace("'", "\\'")
            parts.append(f"['{quoted}']")
    return "".join(parts)


def entries(listed: object, place: Place) -> Iterator[tuple[Place, dict[str, object]]]:
    """Yield the objects of a list with their places; an object in the place of a list is its only one."""
    if isinstance(listed, dict):
        yield place, listed
    elif isinstance(listed, list):
        for index, item in enumerate(listed):
            if isinstance(item, dict):
                yield (*place, index), item


def quoted(text: str) -> str:
    """Return a text as messages show it: between quotation marks, on one line, and short."""
    return repr(text) if len(text) <= _LONGEST_QUOTATION else f"{text[: _LONGEST_QUOTATION - 1]!r}…"


_LONGEST_QUOTATION = 60
