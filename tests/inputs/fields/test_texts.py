"""Texts, secrets, bytes and numbers with bounds."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gatepost.inputs.fields import Binary, Integer, Sensitive, String
from gatepost.secret import Secret


def refusal(annotated: Any, value: object) -> str:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(annotated).validate_python(value)
    (problem,) = error.value.errors()
    return problem["msg"]


def accepted(annotated: Any, value: object) -> Any:
    return TypeAdapter(annotated).validate_python(value)


@pytest.mark.parametrize(
    ("field", "value", "ending"),
    [
        (String(), 5, "int is not a string type"),
        (String(allow_empty=False), "  ", "an empty value is not allowed for this field"),
        (String(min_length=3), "ab", "value must have a min length of 3"),
        (String(max_length=3), "abcd", "value must have a max length of 3"),
        (String(regex="[a-z]+$"), "abc1", 'value did not match pattern "[a-z]+$"'),
        (String(min_length=3, strip=True), "a ", "value must have a min length of 3"),
        (String(strip=True, allow_empty=False), " \t", "an empty value is not allowed for this field"),
    ],
)
def test_a_string_is_refused_in_the_known_words(field: String, value: object, ending: str):
    assert refusal(Annotated[str, field], value) == ending


def test_a_string_is_stripped_after_its_length_and_pattern_were_looked_at():
    assert accepted(Annotated[str, String(min_length=4, regex=" a", strip=True)], " ab ") == "ab"


def test_a_pattern_is_looked_for_at_the_beginning():
    assert accepted(Annotated[str, String(regex="ab")], "abc") == "abc"


def test_none_is_for_the_annotated_type_to_say():
    assert accepted(Annotated[str | None, String(min_length=3)], None) is None
    assert "valid string" in refusal(Annotated[str, String(min_length=3)], None)


def test_a_secret_is_no_string_and_is_not_told():
    assert refusal(Annotated[str, String()], Secret("hidden-text")) == "Input should be a valid string"
    assert refusal(Annotated[Secret, String(min_length=40)], Secret("hidden-text")) == "value must have a min length of 40"
    assert accepted(Annotated[Secret, String(strip=True)], Secret(" h1dden ")) == Secret("h1dden")


@pytest.mark.parametrize(("value", "text"), [("abc", "abc"), (b"abc", "abc"), (Secret("abc"), "abc"), (12, "12"), (True, "true")])
def test_a_sensitive_value_becomes_a_secret(value: object, text: str):
    assert accepted(Annotated[Secret, Sensitive()], value) == Secret(text)


@pytest.mark.parametrize(
    ("field", "value", "ending"),
    [
        (Sensitive(), ["a"], "list is not a sensitive type"),
        (Sensitive(), b"\xff", "the content of a secret is not UTF-8 text"),
        (Sensitive(allow_empty=False), "   ", "an empty value is not allowed for this field"),
        (Sensitive(min_length=8), "h1dden", "value must have a min length of 8"),
        (Sensitive(max_length=2), "h1dden", "value must have a max length of 2"),
    ],
)
def test_a_sensitive_value_is_refused_in_the_known_words(field: Sensitive, value: object, ending: str):
    assert refusal(Annotated[Secret, field], value) == ending


@pytest.mark.parametrize(
    ("field", "value", "ending"),
    [
        (Binary(), "abc", "str is not a binary type"),
        (Binary(allow_empty=False), b" ", "an empty value is not allowed for this field"),
        (Binary(min_length=2), b"a", "value must have a min length of 2"),
        (Binary(max_length=2), b"abc", "value must have a max length of 2"),
    ],
)
def test_bytes_are_refused_in_the_known_words(field: Binary, value: object, ending: str):
    assert refusal(Annotated[bytes, field], value) == ending


def test_bytes_are_kept_or_stripped():
    assert accepted(Annotated[bytes, Binary()], b"\xff ") == b"\xff "
    assert accepted(Annotated[bytes, Binary(strip=True)], b" a\n") == b"a"


@pytest.mark.parametrize(("value", "number"), [(5, 5), ("5", 5), (" -7 ", -7), (5.0, 5), ("9" * 100, int("9" * 100))])
def test_digits_are_a_whole_number(value: object, number: int):
    assert accepted(Annotated[int, Integer()], value) == number


@pytest.mark.parametrize("value", [True, "5.5", 5.5, "1_000", "٣", "", "five", [1], "9" * 5000, float("nan"), float("inf")])
def test_what_is_no_whole_number_is_refused(value: object):
    assert refusal(Annotated[int, Integer()], value).endswith(" is not a integer type")


@pytest.mark.parametrize(
    ("field", "value", "ending"),
    [
        (Integer(gt=5), 5, "value must be greater than 5"),
        (Integer(ge=5), 4, "value must be greater than or equal to 5"),
        (Integer(lt=5), 5, "value must be less than 5"),
        (Integer(le=5), 6, "value must be less than or equal to 5"),
        (Integer(ge=0), "-1", "value must be greater than or equal to 0"),
    ],
)
def test_bounds_are_told(field: Integer, value: object, ending: str):
    assert refusal(Annotated[int, field], value) == ending


@given(st.integers(), st.integers(), st.integers())
def test_a_number_between_its_bounds_is_taken(number: int, low: int, high: int):
    field = Annotated[int, Integer(ge=min(low, high), lt=max(low, high))]
    if min(low, high) <= number < max(low, high):
        assert accepted(field, str(number)) == number
    else:
        assert refusal(field, str(number)).startswith("value must be ")
