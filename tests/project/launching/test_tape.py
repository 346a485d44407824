from __future__ import annotations

import functools
import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from gatepost.errors import GatepostError, UsageError
from gatepost.project import launch, launch_emulated, open_app
from gatepost.project.launching.tape import open_tape
from gatepost.sessions.tapes import Tape, TapeError

CANARY = "canary-" + "0123456789abcdef" * 2

OWNERS = """
import sys
from gatepost import App

app = App()

@app.job
def job(runtime):
    for path in {paths!r}:
        try:
            runtime.session.get(path)
        except Exception as error:
            print(type(error).__name__)
    return f"by {{runtime.choice.scheme}} from {{runtime.choice.source.label}} at {{runtime.options.api_path}}"

app.run()
"""


PATHS = ("/v2/owners", "/v2/owners/mine")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tape.json"


@dataclass(frozen=True)
class Recorded:
    """A tape of `PATHS`, from a platform that is gone."""

    path: Path
    url: str


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recorded]:
    """Record a tape by token or hmac, once: replays only read it."""

    @functools.cache
    def recorded(auth: str) -> Recorded:
        folder = tmp_path_factory.mktemp("recorded")
        (folder / "run.py").write_text(OWNERS.format(paths=PATHS), encoding="utf-8")
        manifest = {"displayName": "An App", "programMain": "run.py", "runtimeLevel": "Organization"}
        (folder / "install.json").write_text(json.dumps(manifest), encoding="utf-8")
        with Emulator() as platform:
            use = launch_emulated(open_app(folder), platform, auth=auth, record=folder / "tape.json").tape
        assert use is not None
        assert (use.mode, use.exchanges) == ("record", len(PATHS))
        return Recorded(folder / "tape.json", platform.url)

    return recorded


def caller(tmp_path: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "TC_OUT_PATH": str(tmp_path), **more}


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_a_replay_needs_neither_platform_nor_credentials(auth: str, make_app, tapes, tmp_path: Path):
    tape = tapes(auth)
    result = launch(make_app(OWNERS.format(paths=PATHS)), environment=caller(tmp_path), replay=tape.path)
    assert (result.exit_code, result.code) == (0, 0)
    assert result.message == f"by {auth} from environment at {tape.url}"
    assert result.tape is not None
    assert (result.tape.replayed, result.tape.unused, result.tape.mismatches) == (2, (), ())


def test_the_callers_credentials_are_not_used_and_not_needed(make_app, tapes, tmp_path: Path):
    tape = tapes("token")
    app = make_app(OWNERS.format(paths=PATHS))
    (app.folder / ".env").write_text(f"API_ACCESS_ID=1\nAPI_SECRET_KEY={CANARY}\nTC_VERIFY=false\n")
    theirs = {"API_ACCESS_ID": "1", "api_secret_key": CANARY, "TC_TOKEN_FILE": "/nowhere", "TC_API_PATH": "https://other.example"}
    result = launch(app, environment=caller(tmp_path, **theirs), replay=tape.path)
    assert result.message == f"by token from environment at {tape.url}"


def test_against_an_emulated_platform_nothing_reaches_it(make_app, tc_platform, tapes):
    result = launch_emulated(make_app(OWNERS.format(paths=PATHS)), tc_platform, replay=tapes("hmac").path)
    assert result.message is not None
    assert result.message.startswith("by hmac from param file")
    assert (result.requests, tc_platform.requests) == ((), ())


def test_a_mismatch_counts_though_the_app_goes_on(make_app, tapes, tmp_path: Path):
    app = make_app(OWNERS.format(paths=["/v2/owners", "/v2/tags"]))
    result = launch(app, environment=caller(tmp_path), replay=tapes("token").path)
    assert (result.exit_code, result.code) == (0, 1)
    use = result.tape
    assert use is not None
    assert (use.exchanges, use.replayed, use.untold) == (2, 1, False)
    assert use.unused == ("2. GET /api/v2/owners/mine",)
    (mismatch,) = use.mismatches
    assert 'path: recorded "/api/v2/owners", asked "/api/v2/tags"' in mismatch


def test_what_several_processes_ask_for_counts_together(make_app, tapes, tmp_path: Path):
    program = (
        "import subprocess, sys\n"
        "for path in ('/v2/owners', '/v2/owners/mine'):\n"
        "    code = f'import gatepost; gatepost.connect().session.get({path!r})'\n"
        "    subprocess.run([sys.executable, '-c', code], check=True)\n"
    )
    use = launch(make_app(program), environment=caller(tmp_path), replay=tapes("token").path).tape
    assert use is not None
    assert (use.replayed, use.unused) == (2, ())


def test_an_app_that_asks_for_nothing_leaves_all_unused(make_app, tapes):
    result = launch(make_app(""), replay=tapes("token").path)
    assert result.tape is not None
    assert (result.code, result.tape.unused) == (0, ("1. GET /api/v2/owners", "2. GET /api/v2/owners/mine"))


def test_of_a_killed_app_it_is_not_known(make_app, tapes):
    result = launch(make_app("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), replay=tapes("token").path)
    assert result.tape is not None
    assert (result.code, result.tape.untold, result.tape.unused) == (128 + signal.SIGKILL, True, ())


def test_no_secret_is_on_the_tape(make_app, tc_platform, path: Path, tmp_path: Path):
    stale = tc_platform.issue_token(life=-60)
    program = OWNERS.format(paths=[f"/v2/owners?resultLimit={CANARY}"])
    given = [("tc_token", stale.token.reveal()), ("tc_token_expires", str(stale.expires)), ("tc_svc_broker_token", CANARY)]
    result = launch_emulated(make_app(program), tc_platform, auth="token", inputs=given, record=path)
    assert result.tape is not None
    assert result.tape.exchanges == 2, "a renewal, and what the app asked for"
    text = path.read_text()
    for secret in (CANARY, stale.token.reveal()):
        assert secret not in text
        assert secret not in repr(result)


def test_an_earlier_tape_is_no_recording_of_this_run(make_app, tc_platform, tapes, path: Path):
    shutil.copy(tapes("token").path, path)
    result = launch_emulated(make_app(""), tc_platform, record=path)
    assert result.tape is not None
    assert result.tape.exchanges == 0
    assert len(Tape.load(path).exchanges) == 2


def test_credentials_that_a_param_file_would_drown_are_refused(make_app, path: Path):
    Tape.record(path).save()
    environment = {**os.environ, "TC_APP_PARAM_FILE": "/some/file", "TC_APP_PARAM_KEY": "k" * 16}
    with pytest.raises(UsageError, match="would not reach the app"):
        launch(make_app(), environment=environment, replay=path)


def test_a_tape_is_recorded_or_replayed(path: Path):
    with pytest.raises(UsageError, match="recorded or replayed, not both"), open_tape(record=path, replay=path):
        pass
    with open_tape() as tape:
        assert tape is None


@pytest.mark.parametrize("text", ["{", json.dumps({"gatepost_tape": 99, "exchanges": []})])
def test_a_tape_that_cannot_be_read_is_an_error(text: str, path: Path):
    path.write_text(text)
    with pytest.raises(TapeError), open_tape(replay=path):
        pass


def test_a_lack_of_room_is_said(path: Path, monkeypatch: pytest.MonkeyPatch):
    Tape.record(path).save()
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(GatepostError, match=r"cannot be written down.*TMPDIR"), open_tape(replay=path):
        pass
