"""``gatepost test``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.testing.profiles.demo import write_app, write_profile


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_app(tmp_path)


def test_what_came_out_otherwise_is_shown(gatepost, folder: Path):
    write_profile(folder)
    write_profile(folder, "wrong", exit_message={"expected_output": "Fine\n", "op": "eq"})
    said = gatepost("test")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0].split() == ["profile", "result", "exit", "code", "message"]
    assert lines[1].split() == ["text/upper", "passed", "0", "Success"]
    assert "text/wrong (tests/text/profiles.d/wrong.json)" in lines
    assert '      expected  "Fine\\n"' in lines
    assert lines[-1] == "1 passed, 1 failed"


def test_without_failures_it_is_zero(gatepost, folder: Path):
    write_profile(folder)
    write_profile(folder, "elsewhere", environments=["qa"])
    assert gatepost("test").code == 0
    assert gatepost("test", "--profile", "elsewhere", "--environment", "qa").code == 0


def test_the_report_for_programs(gatepost, folder: Path):
    write_profile(folder, exit_codes=[1])
    said = gatepost("test", "--json")
    assert said.code == 1
    assert (said.json["passed"], said.json["counts"]) == (False, {"failed": 1})
    (profile,) = said.json["profiles"]
    assert (profile["name"], profile["result"], profile["exit_code"], profile["message"]) == (
        "text/upper",
        "failed",
        0,
        "Success",
    )
    assert [(check["what"], check["passed"]) for check in profile["checks"]][:2] == [("exit code", False), ("message", True)]
    assert profile["checks"][0]["line"] > 1


def test_profiles_are_made_and_brought_up_to_date(gatepost, folder: Path):
    said = gatepost("test", "--generate", "--most", "1")
    assert said.code == 0
    assert "written  tests/upper/profiles.d/upper.json" in said.out
    assert "2 written, 0 kept" in said.out
    assert "1 more forms of Append" in said.err
    assert gatepost("test", "--generate", "--json").json["profiles"][0]["written"] is False
    assert "not initialized" in gatepost("test", "-p", "upper").out
    said = gatepost("test", "--update")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "3 updated"
    assert gatepost("test").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["test"], "--generate"),
        (["test", "--profile", "none"], "no profile 'none'"),
        (["test", "--overwrite"], "it is for --update"),
        (["test", "no/such/folder"], "There is no app"),
    ],
)
def test_mistakes_are_told(gatepost, folder: Path, arguments: list[str], words: str):
    said = gatepost(*arguments)
    assert said.code != 0
    assert words in said.err
