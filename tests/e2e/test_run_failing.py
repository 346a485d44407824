"""Real processes that cannot do their work: each says what a person can do about it, and ends with exit code 1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatepost.emulator import Emulator
from tests.e2e.processes import Ended, Launch, write_app
from tests.refused_port import refused_port

READ = "return runtime.session.get('/v2/owners').json()['status']"
PAIR = {"api_access_id": "20000000000000000001", "api_secret_key": "canary-secret-key-0123456789"}

LITTLE_DISK = """
import resource, runpy
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (8, before[1]))
try:
    runpy.run_path("run.py", run_name="__main__")
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
"""
"""A program in which no file may grow beyond eight bytes, as on a disk that is full."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Emulator]:
    """One platform for the file: its tests need no record of their own."""
    with Emulator() as platform:
        yield platform


def fail(tmp_path: Path, inputs: dict[str, Any], body: str = READ, **more: Any) -> Ended:
    """Run an app that has to fail, and check what holds for every failure."""
    app = write_app(tmp_path / "app", body, **more)
    ended = Launch(app, inputs, tmp_path).run()
    assert ended.exit_code == 1
    assert ended.message, ended.output
    assert "Traceback" not in ended.output
    last = json.loads(ended.output.splitlines()[-1])
    assert (last["event"], last["message"], last["code"]) == ("exit", ended.message, 1)
    assert "canary" not in ended.output + ended.message
    return ended


def test_a_bad_manifest(tmp_path: Path, platform: Emulator) -> None:
    message = fail(tmp_path, platform.inputs("hmac"), manifest='{\n  "params": [\n    {"name": }\n  ]\n}').message
    assert message is not None
    assert str(tmp_path / "app" / "install.json") in message
    assert "3" in message


def test_a_manifest_that_is_a_list(tmp_path: Path, platform: Emulator) -> None:
    message = fail(tmp_path, platform.inputs("hmac"), manifest="[]").message
    assert message is not None
    assert "install.json" in message


def test_no_credential(tmp_path: Path, platform: Emulator) -> None:
    message = fail(tmp_path, {"tc_api_path": platform.url}).message
    assert message is not None
    assert message.startswith("There is no credential for the platform. Set api_access_id and api_secret_key, or tc_token")


def test_half_a_key(tmp_path: Path, platform: Emulator) -> None:
    message = fail(tmp_path, {"tc_api_path": platform.url, "api_access_id": "1"}).message
    assert message is not None
    assert message.startswith("The credential from the param file is incomplete")
    assert message.endswith("api_secret_key is not")


def test_an_unreachable_host(tmp_path: Path) -> None:
    with refused_port() as refused:
        message = fail(tmp_path, {"tc_api_path": f"https://127.0.0.1:{refused.port}/api", **PAIR}).message
    assert message is not None
    assert message.startswith(f"https://127.0.0.1:{refused.port} cannot be reached")
    assert "Check the host, the port and the network" in message


def test_a_self_signed_certificate(tmp_path: Path, platform: Emulator) -> None:
    message = fail(tmp_path, {**platform.inputs("hmac"), "tc_verify": "true"}).message
    assert message is not None
    assert message.startswith(f"TLS with {platform.url.removesuffix('/api')} failed")
    assert "name the CA's file in tc_verify" in message


def test_a_ca_file_that_is_not_there(tmp_path: Path, platform: Emulator) -> None:
    missing = str(tmp_path / "nowhere.pem")
    message = fail(tmp_path, {**platform.inputs("hmac"), "tc_verify": missing}).message
    assert message is not None
    assert message.endswith(f"The CA file {missing} does not exist")


def test_a_token_that_cannot_be_renewed(tmp_path: Path) -> None:
    with Emulator() as platform:
        inputs = {**platform.inputs("token"), "tc_token_expires": 1_700_000_000}
        platform.revoke_token(inputs["tc_token"])
        message = fail(tmp_path, inputs).message
    assert message is not None
    assert message.startswith("The platform refused to renew the token. It said: Retry token is invalid")
    assert "Start the app again so that it gets a new token" in message


