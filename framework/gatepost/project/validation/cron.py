"""Quartz schedules: seconds, minutes, hours, day of month, month, day of week, and maybe a year."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["problem_of_schedule"]


class _Field(NamedTuple):
    name: str
    lowest: int
    highest: int
    words: tuple[str, ...] = ()
    first_word: int = 0


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS = (
    _Field("seconds", 0, 59),
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS, 1),
    _Field("day of week", 1, 7, _DAYS, 1),
    _Field("year", 1970, 2199),
)
_DAY_OF_MONTH, _DAY_OF_WEEK = 3, 5
_LAST_DAY = re.compile(r"L(?:-([0-9]{1,2}))?W?|([0-9]{1,2})W")
_WEEKDAY = re.compile(r"([0-9A-Z]{1,3})(?:L|#([0-9]))|L")


def problem_of_schedule(text: str) -> str:
    """Return what is wrong with a schedule in the format of the Quartz scheduler; empty when nothing is.

    ``0 0 3 * * ? *`` is daily at three. Exactly one of day of month and day of week is ``?``. Source: contract/install_json.md
    section 8, and the documentation of Quartz's ``CronExpression``.
    """
    parts = text.upper().split()
    if len(parts) not in {6, 7}:
        return f"it has {len(parts)} fields, and 6 or 7 are needed: seconds first, a year may be last"
    for index, (part, field) in enumerate(zip(parts, _FIELDS, strict=False)):
        wrong = _problem_of_field(part, field, index)
        if wrong:
            return wrong
    unasked = [parts[_DAY_OF_MONTH], parts[_DAY_OF_WEEK]].count("?")
    if unasked != 1:
        return "exactly one of day of month and day of week is to be ?"
    return ""


def _problem_of_field(part: str, field: _Field, index: int) -> str:
    if part == "?":
        return "" if index in {_DAY_OF_MONTH, _DAY_OF_WEEK} else f"? stands in the place of {field.name}"
    for item in part.split(","):
        if index == _DAY_OF_MONTH and (found := _LAST_DAY.fullmatch(item)):
            if found[2] is None or 1 <= int(found[2]) <= 31:
                continue
        elif index == _DAY_OF_WEEK and (found := _WEEKDAY.fullmatch(item)):
            if (found[1] is None or _number(found[1], field) is not None) and (found[2] is None or "1" <= found[2] <= "5"):
                continue
        elif _is_range(item, field):
            continue
        return f"{item!r} is no {field.name}"
    return ""


def _is_range(item: str, field: _Field) -> bool:
    """Tell whether an item is ``*``, a number, a range, or one of them with a step."""
    span, slash, step = item.partition("/")
    if slash and not (re.fullmatch(r"[0-9]{1,4}", step) and int(step) > 0):
        return False
    if span == "*" or (span == "" and slash):
        return True
    first, dash, last = span.partition("-")
    low = _number(first, field)
    # A range may run over the end: FRI-MON, 22-2.
    return low is not None and (not dash or _number(last, field) is not None)


def _number(text: str, field: _Field) -> int | None:
    if text in field.words:
        return field.words.index(text) + field.first_word
    if not re.fullmatch(r"[0-9]{1,4}", text):
        return None
    number = int(text)
    return number if field.lowest <= number <= field.highest else None
