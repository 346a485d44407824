from __future__ import annotations

import os
import signal
import threading

import pytest

from gatepost.cli.signals import ends_by_signal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_the_block(number: int):
    before = signal.getsignal(number)

    def end() -> None:
        with ends_by_signal():
            os.kill(os.getpid(), number)
            signal.sigtimedwait([], 1)

    with pytest.raises(SystemExit) as ended:
        end()
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) is before


def test_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ends_by_signal():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads_leave_signals_alone():
    found = []

    def enter() -> None:
        with ends_by_signal():
            found.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [before]
