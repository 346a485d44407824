"""Writing typed code from a manifest: what it says, that a formatter leaves it alone, and that nothing drifts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruff import find_ruff_bin

from gatepost.project.generating import ModelSource, model_source
from tests.project.generating.drift import ACTIONS, MANIFESTS, code_of, drift, layout_of, manifest_of

MANIFEST = {
    "runtimeLevel": "Playbook",
    "params": [
        {
            "name": "tc_action",
            "label": "Action",
            "type": "Choice",
            "required": True,
            "default": "Append",
            "validValues": ["Append", "Get It"],
        },
        {"name": "text", "label": "Text", "type": "String", "required": True, "playbookDataType": ["String", "StringArray"]},
        {"name": "suffix", "label": "Suffix", "type": "String", "required": True, "note": "What is added", "default": "x"},
        {"name": "Class", "label": "The Class", "type": "Choice", "default": "LOW", "validValues": ["Low", "High"]},
        {"name": "tags", "label": "Tags", "type": "MultiChoice", "default": "a|b", "validValues": ["a", "b", "c"]},
        {"name": "owner", "label": "Owner", "type": "Choice", "required": True, "validValues": ["${OWNERS}"]},
        {"name": "key", "label": "Key", "type": "String", "encrypt": True, "required": True, "default": "not-for-code"},
        {"name": "really", "label": "Really", "type": "Boolean", "default": True},
        {"name": "headers", "label": "Headers", "type": "KeyValueList"},
        {"name": "entities", "label": "Entities", "type": "String", "playbookDataType": ["TCEntityArray"]},
        {"name": "file", "label": "File", "type": "String", "required": True, "playbookDataType": ["Binary"]},
        {"name": "tc_verify", "label": "Verify", "type": "Boolean"},
    ],
    "playbook": {
        "type": "Utility",
        "outputVariables": [
            {"name": "demo.result", "type": "String", "note": "The text"},
            {"name": "demo.all.of-it", "type": "StringArray"},
            {"name": "demo.entity", "type": "TCEnhancedEntity"},
            {"name": "demo.it", "type": "Binary"},
        ],
    },
}
LAYOUT = {
    "inputs": [
        {"title": "Action", "sequence": 1, "parameters": [{"name": "tc_action"}]},
        {
            "title": "Configure",
            "sequence": 2,
            "parameters": [
                {"name": "suffix", "display": "tc_action in ('Append')"},
                {"name": "file", "display": "tc_action in ('Get It') and really = 'true'"},
            ],
        },
    ],
    "outputs": [{"name": "demo.it", "display": "tc_action in ('Get It')"}],
}
SOURCE = '''"""What the app is given and gives out, as install.json says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from gatepost import Inputs, Outputs, Secret
from gatepost.inputs.fields import KeyValue, TCEntity
from gatepost.playbook import Variable
from pydantic import Field


class AppInputs(Inputs):
    """What the app is given."""

    tc_action: Literal["Append", "Get It"]
    """Action."""
    text: str | list[str]
    class_: Literal["Low", "High"] = Field(default="Low", validation_alias="class")
    """The Class."""
    tags: list[Literal["a", "b", "c"]] = ["a", "b"]
    owner: str
    key: Secret
    really: bool = True
    headers: list[KeyValue] = []
    entities: list[TCEntity] = []


class AppendInputs(AppInputs):
    """What the action Append is given."""

    suffix: str
    """What is added."""


class GetItInputs(AppInputs):
    """What the action Get It is given."""

    file: bytes | None = None


class AppOutputs(Outputs, prefix="demo"):
    """What the app gives out."""

    result: str | None = None
    """The text."""
    all_of_it: Annotated[list[str] | None, Variable("demo.all.of-it")] = None
    entity: Annotated[Any, Variable(type="TCEnhancedEntity")] = None


class GetItOutputs(AppOutputs):
    """What the action Get It gives out."""

    it: bytes | None = None
