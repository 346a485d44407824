"""What a probe measures by itself; what it says of credentials is in test_doctor.py."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from gatepost.project.diagnosis.probing import skew_between

NOON = 1_795_392_000


@pytest.mark.parametrize(
    ("before", "after", "server", "skew"),
    [
        (0.2, 0.3, 0, 0.0),
        (0.9, 1.1, 0, 0.0),
        (0.9, 1.1, 1, 0.0),
        (0.9, 9.1, 1, 0.0),  # a slow answer is no wrong clock
        (0.9, 9.1, 9, 0.0),
        (0.2, 0.4, 1, 1.2),
        (0.2, 0.4, -1, -0.8),
        (0.0, 2.0, 7200, 7199.5),
    ],
)
def test_the_skew_is_what_a_date_proves(before, after, server, skew):
    date = formatdate(NOON + server, usegmt=True)
    assert skew_between(NOON + before, NOON + after, date) == pytest.approx(skew)


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_without_a_date_nothing_is_known(date):
    assert skew_between(NOON, NOON, date) is None
