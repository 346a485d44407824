"""A clock that is off by up to a day costs one request of a run, and each later jump one more."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("offset", [-86_000, -400, 400, 86_000])
def test_a_wrong_clock_and_each_jump_cost_one_request(platform, hmac_auth, asking, offset):
    ask = asking(hmac_auth)
    for turned in (offset, -offset, offset // 2):
        platform.clock.turn(turned)
        platform.forget_requests()
        assert [ask().status_code for _ in range(4)] == [200] * 4
        refused = [request.status for request in platform.requests]
        assert refused == ([401] if abs(turned) > 300 else []) + [200] * 4


def test_a_jump_of_the_machines_own_clock_costs_nothing_once_the_platforms_is_known(platform, time, hmac_auth, asking):
    """The platform's time is carried on by a clock that nobody sets."""
    ask = asking(hmac_auth)
    offset = platform.clock.offset = 7_200
    assert ask().status_code == 200
    platform.forget_requests()

    time.jump(-3_600)
    platform.clock.offset = offset + 3_600  # its time source is the test's own clock, which has just jumped

    assert [ask().status_code for _ in range(3)] == [200] * 3
    assert [request.status for request in platform.requests] == [200] * 3
