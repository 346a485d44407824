from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.project.launching.left_files import left_message, left_results, message_stamp, places_of_files
from gatepost.secret import Secret


def test_a_message_is_read_without_its_line_end_and_without_secrets(tmp_path: Path):
    secret = Secret("correct-horse-battery")
    (tmp_path / "message.tc").write_text(f"{secret.reveal()} was refused\n", encoding="utf-8")
    assert left_message(tmp_path) == "*** was refused"


def test_a_folder_without_anything_tells_nothing(tmp_path: Path):
    assert (left_message(tmp_path), left_results(tmp_path), message_stamp(tmp_path)) == (None, {}, None)
    (tmp_path / "message.tc").mkdir()
    (tmp_path / "results.tc").mkdir()
    assert (left_message(tmp_path), left_results(tmp_path)) == (None, {})


def test_a_message_that_is_written_again_is_another_one(tmp_path: Path):
    (tmp_path / "message.tc").write_text("done\n")
    before = message_stamp(tmp_path)
    (tmp_path / "new").write_text("done\n")
    (tmp_path / "new").replace(tmp_path / "message.tc")
    assert message_stamp(tmp_path) != before


@pytest.mark.parametrize(
    ("environment", "out", "log"),
    [
        ({}, None, None),
        ({"TC_OUT_PATH": "out", "TC_LOG_PATH": "log"}, "out", "log/app.log"),
        ({"TC_LOG_PATH": "/var/log", "TC_LOG_FILE": "mine.log"}, None, "/var/log/mine.log"),
    ],
)
def test_files_are_where_the_app_is_told_to_leave_them(make_app, environment: dict[str, str], out: str | None, log: str | None):
    app = make_app()
    places = tuple(None if place is None else app.folder / place for place in (out, log))
    assert places_of_files(app, environment) == places
