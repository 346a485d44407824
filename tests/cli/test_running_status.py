"""A sign of life while a program runs: only where a person watches, and never in the way of what the program writes."""

from __future__ import annotations

import io
import re
import threading

import pytest

from gatepost.cli.running_status import running_status


class Terminal(io.StringIO):
    """A terminal that tells when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.written.set()


@pytest.fixture(autouse=True)
def _terminal_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_sees_what_runs_and_keeps_its_cursor() -> None:
    terminal = Terminal()
    with running_status("My\x1b Step", terminal, quiet_seconds=0):
        assert terminal.written.wait(60)
    text = terminal.getvalue()
    assert re.search(r"My Step, \d+ s", text)
    assert text.count("\x1b7") == text.count("\x1b8") >= 1
    assert text.endswith("\x1b[K")


def test_a_short_run_shows_nothing() -> None:
    terminal = Terminal()
    with running_status("My Step", terminal, quiet_seconds=3600):
        pass
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("kind", ["no terminal", "dumb terminal"])
def test_who_is_no_terminal_is_told_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO() if kind == "no terminal" else Terminal()
    if kind == "dumb terminal":
        monkeypatch.setenv("TERM", "dumb")
    with running_status("My Step", stream, quiet_seconds=0):
        pass
    assert stream.getvalue() == ""


def test_a_terminal_that_goes_away_stops_nothing() -> None:
    terminal = Terminal()
    with running_status("My Step", terminal, quiet_seconds=0):
        assert terminal.written.wait(60)
        terminal.close()


def test_names_are_written_as_the_terminal_can() -> None:
    terminal = Terminal()
    terminal.encoding = "ascii"
    with running_status("Größe", terminal, quiet_seconds=0):
        assert terminal.written.wait(60)
    assert "Gr??e" in terminal.getvalue()
