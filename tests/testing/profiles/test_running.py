"""A profile stages, runs and compares."""

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import GatepostError
from gatepost.redaction import redact
from gatepost.testing.profiles import ProfileError, ProfilePlatform, ProfileResult, import_app, read_profile, run_profile
from gatepost.testing.profiles.staging import always_staged
from tests.testing.profiles.demo import inputs, write_app, write_profile

OUT, ITEMS, FILE = "#App:9876:demo.out!String", "#App:9876:demo.items!StringArray", "#App:9876:demo.file!Binary"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_app(tmp_path_factory.mktemp("app"))


def run(folder: Path, environment: dict[str, str] | None = None, **changes: Any) -> ProfileResult:
    profile = read_profile(write_profile(folder, **changes))
    with ProfilePlatform() as platform:
        return run_profile(profile, import_app(folder), platform, environment=environment)


def test_the_example_of_the_contract_passes(folder: Path):
    result = run(folder)
    assert result.passed
    assert (result.exit_code, result.message, result.outputs) == (0, "Success", {OUT: "ABC"})
    assert [check.what for check in result.checks] == ["exit code", "message", OUT]
    assert result.report() == ""


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["", "text", "eq", "#App:1234:in!String", "${env:NO}", "${tc.x}"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["get", "url", "op", "required", "kvstore", "request", "a", OUT]), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(key=st.sampled_from(["stage", "inputs", "outputs", "exit_message", "exit_codes", "environments", "configs"]), junk=JUNK)
@settings(max_examples=50, deadline=None)
def test_nothing_that_may_stand_in_a_profile_breaks_a_run(folder: Path, key: str, junk: Any):
    with contextlib.suppress(ProfileError):
        assert isinstance(run(folder, environment={}, **{key: junk}).report(), str)


def test_options_that_are_not_right_are_an_error_with_their_line(folder: Path):
    with pytest.raises(ProfileError, match="not right") as caught:
        run(folder, outputs={OUT: {"op": "dd", "expected_output": {}, "exclude_paths": 5}})
    assert caught.value.line > 1


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"exit_codes": [1]}, "exit code"),
        ({"exit_message": {"expected_output": "Fine\n", "op": "eq"}}, "message"),
        ({"outputs": {OUT: {"expected_output": "ABD", "op": "eq"}}}, OUT),
        ({"outputs": {OUT: {"expected_output": None, "op": "eq"}}}, OUT),
        ({"outputs": {ITEMS: {"expected_output": [], "op": "eq"}}}, ITEMS),
        ({"inputs": inputs(tc_action="Upper", text="")}, "exit code"),
    ],
)
def test_each_expectation_can_fail(folder: Path, changes: dict[str, Any], what: str):
    result = run(folder, **changes)
    assert not result.passed
    failed = next(check for check in result.checks if not check.passed)
    assert failed.what == what
    assert f"{what} (line {failed.line}): " in result.report()
    assert "expected" in result.report()


def test_a_job_has_a_profile_too(tmp_path: Path):
    (tmp_path / "install.json").write_text('{"displayName": "Job", "runtimeLevel": "Organization"}', encoding="utf-8")
    (tmp_path / "app.py").write_text(
        "from gatepost import App, PartialFailure\n\napp = App(None, auth=None)\n\n\n@app.job\ndef work(runtime):\n"
        "    raise PartialFailure('Half of it')\n",
        encoding="utf-8",
    )
    message = {"expected_output": "Half of it\n", "op": "eq"}
    assert run(tmp_path, inputs={}, outputs={}, exit_codes=[3], exit_message=message).passed
    assert not run(tmp_path, inputs={}, outputs={}, exit_codes=[0], exit_message=message).passed


def test_an_expected_failure_passes(folder: Path):
    message = {"expected_output": "There is", "op": "sw"}
    nothing = {OUT: {"expected_output": None, "op": "eq"}}
    assert run(folder, inputs=inputs(tc_action="Upper", text=""), exit_codes=[1], exit_message=message, outputs=nothing).passed


