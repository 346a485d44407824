"""Points in time, as people and programs write them (contract/inputs.md section 7)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from gatepost.clock import SYSTEM_TIME
from gatepost.inputs.fields.annotation import Annotation
from gatepost.inputs.fields.endings import invalid_input, invalid_type

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from gatepost.clock import Time

__all__ = ["DateTime", "parse_datetime"]

_MILLISECONDS_FROM = 100_000_000_000
"""From here on a number counts milliseconds: as seconds it would be after the year 5138."""

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_NUMBERS |= {"ten": 10}
_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "day": 86_400, "week": 604_800}
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}

_UNIT = "(?:second|sec|minute|min|hour|hr|day|week|month|quarter|year)s?"
_COUNTED = rf"(?:[0-9]{{1,9}}|{'|'.join(_NUMBERS)}) ?{_UNIT}"
_PART = re.compile(rf"(?P<count>[0-9]+|{'|'.join(_NUMBERS)}) ?(?P<unit>{_UNIT})")
_RELATIVE = re.compile(rf"(?P<future>in )?{_COUNTED}(?:(?:,? and |,? ){_COUNTED})*(?P<past> ago)?")
_NEIGHBOUR = re.compile(rf"(?P<which>last|next) (?P<unit>{_UNIT.removesuffix('s?')})")
_DATE = re.compile(
    r"(?P<y1>[0-9]{4})[-/.](?P<m1>[0-9]{1,2})[-/.](?P<d1>[0-9]{1,2})"
    r"|(?P<m2>[0-9]{1,2})/(?P<d2>[0-9]{1,2})/(?P<y2>[0-9]{4})"
    r"|(?P<d3>[0-9]{1,2})\.(?P<m3>[0-9]{1,2})\.(?P<y3>[0-9]{4})"
    r"|(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
    r"(?:(?P<n4>[a-z]{3,9})\.? (?P<d4>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<y4>[0-9]{4})"
    r"|(?P<d5>[0-9]{1,2})(?:st|nd|rd|th)?[ -](?P<n5>[a-z]{3,9})\.?,?[ -](?P<y5>[0-9]{4}))"
)
_TIME = re.compile(
    r"(?:,? at |,? |t)(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
_ZONE = re.compile(r" ?(?:(?P<utc>z|utc|gmt)|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTime(Annotation):
    """A point in time, always with a time zone: ``Annotated[datetime, DateTime()]``.

    Takes what `parse_datetime` reads.

    Args:
        time: Where "now" comes from, for texts such as ``3 days ago``.
    """

    annotates = "datetime"

    time: Time = SYSTEM_TIME

    def core_schema(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read the value; the annotated type gets a `datetime`."""
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def _check(self, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (str, int, float, date)):
            raise invalid_type(value, "date and time")
        try:
            return parse_datetime(value, time=self.time)
        except ValueError as error:
            raise invalid_input(f"value is not a date and time: {error}") from None


