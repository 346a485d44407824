from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest


def test_a_run_against_an_emulated_platform_is_reported(app: Path, gatepost):
    said = gatepost("run", app, "--emulator")
    assert said.code == 0
    assert "the app's own words" in said.out
    assert "1 request to https://127.0.0.1:" in said.out
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "GET /api/v2/owners 200 accepted TC-Token" in lines
    assert "message by token for Common Community" in lines
    assert "result seen = 2" in lines
    assert "exit code 0 (Success)" in lines


def test_the_report_is_json_on_request(app: Path, gatepost):
    said = gatepost("run", app, "--emulator", "--auth", "hmac", "--input", "owner=x=y", "--json")
    assert said.code == 0
    report = said.json
    assert report.pop("platform").startswith("https://127.0.0.1:")
    assert report == {
        "app": "An App",
        "folder": str(app),
        "exit_code": 0,
        "interrupted": False,
        "message": "by hmac for x=y",
        "results": {"seen": "2"},
        "outputs": None,
        "log_file": None,
        "session_folder": None,
        "requests": [
            {
                "number": 1,
                "method": "GET",
                "target": "/api/v2/owners",
                "scheme": "TC",
                "verdict": "accepted",
                "status": 200,
                "explanation": "",
                "fault": "",
                "server": "platform",
            }
        ],
        "tape": None,
        "findings": [],
    }
    assert "the app's own words" in said.err


def test_the_exit_code_is_the_apps(app: Path, gatepost):
    said = gatepost("run", app, "-e", "-i", "owner=half")
    assert said.code == 3
    assert "3 (Partial Failure)" in said.out


def test_a_renewal_never_shows_the_token(app: Path, gatepost):
    said = gatepost("run", app, "--emulator", "--auth", "token", "--token-life", "0.001", "--json")
    assert said.json["requests"][0]["target"] == "/api/appAuth?expiredToken=***"
    assert "API:" not in said.out + said.err


def test_a_session_can_be_kept(app: Path, gatepost):
    said = gatepost("run", app, "--emulator", "--keep", "--json")
    session = Path(said.json["session_folder"])
    try:
        assert (session / "out" / "message.tc").read_text() == "by token for Common Community\n"
        assert Path(said.json["log_file"]).parent == session / "log"
    finally:
        shutil.rmtree(session)


def test_an_app_that_asks_for_nothing_and_says_nothing_is_reported(app: Path, gatepost):
    (app / "run.py").write_text("raise SystemExit(7)")
    said = gatepost("run", app, "--emulator")
    assert said.code == 7
    assert "No request reached the platform" in said.out
    assert "the app wrote no message.tc" in said.out
    assert "7 (unknown to the platform)" in said.out


def test_what_the_platform_refused_is_explained(app: Path, gatepost):
    said = gatepost("run", app, "--emulator", "--auth", "hmac", "-i", "api_secret_key=wrong-secret-0123456789")
    assert said.code == 1
    assert "refused TC" in said.out
    assert "wrong-secret-0123456789" not in said.out + said.err


def test_findings_about_inputs_are_notes(app: Path, gatepost):
    (app / "app_inputs.json").write_text(json.dumps({"owner": "${env.NO_SUCH_VARIABLE}"}))
    assert "NO_SUCH_VARIABLE" in gatepost("run", app, "--emulator").err


def test_without_an_emulator_the_apps_words_are_all(app: Path, gatepost, tc_platform, monkeypatch: pytest.MonkeyPatch):
    for name, value in tc_platform.environment("hmac").items():
        monkeypatch.setenv(name, value)
    said = gatepost("run", app)
    assert (said.code, said.out) == (0, "the app's own words\n")
    assert gatepost("run", app, "--json").json["exit_code"] == 0


def test_the_working_directory_is_the_default(app: Path, gatepost, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(app)
    assert gatepost("run", "-e").code == 0


@pytest.mark.parametrize("options", [["--auth", "hmac"], ["--token-life", "5"], ["--keep"]])
def test_options_of_the_emulator_need_it(options: list[str], app: Path, gatepost):
    said = gatepost("run", app, *options)
    assert said.code == 2
    assert "--emulator" in said.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--emulator", "--token-life", "-1"], "token_life"),
        (["--python", "/nowhere/python"], "cannot be started"),
        (["--input", "onwer=x"], "Did you mean owner?"),
    ],
)
def test_mistakes_are_explained(options: list[str], words: str, app: Path, gatepost):
    said = gatepost("run", app, *options)
    assert said.code == 1
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_manifest_that_cannot_be_read_has_its_line(app: Path, gatepost):
    (app / "install.json").write_text('{"displayName": \n ]')
    said = gatepost("run", app, "--emulator")
    assert said.code == 1
    assert "line 2" in said.err