def test_all_inputs_that_are_wrong(tmp_path: Path, platform: Emulator) -> None:
    manifest = json.dumps({"params": [{"name": "limit"}, {"name": "owner"}]})
    app = write_app(tmp_path / "app", "return 'never reached'", manifest=manifest)
    source = (app / "run.py").read_text()
    own = "class OwnInputs(Inputs):\n    limit: int\n    owner: str\n\n\napp = App(OwnInputs)"
    (app / "run.py").write_text(source.replace("app = App()", own))
    ended = Launch(app, {**platform.inputs("hmac"), "limit": "many"}, tmp_path).run()
    assert ended.exit_code == 1
    assert ended.message is not None
    assert ended.message.startswith("Input validation errors\nlimit: ")
    assert "\nowner: is missing" in ended.message


def test_an_input_of_the_platform_that_is_wrong(tmp_path: Path, platform: Emulator) -> None:
    message = fail(tmp_path, {**platform.inputs("hmac"), "tc_proxy_port": "many"}).message
    assert message is not None
    assert "tc_proxy_port" in message


def test_a_param_file_that_is_gone(tmp_path: Path, platform: Emulator) -> None:
    launch = Launch(write_app(tmp_path / "app", READ), platform.inputs("hmac"), tmp_path)
    params = launch.environment["TC_APP_PARAM_FILE"]
    Path(params).unlink()
    ended = launch.run()
    assert ended.exit_code == 1
    assert f"The param file cannot be read: {params}" in ended.output
    assert "Traceback" not in ended.output


def test_a_key_of_another_param_file(tmp_path: Path, platform: Emulator) -> None:
    launch = Launch(write_app(tmp_path / "app", READ), platform.inputs("hmac"), tmp_path)
    launch.environment["TC_APP_PARAM_KEY"] = "abcdefghijklmnop"
    ended = launch.run()
    assert ended.exit_code == 1
    assert "The param file cannot be decrypted" in ended.output
    assert Path(launch.environment["TC_APP_PARAM_FILE"]).exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 'what was found'", "The message is:\nwhat was found\n"),
        ("runtime.results['last_run'] = '2026-01-31'", "The results of the run cannot be written"),
    ],
)
def test_a_full_disk(tmp_path: Path, platform: Emulator, body: str, words: str) -> None:
    app = write_app(tmp_path / "app", body)
    inputs = {**platform.inputs("hmac"), "tc_log_path": str(tmp_path / "log")}
    launch = Launch(app, inputs, tmp_path, program=("-c", LITTLE_DISK))
    (launch.out / "results.tc").write_text("old = 1\n")
    ended = launch.run()
    assert ended.exit_code == 1
    assert words in ended.output
    assert "the message cannot be written" in ended.output
    assert f"{launch.out / 'message.tc'}: File too large" in ended.output
    assert "free space there, or set tc_out_path to a folder that this user can write" in ended.output
    events = [json.loads(line) for line in ended.output.splitlines() if line.startswith("{")]
    assert any(event["level"] == "error" and event["event"] == "the message cannot be written" for event in events)
    assert [path.name for path in launch.out.iterdir()] == ["results.tc"]
    assert ended.results == "old = 1\n"


def test_a_folder_that_cannot_be_written(tmp_path: Path, platform: Emulator) -> None:
    (tmp_path / "a file").write_text("")
    app = write_app(tmp_path / "app", "return 'fine'")
    ended = Launch(app, {**platform.inputs("hmac"), "tc_out_path": str(tmp_path / "a file" / "out")}, tmp_path).run()
    assert ended.exit_code == 0
    assert (app / "message.tc").read_text() == "fine\n"
    assert "the message is in the working directory, since tc_out_path cannot be written" in ended.output
