"""What surrounds the launch of a playbook app: staged variables and outputs, in each store that it may have."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatepost.emulator import Emulator
from gatepost.emulator.redis import RedisThread
from gatepost.errors import CredentialError, InputError, UsageError
from gatepost.kvstore import RedisServer, StoreError, connect
from gatepost.project import AppFolder, Launch, launch, launch_emulated
from gatepost.project.launching.playbook_step import EmulatedStep, own_step, staged_variables
from tests.project.conftest import MakeApp

STEP = """
from gatepost import App, Inputs, Outputs
from gatepost.inputs.fields import KeyValue

class AppInputs(Inputs):
    text: str = ""
    data: bytes = b""
    fields: list[KeyValue] = []

class AppOutputs(Outputs, prefix="demo"):
    out: str | None = None
    data: bytes | None = None

app = App(AppInputs, outputs=AppOutputs)

@app.playbook
def step(runtime):
    runtime.outputs.out = runtime.inputs.text.upper()
    runtime.outputs.data = runtime.inputs.data
    for pair in runtime.inputs.fields:
        runtime.playbook.write(pair.key, pair.value)
    return "done"

app.run()
"""
OUTPUTS = [
    {"name": "demo.out", "type": "String"},
    {"name": "demo.data", "type": "Binary"},
    {"name": "demo.old", "type": "String"},
]
TEXT = "#App:1234:text!String"
GIVEN_OUT = {"#App:9876:demo.out!String": "ABC", "#App:9876:demo.data!Binary": "AP8=", "#App:9876:demo.old!String": None}


@pytest.fixture
def step(make_app: MakeApp) -> AppFolder:
    app = make_app(
        STEP,
        params=[
            {"name": "text", "type": "String"},
            {"name": "data", "type": "String"},
            {"name": "fields", "type": "KeyValueList", "exposePlaybookKeyAs": "String"},
        ],
        runtimeLevel="Playbook",
        playbook={"type": "Utility", "outputVariables": OUTPUTS},
    )
    write(app.folder / "app_inputs.json", {TEXT: "abc", "#App:1234:data!Binary": "AP8="})
    return app


def write(path: Path, kvstore: object, **inputs: Any) -> Path:
    given = {"text": TEXT, "data": "#App:1234:data!Binary", "tc_log_level": "critical", **inputs}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"stage": {"kvstore": kvstore}, "inputs": given}), encoding="utf-8")
    return path


# -- what is staged ----------------------------------------------------------------------------------------------------------


def test_values_are_staged_as_the_file_has_them(step: AppFolder) -> None:
    staged = {"#App:1:b!BinaryArray": ["YQ==", None], "#App:1:k!KeyValue": {"key": "k", "value": None}, "#App:1:n!String": None}
    write(step.folder / "app_inputs.json", staged)
    assert staged_variables(step) == {"#App:1:b!BinaryArray": [b"a", None], "#App:1:k!KeyValue": {"key": "k", "value": None}}


def test_what_a_scenario_stages_counts_more(step: AppFolder) -> None:
    scenario = write(step.folder / "app_inputs.d" / "other.json", {TEXT: "other"})
    assert staged_variables(step, scenario) == {TEXT: "other", "#App:1234:data!Binary": b"\x00\xff"}


@pytest.mark.parametrize(
    ("kvstore", "words"),
    [
        ([], "Its stage.kvstore is no object"),
        ({"text": "abc"}, "That is no variable"),
        ({"#App:1:b!Binary": "no base64!"}, "It is not base64 text"),
        ({"#App:1:b!Binary": 7}, "It is not base64 text"),
        ({"#App:1:s!String": ["abc"]}, "It is or holds a list"),
        ({"#App:1:e!TCEntity": {"id": 1}}, "It has no value and no type"),
    ],
)
def test_what_cannot_be_staged_is_told_with_the_file(step: AppFolder, kvstore: object, words: str) -> None:
    path = write(step.folder / "app_inputs.json", kvstore)
    with pytest.raises(InputError, match=words) as caught:
        staged_variables(step)
    assert str(path) in str(caught.value)


# -- on an emulated platform -------------------------------------------------------------------------------------------------


def test_a_step_finds_what_is_staged_and_its_outputs_are_returned(step: AppFolder, tc_platform: Emulator) -> None:
    """Also those that a person names: the keys of an input with exposePlaybookKeyAs."""
    pairs = [{"key": "colour", "value": "red"}, {"key": "no name!", "value": "x"}]
    write(step.folder / "app_inputs.json", {TEXT: "abc", "#App:1234:data!Binary": "AP8="}, fields=pairs)
    result = launch_emulated(step, tc_platform)
    assert (result.exit_code, result.message) == (0, "done")
    assert result.outputs == {**GIVEN_OUT, "#App:9876:colour!String": "red"}


def test_only_what_the_playbook_asks_for_is_returned(step: AppFolder, tc_platform: Emulator) -> None:
    asked = {"tc_playbook_out_variables": "#App:8:demo.out!String, #App:8:demo.old!String"}
    assert launch_emulated(step, tc_platform, inputs=asked.items()).outputs == {
        "#App:8:demo.out!String": "ABC",
        "#App:8:demo.old!String": None,
    }
    tc_platform.playbook.requested = ("#App:7:demo.out!String",)
    emulated = EmulatedStep(step, tc_platform)
    assert emulated.asking({"text": "abc"}) == {"text": "abc", "tc_playbook_out_variables": "#App:7:demo.out!String"}
    tc_platform.playbook.stage({"#App:7:demo.out!String": "ABC"})
    assert emulated.outputs() == {"#App:7:demo.out!String": "ABC"}


def test_a_job_has_no_outputs(make_app: MakeApp, tc_platform: Emulator) -> None:
    assert launch_emulated(make_app("print('a job')"), tc_platform).outputs is None


# -- in a Redis of the caller's ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisThread]:
    with RedisThread() as redis:
        yield redis


def run(app: AppFolder, out_path: Path, **inputs: str) -> Launch:
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("TC_")}
    given = {"tc_out_path": str(out_path), "tc_kvstore_host": "127.0.0.1", "tc_token": "made-up", **inputs}
    return launch(app, environment=environment, inputs=given.items())


def test_a_redis_is_left_as_it_was(step: AppFolder, redis: RedisThread, tmp_path: Path) -> None:
    result = run(step, tmp_path, tc_kvstore_port=str(redis.port))
    assert (result.exit_code, result.message, result.outputs) == (0, "done", GIVEN_OUT)
    client = connect(RedisServer("127.0.0.1", redis.port))
    try:
        assert client.keys("*") == []
    finally:
        client.close()


def test_a_context_that_was_named_is_kept(step: AppFolder, redis: RedisThread) -> None:
    asked = "#App:7:demo.out!String"
    place = {"TC_KVSTORE_HOST": "127.0.0.1", "TC_KVSTORE_PORT": str(redis.port), "TC_PLAYBOOK_KVSTORE_CONTEXT": "mine"}
    client = connect(RedisServer("127.0.0.1", redis.port))
    try:
        with own_step(step, {**place, "TC_PLAYBOOK_OUT_VARIABLES": asked}) as made:
            assert made.variables == {}
            assert client.hgetall("mine")[TEXT.encode()] == b'"abc"'
            client.hset("mine", asked, '"ABC"')
            assert made.outputs() == {asked: "ABC"}
        assert client.hgetall("mine")[asked.encode()] == b'"ABC"'
        client.delete("mine")
    finally:
        client.close()


def test_a_redis_that_is_not_there_is_told_before_the_app_runs(step: AppFolder, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        run(step, tmp_path, tc_kvstore_port="1")


def test_variables_that_cannot_reach_the_app_are_told(step: AppFolder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="would not reach the app"):
        run(step, tmp_path, tc_kvstore_type="Mock")


def test_without_anything_to_stage_nothing_is_asked_of_a_store(step: AppFolder) -> None:
    write(step.folder / "app_inputs.json", {})
    with own_step(step, {"TC_KVSTORE_TYPE": "Mock"}) as made:
        assert (made.variables, made.outputs()) == ({}, None)
    with own_step(step, {"TC_KVSTORE_PORT": "1"}) as made:
        assert list(made.variables) == ["TC_PLAYBOOK_KVSTORE_CONTEXT", "TC_PLAYBOOK_OUT_VARIABLES"]
        assert made.outputs() is None


# -- in a platform's store ---------------------------------------------------------------------------------------------------


def test_a_platforms_store_is_used_by_the_apps_own_token(step: AppFolder, tc_platform: Emulator) -> None:
    given = {**tc_platform.inputs("token"), **tc_platform.playbook.inputs()}
    environment = {name.upper(): str(value) for name, value in given.items()}
    with own_step(step, environment) as made:
        assert tc_platform.playbook.read(TEXT) == "abc"
        assert list(made.variables) == ["TC_PLAYBOOK_OUT_VARIABLES"]
        tc_platform.playbook.stage({"#App:9876:demo.out!String": "ABC", "#App:9876:demo.data!Binary": b"\x00\xff"})
        assert made.outputs() == GIVEN_OUT
    with own_step(step, {**environment, "GATEPOST_TAPE": "replay:/a/tape"}) as made:
        assert (made.variables, made.outputs()) == ({}, None)
    with pytest.raises(CredentialError, match="token"), own_step(step, {**environment, "TC_TOKEN": "of-nobody"}):
        pass
    del environment["TC_PLAYBOOK_KVSTORE_CONTEXT"]
    with pytest.raises(UsageError, match="set tc_playbook_kvstore_context"), own_step(step, environment):
        pass
