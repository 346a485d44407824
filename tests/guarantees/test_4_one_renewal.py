"""However many threads meet an expired token: one renewal, and no request carries the old token after it."""

from __future__ import annotations

import threading

from gatepost.auth.expiring import Expiring
from gatepost.emulator import fingerprint
from gatepost.secret import Secret


class CountedCondition(threading.Condition):
    """Notes with which timeouts it was waited for, and says when all are there who will."""

    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.timeouts: list[float | None] = []
        self.all_wait = threading.Event()
        self._waiting = waiting

    def wait(self, timeout: float | None = None) -> bool:
        self.timeouts.append(timeout)
        if len(self.timeouts) == self._waiting:
            self.all_wait.set()
        return super().wait(timeout)


def test_a_hundred_threads_share_one_renewal_and_nobody_waits_for_a_timer(platform, time, token_auth, asking, threads, renewals):
    ask = asking(token_auth)
    renewal = token_auth.renewal
    condition = renewal._condition = CountedCondition(99)
    fetch = renewal._fetch
    time.turn(4 * 60 * 60 + 1)

    def fetch_when_all_wait(old: Expiring) -> tuple[Secret, float | None]:
        assert condition.all_wait.wait(60), "some did not wait for the renewal"
        return fetch(old)

    renewal._fetch = fetch_when_all_wait

    def go(_: int) -> int:
        return ask().status_code

    assert list(threads.map(go, range(100))) == [200] * 100
    (renewed,) = renewals()
    old = fingerprint(platform.credentials.token.reveal())
    carried = [request.token_fingerprint for request in platform.requests if request.number > renewed.number]
    assert len(carried) == 100
    assert old not in carried
    assert condition.timeouts == [None] * 99
    assert time.slept == []
