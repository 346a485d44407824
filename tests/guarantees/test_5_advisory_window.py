"""While one caller renews in the advisory window, the others go on with the old token and wait for nothing."""

from __future__ import annotations

import threading

from gatepost.transport.plain import Answer, PlainTransport


class HeldTransport(PlainTransport):
    """Sends a renewal only when the test lets it."""

    def __init__(self, ca_file: str) -> None:
        super().__init__(verify=ca_file)
        self.entered, self.may_send = threading.Event(), threading.Event()

    def send(self, method: str, url: str, **settings: object) -> Answer:
        self.entered.set()
        assert self.may_send.wait(60)
        return super().send(method, url, **settings)  # type: ignore[arg-type]


def test_nobody_waits_for_the_one_who_renews(platform, time, token_auth, asking, threads, renewals):
    ask = asking(token_auth)
    held = token_auth._transport = HeldTransport(platform.ca_file)
    time.turn(4 * 60 * 60 - 400)
    renewing = threads.submit(ask)
    assert held.entered.wait(60)

    assert [future.result(60).status_code for future in [threads.submit(ask) for _ in range(20)]] == [200] * 20
    assert not renewing.done()
    assert renewals() == []

    held.may_send.set()
    assert renewing.result(60).status_code == 200
    assert len(renewals()) == 1
