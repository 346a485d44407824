"""While renewal is down a run goes on as long as its token is good, and recovers by itself."""

from __future__ import annotations

import pytest

from gatepost.auth import RenewalUnavailable
from gatepost.emulator import ChaosProfile, Rule
from gatepost.emulator.faults import Answer, Reset


@pytest.mark.parametrize("fault", [Answer(503), Answer(200, body='{"success": true}'), Reset()], ids=str)
def test_the_run_recovers_by_itself(platform, time, token_auth, asking, renewals, fault):
    ask = asking(token_auth)
    platform.chaos = ChaosProfile(rules=[Rule(fault=fault, path="/appAuth")])

    for left in (500, 300, 100, 10):
        time.turn(token_auth.renewal.snapshot().expires - time.time() - left)
        assert ask().status_code == 200
    assert renewals(), "no renewal was tried"

    time.turn(20)
    with pytest.raises(RenewalUnavailable):
        ask()

    platform.chaos = None
    assert [ask().status_code for _ in range(5)] == [200] * 5
    assert token_auth.renewal.snapshot().renewed
