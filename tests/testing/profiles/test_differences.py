from __future__ import annotations

import sys

import pytest

from gatepost import Secret
from gatepost.testing.profiles.differences import difference


def test_short_values_stand_one_below_the_other():
    assert difference("ABC", "abc") == 'expected  "ABC"\ngot       "abc"'
    assert difference(5, None, "gt") == "expected  gt 5\ngot       null"


def test_long_texts_are_shown_by_the_lines_that_differ():
    lines = [f"line {number}" for number in range(40)]
    shown = difference("\n".join(lines), "\n".join([*lines[:20], "another", *lines[21:]]))
    assert "-line 20\n+another" in shown
    assert "line 5" not in shown


@pytest.mark.parametrize("as_text", [False, True])
def test_structures_are_shown_by_the_paths_that_differ(as_text: bool):
    import json

    expected = {"items": [{"id": number, "name": f"item {number}"} for number in range(8)]}
    actual = {"items": [*expected["items"][:7], {"id": 7, "name": "other"}]}
    shown = difference(*(map(json.dumps, (expected, actual)) if as_text else (expected, actual)))
    assert "root['items'][7]['name']" in shown
    assert '-      "name": "item 7"' in shown
    assert '+      "name": "other"' in shown


def test_no_secret_is_shown_and_no_part_of_one():
    secret = Secret("correct-horse-battery")
    long = "x" * 490
    for actual in (secret.reveal(), f"{long}{secret.reveal()}", {"a": [secret.reveal()] * 40}):
        shown = difference("nothing", actual)
        assert "***" in shown
        assert "correct" not in shown


def test_a_long_difference_is_cut():
    shown = difference([str(number) for number in range(500)], [])
    assert len(shown.splitlines()) < 70
    assert "more lines" in shown


def test_without_deepdiff_the_lines_are_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "deepdiff", None)
    assert '-  "b"' in difference(["a" * 120, "b"], ["a" * 120])
