"""A step of a playbook: its inputs are read, its outputs written, however it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest

from gatepost import App, AppFailure, CredentialError, Inputs, Outputs, PartialFailure, Result, Runtime, Secret
from gatepost.emulator import Emulator
from gatepost.emulator.redis import RedisProcess
from gatepost.inputs.fields import KeyValue
from gatepost.kvstore import RedisServer, StoreError, connect
from gatepost.playbook import Variable, VariableError


class StepInputs(Inputs):
    text: str | None = None
    count: int = 0
    items: list[str] | None = None
    file: bytes | None = None
    headers: list[KeyValue] | None = None
    token: Secret | None = None
    anything: Any = None


class StepOutputs(Outputs, prefix="demo"):
    out: str
    names: list[str] | None = None
    report: Annotated[bytes | None, Variable("report.file")] = None


MANIFEST = {
    "displayName": "Demo",
    "programVersion": "1.0.0",
    "runtimeLevel": "Playbook",
    "params": [
        {"name": "text", "type": "String"},
        {"name": "flag", "type": "Boolean"},
        {"name": "headers", "type": "KeyValueList"},
        {"name": "token", "type": "String", "encrypt": True},
    ],
    "playbook": {"outputVariables": [{"name": "demo.out", "type": "String"}, {"name": "demo.old", "type": "String"}]},
}
Step = Callable[[Runtime[StepInputs, StepOutputs]], "str | StepOutputs | None"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "install.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Callable[..., Result]:
    def run(step: Step, inputs: dict[str, Any] | None = None, **more: Any) -> Result:
        app = App(StepInputs, outputs=StepOutputs, auth=None, folder=folder)
        app.playbook(step)
        return app.test(inputs, **more)

    return run


def upper(runtime: Runtime[StepInputs, StepOutputs]) -> str:
    runtime.outputs.out = (runtime.inputs.text or "").upper()
    return "done"


# -- inputs ------------------------------------------------------------------------------------------------------------------


def test_inputs_arrive_read_and_typed(run: Callable[..., Result]) -> None:
    seen: list[StepInputs] = []
    result = run(
        lambda runtime: seen.append(runtime.inputs),
        {
            "text": "a #App:1:s!String",
            "count": "#App:1:n!String",
            "items": "#App:1:l!StringArray",
            "file": "#App:1:b!Binary",
            "headers": "#App:1:kv!KeyValueArray",
            "token": "#App:1:t!String",
        },
        variables={
            "#App:1:s!String": "text",
            "#App:1:n!String": 7,
            "#App:1:l!StringArray": ["a", "b"],
            "#App:1:b!Binary": b"\x00",
            "#App:1:kv!KeyValueArray": [{"key": "k", "value": "#App:1:s!String"}],
            "#App:1:t!String": "swordfish",
        },
    )
    assert result.exit_code == 0, result.message
    inputs = seen[0]
    assert (inputs.text, inputs.count, inputs.items, inputs.file) == ("a text", 7, ["a", "b"], b"\x00")
    assert inputs.headers == [KeyValue(key="k", value="text")]
    assert inputs.token == Secret("swordfish")


ENTRIES = '[{"key": "one", "value": "say #App:1:s!String"}, {"key": "two", "value": "#App:1:l!StringArray"}]'


@pytest.mark.parametrize(
    "headers", [ENTRIES, json.loads(ENTRIES), '{"one": "say #App:1:s!String", "two": "#App:1:l!StringArray"}']
)
def test_a_list_of_keys_and_values_may_be_written_out(run: Callable[..., Result], headers: object) -> None:
    seen: list[object] = []
    result = run(
        lambda runtime: seen.append(runtime.inputs.headers),
        headers=headers,
        variables={"#App:1:s!String": 'a "quoted" text', "#App:1:l!StringArray": ["a"]},
    )
    assert result.exit_code == 0, result.message
    assert seen == [[KeyValue(key="one", value='say a "quoted" text'), KeyValue(key="two", value=["a"])]]


def test_a_variable_that_is_not_there_is_an_input_that_is_not_set(run: Callable[..., Result]) -> None:
    seen: list[object] = []
    run(lambda runtime: seen.append((runtime.inputs.text, runtime.inputs.count)), text="#App:1:s!String")
    assert seen == [(None, 0)]


def test_values_are_read_by_name_while_the_app_runs(run: Callable[..., Result]) -> None:
    seen: list[object] = []
    run(lambda runtime: seen.append(runtime.playbook.read("#App:1:s!String", array=True)), variables={"#App:1:s!String": "text"})
    assert seen == [["text"]]


# -- outputs -----------------------------------------------------------------------------------------------------------------


def test_outputs_that_were_assigned_are_written(run: Callable[..., Result]) -> None:
    result = run(upper, text="abc")
    assert (result.exit_code, result.message, result.outputs) == (0, "done", {"demo.out": "ABC"})


def test_a_result_has_outputs_as_they_were_written(run: Callable[..., Result]) -> None:
    def step(runtime: Runtime[StepInputs, StepOutputs]) -> None:
        runtime.outputs.out = "see #App:1:s!String and #App:9876:demo.out!String"

    assert run(step, variables={"#App:1:s!String": "a"}).outputs == {
        "demo.out": "see #App:1:s!String and #App:9876:demo.out!String"
    }


def test_outputs_that_were_returned_are_written_too(run: Callable[..., Result]) -> None:
    def step(runtime: Runtime[StepInputs, StepOutputs]) -> StepOutputs:
        runtime.outputs.out = "assigned"
        runtime.outputs.names = ["assigned"]
        return StepOutputs(out="returned", report=b"\x00")

    result = run(step)
    assert result.message == "Success"
    assert result.outputs == {"demo.out": "returned", "demo.names": ["assigned"], "report.file": b"\x00"}


def test_only_what_was_asked_for_is_written(run: Callable[..., Result]) -> None:
    result = run(upper, text="abc", tc_playbook_out_variables="#App:9876:demo.other!String")
    assert result.outputs == {}


def test_names_that_are_known_only_now_are_written(run: Callable[..., Result]) -> None:
    def step(runtime: Runtime[StepInputs, StepOutputs]) -> None:
        for entry in runtime.inputs.headers or ():
            runtime.playbook.write(entry.key, entry.value)

    headers = '[{"key": "first", "value": "1"}, {"key": "second", "value": "2"}]'
    result = run(step, headers=headers, tc_playbook_out_variables="#App:9876:first!String,#App:9876:second!StringArray")
    assert result.exit_code == 1
    assert result.outputs == {"first": "1"}, "what was written stays"
    assert "not one for #App:9876:second!StringArray" in result.message


@pytest.mark.parametrize(
    ("end", "code", "message"),
    [
        (AppFailure("no"), 1, "no"),
        (AppFailure("never", retry=False), 4, "never"),
        (PartialFailure("half"), 0, "half"),
        (SystemExit(3), 3, "Partial Failure"),
        (ValueError("a bug"), 1, "The app failed: ValueError: a bug. The log has the details"),
    ],
)
def test_outputs_are_written_however_it_ends(run: Callable[..., Result], end: BaseException, code: int, message: str) -> None:
    def step(runtime: Runtime[StepInputs, StepOutputs]) -> None:
        runtime.outputs.out = "so far"
        raise end

    result = run(step)
    assert (result.exit_code, result.message, result.outputs) == (code, message, {"demo.out": "so far"})


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (3, 0), (4, 4)])
def test_an_exit_code_is_one_of_a_playbook(run: Callable[..., Result], code: int, ends: int) -> None:
    assert run(lambda runtime: runtime.exit(code)).exit_code == ends


@pytest.mark.parametrize(("error", "code"), [(AppFailure("never", retry=False), 1), (PartialFailure("half"), 3)])
def test_an_exit_code_is_one_of_a_job(error: Exception, code: int, tmp_path: Path) -> None:
    app = App(auth=None, folder=tmp_path)

    @app.job
    def job(runtime: Runtime[Any]) -> None:
        raise error

    assert app.test().exit_code == code


def test_a_value_that_does_not_fit_fails_the_run_and_nothing_is_written(run: Callable[..., Result]) -> None:
    def step(runtime: Runtime[StepInputs, StepOutputs]) -> StepOutputs:
        return StepOutputs.model_construct(out="text", names="no list")

    result = run(step)
    assert (result.exit_code, result.outputs) == (1, {})
    assert isinstance(result.error, VariableError)
    assert "#App:9876:demo.names!StringArray" in result.message


def test_an_iterator_of_the_apps_own_that_fails_is_a_bug_of_the_app(run: Callable[..., Result]) -> None:
    def broken() -> Iterator[str]:
        yield "a"
        raise LookupError("a bug")

    def step(runtime: Runtime[StepInputs, StepOutputs]) -> StepOutputs:
        return StepOutputs.model_construct(out="text", names=broken())

    result = run(step)
    assert (result.exit_code, result.outputs) == (1, {})
    assert "LookupError: a bug" in result.message


def test_outputs_and_manifest_that_differ_are_told(run: Callable[..., Result]) -> None:
    log = run(upper).log
    told = {record.values["output"]: record.level for record in log if "output" in record.values}
    assert told == {"demo.names!StringArray": 30, "report.file!Binary": 30, "demo.old!String": 10}


def test_without_a_context_there_is_no_playbook(run: Callable[..., Result]) -> None:
    result = run(upper, text="abc", tc_kvstore_type="Redis")
    assert result.exit_code == 1
    assert "tc_playbook_kvstore_context" in result.message


def test_a_step_that_names_no_variable_and_gives_out_nothing_needs_no_store(run: Callable[..., Result]) -> None:
    result = run(lambda runtime: "quiet", text="abc", tc_kvstore_type="Redis", tc_kvstore_host="127.0.0.1", tc_kvstore_port=1)
    assert (result.exit_code, result.message) == (0, "quiet")


# -- on the platform ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", [None, "hmac"])
def test_the_platforms_store_and_variables_are_there_whatever_the_apps_own_code_needs(
    folder: Path, tc_platform: Emulator, auth: str | None
) -> None:
    tc_platform.set_variable("TC", "key", "KEYCHAIN", "swordfish")
    tc_platform.playbook.stage({"#App:1:s!String": "say &{TC:KEYCHAIN:key}"})
    app = App(StepInputs, outputs=StepOutputs, auth=auth, folder=folder)

    @app.playbook
    def step(runtime: Runtime[StepInputs, StepOutputs]) -> None:
        assert runtime.inputs.token == Secret("swordfish")
        assert runtime.inputs.anything == Secret("say swordfish")
        runtime.outputs.out = "done"
        assert (runtime.choice is None) is (auth is None)

    asked = ("#App:9876:demo.out!String",)
    given = {**tc_platform.inputs("both"), **tc_platform.playbook.inputs(asked)}
    result = app.test({**given, "token": "&{TC:KEYCHAIN:key}", "anything": "#App:1:s!String"})
    assert (result.exit_code, result.message, result.outputs) == (0, "Success", {"demo.out": "done"})
    fetched = [request for request in tc_platform.requests if "/variable/runtime/" in request.target]
    assert len(fetched) == 1


def test_without_any_credential_the_platforms_store_is_out_of_reach(run: Callable[..., Result]) -> None:
    result = run(upper, tc_kvstore_type="TCKeyValueAPI", tc_playbook_kvstore_context="c", text="#App:1:s!String")
    assert isinstance(result.error, CredentialError)
    assert "tc_token is not set" in str(result.error)


# -- a real store, and what can go wrong with it -----------------------------------------------------------------------------

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with RedisProcess(["--requirepass", PASSWORD]) as process:
        yield RedisServer("127.0.0.1", process.port, password=Secret(PASSWORD))


@pytest.fixture
def inputs(server: RedisServer, request: pytest.FixtureRequest) -> dict[str, Any]:
    return {
        "tc_kvstore_type": "Redis",
        "tc_kvstore_host": server.host,
        "tc_kvstore_port": server.port,
        "tc_kvstore_pass": PASSWORD,
        "tc_playbook_kvstore_context": request.node.name,
    }


def kept(server: RedisServer, context: str) -> dict[bytes, bytes]:
    client = connect(server)
    found: dict[bytes, bytes] = client.hgetall(context)
    client.close()
    return found


@pytest.mark.programs("redis-server")
def test_a_run_reads_and_writes_a_real_store(run: Callable[..., Result], inputs: dict[str, Any], server: RedisServer) -> None:
    context = inputs["tc_playbook_kvstore_context"]
    client = connect(server)
    client.hset(context, "#App:1:s!String", '"abc"')
    client.close()
    result = run(upper, inputs, text="#App:1:s!String")
    assert (result.exit_code, result.outputs) == (0, {"demo.out": "ABC"})
    assert kept(server, context)[b"#App:9876:demo.out!String"] == b'"ABC"'


@pytest.mark.programs("redis-server")
def test_test_tools_see_what_was_not_given_out(
    run: Callable[..., Result], inputs: dict[str, Any], server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TC_PLAYBOOK_WRITE_NULL", "1")
    assert run(lambda runtime: None, inputs).outputs == {}
    fields = ["demo.out!String", "demo.names!StringArray", "report.file!Binary"]
    expected = {f"#App:9876:{field}_NULL_VALIDATION".encode(): b"" for field in fields}
    assert kept(server, inputs["tc_playbook_kvstore_context"]) == expected


@pytest.mark.programs("redis-server")
def test_legacy_names_lead_to_the_store(run: Callable[..., Result], inputs: dict[str, Any], server: RedisServer) -> None:
    context = inputs["tc_playbook_kvstore_context"]
    legacy = {
        "tc_playbook_db_type": "Redis",
        "tc_playbook_db_path": server.host,
        "tc_playbook_db_port": server.port,
        "tc_playbook_db_context": context,
        "tc_kvstore_pass": PASSWORD,
    }
    assert run(upper, legacy, text="abc").outputs == {"demo.out": "ABC"}
    assert kept(server, context) == {b"#App:9876:demo.out!String": b'"ABC"'}


@pytest.mark.programs("redis-server")
def test_a_large_value_is_read_and_written(run: Callable[..., Result], inputs: dict[str, Any], server: RedisServer) -> None:
    text = "x# " * 500_000
    client = connect(server)
    client.hset(inputs["tc_playbook_kvstore_context"], "#App:1:s!String", json.dumps(text))
    client.close()
    result = run(upper, inputs, text="#App:1:s!String")
    assert result.exit_code == 0
    assert result.outputs["demo.out"] == text.upper()


@pytest.mark.programs("redis-server")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("swordfish is no JSON", "It is not JSON"),
        ('{"swordfish": 1}', "another type: an object"),
        (b"\xffswordfish", "not UTF-8"),
    ],
)
def test_bad_data_fails_the_run_and_is_not_shown(
    run: Callable[..., Result], inputs: dict[str, Any], server: RedisServer, data: str | bytes, message: str
) -> None:
    client = connect(server)
    client.hset(inputs["tc_playbook_kvstore_context"], "#App:1:s!String", data)
    client.close()
    result = run(upper, inputs, text="#App:1:s!String", items="#App:1:none!StringArray")
    assert result.exit_code == 1
    assert "Input validation errors" in result.message
    assert message.lower() in str(result.error).lower()
    assert "text: what the key-value store holds for #App:1:s!String cannot be read" in str(result.error)
    assert "swordfish" not in str(result.error) + "".join(str(record) for record in result.log)


@pytest.mark.programs("redis-server")
def test_a_wrong_password_fails_the_run_and_is_not_shown(run: Callable[..., Result], inputs: dict[str, Any]) -> None:
    result = run(upper, {**inputs, "tc_kvstore_pass": "wrong-horse-battery"}, text="abc")
    assert (result.exit_code, result.outputs) == (1, {})
    assert "tc_kvstore_pass" in result.message
    assert "horse" not in result.message + str(result.error) + "".join(str(record) for record in result.log)


@pytest.mark.programs("redis-server")
def test_a_store_that_goes_away_mid_run_fails_it(run: Callable[..., Result]) -> None:
    with RedisProcess() as process:

        def step(runtime: Runtime[StepInputs, StepOutputs]) -> str:
            runtime.playbook.write("demo.out", "early")
            process.stop()
            runtime.outputs.out = "late"
            return "done"

        place = {"tc_kvstore_type": "Redis", "tc_kvstore_host": "127.0.0.1", "tc_kvstore_port": process.port}
        result = run(step, {**place, "tc_playbook_kvstore_context": "4f5c"})
    assert result.exit_code == 1
    assert isinstance(result.error, StoreError)
    assert "could not be written to" in result.message


@pytest.mark.programs("redis-server")
def test_a_store_that_goes_away_does_not_hide_why_the_app_failed(run: Callable[..., Result]) -> None:
    with RedisProcess() as process:

        def step(runtime: Runtime[StepInputs, StepOutputs]) -> str:
            process.stop()
            runtime.outputs.out = "late"
            raise AppFailure("the reason")

        place = {"tc_kvstore_type": "Redis", "tc_kvstore_host": "127.0.0.1", "tc_kvstore_port": process.port}
        result = run(step, {**place, "tc_playbook_kvstore_context": "4f5c"})
    assert (result.exit_code, result.message) == (1, "the reason")
    assert any("could not be written to" in record.event for record in result.log)