# -- tapes -------------------------------------------------------------------------------------------------------------------


def ask_for_more(app: Path) -> None:
    program = (app / "run.py").read_text()
    (app / "run.py").write_text(program.replace("response =", 'runtime.session.get("/v2/more")\n    response ='))


def test_a_run_is_recorded_and_replayed_without_a_platform(app: Path, gatepost, tmp_path: Path):
    tape = tmp_path / "tapes" / "owners.json"
    said = gatepost("run", app, "--emulator", "--auth", "hmac", "--record", tape)
    assert said.code == 0
    assert f"gatepost: recorded 1 exchange on {tape}" in said.err
    said = gatepost("run", app, "--replay", tape)
    assert (said.code, said.out) == (0, "the app's own words\n")
    assert f"gatepost: replayed 1 of 1 exchange on {tape}" in said.err
    assert "not asked for" not in said.err
    said = gatepost("run", app, "--emulator", "--replay", tape)
    assert said.code == 0
    assert "No request reached the platform: the tape answered." in said.out
    assert "message by hmac for Common Community" in [" ".join(line.split()) for line in said.out.splitlines()]


def test_a_tape_that_does_not_match_is_one_and_says_what_differs(app: Path, gatepost, tmp_path: Path):
    tape = tmp_path / "tape.json"
    recorded = gatepost("run", app, "-e", "--record", tape, "--json").json["tape"]
    assert {"mode": "record", "path": str(tape), "exchanges": 1, "matches": True}.items() <= recorded.items()
    ask_for_more(app)
    said = gatepost("run", app, "--replay", tape)
    assert said.code == 1
    notes = said.err.partition("gatepost: replayed 0 of 1 exchange")[2]
    assert "gatepost: 1 exchange on the tape not asked for:\n  1. GET /api/v2/owners" in notes
    assert "The tape tape.json holds no answer to GET /api/v2/more" in notes
    assert 'path: recorded "/api/v2/owners", asked "/api/v2/more"' in notes
    replayed = gatepost("run", app, "--replay", tape, "--json").json["tape"]
    (mismatch,) = replayed.pop("mismatches")
    assert "GET /api/v2/more" in mismatch
    assert replayed == {
        "mode": "replay",
        "path": str(tape),
        "exchanges": 1,
        "replayed": 0,
        "unused": ["1. GET /api/v2/owners"],
        "untold": False,
        "matches": False,
    }


def test_a_run_that_asks_for_nothing_records_nothing(app: Path, gatepost, tmp_path: Path):
    (app / "run.py").write_text("")
    assert "recorded nothing on" in gatepost("run", app, "-e", "--record", tmp_path / "tape.json").err


@pytest.mark.parametrize("options", [["--record", "other.json"], ["-e", "--auth", "hmac"], ["-e", "--token-life", "5"]])
def test_what_a_tape_decides_is_no_option_of_a_replay(options: list[str], app: Path, gatepost):
    said = gatepost("run", app, "--replay", "tape.json", *options)
    assert said.code == 2
    assert "cannot be combined with --replay" in said.err


@pytest.mark.parametrize("option", ["--record", "--replay"])
def test_a_tape_that_cannot_be_is_told_before_the_app_starts(option: str, app: Path, gatepost, tmp_path: Path):
    said = gatepost("run", app, option, tmp_path)
    assert said.code == 1
    assert "to do:" in said.err or "Is a directory" in said.err
    assert "the app's own words" not in said.out


def test_the_outputs_of_a_playbook_app_are_shown(gatepost, tmp_path: Path):
    gatepost("new", "playbook", "my_step", "--folder", tmp_path / "my_step")
    said = gatepost("run", tmp_path / "my_step", "--emulator")
    assert said.code == 0
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "2 of 3 outputs:" in lines
    assert 'my_step.parts StringArray ["red", "green", "blue"]' in lines
    assert "message 3 parts" in lines
    assert "was ignored" not in said.out + said.err
    report = gatepost(
        "run", tmp_path / "my_step", "--emulator", "--input", "tc_action=Append", "--input", "suffix=!", "--json"
    ).json
    assert report["outputs"]["#App:9876:my_step.text!String"] == "red, green, blue!"
    assert report["outputs"]["#App:9876:my_step.parts!StringArray"] is None
