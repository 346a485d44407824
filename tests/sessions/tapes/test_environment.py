"""A whole run is recorded and replayed by its environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import gatepost
from gatepost.errors import UsageError
from gatepost.sessions.tapes import (
    REPORT_VARIABLE,
    VARIABLE,
    Exchange,
    RecordingAdapter,
    ReplayingAdapter,
    Request,
    Response,
    Tape,
    TapeError,
    TapeMismatch,
    adapter_from,
    replay_environment,
    replay_inputs,
    shared_tape,
)
from tests.transport.scripted_server import ScriptedServer, answer

SCRIPT = """
import gatepost
with gatepost.connect() as runtime:
    print([owner["name"] for owner in runtime.session.get("/v2/owners").json()["data"]["owner"]])
    print(runtime.session.post("/v3/tags", json={"name": "tape"}).json()["data"]["name"])
"""


def run(script: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={"PATH": "/usr/bin:/bin", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_a_script_is_recorded_and_replayed_without_platform_and_credentials(tc_platform, tmp_path, auth):
    path = tmp_path / "tape.json"
    recorded = run(SCRIPT, {**tc_platform.environment(auth), VARIABLE: f"record:{path}"}, tmp_path)
    assert (recorded.returncode, recorded.stderr) == (0, "")
    assert "Common Community" in recorded.stdout
    tc_platform.stop()

    environment = replay_environment(path)
    assert environment[VARIABLE] == f"replay:{path}"
    assert ("API_ACCESS_ID" in environment) == (auth == "hmac")
    replayed = run(SCRIPT, environment, tmp_path)
    assert (replayed.returncode, replayed.stdout, replayed.stderr) == (0, recorded.stdout, "")


def test_what_a_replayed_process_did_not_ask_for_is_said_at_its_end(tc_platform, tmp_path):
    path = tmp_path / "tape.json"
    run(SCRIPT, {**tc_platform.environment(), VARIABLE: f"record:{path}"}, tmp_path)
    shorter = SCRIPT.replace('runtime.session.post("/v3/tags", json={"name": "tape"}).json()["data"]["name"]', "0")
    replayed = run(shorter, replay_environment(path), tmp_path)
    assert replayed.returncode == 0
    assert "1 of 2 exchanges that were not asked for. 2. POST /api/v3/tags" in replayed.stderr


def test_what_came_of_a_replay_can_be_told_to_whoever_launched_it(tc_platform, tmp_path):
    path, report = tmp_path / "tape.json", tmp_path / "report"
    run(SCRIPT, {**tc_platform.environment(), VARIABLE: f"record:{path}"}, tmp_path)
    other = SCRIPT.replace("/v3/tags", "/v3/groups")
    replayed = run(other, {**replay_environment(path), REPORT_VARIABLE: str(report)}, tmp_path)
    assert replayed.returncode == 1
    assert "not asked for" not in replayed.stderr
    told = json.loads(report.read_text())
    assert (told["replayed"], told["unused"]) == (1, [2])
    assert "POST /api/v3/groups" in told["missed"][0]
    run("import gatepost; gatepost.connect().session", {**replay_environment(path), REPORT_VARIABLE: str(report)}, tmp_path)
    assert len(report.read_text().splitlines()) == 1, "what asked nothing has nothing to tell"
    nowhere = run(SCRIPT, {**replay_environment(path), REPORT_VARIABLE: str(tmp_path / "no" / "report")}, tmp_path)
    assert (nowhere.returncode, "cannot be told" in nowhere.stderr) == (0, True)


def test_a_recording_without_an_orderly_end_is_saved_with_the_process(tc_platform, tmp_path):
    path = tmp_path / "tape.json"
    script = "import gatepost; gatepost.connect().session.get('/v2/owners'); raise SystemExit(3)"
    assert run(script, {**tc_platform.environment(), VARIABLE: f"record:{path}"}, tmp_path).returncode == 3
    assert len(Tape.load(path).exchanges) == 1


def test_third_parties_and_renewals_are_on_the_tape_of_a_run(tc_platform, tmp_path, monkeypatch):
    path = tmp_path / "tape.json"
    issued = tc_platform.issue_token(life=-1)
    credentials = {"tc_token": issued.token, "tc_token_expires": issued.expires, "tc_verify": tc_platform.ca_file}
    with ScriptedServer(answer(body="other")) as server:
        monkeypatch.setenv(VARIABLE, f"record:{path}")
        with gatepost.connect(tc_api_path=tc_platform.url, **credentials) as runtime:
            assert runtime.session.get("/v2/owners").ok
            assert runtime.external().get(f"{server.url}/there").text == "other"
    tape = Tape.load(path)
    assert [exchange.request.path for exchange in tape.exchanges] == ["/api/appAuth", "/api/v2/owners", "/there"]
    assert tape.about["api_path"] == tc_platform.url
    assert tape.about["auth"] == "token"
    assert issued.token.reveal() not in path.read_text()

    monkeypatch.setenv(VARIABLE, f"replay:{path}")
    with gatepost.connect(**replay_inputs(tape)) as runtime:
        assert runtime.session.get("/v2/owners").ok
        assert runtime.external().get(f"{server.url}/there").text == "other"
        with pytest.raises(TapeMismatch):
            runtime.session.get("/v2/owners")


def test_all_runtimes_of_a_process_share_a_tape(tc_platform, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, f"record:{tmp_path / 'tape.json'}")
    for _ in range(2):
        with gatepost.connect(**tc_platform.inputs()) as runtime:
            runtime.session.get("/v2/owners")
    assert len(Tape.load(tmp_path / "tape.json").exchanges) == 2


def test_a_tape_can_be_put_in_the_place_of_the_environments(path):
    Tape.record(path).save()
    tape = Tape.load(path)
    with shared_tape("replay", tape) as value:
        adapter = adapter_from({VARIABLE: value})
        assert isinstance(adapter, ReplayingAdapter)
        assert adapter.tape is tape
    with shared_tape("record", tape) as value:
        adapter = adapter_from({VARIABLE: value})
        assert isinstance(adapter, RecordingAdapter)
        assert adapter.tape is tape
    with pytest.raises(UsageError), shared_tape("replay", Tape()):
        pass


@pytest.mark.parametrize("environment", [{}, {VARIABLE: ""}, {VARIABLE: " "}])
def test_without_the_variable_there_is_no_tape(environment):
    assert adapter_from(environment) is None


@pytest.mark.parametrize("value", ["tape.json", "play:tape.json", "record:", "record"])
def test_a_value_that_says_nothing_is_refused(value):
    with pytest.raises(UsageError, match="GATEPOST_TAPE=record:/path"):
        adapter_from({VARIABLE: value})


def test_a_tape_that_cannot_be_read_ends_the_run_before_the_first_request(tmp_path):
    with pytest.raises(TapeError, match="There is no tape"):
        adapter_from({VARIABLE: f"replay:{tmp_path / 'none.json'}"})


def tape_with(path: str, **about: str) -> Tape:
    renewal = Exchange(1, 0, 0, Request("GET", "https://h.example", "/appAuth"), Response(200))
    return Tape([renewal, Exchange(2, 0, 0, Request("GET", "https://h.example", path), Response(200))], about=about)


def test_the_inputs_of_a_replay():
    assert replay_inputs(tape_with("/v2/owners", api_path="https://a.example/api", auth="token")) == {
        "tc_verify": "true",
        "tc_api_path": "https://a.example/api",
        "tc_token": "APIV2:tape:0",
    }
    assert set(replay_inputs(tape_with("/", auth="hmac"))) == {"tc_verify", "tc_api_path", "api_access_id", "api_secret_key"}
    assert replay_inputs(tape_with("/api/v2/owners"))["tc_api_path"] == "https://h.example/api"
    assert replay_inputs(tape_with("/v2/owners"))["tc_api_path"] == "https://h.example"
    assert "tc_api_path" not in replay_inputs(Tape())


def test_a_replay_is_not_stopped_by_the_callers_own_certificate(monkeypatch):
    monkeypatch.setenv("TC_VERIFY", "/etc/ssl/our-ca.pem")
    with gatepost.connect(**replay_inputs(tape_with("/v2/owners"))) as runtime:
        assert runtime.options.verify is True


def test_the_tape_names_no_machine_path(path):
    Tape.record(path).save()
    assert str(path.parent) not in path.read_text()
    assert json.loads(path.read_text())["about"]["recorded_with"]
