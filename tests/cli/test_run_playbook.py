"""A playbook app that is run by the command line needs nothing but its folder."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

PROGRAM = """
    from gatepost import App, Inputs, Outputs, Runtime

    class AppInputs(Inputs):
        text: str

    class AppOutputs(Outputs, prefix="demo"):
        out: str | None = None

    app = App(AppInputs, outputs=AppOutputs)

    @app.playbook
    def upper(runtime: Runtime[AppInputs, AppOutputs]) -> str:
        runtime.outputs.out = runtime.inputs.text.upper()
        return ", ".join(runtime.playbook.requested)

    if __name__ == "__main__":
        app.run()
"""


@pytest.fixture
def step(tmp_path: Path) -> Path:
    manifest = {
        "displayName": "A Step",
        "features": ["fileParams"],
        "params": [{"name": "text", "type": "String"}],
        "playbook": {"outputVariables": [{"name": "demo.out", "type": "String"}]},
        "programVersion": "1.0.0",
        "runtimeLevel": "Playbook",
    }
    (tmp_path / "install.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "run.py").write_text(textwrap.dedent(PROGRAM), encoding="utf-8")
    return tmp_path


def test_the_rest_store_of_the_platform_is_enough_and_can_be_replayed(step: Path, gatepost):
    tape = step / "tape.json"
    said = gatepost("run", step, "--emulator", "--input", "text=abc", "--record", tape, "--json")
    assert (said.code, said.json["message"]) == (0, "#App:9876:demo.out!String")
    assert [(request["method"], request["status"]) for request in said.json["requests"]] == [("PUT", 200)]
    assert gatepost("run", step, "--emulator", "--input", "text=abc", "--replay", tape).code == 0


def test_a_redis_is_there_on_request(step: Path, gatepost):
    said = gatepost("run", step, "--emulator", "--redis", "--input", "text=abc", "--json")
    assert (said.code, said.json["message"], said.json["requests"]) == (0, "#App:9876:demo.out!String", [])


def test_a_redis_is_for_runs_with_an_emulator(step: Path, gatepost):
    said = gatepost("run", step, "--redis")
    assert said.code == 2
    assert "it is for runs with --emulator" in said.err