'''


def test_a_model_says_what_the_manifest_says() -> None:
    manifest = manifest_of(json.dumps(MANIFEST))
    model = model_source(manifest, layout_of(json.dumps(LAYOUT)))
    assert model.text == SOURCE
    assert model.inputs == {"": "AppInputs", "Append": "AppendInputs", "Get It": "GetItInputs"}
    assert model.outputs == {"": "AppOutputs", "Get It": "GetItOutputs"}
    assert drift(manifest, code_of(model, manifest)) == []


def test_without_a_layout_one_class_has_everything() -> None:
    model = model_source(manifest_of(json.dumps(MANIFEST)))
    assert (set(model.inputs), set(model.outputs)) == ({""}, {""})
    assert "    file: bytes\n" in model.text
    assert "    it: bytes | None = None\n" in model.text


def test_what_the_framework_reads_gets_no_field() -> None:
    params = [
        {"name": name, "label": name, "type": "String"}
        for name in ("api_access_id", "tc_log_level", "feed_auth", "feed_url", "feed_api_key", "tc_adv_req_path", "own")
    ]
    text = model_source(manifest_of(json.dumps({"runtimeLevel": "Organization", "params": params}))).text
    assert [line.strip() for line in text.splitlines() if ":" in line and "None" in line] == ["own: str | None = None"]


def test_what_cannot_be_in_code_is_said() -> None:
    data = {
        "runtimeLevel": "Playbook",
        "params": [],
        "playbook": {"outputVariables": [{"name": "a b#", "type": "String"}]},
    }
    model = model_source(manifest_of(json.dumps(data)))
    assert model.left_out == ("The output 'a b#' of the type 'String' cannot be named in a playbook",)
    assert (set(model.inputs), dict(model.outputs)) == ({""}, {})


def test_no_secret_is_written_into_the_code() -> None:
    params = [{"name": "key", "label": "Key", "type": "String", "encrypt": True, "default": "correct-horse"}]
    text = model_source(manifest_of(json.dumps({"params": params}))).text
    assert "key: Secret | None = None" in text
    assert "correct-horse" not in text


@pytest.mark.parametrize(
    ("param", "line"),
    [
        ({"type": "EditChoice", "validValues": ["a"], "default": "b"}, 'x: str = "b"'),
        ({"type": "Choice", "validValues": ["a"], "default": "b"}, 'x: str = "b"'),
        (
            {"type": "Choice", "validValues": ["-- Select --", "a"], "required": True},
            'x: Literal["-- Select --", "a", None] = None',
        ),
        ({"type": "Choice", "validValues": []}, "x: str | None = None"),
        ({"type": "MultiChoice", "validValues": ["${OWNERS}"]}, "x: list[str] = []"),
        ({"type": "Boolean", "required": True}, "x: bool"),
        ({"type": "Boolean"}, "x: bool = False"),
        ({"type": "KeyValueList", "default": '[{"key": "a", "value": "b"}]'}, "x: list[KeyValue] | None = None"),
        ({"type": "String", "allowMultiple": True, "default": "a|b"}, 'x: list[str] = ["a", "b"]'),
        ({"type": "String", "default": "&{TC:TEXT:a}"}, "x: str | None = None"),
        ({"type": "String", "default": "it's"}, 'x: str = "it\'s"'),
        ({"type": "String", "hidden": True, "required": True}, "x: str | None = None"),
    ],
)
def test_types_of_a_job(param: dict[str, object], line: str) -> None:
    manifest = manifest_of(json.dumps({"runtimeLevel": "Organization", "params": [{"name": "x", "label": "X", **param}]}))
    model = model_source(manifest)
    assert line in [written.strip() for written in model.text.splitlines()]
    assert drift(manifest, code_of(model, manifest)) == []


@pytest.mark.parametrize(
    ("types", "line"),
    [
        (["String"], "x: str"),
        (["String", "StringArray"], "x: str | list[str]"),
        (["BinaryArray"], "x: list[bytes]"),
        (["KeyValue"], "x: KeyValue"),
        (["Any"], "x: Any"),
        (["TCEnhancedEntity"], "x: Any"),
        (["String", "TCEntity"], "x: str | TCEntity"),
    ],
)
def test_types_of_a_step(types: list[str], line: str) -> None:
    params = [{"name": "x", "label": "X", "type": "String", "required": True, "playbookDataType": types}]
    text = model_source(manifest_of(json.dumps({"runtimeLevel": "Playbook", "params": params}))).text
    assert line in [written.strip() for written in text.splitlines()]


def unexpected(found: list[tuple[str, str]], model: ModelSource) -> list[tuple[str, str]]:
    """What was found, less what the model itself says that it leaves out: outputs that no variable can be."""
    return [entry for entry in found if entry[0] != "GP913" or not model.left_out]


@settings(max_examples=60)
@given(MANIFESTS)
def test_no_manifest_drifts_from_the_code_written_from_it(data: dict[str, object]) -> None:
    manifest = manifest_of(json.dumps(data))
    model = model_source(manifest)
    assert model_source(manifest).text == model.text
    assert unexpected(drift(manifest, code_of(model, manifest)), model) == []


def with_actions(data: dict[str, object], actions: list[str], chosen: list[str]) -> tuple[dict[str, object], dict[str, object]]:
    """A manifest with actions, and a layout that shows every second thing for some of them."""
    param = {"name": "tc_action", "label": "Action", "type": "Choice", "required": True, "validValues": actions}
    data = {**data, "runtimeLevel": "Playbook", "params": [param, *data["params"]]}  # type: ignore[misc]
    display = "tc_action in ({})".format(", ".join("'{}'".format(name.replace("'", "''")) for name in chosen))
    outputs = data["playbook"]["outputVariables"]  # type: ignore[index]
    return data, {
        "inputs": [
            {"title": "All", "sequence": 1, "parameters": [{"name": p["name"], "display": display} for p in data["params"][1::2]]}
        ],  # type: ignore[index]
        "outputs": [{"name": output["name"], "display": display} for output in outputs[::2]],
    }


@settings(max_examples=40)
@given(MANIFESTS, ACTIONS, st.data())
def test_nothing_drifts_where_actions_have_models_of_their_own(
    data: dict[str, object], actions: list[str], draw: st.DataObject
) -> None:
    chosen = draw.draw(st.lists(st.sampled_from(actions), min_size=1, unique=True))
    data, layout = with_actions(data, actions, chosen)
    manifest = manifest_of(json.dumps(data))
    model = model_source(manifest, layout_of(json.dumps(layout)))
    assert unexpected(drift(manifest, code_of(model, manifest)), model) == []


def test_a_formatter_changes_nothing(tmp_path: Path) -> None:
    count = 0

    @settings(max_examples=60, database=None)
    @given(MANIFESTS, ACTIONS)
    def write(data: dict[str, object], actions: list[str]) -> None:
        nonlocal count
        data, layout = with_actions(data, actions, actions[:1])
        text = model_source(manifest_of(json.dumps(data)), layout_of(json.dumps(layout))).text
        (tmp_path / f"model_{count}.py").write_text(text, encoding="utf-8")
        count += 1

    write()
    (tmp_path / "example.py").write_text(SOURCE, encoding="utf-8")
    for length in ("88", "130"):
        command = [find_ruff_bin(), "format", "--isolated", "--line-length", length, "--diff", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")
