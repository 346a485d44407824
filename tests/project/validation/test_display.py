"""Conditions of a layout, evaluated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.project.validation.display import Conditions, compared_texts

CHOICES = {"tc_action": ("Append", "Prepend"), "flag": ("true", "false")}


@pytest.fixture
def conditions():
    with Conditions(["tc_action", "flag", "text", "order"]) as opened:
        yield opened


@pytest.mark.parametrize(
    "expression",
    [
        "tc_action in ('Append')",
        "\"tc_action\" in ('Append')",
        "1",
        "TC_ACTION = 'x' AND NOT (flag = 'true')",
        "length(text) > 3 -- long",
    ],
)
def test_conditions(conditions, expression):
    assert conditions.problem(expression) == ""


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("tc_acton in ('Append')", "no such column: tc_acton"),
        ("tc_action in ('Append'", "it ends too early: a bracket is not closed"),
        ("tc_action = 'Append", "a quote is not closed"),
        ("tc_action = 'a'; DROP TABLE inputs", "syntax error"),
        ("1) THEN 1 END FROM inputs; DELETE FROM inputs; --", "one statement at a time"),
        ("(WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT max(n) FROM a)", ""),
        ("randomblob(900000000)", "too big"),
        ("text = :text", ""),
        ("a\0b", ""),
        ("x" * 30_000, "longer than"),
    ],
)
def test_what_is_no_condition(conditions, expression, why):
    problem = conditions.problem(expression)
    assert problem
    assert why in problem


def test_the_inputs_of_a_condition_are_named(conditions):
    assert conditions.named("flag = 'true' or TC_ACTION != 'text'") == ("tc_action", "flag")


@pytest.mark.parametrize(
    ("expression", "verdicts"),
    [
        ("tc_action in ('Append')", {True, False}),
        ("tc_action in ('Append', 'Prepend')", {True}),
        ("tc_action = 'Upper'", {False}),
        ("tc_action = 'Append' and flag = 'maybe'", {False}),
        ("flag = 'true' or flag = 'false'", {True}),
        ("text = 'a'", set()),  # anything can be typed there
        ("1", set()),  # it names no input
    ],
)
def test_what_a_condition_can_come_to(conditions, expression, verdicts):
    assert conditions.verdicts(expression, CHOICES) == verdicts


def test_too_many_combinations_are_not_judged(conditions):
    many = {"tc_action": [str(number) for number in range(100)], "text": [str(number) for number in range(100)]}
    assert conditions.verdicts("tc_action = text and 1 = 2", many) == set()


def test_a_condition_that_ends_the_query_by_itself_is_not_judged(conditions):
    assert conditions.verdicts("1) THEN 1 END FROM inputs WHERE tc_action = 'x' /*", CHOICES) == frozenset()


def test_apps_without_inputs_have_conditions():
    with Conditions([]) as opened:
        assert opened.problem("1") == ""
        assert "no such column" in opened.problem("a = 'b'")


def test_texts_that_a_condition_compares_with():
    expression = "tc_action in ('A', 'it''s') and flag = 'true' and text not in ('x') or \"flag\" <> 'no'"
    assert list(compared_texts(expression)) == [
        ("tc_action", "A"),
        ("tc_action", "it's"),
        ("text", "x"),
        ("flag", "true"),
        ("flag", "no"),
    ]


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_text_has_an_answer(text):
    with Conditions(["a", "b"]) as opened:
        if not opened.problem(text):
            opened.verdicts(text, {"a": ("1", "2"), "b": ("",)})
    list(compared_texts(text))


def test_an_expression_is_judged_as_often_as_one_likes() -> None:
    with Conditions(["tc_action"]) as conditions:
        for _ in range(3):
            assert conditions.named("tc_action in ('a')") == ("tc_action",)
            assert conditions.verdicts("tc_action in ('a')", {"tc_action": ("a",)}) == {True}
