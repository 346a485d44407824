"""Which JSON values are the same."""

from __future__ import annotations

import enum

import pytest

from gatepost.errors import UsageError
from gatepost.manifest.documents.json_values import identity, is_strict, plain, same


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (1, 1, True),
        (1, 1.0, False),
        (1, True, False),
        (0.0, -0.0, False),
        ("1", 1, False),
        (None, False, False),
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, True),
        ({"a": 1}, {"a": 1.0}, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
    ],
)
def test_values_are_the_same_when_they_are_written_the_same(one: object, other: object, alike: bool) -> None:
    assert same(one, other) is alike
    assert same(other, one) is alike


def test_values_become_plain() -> None:
    class Kind(enum.StrEnum):
        A = "a"

    assert plain({"k": (Kind.A, 1.5, None, True, 3)}) == {"k": ["a", 1.5, None, True, 3]}
    assert type(plain(Kind.A)) is str


@pytest.mark.parametrize("value", [float("inf"), {1: 2}, {"a": {1, 2}}, [object()], 1 << 5000])
def test_what_is_no_json_is_an_error(value: object) -> None:
    with pytest.raises(UsageError, match="cannot be written as JSON"):
        plain(value)


def test_what_is_nested_for_ever_is_an_error() -> None:
    value: list[object] = []
    value.append(value)

    with pytest.raises(UsageError, match="nested too deeply"):
        plain(value)


def test_named_objects_are_known_by_their_names() -> None:
    assert identity({"name": "a", "x": 1}) == identity({"name": "a", "x": 2})
    assert identity({"name": "a"}) != identity("a")
    assert identity({"b": 1, "a": 2}) == identity({"a": 2, "b": 1})


@pytest.mark.parametrize(("raw", "strict"), [('"a"', True), ("1.0", True), ("NaN", False), ('"\t"', False), (r'"\ud800"', False)])
def test_how_json_is_written(raw: str, strict: bool) -> None:
    assert is_strict(raw) is strict
