from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from gatepost.errors import GatepostError, UsageError
from gatepost.inputs.param_file import read_param_file
from gatepost.project import launch, launch_emulated

# Writes down what it was given; the key of the param file is in its environment.
WITNESS = """
import json, os, pathlib, shutil, sys
found = {"environment": dict(os.environ), "folder": os.getcwd(), "arguments": sys.argv}
pathlib.Path("found.json").write_text(json.dumps(found))
if "TC_APP_PARAM_FILE" in os.environ:
    shutil.copy(os.environ["TC_APP_PARAM_FILE"], "params")
    shutil.copy(os.environ["SSL_CERT_FILE"], "bundle")
"""

# An app as small as one can be that is gatepost's.
OWNERS = """
from gatepost import App, Inputs

class AppInputs(Inputs):
    owner: str = ""

app = App(AppInputs)

@app.job
def job(runtime):
    runtime.session.get("/v2/owners").raise_for_status()
    runtime.results["seen"] = runtime.inputs.owner
    return f"by {runtime.choice.scheme} for {runtime.inputs.owner}"

app.run()
"""
OWNER = {"name": "owner", "type": "String", "default": "Common Community"}
QUIET = {"tc_log_level": "critical"}.items()
CANARY = "canary-" + "0123456789abcdef" * 2


def found(app) -> dict:
    return json.loads((app.folder / "found.json").read_text())


def params(app) -> dict:
    environment = found(app)["environment"]
    return dict(read_param_file(str(app.folder / "params"), environment["TC_APP_PARAM_KEY"]).values)


