"""How an expectation and what came instead are shown to a person: side by side, as lines that differ, or as paths that do."""

from __future__ import annotations

import difflib
import json

from gatepost.errors import GatepostError
from gatepost.redaction import redact
from gatepost.testing.profiles.deep_difference import deep_difference
from gatepost.testing.profiles.operators import plain

__all__ = ["difference"]

_SHORT = 100
"""Characters up to which two values stand one below the other."""

_MOST_LINES = 60
_LONGEST_LINE = 500


def difference(expected: object, actual: object, operator: str = "eq") -> str:
    """Return lines that show an expectation and what came instead. No secret is in them.

    JSON in texts is shown as what it means. Structures are shown by the paths that differ where ``deepdiff`` is installed.

    Args:
        expected: What was expected.
        actual: What came.
        operator: How it was compared.
    """
    wanted, got = plain(expected), plain(actual)
    first, second = _shown(wanted), _shown(got)
    if "\n" not in first + second and len(first) <= _SHORT and len(second) <= _SHORT:
        return redact(f"expected  {operator + ' ' if operator != 'eq' else ''}{first}\ngot       {second}")
    one, other = _structure(wanted), _structure(got)
    lines: list[str] = []
    if isinstance(one, dict | list) and isinstance(other, dict | list):
        lines += _paths(one, other)
    texts = [_lines(one), _lines(other)]
    lines += list(difflib.unified_diff(texts[0], texts[1], "expected", "got", lineterm="", n=2)) or [
        f"expected  {first}",
        f"got       {second}",
    ]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… {len(lines) - _MOST_LINES} more lines"]
    # Redacted before it is cut: half a secret would not be found.
    return "\n".join(
        line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…" for line in redact("\n".join(lines)).split("\n")
    )


def _paths(expected: object, actual: object) -> list[str]:
    try:
        found = deep_difference(expected, actual)
    except GatepostError:
        return []
    return [f"  {line}" for line in str(found.pretty()).splitlines()]


def _structure(value: object) -> object:
    """Return the object or list that JSON text means, else the value."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _lines(value: object) -> list[str]:
    text = value if isinstance(value, str) else _shown(value, indent=2)
    return text.splitlines()


def _shown(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=repr)
