"""The platform's message: as much of an error as fits."""

from __future__ import annotations

import pytest

from gatepost import Secret
from gatepost.app.ending import brief, brief_bug
from gatepost.errors import GatepostError
from gatepost.inputs.values import InvalidInputs, Problem


def test_a_short_error_is_said_whole() -> None:
    assert brief(GatepostError("It broke", why="It was old", remedy="Buy another")) == "It broke. It was old. Buy another"


def test_of_a_long_one_what_happened_and_why_are_said_as_far_as_they_fit() -> None:
    assert brief(GatepostError("It broke", why="x" * 244, remedy="Buy another")) == f"It broke. {'x' * 244}"
    assert brief(GatepostError("It broke", why="x" * 250, remedy="Buy another")) == f"It broke. {'x' * 228}…. Buy another"
    assert brief(GatepostError("It broke", why="x" * 250, remedy="y" * 210)) == f"It broke. {'x' * 243}…"
    assert brief(GatepostError("It broke", remedy="y" * 250)) == "It broke"
    assert brief(GatepostError("It broke", why="seen:\n" + "x\n" * 200, remedy="Buy another")) == "It broke. Buy another"
    assert brief(GatepostError("z" * 300)) == "z" * 253 + "…"


def test_a_secret_is_removed_before_an_errors_reason_is_cut() -> None:
    secret = Secret("a-secret-of-some-length-" + "s" * 60)
    assert brief(GatepostError("It broke", why="x" * 220 + secret.reveal())) == f"It broke. {'x' * 220}***"


def problems(count: int, what: str) -> InvalidInputs:
    return InvalidInputs(Problem(f"input_{number}", what, "param file: " + "/long" * 20, "Correct it") for number in range(count))


def test_of_many_problems_as_much_is_said_of_each_as_fits() -> None:
    assert "Correct it" in brief(problems(1, "is missing"))
    assert brief(problems(2, "is missing")) == "Input validation errors\ninput_0: is missing\ninput_1: is missing"
    cut = brief(problems(3, "is not " + "x" * 90))
    assert [line[:20] for line in cut.splitlines()] == ["Input validation err", *(f"input_{n}: is not xxxx" for n in range(3))]
    assert [line[-1] for line in cut.splitlines()] == ["s", "…", "…", "…"]
    assert 250 <= len(cut) <= 254
    assert brief(problems(1, "x" * 400)).startswith("Input validation errors\ninput_0: xxx")
    assert brief(problems(5, "x" * 90)) == "Input validation errors: input_0, input_1, input_2, input_3, input_4"
    many = brief(problems(90, "is missing"))
    assert many.startswith("Input validation errors: input_0, input_1")
    assert len(many) == 254


def test_a_bug_without_words_is_named_alone() -> None:
    assert brief_bug(MemoryError()) == "The app failed: MemoryError. The log has the details"


@pytest.mark.parametrize("length", [1, 190, 191, 192, 193, 230, 1000])
def test_a_bugs_message_fits_and_points_to_the_log(length: int) -> None:
    text = brief_bug(ValueError("x" * length))
    assert text.startswith("The app failed: ValueError: x")
    assert text.endswith(". The log has the details")
    assert len(text) <= 254


def test_a_secret_is_removed_before_a_bugs_message_is_cut() -> None:
    secret = Secret("a-secret-of-some-length-" + "s" * 60)
    text = brief_bug(ValueError("x" * 150 + secret.reveal()))
    assert text == f"The app failed: ValueError: {'x' * 150}***. The log has the details"
