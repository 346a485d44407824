"""How one event reads, and that it holds no secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import UsageError
from gatepost.log import LEVELS, Record, level_number
from gatepost.log.record import level_name, visible
from gatepost.secret import MASK, Secret


def record(event: str, **values: object) -> Record:
    return Record(created=0.0, level=20, logger="app", event=event, values=values)


@pytest.mark.parametrize(
    ("given_as", "number"),
    [("info", 20), ("INFO", 20), (" Trace ", 5), ("warn", 30), ("fatal", 50), (15, 15)],
)
def test_a_level_is_known_by_name_or_number(given_as: str | int, number: int) -> None:
    assert level_number(given_as) == number


def test_an_unknown_level_is_an_error_that_lists_the_levels() -> None:
    with pytest.raises(UsageError, match=r"'loud' is no log level.*trace, debug, info"):
        level_number("loud")


@pytest.mark.parametrize(("number", "name"), [(1, "TRACE"), (5, "TRACE"), (25, "INFO"), (30, "WARNING"), (99, "CRITICAL")])
def test_every_number_has_a_name(number: int, name: str) -> None:
    assert level_name(number) == name
    assert set(LEVELS) == {"TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}


def test_values_follow_the_event_and_are_quoted_where_they_need_it() -> None:
    message = record(
        "read",
        count=3,
        host="a.example",
        note="two words",
        empty="",
        query="a=b",
        quoted="'x",
        lines="a\nb",
        flag=True,
        items=[1, "a"],
    ).message
    assert message == (
        "read count=3 host=a.example note='two words' empty='' query='a=b' quoted=\"'x\" lines='a\\nb' flag=True items=[1, 'a']"
    )


def test_a_value_that_cannot_be_shown_does_not_break_the_line() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    assert record("read", value=Broken()).message == "read value=<Broken without a repr>"


def test_a_secret_is_a_mask_and_its_text_is_removed_from_every_part() -> None:
    secret = Secret("never/to be seen")
    text = secret.reveal()
    event = record(f"got {text}", secret=secret, nested={"k": [text]}, url="https://h/?p=never%2Fto+be%20seen")
    event.exception = f"ValueError: {text}"
    event.thread = f"reads {text}"
    event.logger = f"app.{text}"

    event.redact()

    assert event.message == f"got *** secret={MASK} nested={{'k': ['***']}} url='https://h/?p=***'"
    assert event.event == "got ***"
    assert event.values == {"secret": "***", "nested": {"k": ["***"]}, "url": "https://h/?p=***"}
    assert event.exception == "ValueError: ***"
    assert (event.thread, event.logger) == ("reads ***", "app.***")


def test_an_event_without_a_secret_keeps_its_values_as_they_are() -> None:
    other = Secret("another-secret")
    values: dict[str, object] = {"items": [1, 2]}
    event = Record(created=0.0, level=20, logger="app", event="read", values=values)
    event.redact()
    assert event.values is values
    assert other


def test_control_characters_are_escapes_and_further_lines_are_indented() -> None:
    assert visible("a\x1b[2Jb\r\u2028c\td") == "a\\x1b[2Jb\\x0d\\u2028c\td"
    assert visible("one\ntwo") == "one\n    two"


@given(st.text())
def test_no_text_can_begin_a_line_of_its_own(text: str) -> None:
    first, *rest = visible(text).splitlines() or [""]
    assert not [line for line in rest if not line.startswith("    ")]
    assert "\x1b" not in first + "".join(rest)
