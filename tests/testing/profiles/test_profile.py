"""Profiles are read as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import ManifestError, UsageError
from gatepost.testing.profiles import ProfileError, find_profiles, read_profile
from tests.testing.profiles.demo import inputs, write_app, write_profile


def test_the_example_of_the_contract(tmp_path: Path):
    profile = read_profile(write_profile(tmp_path))
    assert (profile.name, profile.environments, profile.schema_version) == ("upper", ("build",), "1.0.1")
    assert profile.kvstore == {"#App:1234:in!String": "abc"}
    assert profile.inputs == {"tc_action": "Upper", "text": "#App:1234:in!String"}
    assert [(each.what, each.expected, each.operator) for each in profile.outputs] == [("#App:9876:demo.out!String", "ABC", "eq")]
    assert profile.exit_message is not None
    assert profile.exit_message.expected == "Success\n"
    assert (profile.exit_codes, profile.initialized) == ((0,), True)
    assert profile.validation_criteria == {"count": 0, "percent": 0}
    assert profile.findings == ()


def test_required_inputs_come_before_optional_ones_before_defaults(tmp_path: Path):
    sections = {"defaults": {"a": 1, "b": 1, "c": 1}, "optional": {"b": 2, "c": 2}, "required": {"c": 3}}
    assert read_profile(write_profile(tmp_path, inputs=sections)).inputs == {"a": 1, "b": 2, "c": 3}


def test_configurations_of_triggers_are_kept(tmp_path: Path):
    configs = [{"trigger_id": "1", "config": {"optional": {"a": 1, "b": 1}, "required": {"b": 2}}}]
    (trigger,) = read_profile(write_profile(tmp_path, configs=configs)).configs
    assert (trigger.id, trigger.inputs) == ("1", {"a": 1, "b": 2})


def test_what_is_off_is_tolerated_and_told(tmp_path: Path):
    path = write_profile(tmp_path, inputs={"text": "x"}, outputs={"#App:9876:demo.out!String": "ABC"}, colour="red", exit_codes=1)
    path.write_text(path.read_text().removesuffix("\n}") + ",\n}", encoding="utf-8")
    profile = read_profile(path)
    assert (profile.inputs, profile.outputs[0].expected, profile.exit_codes) == ({"text": "x"}, "ABC", (1,))
    told = "\n".join(profile.findings)
    for words in ("'colour' is not known", "no sections", "no op", "omma"):
        assert words in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outputs": {"demo.out": {"expected_output": 1, "op": "eq"}}}, "'demo.out' is no variable"),
        ({"outputs": {"#App:9876:a!String": {"expected_output": 1, "op": "same"}}}, "no operator 'same'"),
        ({"stage": {"kvstore": {"text": 1}}}, "'text' is no variable"),
        ({"stage": {"request": {"get": [{"body": ""}]}}}, "has no url"),
        ({"inputs": []}, "inputs is no object"),
        ({"exit_codes": ["none"]}, "'none' is no exit code"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, changes: dict[str, Any], words: str):
    path = write_profile(tmp_path, **changes)
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{caught.value.line}: ")
    assert next(iter(changes)) in "\n".join(path.read_text().splitlines()[: caught.value.line])


def test_a_file_that_is_no_json_is_an_error_with_its_place(tmp_path: Path):
    path = write_profile(tmp_path)
    path.write_text('{"outputs": nothing}', encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        read_profile(path)
    assert caught.value.line == 1
    path.write_text("", encoding="utf-8")
    with pytest.raises(ProfileError, match="gatepost test --generate"):
        read_profile(path)


def test_profiles_are_found_by_name_feature_and_file(tmp_path: Path):
    write_app(tmp_path)
    upper, other = write_profile(tmp_path), write_profile(tmp_path, feature="more/deep")
    assert find_profiles(tmp_path) == (other, upper)
    assert find_profiles(tmp_path, ["upper"]) == (other, upper)
    assert find_profiles(tmp_path, ["text/upper"]) == (upper,)
    assert find_profiles(tmp_path, [str(other)]) == (other,)
    with pytest.raises(UsageError, match=r"'lower'.*There are: upper"):
        find_profiles(tmp_path, ["lower"])


def test_environments_choose(tmp_path: Path):
    assert read_profile(write_profile(tmp_path)).is_for(["build", "qa"])
    assert not read_profile(write_profile(tmp_path)).is_for(["qa"])
    assert read_profile(write_profile(tmp_path, environments=[])).is_for(["qa"])


def test_the_line_of_a_place(tmp_path: Path):
    profile = read_profile(write_profile(tmp_path, inputs=inputs(text="x")))
    line = profile.line("inputs", "required", "text")
    assert json.dumps("text") in profile.path.read_text().splitlines()[line - 1]