def parse_datetime(value: str | float | date, *, time: Time = SYSTEM_TIME) -> datetime:
    """Read a point in time. Without a time zone it is UTC; without a time it is midnight; a zone that is there stays.

    - A `datetime`, or a `date`.
    - A number, also in a text: seconds since the epoch, or milliseconds from 100,000,000,000 on. Eight digits that are a day
      (``20240131``) are that day; four digits are refused, since nobody means the second 2024 of 1970.
    - ISO 8601 as ``datetime.fromisoformat`` reads it.
    - ``2024/1/31``, ``1/31/2024`` (the month first; the day first only where no month has that number), ``31.1.2024``,
      ``Jan 31, 2024``, ``31 January 2024``, with ``10:30``, ``10:30:15.5`` or ``10 pm``, and ``UTC``, ``Z`` or
      ``+01:00`` behind them; thus RFC 2822, too. Names of months are English; a day of the week in front is not checked.
    - ``now``, ``today``, ``yesterday``, ``tomorrow`` (midnight, UTC), ``3 days ago``, ``in 2 hours``, ``1 day and 4 hours ago``,
      ``last week``, ``next month``: months and years by the calendar: a month before 31 March is the end of February.

    Args:
        value: What to read.
        time: Where "now" comes from.

    Raises:
        ValueError: It is none of these; the text says why and does not quote the value.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, (int, float)):
        return _from_epoch(value)
    text = " ".join(value.split())
    if re.fullmatch(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,9})?", text):
        return _from_digits(text)
    try:
        iso = datetime.fromisoformat(text)
    except ValueError:
        text = text.lower()
        found = _from_words(text, time) or _from_parts(text)
        if found is None:
            raise ValueError("write it as 2024-01-31T10:30:00Z, as seconds since the epoch, or as 3 days ago") from None
        return found
    return iso if iso.tzinfo is not None else iso.replace(tzinfo=UTC)


def _from_epoch(number: float) -> datetime:
    try:
        seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        raise ValueError("the number is outside the years 1 to 9999") from None


def _from_digits(text: str) -> datetime:
    if re.fullmatch(r"[0-9]{8}", text):
        try:
            return datetime(int(text[:4]), int(text[4:6]), int(text[6:]), tzinfo=UTC)
        except ValueError:
            pass
    if re.fullmatch(r"[0-9]{4}", text):
        raise ValueError("four digits may be a year; write a whole date, such as 2024-01-01")
    return _from_epoch(float(text) if "." in text else int(text))


def _from_words(text: str, time: Time) -> datetime | None:
    now = datetime.fromtimestamp(time.time(), UTC)
    if text in ("now", "just now"):
        return now
    if text in _DAYS:
        return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=_DAYS[text])
    neighbour = _NEIGHBOUR.fullmatch(text)
    if neighbour is not None:
        steps = [(-1 if neighbour["which"] == "last" else 1, neighbour["unit"])]
    else:
        match = _RELATIVE.fullmatch(text)
        if match is None or bool(match["future"]) == bool(match["past"]):
            return None
        sign = -1 if match["past"] else 1
        steps = [
            (sign * (_NUMBERS.get(part["count"]) or int(part["count"])), part["unit"].removesuffix("s"))
            for part in _PART.finditer(text)
        ]
    try:
        for count, unit in steps:
            now = (
                now + timedelta(seconds=count * _SECONDS[unit])
                if unit in _SECONDS
                else _plus_months(now, count * _MONTHS_OF[unit])
            )
    except (OverflowError, ValueError):
        raise ValueError("it is outside the years 1 to 9999") from None
    return now


def _plus_months(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _from_parts(text: str) -> datetime | None:
    day_match = _DATE.match(text)
    if day_match is None:
        return None
    year, month, day = _day_of(day_match.groupdict())
    end = day_match.end()
    hour = minute = second = microsecond = 0
    time_match = _TIME.match(text, end)
    if time_match is not None:
        end = time_match.end()
        hour, minute, second = (int(time_match[name] or 0) for name in ("hour", "minute", "second"))
        microsecond = int((time_match["fraction"] or "0").ljust(6, "0")[:6])
        if time_match["half"]:
            if not 1 <= hour <= 12:
                raise ValueError("its hour is not one of 1 to 12")
            hour = hour % 12 + (12 if time_match["half"] == "p" else 0)
        elif time_match["minute"] is None:
            return None
    zone_match = _ZONE.match(text, end)
    if (end if zone_match is None else zone_match.end()) != len(text):
        return None
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, _zone_of(zone_match))
    except (OverflowError, ValueError):
        raise ValueError("there is no such day, time or time zone") from None


def _zone_of(match: re.Match[str] | None) -> timezone:
    if match is None or not match["sign"]:
        return UTC
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset)


def _day_of(groups: dict[str, str | None]) -> tuple[int, int, int]:
    for index in "12345":
        year = groups[f"y{index}"]
        if year is None:
            continue
        day = int(groups[f"d{index}"] or 0)
        name = groups.get(f"n{index}")
        month = int(groups.get(f"m{index}") or 0) if name is None else _month(name)
        if index == "2" and month > 12 >= day:
            month, day = day, month
        return int(year), month, day
    raise ValueError("it has no day")


def _month(name: str) -> int:
    number = _MONTHS.get(name[:3])
    whole = calendar.month_name[number].lower() if number else ""
    if number is None or not (whole.startswith(name) or name == "sept"):
        raise ValueError("its month is none")
    return number
