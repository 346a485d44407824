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
            }
        ],
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
    shown = gatepost("run", app, "-e", "--keep").out
    shutil.rmtree(next(line.split()[1] for line in shown.splitlines() if line.startswith("session")))


def test_many_requests_are_shortened(app: Path, gatepost):
    program = (app / "run.py").read_text()
    (app / "run.py").write_text(
        program.replace("    print(", "    [runtime.session.get('/v2/owners') for _ in range(24)]\n    print(")
    )
    said = gatepost("run", app, "--emulator")
    assert "25 requests, the last 20 of them to https" in said.out
    assert said.out.count("/api/v2/owners") == 20


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
