from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.cli.run_report import report_as_text
from gatepost.project import Launch, open_app
from gatepost.project.launching.launched_requests import LaunchedRequest


def test_a_run_without_a_platform_has_no_report(app: Path, capsys: pytest.CaptureFixture[str]):
    report_as_text(open_app(app), None, Launch(1))
    assert capsys.readouterr().out == ""


def test_an_empty_message_is_told_from_none(app: Path, capsys: pytest.CaptureFixture[str]):
    report_as_text(open_app(app), "https://127.0.0.1:1/api", Launch(0, message=""))
    assert "wrote no message.tc" not in capsys.readouterr().out


def test_many_requests_are_shortened(app: Path, capsys: pytest.CaptureFixture[str]):
    requests = tuple(LaunchedRequest(number, "GET", "/api/v2/owners", "TC", "accepted", 200) for number in range(1, 26))
    report_as_text(open_app(app), "https://127.0.0.1:1/api", Launch(0, requests=requests))
    said = capsys.readouterr().out
    assert "25 requests, the last 20 of them to https://127.0.0.1:1/api:" in said
    assert said.count("/api/v2/owners") == 20


def test_the_folder_that_was_kept_is_named(app: Path, capsys: pytest.CaptureFixture[str]):
    report_as_text(
        open_app(app), "https://127.0.0.1:1/api", Launch(0, session_folder=Path("/kept"), log_file=Path("/kept/app.log"))
    )
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["log", "/kept/app.log"] in lines
    assert ["session", "/kept"] in lines
