"""JSON values: which are, which are the same, and which item of a list is which."""

from __future__ import annotations

import json
import math

from gatepost.errors import UsageError

__all__ = ["identity", "is_named", "is_strict", "plain", "same"]

_LONGEST_INTEGER = 4096
"""In bits: no reader needs more, and Python's own refuses more than some 14,000."""


def plain(value: object) -> object:
    """Return a JSON value made of plain dicts, lists and scalars.

    Raises:
        UsageError: It is no JSON value: another type, a number that is not finite, a key that is no text, or nested for ever.
    """
    try:
        return _plain(value)
    except RecursionError:
        raise UsageError("A value is nested too deeply to be written as JSON", remedy="Give fewer levels") from None


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and value.bit_length() <= _LONGEST_INTEGER:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): _plain(item) for key, item in value.items()}
    raise UsageError(
        f"A value of the type {type(value).__name__} cannot be written as JSON",
        remedy="Give None, bool, int, finite float, str, list or dict",
    )


def same(one: object, other: object) -> bool:
    """Whether two JSON values are the same: ``1``, ``1.0`` and ``true`` are three values, the order of keys does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return repr(one) == repr(other) if isinstance(one, float) else one == other


def identity(value: object) -> str:
    """Return what makes an item of a list the same one after a change: its name, when it has one, else its value."""
    if isinstance(value, dict) and is_named(value):
        return "name " + str(value["name"])
    return "value " + json.dumps(value, sort_keys=True)


def is_named(value: object) -> bool:
    """Whether a value is an object with a name."""
    return isinstance(value, dict) and isinstance(value.get("name"), str)


def is_strict(raw: str) -> bool:
    """Whether a text, number, boolean or null is written as JSON has it."""
    if "\\ud" in raw or "\\uD" in raw:
        return False
    try:
        value = json.loads(raw)
    except ValueError:
        return False
    return not isinstance(value, float) or math.isfinite(value)
