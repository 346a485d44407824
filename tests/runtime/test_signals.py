"""How a run is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from gatepost.runtime.signals import Interrupted, InterruptSignals

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def handlers() -> list[object]:
    return [signal.getsignal(number) for number in SIGNALS]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_run_with_its_name_and_code_1(number: signal.Signals) -> None:
    with InterruptSignals() as signals, pytest.raises(Interrupted) as caught:
        signal.raise_signal(number)
    assert caught.value.message == f"The app was interrupted by {number.name}"
    assert caught.value.signal == number.name
    assert caught.value.code == 1
    assert signals.received == [number.name]


def test_it_is_no_exception_that_an_app_catches_by_accident() -> None:
    def app() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except Exception:
            pytest.fail("an app's 'except Exception' must not hold up the end")

    with InterruptSignals(), pytest.raises(Interrupted):
        app()


def test_finally_blocks_are_not_disturbed_by_a_second_signal() -> None:
    closed: list[str] = []

    def app() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            closed.append("closed")

    with InterruptSignals() as signals, pytest.raises(Interrupted):
        app()
    assert closed == ["closed"]
    assert signals.received == ["SIGTERM", "SIGTERM"]


def test_an_app_that_swallows_the_first_is_interrupted_by_the_next() -> None:
    rounds: list[str] = []

    def app() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except:  # noqa: E722  what this test is about
            rounds.append("swallowed")
        signal.raise_signal(signal.SIGINT)

    with InterruptSignals(), pytest.raises(Interrupted, match="SIGINT"):
        app()
    assert rounds == ["swallowed"]


def test_a_run_that_is_finishing_is_not_interrupted() -> None:
    with InterruptSignals() as signals:
        signals.finish()
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert signals.received == ["SIGTERM", "SIGINT"]


def test_the_handlers_of_before_are_put_back() -> None:
    before = handlers()
    with InterruptSignals():
        assert not [pair for pair in zip(before, handlers(), strict=True) if pair[0] == pair[1]]
    assert handlers() == before


def test_a_handler_that_the_app_has_set_stays() -> None:
    before = signal.getsignal(signal.SIGTERM)

    def own(number: int, frame: object) -> None:
        """Do what the app wants."""

    try:
        with InterruptSignals():
            signal.signal(signal.SIGTERM, own)
        assert signal.getsignal(signal.SIGTERM) is own
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_hangup_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with InterruptSignals() as signals:
            signal.raise_signal(signal.SIGHUP)
        assert signals.received == []
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_another_thread_nothing_happens() -> None:
    before = handlers()
    during: list[object] = []

    def work() -> None:
        with InterruptSignals():
            during.extend(handlers())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert during == before


@pytest.mark.parametrize("number", SIGNALS)
def test_a_real_process_ends_with_its_message_and_code_1(number: signal.Signals) -> None:
    program = textwrap.dedent("""
        import sys, threading
        from gatepost.runtime.signals import Interrupted, InterruptSignals

        with InterruptSignals() as signals:
            try:
                print("ready", flush=True)
                threading.Event().wait(60)
            except Interrupted as interrupted:
                signals.finish()
                print(interrupted.message, flush=True)
                sys.exit(interrupted.code)
    """)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert output == f"The app was interrupted by {number.name}\n"
    assert process.returncode == 1
