"""Places in a JSON document, and how messages write them and what stands there."""

from __future__ import annotations

__all__ = ["Place", "json_path", "quoted"]

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


def quoted(text: str) -> str:
    """Return a text as messages show it: between quotation marks, on one line, and short."""
    return repr(text) if len(text) <= _LONGEST_QUOTATION else f"{text[: _LONGEST_QUOTATION - 1]!r}…"


_LONGEST_QUOTATION = 60