@pytest.mark.parametrize("text", ["Success", "Success\n"])
def test_the_newline_of_the_message_may_be_left_out(folder: Path, text: str):
    assert run(folder, exit_message={"expected_output": text, "op": "eq"}).passed


def test_a_profile_that_is_not_initialized_does_not_pass(folder: Path):
    result = run(folder, initialized=False)
    assert not result.passed
    assert "gatepost test --update" in result.report()


def test_binary_values_are_base64_both_ways(folder: Path):
    staged = {"kvstore": {"#App:1234:file!Binary": base64.b64encode(b"abc").decode(), "#App:1234:nothing!String": None}}
    result = run(
        folder,
        stage=staged,
        inputs=inputs(tc_action="Append", text="#App:1234:file!Binary", suffix="#App:1234:nothing!String"),
        exit_message=None,
        outputs={FILE: {"expected_output": "YWJj", "op": "eq"}},
    )
    assert result.passed, result.report()


def test_some_values_are_always_staged(folder: Path):
    for name, value in always_staged().items():
        if name.endswith("!String") and value:
            text = inputs(tc_action="Append", text=f"{name}")
            result = run(folder, inputs=text, exit_message=None, outputs={OUT: {"expected_output": ".", "op": "rex"}})
            assert result.passed, result.report()
    assert {name.partition("!")[0].removeprefix("#App:1234:") for name in always_staged()} == {
        "empty",
        "non-ascii",
        "epoch",
        "uuid",
    }


@pytest.mark.parametrize(
    ("kvstore", "words"),
    [({"#App:1234:a!Binary": "not base64!"}, "no base64"), ({"#App:1234:a!StringArray": "text"}, "not one for #App:1234:a")],
)
def test_a_value_that_cannot_be_staged_is_an_error_with_its_line(folder: Path, kvstore: dict[str, Any], words: str):
    with pytest.raises(ProfileError, match=words) as caught:
        run(folder, stage={"kvstore": kvstore})
    assert caught.value.line > 1


def test_templates_stand_in_inputs_staged_values_and_expectations(folder: Path):
    result = run(
        folder,
        environment={"WORD": "abc", "OUT": "ABC"},
        stage={"kvstore": {"#App:1234:in!String": "${env:WORD}${env.WORD}"}},
        outputs={OUT: {"expected_output": "${env:OUT}ABC", "op": "eq"}},
    )
    assert result.passed, result.report()


def test_the_dotenv_of_the_app_counts(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / ".env").write_text("WORD_OF_DOTENV=abc\n", encoding="utf-8")
    try:
        assert run(folder, inputs=inputs(tc_action="Upper", text="${env:WORD_OF_DOTENV}")).passed
    finally:
        (folder / ".env").unlink()


def test_what_was_staged_has_no_say_in_expectations(folder: Path):
    result = run(folder, environment={"OUT": "ABC"}, outputs={OUT: {"expected_output": "${env.OUT}", "op": "eq"}})
    assert not result.passed


def test_secrets_are_not_in_the_report(folder: Path):
    result = run(
        folder,
        environment={"KEY": "correct-horse-battery"},
        inputs=inputs(tc_action="Append", text="x", key="${envs:KEY}"),
        exit_message=None,
    )
    assert not result.passed
    assert "correct" not in result.report()
    assert redact("correct-horse-battery") == "***"


def test_a_plain_text_for_an_encrypted_input_is_a_secret_too(folder: Path):
    result = run(folder, inputs=inputs(tc_action="Append", text="x", key="battery-staple"), exit_message=None)
    assert "staple" not in result.report()


@responses.activate
def test_paths_of_the_vault_are_staged(folder: Path):
    responses.get("https://vault.example/v1/secret/team/app", json={"data": {"word": "abc"}})
    result = run(
        folder,
        environment={"VAULT_ADDR": "https://vault.example", "VAULT_TOKEN": "vault-token-text"},
        stage={"vault": {"app": "/team/app"}},
        inputs=inputs(tc_action="Upper", text="${vault.app.word}"),
    )
    assert result.outputs == {OUT: "ABC"}


