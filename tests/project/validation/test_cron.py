from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.project.validation.cron import problem_of_schedule


@pytest.mark.parametrize(
    "schedule",
    [
        "0 0 3 * * ? *",
        "0 0 3 * * ?",
        "0 15 10 ? * MON-FRI",
        "0 0/5 14,18 * * ?",
        "0 15 10 L * ?",
        "0 15 10 L-2 * ?",
        "0 15 10 15W * ?",
        "0 15 10 LW * ?",
        "0 15 10 ? * 6L 2022-2025",
        "0 15 10 ? * 6#3",
        "0 11 11 11 nov ?",
        "0 0 22-2 * * ?",
    ],
)
def test_schedules_that_can_be(schedule):
    assert problem_of_schedule(schedule) == ""


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("0 3 * * *", "5 fields"),
        ("60 0 3 * * ?", "'60' is no seconds"),
        ("0 0 24 * * ?", "'24' is no hours"),
        ("0 0 3 * * *", "exactly one"),
        ("0 0 3 ? * ?", "exactly one"),
        ("? 0 3 * * ?", "? stands in the place of seconds"),
        ("0 0 3 32 * ?", "'32' is no day of month"),
        ("0 0 3 0W * ?", "'0W' is no day of month"),
        ("0 0 3 * 13 ?", "'13' is no month"),
        ("0 0 3 ? * 2#6", "'2#6' is no day of week"),
        ("0 0/0 3 * * ?", "'0/0' is no minutes"),
        ("", "0 fields"),
    ],
)
def test_schedules_that_cannot_be(schedule, why):
    assert why in problem_of_schedule(schedule)


@given(st.text(alphabet="0123456789*?/,-LW#ABCMONJAN "))
def test_any_text_has_an_answer(text):
    assert isinstance(problem_of_schedule(text), str)
