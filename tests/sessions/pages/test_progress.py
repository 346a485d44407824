"""Who is told of progress: a person by a bar, else the log."""

from __future__ import annotations

import io
import sys

import pytest

from gatepost.sessions.pages import progress as module
from gatepost.sessions.pages.progress import Bar, Lines, Progress, default_reporter
from gatepost.testing import TurnedTime


class Terminal(io.StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        return True


def test_where_nobody_watches_there_are_lines() -> None:
    assert isinstance(default_reporter(TurnedTime()), Lines)


def test_a_bar_needs_a_terminal_and_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(default_reporter(TurnedTime()), Bar)
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert isinstance(default_reporter(TurnedTime()), Lines)


def test_a_process_without_stderr_has_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert isinstance(default_reporter(TurnedTime()), Lines)


def test_the_bar_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    bar = Bar()
    bar(Progress("[b]hashes", 1, 3, 9, ended=False))
    bar(Progress("[b]hashes", 2, 7, 9, ended=True))
    bar.close()
    assert "[b]hashes" in terminal.getvalue()
    assert "7/7" in terminal.getvalue()


def test_a_bar_that_was_never_shown_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    Bar().close()


def test_progress_reads_as_a_sentence() -> None:
    assert str(Progress("hashes", 2, 7, 9, ended=False)) == "hashes: 7 of 9 items in 2 pages"
    assert str(Progress("hashes", 2, 7, None, ended=False)) == "hashes: 7 items in 2 pages"
