"""A rule is a function: its docstring is what people read."""

from __future__ import annotations

from gatepost.manifest import Severity
from gatepost.project.validation.rule import Problem, rule


@rule("GP123", Severity.NOTE)
def example(app):
    """Something is off.

    It should not be.
    """
    yield Problem("off")


@rule("GP124", Severity.NOTE)
def short(app):
    """Something is short."""
    yield Problem("short")


def test_the_docstring_is_title_and_explanation():
    assert (example.number, example.severity) == ("GP123", Severity.NOTE)
    assert (example.title, example.explanation) == ("Something is off", "It should not be.")
    assert (short.title, short.explanation) == ("Something is short", "")


def test_the_function_looks():
    assert [problem.message for problem in example.check(None)] == ["off"]
