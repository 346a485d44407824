"""Real processes: a step of a playbook, launched as the platform launches it, with its values in a real Redis."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from gatepost.emulator import Emulator
from gatepost.emulator.redis import RedisProcess
from gatepost.kvstore import RedisServer, RedisStore, connect
from tests.e2e.processes import Launch

pytestmark = pytest.mark.programs("redis-server")

MANIFEST = {
    "displayName": "Step",
    "features": ["fileParams"],
    "params": [{"name": "text", "type": "String"}],
    "playbook": {"outputVariables": [{"name": "demo.out", "type": "String"}, {"name": "demo.modules", "type": "StringArray"}]},
    "programVersion": "1.0.0",
    "runtimeLevel": "Playbook",
}
PROGRAM = """
    import sys

    from gatepost import App, AppFailure, Inputs, Outputs, Runtime

    class AppInputs(Inputs):
        text: str

    class AppOutputs(Outputs, prefix="demo"):
        out: str | None = None
        modules: list[str] = []

    app = App(AppInputs, outputs=AppOutputs)

    @app.playbook
    def upper(runtime: Runtime[AppInputs, AppOutputs]) -> None:
        runtime.outputs.out = runtime.inputs.text.upper()
        runtime.outputs.modules = sorted(sys.modules)
        raise AppFailure("after all", retry=False)

    if __name__ == "__main__":
        app.run()
"""
ASKED = "#App:9876:demo.out!String,#App:9876:demo.modules!StringArray"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "install.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    (folder / "run.py").write_text(textwrap.dedent(PROGRAM), encoding="utf-8")
    return folder


def inputs(port: int, **more: Any) -> dict[str, Any]:
    place = {"tc_kvstore_host": "127.0.0.1", "tc_kvstore_port": str(port), "tc_playbook_kvstore_context": "4f5c"}
    token = {"tc_token": "a-token-that-is-never-sent", "tc_token_expires": "4102444800", "tc_api_path": "https://127.0.0.1:1/api"}
    return {**place, **token, "tc_playbook_out_variables": ASKED, "text": "say #App:1:in!String", **more}


def test_a_step_reads_writes_and_ends_without_http(app: Path, tmp_path: Path) -> None:
    with RedisProcess() as process:
        store = RedisStore(RedisServer("127.0.0.1", process.port), "4f5c")
        store.write_many({"#App:1:in!String": '"abc"'})
        ended = Launch(app, inputs(process.port, tcex_testing_context="for tools"), tmp_path).run()
        assert (ended.exit_code, ended.message) == (4, "after all"), ended.output
        text, modules = store.read_many(ASKED.split(","))
        store.close()
        client = connect(RedisServer("127.0.0.1", process.port))
        assert client.hgetall("for tools") == {b"_exit_message": b"after all"}
        client.close()
    assert text == b'"SAY ABC"'
    loaded = set(json.loads(modules or b"[]"))
    assert "redis" in loaded
    assert not loaded & {"requests", "urllib3", "cryptography.x509", "structlog", "dotenv", "rich", "gatepost.sessions.session"}


def test_a_store_that_is_not_there_ends_the_run(app: Path, tmp_path: Path) -> None:
    ended = Launch(app, inputs(1), tmp_path).run()
    assert ended.exit_code == 1
    assert ended.message is not None
    assert ended.message.startswith("The key-value store at 127.0.0.1:1 could not be read")
    assert "Traceback" not in ended.output


def test_the_emulated_platform_is_store_enough(app: Path, tmp_path: Path) -> None:
    with Emulator() as platform:
        platform.playbook.stage({"#App:1:in!String": "abc"})
        given = {**platform.inputs(), **platform.playbook.inputs(ASKED.split(",")), "text": "say #App:1:in!String"}
        ended = Launch(app, given, tmp_path).run()
        assert ended.exit_code == 4, ended.output
        assert platform.playbook.read("#App:9876:demo.out!String") == "SAY ABC"
