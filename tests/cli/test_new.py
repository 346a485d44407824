from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.project import open_app


def test_a_new_job_says_what_comes_next_and_runs_at_once(gatepost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    said = gatepost("new", "job", "my_app")
    assert said.code == 0
    for step in ("cd my_app", "gatepost run --emulator", "pytest"):
        assert f"  {step}" in said.out
    assert open_app("my_app").manifest.display_name == "My App"
    assert gatepost("run", "my_app", "--emulator").code == 0


def test_folder_and_shown_name_can_be_chosen(gatepost, tmp_path: Path):
    said = gatepost("new", "job", "my_app", "--folder", tmp_path / "else where", "--display-name", "Another")
    assert f"cd '{tmp_path / 'else where'}'" in said.out
    assert open_app(tmp_path / "else where").manifest.display_name == "Another"


def test_an_existing_project_is_left_alone(gatepost, tmp_path: Path):
    (tmp_path / "mine.txt").touch()
    said = gatepost("new", "job", "my_app", "--folder", tmp_path)
    assert said.code == 1
    assert "is there already" in said.err


@pytest.mark.parametrize(
    ("auth", "message"),
    [
        ("tcap", "0 of 1 hashes are known to TCAP"),
        ("header", "45 of 45 items"),
    ],
)
def test_a_new_project_with_a_service_runs_at_once(gatepost, tmp_path: Path, auth: str, message: str):
    said = gatepost("new", "job", "my_app", "--folder", tmp_path / "my_app", "--auth", auth)
    assert "gatepost run --emulator" in said.out
    assert ("gatepost doctor --service feed" in said.out) is (auth == "header")
    ended = gatepost("run", tmp_path / "my_app", "--emulator")
    assert ended.code == 0, ended.err
    assert message in ended.out + ended.err


def test_a_service_that_is_not_known_is_refused(gatepost, tmp_path: Path):
    assert gatepost("new", "job", "other", "--folder", tmp_path / "other", "--auth", "carrier-pigeon").code == 2
