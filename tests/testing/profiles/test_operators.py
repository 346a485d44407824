"""Every operator holds for something, and fails for something else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import GatepostError
from gatepost.testing.profiles import OPERATORS, mismatch
from gatepost.testing.profiles.operators import ALIASES, operator_name, plain

SHA = hashlib.sha256(b"abc").hexdigest()
PAIRS = [{"key": "a", "value": "1"}, {"key": "b", "value": '{"x": 1}'}]

CASES: list[tuple[str, Any, Any, Any]] = [  # operator, expectation, a value that fits, one that does not
    ("eq", "ABC", "ABC", "ABD"),
    ("eq", None, None, ""),
    ("eq", 5, "5", "6"),
    ("eq", True, "true", "True"),
    ("eq", [1, True], ["1", "true"], ["1", "1"]),
    ("eq", "AP8=", b"\x00\xff", b"\x00"),
    ("ne", "ABC", "abc", "ABC"),
    ("gt", 5, "6", "5"),
    ("ge", "5", "5", "4.99"),
    ("lt", 5, "4", "5"),
    ("le", 5, ["5", "1"], ["5", "6"]),
    ("startswith", "AB", "ABC", "BC"),
    ("endswith", "BC", ["ABC", "BC"], ["BC", "B"]),
    ("length_eq", 3, "abc", "ab"),
    ("length_eq", ["x", "y"], ["a", "b"], ["a"]),
    ("date_format", "%Y-%m-%d", "2026-11-22", "22.11.2026"),
    ("is_date", None, "2026-11-22T10:00:00Z", "tomorrow"),
    ("is_date", None, ["Sun, 22 Nov 2026 10:00:00 +0000", "1795341600"], ["1795341600", "1"]),
    ("is_json", None, '{"a": 1}', "{a}"),
    ("is_number", None, "-1.5e3", "one"),
    ("is_url", None, "https://example.com/x", "example.com"),
    ("hash_eq", SHA, b"abc", b"abd"),
    ("hash_eq", SHA, "abc", "abd"),
    ("json_eq", {"a": [1, 2]}, '{"a": [1, 2]}', '{"a": [2, 1]}'),
    ("keyvalue_eq", list(reversed(PAIRS)), PAIRS, PAIRS[:1]),
    ("dd", {"a": 1}, {"a": 1}, {"a": 2}),
    ("rex", "A.C", "ABCD", "xABC"),
]


@pytest.mark.parametrize(("operator", "expected", "right", "wrong"), CASES)
def test_an_operator_holds_and_can_fail(operator: str, expected: Any, right: Any, wrong: Any):
    assert mismatch(operator, right, expected) == ""
    assert mismatch(operator, wrong, expected)


def test_every_operator_but_skip_is_among_the_cases():
    assert {case[0] for case in CASES} == set(OPERATORS) - {"skip"}
    assert mismatch("skip", None, "anything") == ""


@pytest.mark.parametrize("operator", sorted(set(OPERATORS) - {"skip", "ne", "eq", "json_eq", "dd"}))
def test_nothing_is_no_value(operator: str):
    assert mismatch(operator, None, "1")
    assert operator in {"length_eq", "keyvalue_eq"} or mismatch(operator, [], "1") == "it is an empty list"


@pytest.mark.parametrize(("written", "name"), [*ALIASES.items(), (" EQ ", "eq"), ("nothing", None)])
def test_the_other_names_of_operators(written: str, name: str | None):
    assert operator_name(written) == name


def test_an_operator_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(GatepostError, match=r"no operator 'equals'.*startswith"):
        mismatch("equals", 1, 1)


@pytest.mark.parametrize("operator", ["eq", "json_eq", "dd"])
def test_excluded_keys_are_not_compared(operator: str):
    actual, expected = [{"id": 1, "owner": {"id": 2, "name": "x"}}], [{"id": 7, "owner": {"id": 8, "name": "x"}}]
    assert mismatch(operator, actual, expected)
    assert mismatch(operator, actual, expected, {"exclude": ["id", "owner.id"]}) == ""
    assert mismatch(operator, actual, [{"owner": {"name": "y"}}], {"exclude": ["id", "owner.id"]})


@pytest.mark.parametrize("operator", ["eq", "json_eq", "dd"])
def test_excluded_paths_are_those_of_deepdiff(operator: str):
    options = {"exclude_paths": ["root['a']"]}
    assert mismatch(operator, {"a": 1, "b": 1}, {"a": 2, "b": 1}, options) == ""
    assert mismatch(operator, {"a": 1, "b": 1}, {"a": 2, "b": 2}, options)


@pytest.mark.parametrize("operator", ["eq", "json_eq", "dd"])
def test_the_order_may_not_count(operator: str):
    assert mismatch(operator, ["b", "a"], ["a", "b"])
    assert mismatch(operator, ["b", "a"], ["a", "b"], {"ignore_order": True}) == ""
    assert mismatch(operator, ["b", "b"], ["a", "b"], {"ignore_order": True})


def test_keys_and_values_are_compared_without_excluded_ones():
    assert mismatch("kveq", PAIRS, PAIRS[:1], {"exclude": ["b"]}) == ""
    assert mismatch("kveq", PAIRS, "text") == "the expectation is no KeyValue and no list of them"


def test_a_list_is_compared_item_by_item():
    assert mismatch("gt", ["2", "3"], [1, 2]) == ""
    assert mismatch("gt", ["2", "2"], [1, 2]) == "item 2: it is not greater"
    assert mismatch("gt", ["2"], [1, 2]) == "it has 1 items, not 2"


@pytest.mark.parametrize(
    ("operator", "actual", "expected", "words"),
    [
        ("rex", "a", "(", "no regular expression"),
        ("hash_eq", "a", "abc", "no MD5"),
        ("json_eq", "{", {}, "it is not JSON"),
        ("json_eq", "{}", "{", "the expectation is not JSON"),
        ("gt", "a", 1, "no number"),
        ("gt", "1", "x", "the expectation is no number"),
        ("gt", "NaN", 1, "no number"),
        ("length_eq", 5, 1, "no length"),
        ("is_url", "http://[", None, "no URL"),
    ],
)
def test_what_cannot_be_compared_is_told(operator: str, actual: Any, expected: Any, words: str):
    assert words in mismatch(operator, actual, expected)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(value=JSON)
@settings(max_examples=50)
def test_everything_is_equal_to_itself(value: Any):
    assert mismatch("eq", value, value) == ""
    assert mismatch("ne", value, value)
    assert mismatch("json_eq", json.dumps(value), json.dumps(value)) == ""


@given(one=JSON, other=JSON)
@settings(max_examples=50)
def test_ne_is_the_opposite_of_eq(one: Any, other: Any):
    assert bool(mismatch("eq", one, other)) != bool(mismatch("ne", one, other))


def test_a_pattern_that_python_warns_of_is_a_pattern():
    assert mismatch("rex", "[a", "[[]a") == ""


@given(operator=st.sampled_from(sorted(set(OPERATORS) - {"dd"})), actual=JSON | st.binary(max_size=4), expected=JSON)
@settings(max_examples=50)
def test_no_value_breaks_an_operator(operator: str, actual: Any, expected: Any):
    assert isinstance(mismatch(operator, actual, expected), str)


@given(number=st.integers(), other=st.integers())
@settings(max_examples=30)
def test_numbers_are_compared_as_numbers(number: int, other: int):
    assert (mismatch("gt", str(number), other) == "") == (number > other)
    assert (mismatch("le", str(number), str(other)) == "") == (number <= other)


def test_bytes_are_base64_text_in_json():
    assert plain({"a": [b"\x00\xff", ("x", None)]}) == {"a": ["AP8=", ["x", None]]}
