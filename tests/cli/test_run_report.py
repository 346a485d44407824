from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.cli.run_report import report_as_text
from gatepost.project import Launch, open_app


def test_a_run_without_a_platform_has_no_report(app: Path, capsys: pytest.CaptureFixture[str]):
    report_as_text(open_app(app), None, Launch(1))
    assert capsys.readouterr().out == ""


def test_an_empty_message_is_told_from_none(app: Path, capsys: pytest.CaptureFixture[str]):
    report_as_text(open_app(app), "https://127.0.0.1:1/api", Launch(0, message=""))
    assert "wrote no message.tc" not in capsys.readouterr().out
