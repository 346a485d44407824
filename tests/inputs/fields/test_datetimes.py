"""Points in time, as people and programs write them."""

from __future__ import annotations

import email.utils
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gatepost.inputs.fields import DateTime, parse_datetime
from gatepost.testing.time import TurnedTime

NOON = datetime(2024, 3, 31, 12, 0, 0, tzinfo=UTC)
TIME = TurnedTime(NOON.timestamp())
FIELD = TypeAdapter[datetime | None](Annotated[datetime | None, DateTime(time=TIME)])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-01-31T10:30:00Z", datetime(2024, 1, 31, 10, 30, tzinfo=UTC)),
        ("2024-01-31 10:30", datetime(2024, 1, 31, 10, 30, tzinfo=UTC)),
        ("2024-01-31", datetime(2024, 1, 31, tzinfo=UTC)),
        ("20240131", datetime(2024, 1, 31, tzinfo=UTC)),
        ("2024-01-31T10:30:00+02:00", datetime(2024, 1, 31, 10, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("2024/1/31 9:05:07.5", datetime(2024, 1, 31, 9, 5, 7, 500_000, tzinfo=UTC)),
        ("1/2/2024", datetime(2024, 1, 2, tzinfo=UTC)),
        ("31/1/2024", datetime(2024, 1, 31, tzinfo=UTC)),
        ("31.1.2024 23:59", datetime(2024, 1, 31, 23, 59, tzinfo=UTC)),
        ("Jan 31, 2024 10 PM", datetime(2024, 1, 31, 22, tzinfo=UTC)),
        ("31 January 2024 at 12:15 a.m.", datetime(2024, 1, 31, 0, 15, tzinfo=UTC)),
        ("Wednesday, 31st January 2024", datetime(2024, 1, 31, tzinfo=UTC)),
        ("Sept 3 2024", datetime(2024, 9, 3, tzinfo=UTC)),
        ("Wed, 31 Jan 2024 10:30:00 -0500", datetime(2024, 1, 31, 15, 30, tzinfo=UTC)),
        ("1706697000", datetime(2024, 1, 31, 10, 30, tzinfo=UTC)),
        ("1706697000.5", datetime(2024, 1, 31, 10, 30, 0, 500_000, tzinfo=UTC)),
        (1706697000, datetime(2024, 1, 31, 10, 30, tzinfo=UTC)),
        (1706697000123, datetime(2024, 1, 31, 10, 30, 0, 123_000, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (date(2024, 1, 31), datetime(2024, 1, 31, tzinfo=UTC)),
        (datetime(2024, 1, 31, 10), datetime(2024, 1, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_point_in_time_is_read(written: str | int | date, read: datetime):
    assert parse_datetime(written) == read
    assert parse_datetime(written).tzinfo is not None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("now", NOON),
        ("Today", NOON.replace(hour=0)),
        ("yesterday", datetime(2024, 3, 30, tzinfo=UTC)),
        ("tomorrow", datetime(2024, 4, 1, tzinfo=UTC)),
        ("3 days ago", NOON - timedelta(days=3)),
        ("an hour ago", NOON - timedelta(hours=1)),
        ("in 2 hours", NOON + timedelta(hours=2)),
        ("1 day, 4 hours and 5 minutes ago", NOON - timedelta(days=1, hours=4, minutes=5)),
        ("2 weeks  ago", NOON - timedelta(weeks=2)),
        ("last week", NOON - timedelta(weeks=1)),
        ("a month ago", datetime(2024, 2, 29, 12, tzinfo=UTC)),
        ("next month", datetime(2024, 4, 30, 12, tzinfo=UTC)),
        ("2 quarters ago", datetime(2023, 9, 30, 12, tzinfo=UTC)),
        ("in 10 years", datetime(2034, 3, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_distance_from_now_is_read(written: str, read: datetime):
    assert FIELD.validate_python(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "soon", "2024", "3 days", "in 3 days ago", "last 3 days", "99999999 years ago", "2024-02-30", "31/31/2024",
        "Foo 3, 2024", "Jan 3, 2024 25:00", "Jan 3, 2024 13 pm", "Jan 3, 2024 10", "Jan 3, 2024 10:00 +99:00", "1e99", 1e99,
        10**400, float("nan"), True, [1], "9" * 20,
    ],
)  # fmt: skip
def test_what_is_none_is_refused_without_being_told(written: object):
    with pytest.raises(ValidationError, match="is not a date and time") as error:
        FIELD.validate_python(written)
    if isinstance(written, str) and len(written) > 10:
        assert written not in error.value.errors()[0]["msg"]


def test_none_is_for_the_annotated_type_to_say():
    assert FIELD.validate_python(None) is None


# Not the first and the last days of all: in UTC, some of their hours are in years that there are not.
@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.timezones() | st.just(UTC)))
def test_what_python_writes_is_read(moment: datetime):
    assert parse_datetime(moment.isoformat()).utctimetuple() == moment.utctimetuple()


@given(st.datetimes(datetime(1000, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)))
def test_what_mail_programs_write_is_read(moment: datetime):
    assert parse_datetime(email.utils.format_datetime(moment)) == moment.replace(microsecond=0)


WORDS = st.sampled_from(
    ["in ", "ago", "and", "last ", "days", "3", "12 ", "2024", "jan ", "10:30", " pm", "+", "-", "/", ".", ":", "t", "z"]
)


@given(st.text() | st.lists(WORDS, max_size=8).map("".join) | st.floats())
def test_anything_else_is_refused_and_never_breaks(written: str | float):
    with suppress(ValidationError):
        assert FIELD.validate_python(written) is not None
