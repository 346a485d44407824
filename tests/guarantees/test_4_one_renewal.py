"""However many threads meet an expired token: one renewal, and no request carries the old token after it."""

from __future__ import annotations

import threading

from gatepost.emulator import fingerprint


class CountedCondition(threading.Condition):
    """Notes with which timeouts it was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.timeouts: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.timeouts.append(timeout)
        return super().wait(timeout)


def test_a_hundred_threads_share_one_renewal_and_nobody_waits_for_a_timer(platform, time, token_auth, asking, threads, renewals):
    ask = asking(token_auth)
    condition = token_auth.renewal._condition = CountedCondition()
    at_once = threading.Barrier(100)
    time.turn(4 * 60 * 60 + 1)

    def go(_: int) -> int:
        at_once.wait(60)
        return ask().status_code

    assert list(threads.map(go, range(100))) == [200] * 100
    (renewal,) = renewals()
    old = fingerprint(platform.credentials.token.reveal())
    carried = [request.token_fingerprint for request in platform.requests if request.number > renewal.number]
    assert len(carried) == 100
    assert old not in carried
    assert condition.timeouts, "nobody had to wait, so that this run shows nothing"
    assert set(condition.timeouts) == {None}
    assert time.slept == []
