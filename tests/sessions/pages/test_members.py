"""Members of an answer by a path of names."""

from __future__ import annotations

from typing import Any

import pytest

from gatepost.sessions.pages.members import MISSING, member

ANSWER = {"data": {"rows": [1, {"id": 2}], "none": None}, "a.b": "dotted", "a": {"b": "nested"}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ANSWER),
        ("data.rows", [1, {"id": 2}]),
        ("data.rows.0", 1),
        ("data.rows.1.id", 2),
        ("data.none", None),
        ("a.b", "dotted"),
        ("data.rows.2", MISSING),
        ("data.rows.x", MISSING),
        ("data.none.x", MISSING),
        ("other", MISSING),
        ("data..rows", MISSING),
    ],
)
def test_members(path: str, expected: Any) -> None:
    assert member(ANSWER, path) == expected


def test_what_is_missing_is_false_and_not_null() -> None:
    assert not MISSING
    assert MISSING is not None
