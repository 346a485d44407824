from __future__ import annotations

import io
import json

import pytest

from gatepost.cli.output import print_error, print_json, print_note, print_table, print_text
from gatepost.errors import GatepostError
from gatepost.secret import Secret


@pytest.fixture
def canary() -> Secret:
    return Secret("canary-0123456789abcdef")


def test_an_error_of_several_lines_stays_readable(capsys: pytest.CaptureFixture[str]):
    print_error(GatepostError("It failed.", why="Looked at:\n  one\n  two\n", remedy="Try"))
    assert capsys.readouterr().err == ("gatepost: It failed\n  why:   Looked at:\n           one\n           two\n  to do: Try\n")


def test_an_error_without_more_is_one_line(capsys: pytest.CaptureFixture[str]):
    print_error(GatepostError("It failed"))
    assert capsys.readouterr().err == "gatepost: It failed\n"


def test_nothing_shows_a_secret(canary: Secret, capsys: pytest.CaptureFixture[str]):
    text = canary.reveal()
    print_error(GatepostError(text, why=text, remedy=text))
    print_note(text)
    print_text(text)
    print_json({text: [text, canary]})
    print_table((text,), [(text,)], title=text)
    captured = capsys.readouterr()
    assert text not in captured.out + captured.err


def test_json_is_for_programs(capsys: pytest.CaptureFixture[str]):
    print_json({"name": "Söhne", "count": 1, "none": None})
    assert json.loads(capsys.readouterr().out) == {"name": "Söhne", "count": 1, "none": None}


def test_a_table_in_a_file_is_not_broken_into_lines_of_80():
    file = io.StringIO()
    print_table(("a", "b"), [("x" * 70, "[bold]y[/bold]")], file=file)
    assert f"{'x' * 70}  [bold]y[/bold]" in file.getvalue()


def test_nothing_of_a_table_is_cut_off_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "40")
    terminal = Terminal()
    print_table(("a",), [("/a/path/without/a/blank/" + "x" * 40 + "end",)], file=terminal)
    assert "end" in terminal.getvalue()
    assert "…" not in terminal.getvalue()