def caller(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


# -- with the caller's environment -------------------------------------------------------------------------------------------


def test_an_app_is_started_in_its_folder_as_the_platform_does(make_app):
    app = make_app(WITNESS)
    assert launch(app).exit_code == 0
    assert found(app)["folder"] == str(app.folder)
    assert found(app)["arguments"] == ["run.py"]


def test_a_scenario_reaches_the_app_by_its_environment(make_app, tmp_path):
    app = make_app(WITNESS)
    assert launch(app, scenario=tmp_path / "large.json").exit_code == 0
    assert found(app)["environment"]["GATEPOST_APP_INPUTS"] == str(tmp_path / "large.json")
    with pytest.raises(UsageError, match=r"large\.json would not reach the app"):
        launch(app, scenario=tmp_path / "large.json", environment=caller(TC_APP_PARAM_FILE="f", TC_APP_PARAM_KEY="k"))


def test_the_callers_environment_is_passed_as_it_is(make_app):
    app = make_app(WITNESS)
    environment = caller(TC_TOKEN=CANARY, HTTPS_PROXY="http://proxy.example:3128")
    launch(app, environment=environment)
    assert environment.items() <= found(app)["environment"].items()


def test_inputs_go_into_the_environment_where_no_other_user_sees_them(make_app):
    app = make_app(WITNESS, params=[OWNER])
    launch(app, inputs=[("owner", "x"), ("tc_log_level", "debug")])
    assert found(app)["arguments"] == ["run.py"]
    assert found(app)["environment"]["APP_INPUT_OWNER"] == "x"
    assert found(app)["environment"]["TC_LOG_LEVEL"] == "debug"


def test_inputs_that_a_param_file_would_drown_are_refused(make_app):
    with pytest.raises(UsageError, match="owner would not reach the app"):
        launch(
            make_app(params=[OWNER]),
            inputs=[("owner", "x")],
            environment=caller(TC_APP_PARAM_FILE="/some/file", TC_APP_PARAM_KEY="k" * 16),
        )


def test_its_files_are_read_from_where_it_was_told_to_leave_them(make_app, tmp_path: Path):
    program = (
        "import os, pathlib; out = pathlib.Path(os.environ['TC_OUT_PATH']); out.mkdir(); "
        "(out / 'message.tc').write_text('done\\n'); (out / 'results.tc').write_text('last = 5\\n')"
    )
    result = launch(make_app(program), environment=caller(TC_OUT_PATH=str(tmp_path / "out")))
    assert (result.message, result.results) == ("done", {"last": "5"})


LEAVING = (
    "import os, pathlib; out = pathlib.Path(os.environ['TC_OUT_PATH']); print(out); "
    "(out / 'message.tc').write_text('done\\n'); (out / 'results.tc').write_text('last = 5\\n')"
)


def test_its_message_is_known_where_nobody_said_where_to_leave_it(make_app, capfd: pytest.CaptureFixture[str]):
    result = launch(make_app(LEAVING), environment=caller())
    assert (result.message, result.results, result.session_folder) == ("done", {"last": "5"}, None)
    assert not Path(capfd.readouterr().out.strip()).exists()


def test_other_files_that_it_left_there_stay(make_app):
    result = launch(make_app(f"{LEAVING}; (out / 'report.txt').write_text('whole')"), environment=caller())
    assert result.session_folder is not None
    assert [path.read_text() for path in result.session_folder.iterdir()] == ["whole"]
    shutil.rmtree(result.session_folder)


def test_the_message_of_an_earlier_run_is_none_of_this(make_app, tmp_path: Path):
    (tmp_path / "message.tc").write_text("old\n")
    assert launch(make_app(), environment=caller(TC_OUT_PATH=str(tmp_path))).message is None


def test_an_app_whose_inputs_cannot_be_read_says_so_itself(make_app):
    app = make_app("raise SystemExit(1)")
    (app.folder / "app_inputs.json").write_text("{")
    assert launch(app).exit_code == 1


# -- against an emulated platform ---------------------------------------------------------------------------------------------


def test_the_environment_is_made(make_app, tc_platform):
    app = make_app(WITNESS)
    (app.folder / ".env").write_text(f"TC_TOKEN={CANARY}\n")
    theirs = {
        "TC_TOKEN": CANARY,
        "tc_api_path": f"https://{CANARY}.example",
        "API_SECRET_KEY": CANARY,
        "APP_INPUT_OWNER": CANARY,
        "HTTPS_PROXY": f"http://{CANARY}:3128",
    }
    launch_emulated(app, tc_platform, environment=caller(**theirs))
    assert CANARY not in json.dumps(found(app))
    assert CANARY not in json.dumps(params(app))


def test_inputs_come_by_an_encrypted_param_file(make_app, tc_platform):
    app = make_app(WITNESS, params=[OWNER])
    launch_emulated(app, tc_platform, auth="hmac", inputs=[("owner", "x")])
    inputs = params(app)
    session = Path(inputs["tc_out_path"]).parent
    assert inputs == {
        "owner": "x",
        "tc_api_path": tc_platform.url,
        "tc_verify": "true",
        "api_access_id": tc_platform.credentials.access_id,
        "api_secret_key": tc_platform.credentials.secret_key.reveal(),
        "api_default_org": "Exemplary Organization",
        "tc_session_id": session.name,
        **{f"tc_{part}_path": str(session / part) for part in ("in", "out", "log", "temp")},
    }


@pytest.mark.parametrize(
    ("auth", "names"),
    [
        ("token", {"tc_token", "tc_token_expires"}),
        ("hmac", {"api_access_id", "api_secret_key"}),
        ("auto", {"tc_token", "tc_token_expires", "api_access_id", "api_secret_key"}),
    ],
)
def test_the_credential_is_the_one_that_was_asked_for(auth: str, names: set[str], make_app, tc_platform):
    app = make_app(WITNESS)
    launch_emulated(app, tc_platform, auth=auth)
    credentials = {"tc_token", "tc_token_expires", "api_access_id", "api_secret_key"}
    assert params(app).keys() & credentials == names


def test_another_credential_is_not_known(make_app, tc_platform):
    with pytest.raises(UsageError, match="Choose auto, token or hmac"):
        launch_emulated(make_app(), tc_platform, auth="password")


def test_programs_that_are_not_gatepost_trust_the_platform_too(make_app, tc_platform):
    app = make_app(WITNESS)
    launch_emulated(app, tc_platform)
    environment = found(app)["environment"]
    assert environment["REQUESTS_CA_BUNDLE"] == environment["SSL_CERT_FILE"]
    bundle = (app.folder / "bundle").read_text()
    assert Path(tc_platform.ca_file).read_text() in bundle
    assert bundle.count("BEGIN CERTIFICATE") > 10


@pytest.mark.parametrize(("auth", "scheme", "header"), [("token", "token", "TC-Token"), ("hmac", "hmac", "TC")])
def test_an_app_is_authorized_and_reported(auth: str, scheme: str, header: str, make_app, tc_platform):
    result = launch_emulated(make_app(OWNERS, params=[OWNER]), tc_platform, auth=auth, inputs=QUIET)
    assert result.exit_code == 0
    assert result.message == f"by {scheme} for Common Community"
    assert result.results == {"seen": "Common Community"}
    (request,) = result.requests
    assert (request.method, request.target, request.status) == ("GET", "/api/v2/owners", 200)
    assert (request.verdict, request.scheme) == ("accepted", header)


@pytest.mark.tc_platform(token_life=0.001)
def test_a_renewed_token_is_in_the_report_and_its_text_is_not(make_app, tc_platform):
    result = launch_emulated(make_app(OWNERS, params=[OWNER]), tc_platform, auth="token", inputs=QUIET)
    assert result.requests[0].target == "/api/appAuth?expiredToken=***"
    assert result.requests[0].verdict == "not asked"
    assert "API:" not in repr(result)


def test_requests_of_an_earlier_launch_are_not_reported_again(make_app, tc_platform):
    app = make_app(
        "import contextlib, urllib.error, urllib.request\n"
        "with contextlib.suppress(urllib.error.HTTPError):\n"
        f"    urllib.request.urlopen('{tc_platform.url}/v2/owners')\n"
    )
    first, second = (launch_emulated(app, tc_platform) for _ in range(2))
    assert [request.number for request in (*first.requests, *second.requests)] == [1, 2]


def test_the_sessions_folder_is_removed(make_app, tc_platform):
    app = make_app(WITNESS)
    result = launch_emulated(app, tc_platform)
    assert not Path(params(app)["tc_out_path"]).parent.exists()
    assert (result.session_folder, result.log_file) == (None, None)


def test_the_sessions_folder_is_kept_on_request(make_app, tc_platform):
    import shutil

    result = launch_emulated(make_app(OWNERS, params=[OWNER]), tc_platform, keep=True)
    assert result.session_folder is not None
    assert result.log_file is not None
    try:
        assert result.log_file.is_file()
        assert not list((result.session_folder / "in").iterdir()), "the app deletes its param file"
    finally:
        shutil.rmtree(result.session_folder)


def test_the_folder_is_removed_when_the_app_cannot_be_started(
    make_app, tc_platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sessions = tmp_path / "sessions"
    sessions.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(sessions))
    with pytest.raises(GatepostError, match="cannot be started"):
        launch_emulated(make_app(), tc_platform, python="/nowhere/python")
    assert not list(sessions.iterdir())


def test_a_folder_that_cannot_be_made_is_said(make_app, tc_platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(GatepostError, match=r"folder of the session cannot be written.*TMPDIR"):
        launch_emulated(make_app(), tc_platform)


def test_what_is_odd_about_app_inputs_is_reported(make_app, tc_platform):
    app = make_app(params=[OWNER])
    (app.folder / "app_inputs.json").write_text('{"owner": "${env.MISSING}"}')
    (finding,) = launch_emulated(app, tc_platform).findings
    assert "MISSING" in str(finding)


def test_an_interpreter_is_found_by_name(make_app, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert launch(make_app("raise SystemExit(3)"), python=Path(sys.executable).name).exit_code == 3
