from __future__ import annotations

import pytest

from gatepost.project.diagnosis.probing import Probe
from gatepost.project.diagnosis.remedies import Level, about_probes, duration


def advice(status: int, words: str = "", scheme: str = "hmac", **more):
    probe = Probe("https://platform.example/v2/owners?resultLimit=1", status, False, words=words, **more)
    (found,) = about_probes([probe], scheme=scheme, fallback=False)
    assert found.level is Level.ERROR
    return f"{found.what} | {found.why} | {found.remedy}"


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        (200, "", "a login page"),
        (401, "Timestamp out of acceptable time range", "Set this machine's clock"),
        (403, "", "It gave no reason"),
        (404, "", "There is no API at"),
        (429, "Slow down", "It said: Slow down | Wait"),
        (500, "", "Wait, and try again"),
        (418, "", "Ask the platform's administrator"),
    ],
)
def test_every_refusal_has_a_remedy(status: int, words: str, expected: str):
    assert expected in advice(status, words)


def test_a_redirect_names_where_to():
    assert "redirects to https://other.example" in advice(302, location="https://other.example")


def test_no_answer_is_no_advice():
    assert about_probes([], scheme="hmac", fallback=False) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (14_399, "4 h"),
        (14_340, "3 h 59 min"),
        (259_199.4, "3 d"),
        (86_400, "1 d"),
        (100_000, "1 d 4 h"),
        (61, "1 min 1 s"),
    ],
)
def test_durations_are_read_by_people(seconds: float, words: str):
    assert duration(seconds) == words