def test_without_a_vault_it_is_told(folder: Path):
    with pytest.raises(ProfileError, match="VAULT_ADDR"):
        run(folder, environment={}, stage={"vault": {"app": "/team/app"}})


def test_recorded_answers_need_no_server(folder: Path):
    url = "https://service.invalid/items"
    place = folder / "tests" / "text" / "profiles.d"
    place.mkdir(parents=True, exist_ok=True)
    (place / "body.txt").write_text("second", encoding="utf-8")
    answers = [
        {"url": url, "params": {"page": "1"}, "body": "first"},
        {"url": f"{url}?page=2", "output_file": "body.txt", "status_code": 203, "headers": {"X-Kind": "k"}},
    ]
    result = run(
        folder,
        stage={"request": {"get": answers}},
        inputs=inputs(tc_action="Fetch", text=url),
        outputs={OUT: {"expected_output": "203 k second", "op": "eq"}},
    )
    assert result.passed, result.report()


def test_a_recorded_body_that_is_not_there_is_an_error(folder: Path):
    with pytest.raises(ProfileError, match=r"none\.txt cannot be read"):
        run(folder, stage={"request": {"get": [{"url": "https://service.invalid", "output_file": "none.txt"}]}})


def test_profiles_of_services_are_refused(folder: Path):
    with pytest.raises(ProfileError, match="for a service"):
        run(folder, configs=[{"trigger_id": "1", "config": {"required": {"a": 1}}}])


def test_an_emulated_platform_makes_no_indicators(tmp_path: Path):
    staged = {"threatconnect": {"indicators": {"name1": {"type": "Address", "ip": "203.0.113.1"}}}}
    with pytest.raises(ProfileError, match="makes no indicators") as caught:
        run(write_app(tmp_path), stage=staged)
    assert "--platform environment" in caught.value.remedy


@responses.activate
def test_objects_are_made_on_a_real_platform_and_removed(folder: Path):
    base = "https://platform.example/api"
    made = responses.post(f"{base}/v3/indicators", json={"data": {"id": 7, "ip": "203.0.113.1"}}, status=201)
    removed = responses.delete(f"{base}/v3/indicators/7", json={"status": "Success"})
    profile = read_profile(
        write_profile(
            folder,
            stage={"threatconnect": {"indicators": {"name1": {"type": "Address", "ip": "${env:ADDRESS}"}}}},
            inputs=inputs(tc_action="Upper", text="id ${tc.indicators.name1.id}"),
            outputs={OUT: {"expected_output": "ID 7", "op": "eq"}},
        )
    )
    platform = ProfilePlatform({"TC_API_PATH": base, "TC_API_ACCESS_ID": "123", "TC_API_SECRET_KEY": "correct-horse"})
    with platform:
        result = run_profile(profile, import_app(folder), platform, environment={"ADDRESS": "203.0.113.1"})
    assert result.passed, result.report()
    assert (made.call_count, removed.call_count) == (1, 1)
    assert json.loads(responses.calls[0].request.body or "") == {"type": "Address", "ip": "203.0.113.1"}
    assert responses.calls[0].request.params["fields"] == "all"


@responses.activate
@pytest.mark.parametrize("status", [400, 404])
def test_an_object_that_the_platform_refuses_is_an_error_with_its_line(folder: Path, status: int):
    base = "https://platform.example/api"
    responses.post(f"{base}/v3/indicators", json={"message": "no"}, status=status)
    profile = read_profile(write_profile(folder, stage={"threatconnect": {"indicators": {"name1": {}}}}))
    platform = ProfilePlatform({"TC_API_PATH": base, "API_ACCESS_ID": "123", "API_SECRET_KEY": "correct-horse"})
    with platform, pytest.raises(ProfileError, match=str(status)) as caught:
        run_profile(profile, import_app(folder), platform, environment={})
    assert caught.value.line > 1


def test_the_environment_has_to_name_a_platform():
    with pytest.raises(GatepostError, match="names no platform"):
        ProfilePlatform({}).inputs()


def test_an_app_that_needs_a_credential_gets_one_of_an_emulated_platform(tmp_path: Path):
    assert run(write_app(tmp_path, auth="auto")).passed
