"""Bringing install.json and layout.json up to date with typed code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import ManifestError, UsageError
from gatepost.manifest.loading import read_manifest
from gatepost.project.generating import model_source, synchronize, synchronized
from gatepost.project.validation import validate
from tests.project.generating.changes import FOLDER, code_in, document, synchronized_data
from tests.project.generating.drift import ACTIONS, MANIFESTS, code_of, drift, layout_of, manifest_of

JOB = """
class AppInputs(Inputs):
    owner: str
    \"\"\"Whose it is.\"\"\"
    kind: Literal["Low", "High"] = "Low"
    tags: list[str] = ["a", "b"]
    several: list[Literal["x", "y"]] = []
    key: Secret
    really: bool = True
    pairs: list[KeyValue] = []
    limit: int = 10
    since: str | None = None

app = App(AppInputs, folder=".")

@app.job
def job(runtime: Runtime[AppInputs]) -> None: ...
"""


def test_an_app_without_a_manifest_gets_a_whole_one() -> None:
    data, result = synchronized_data(None, JOB)
    assert (data["displayName"], data["runtimeLevel"], data["programMain"]) == ("Count Owners", "Organization", "run.py")
    text = ["${USER:TEXT}", "${ORGANIZATION:TEXT}"]
    assert data["params"][:3] == [
        {
            "name": "owner",
            "label": "Owner",
            "type": "String",
            "required": True,
            "validValues": text,
            "sequence": 1,
        },
        {
            "name": "kind",
            "label": "Kind",
            "type": "Choice",
            "default": "Low",
            "required": False,
            "validValues": ["Low", "High"],
            "sequence": 2,
        },
        {
            "name": "tags",
            "label": "Tags",
            "type": "String",
            "default": "a|b",
            "required": False,
            "validValues": text,
            "allowMultiple": True,
            "sequence": 3,
        },
    ]
    types = {param["name"]: param["type"] for param in data["params"]}
    assert types == {
        "owner": "String",
        "kind": "Choice",
        "tags": "String",
        "several": "MultiChoice",
        "key": "String",
        "really": "Boolean",
        "pairs": "KeyValueList",
        "limit": "String",
        "since": "String",
    }
    key = next(param for param in data["params"] if param["name"] == "key")
    assert (key["encrypt"], key["validValues"]) == (True, ["${USER:KEYCHAIN}", "${ORGANIZATION:KEYCHAIN}"])
    assert (result.files[0].before, result.left) == (None, ())


def test_app_ids_are_new() -> None:
    code = code_in(JOB)
    ids = {synchronized(FOLDER, None, None, code).files[0].after.data["appId"] for _ in range(3)}
    assert len(ids) == 3


WRITTEN = """{
  // by hand
  "displayName":   "Count Owners",
  "ourOwn": {"a": 1},
  "params": [
    {"label": "The Owner", "name": "owner", "type": "String", "sequence": 7, "note": "kept", "required": true},
    {"name": "gone", "label": "Gone", "type": "String", "sequence": 8}
  ],
  "runtimeLevel": "Organization"
}
"""
OWNER = """
class AppInputs(Inputs):
    owner: str
    \"\"\"Something else.\"\"\"
    limit: int = 10

app = App(AppInputs, folder=".")

@app.job
def job(runtime: Runtime[AppInputs]) -> None: ...
"""


def test_what_a_person_wrote_stays() -> None:
    _, result = synchronized_data(WRITTEN, OWNER)
    after = result.files[0].after.text
    assert after.startswith(WRITTEN.partition("8}")[0] + "8}")
    assert '"limit"' in after
    assert [note.what for note in result.changes] == ["the code reads 'limit': added"]
    assert [(note.place, note.what) for note in result.left] == [
        ("$.params[1].name", "the code does not read the param 'gone'"),
    ]


def test_what_the_code_no_longer_has_is_removed_when_asked_for() -> None:
    data, result = synchronized_data(WRITTEN, OWNER, prune=True)
    assert [param["name"] for param in data["params"]] == ["owner", "limit"]
    assert data["params"][1]["sequence"] == 9
    assert result.left == ()


def test_a_param_is_read_that_belongs_to_a_service_by_what_was_added() -> None:
    source = OWNER.replace("limit: int = 10", "feed_url: str = ''")
    manifest = {"runtimeLevel": "Organization", "params": [{"name": "feed_auth", "label": "Scheme", "type": "String"}]}
    for prune in (False, True):
        data, result = synchronized_data(manifest, source, prune=prune)
        assert [param["name"] for param in data["params"]] == ["feed_auth", "owner", "feed_url"]
        assert result.left == ()


@pytest.mark.parametrize(
    ("param", "field", "after"),
    [
        (
            {"type": "Boolean", "default": True},
            "x: str = 'y'",
            {"type": "String", "default": "y", "validValues": ["${USER:TEXT}", "${ORGANIZATION:TEXT}"]},
        ),
        ({"type": "String"}, "x: list[str] = []", {"allowMultiple": True}),
        ({"type": "String", "allowMultiple": True}, "x: str | None = None", {"allowMultiple": False}),
        ({"type": "String"}, "x: list[KeyValue] = []", {"type": "KeyValueList"}),
        (
            {"type": "String", "validValues": ["${USER:TEXT}"]},
            "x: Secret",
            {"encrypt": True, "validValues": ["${USER:KEYCHAIN}"], "required": True},
        ),
        ({"type": "String"}, "x: Literal['a', 'b']", {"type": "Choice", "validValues": ["a", "b"], "required": True}),
        ({"type": "Choice", "validValues": ["a"]}, "x: Literal['a', 'b'] = 'a'", {"validValues": ["a", "b"], "default": "a"}),
        ({"type": "String"}, "x: str", {"required": True}),
        ({"type": "String", "default": "y"}, "x: str", {}),
        ({"type": "String", "required": True}, "x: str | None = None", {}),
        ({"type": "String", "default": "y"}, "x: str = 'z'", {"default": "z"}),
        ({"type": "Boolean", "default": True}, "x: bool = False", {"default": False}),
        ({"type": "String", "encrypt": True, "default": "y"}, "x: Secret | None = None", {}),
    ],
)
def test_the_code_decides_what_a_run_needs(param: dict[str, object], field: str, after: dict[str, object]) -> None:
    source = f"""
class AppInputs(Inputs):
    {field}

app = App(AppInputs, folder=".")

@app.job
def job(runtime: Runtime[AppInputs]) -> None: ...
"""
    before = {"name": "x", "label": "X", **param}
    data, result = synchronized_data({"runtimeLevel": "Organization", "params": [before]}, source)
    found = data["params"][0]
    assert {key: value for key, value in found.items() if before.get(key) != value} | {
        key: None for key in before if key not in found
    } == ({**after, "default": None} if "default" in before and "default" not in found else after)
    assert drift(read_manifest(result.files[0].after), code_in(source)) == []


def test_nothing_is_shown_that_was_encrypted() -> None:
    source = OWNER.replace("limit: int = 10", "key: str = ''")
    manifest = {"params": [{"name": "key", "label": "Key", "type": "String", "encrypt": True}], "runtimeLevel": "Organization"}
    data, result = synchronized_data(manifest, source)
    assert data["params"][0]["encrypt"] is True
    assert [note.what for note in result.left] == ["'key' is encrypted, and the code would show it: write key: Secret"]


def test_choices_that_the_code_refuses_are_left_or_removed() -> None:
    source = OWNER.replace("limit: int = 10", "level: Literal['a', 'b'] = 'a'")
    manifest = {"params": [{"name": "level", "type": "Choice", "validValues": ["a", "c"], "default": "c"}]}
    data, result = synchronized_data(manifest, source)
    assert (data["params"][0]["validValues"], len(result.left)) == (["a", "c", "b"], 1)
    data, result = synchronized_data(manifest, source, prune=True)
    assert (data["params"][0]["validValues"], data["params"][0]["default"], result.left) == (["a", "b"], "a", ())


STEP = """
class AppInputs(Inputs):
    text: str | list[str]

class AppendInputs(AppInputs):
    suffix: str

class AppOutputs(Outputs, prefix="demo"):
    result: str | None = None

class CountOutputs(AppOutputs):
    count: list[str] | None = None

app = App(AppInputs, outputs=AppOutputs, features=["CreatesGroup"], folder=".")

@app.action("Append", inputs=AppendInputs, retry=True)
def append(runtime: Any) -> None: ...

@app.action("Count It's", outputs=CountOutputs)
def count(runtime: Any) -> None: ...
"""


def test_a_step_with_actions_gets_a_manifest_and_a_layout() -> None:
    data, result = synchronized_data(None, STEP)
    assert [(param["name"], param.get("validValues"), param["required"]) for param in data["params"]] == [
        ("tc_action", ["Append", "Count It's"], True),
        ("text", ["${TEXT}"], True),
        ("suffix", ["${TEXT}"], True),
    ]
    assert data["params"][1]["playbookDataType"] == ["String", "StringArray"]
    assert data["playbook"]["outputVariables"] == [
        {"name": "demo.result", "type": "String"},
        {"name": "demo.count", "type": "StringArray"},
    ]
    assert data["playbook"]["retry"] == {"actions": ["Append"], "allowed": True, "defaultDelayMinutes": 1, "defaultMaxRetries": 1}
    assert {"CreatesGroup", "layoutEnabledApp", "appBuilderCompliant"} <= set(data["features"])
    assert result.files[1].after.data == {
        "inputs": [
            {"title": "Action", "sequence": 1, "parameters": [{"name": "tc_action"}]},
            {
                "title": "Configure",
                "sequence": 2,
                "parameters": [{"name": "text"}, {"name": "suffix", "display": "tc_action in ('Append')"}],
            },
        ],
        "outputs": [
            {"name": "demo.result", "display": "1"},
            {"name": "demo.count", "display": "tc_action in ('Count It''s')"},
        ],
    }
    assert drift(read_manifest(result.files[0].after), code_in(STEP)) == []


def test_a_layout_follows_the_actions() -> None:
    data, first = synchronized_data(None, STEP)
    layout = first.files[1].after.text
    other = STEP.replace(
        '@app.action("Append", inputs',
        '@app.action("Prepend", inputs=AppendInputs)\ndef p(r: Any) -> None: ...\n\n@app.action("Append", inputs',
    )
    data, result = synchronized_data(data, other, layout)
    assert data["params"][0]["validValues"] == ["Append", "Count It's", "Prepend"]
    assert "tc_action in ('Append', 'Prepend')" in result.files[1].after.text
    # A condition that reads other inputs, too, is a person's.
    own = layout.replace("tc_action in ('Append')", "tc_action in ('Append') and text != ''")
    data, result = synchronized_data(data, other, own)
    assert "and text != ''" in result.files[1].after.text
    assert [note.what for note in result.left] == []


def test_the_ready_action_brings_its_params() -> None:
    source = STEP + '\napp.advanced_request("demo")\n'
    data, result = synchronized_data(None, source)
    names = [param["name"] for param in data["params"]]
    assert len([name for name in names if name.startswith("tc_adv_req_")]) == 8
    assert "advancedRequest" in data["features"]
    assert "Advanced Request" in data["params"][0]["validValues"]
    assert drift(read_manifest(result.files[0].after), code_in(source)) == []


def test_a_list_of_params_that_is_none_is_said() -> None:
    with pytest.raises(ManifestError, match="params is no list"):
        synchronized(FOLDER, document({"params": {"name": "x"}}), None, code_in(JOB))


@settings(max_examples=30)
@given(MANIFESTS)
def test_code_that_was_written_from_a_manifest_changes_nothing_in_it(data: dict[str, object]) -> None:
    manifest = manifest_of(json.dumps(data))
    assert manifest.document is not None
    model = model_source(manifest)
    result = synchronized(FOLDER, manifest.document, None, code_of(model, manifest))
    assert result.changes == ()
    # Outputs that no variable can be are in no code.
    assert len(result.left) <= len(model.left_out)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no folder .*nowhere"):
        synchronize(tmp_path / "nowhere")


KEPT_BY_A_PERSON = {"GP905", "GP907", "GP908", "GP910"}
"""What nothing but the code can put right: types that no param gives, defaults and choices that two actions see differently."""


@settings(max_examples=30)
@given(MANIFESTS, MANIFESTS, ACTIONS, st.booleans())
def test_twice_is_once_and_nothing_drifts(data: dict[str, Any], other: dict[str, Any], actions: list[str], prune: bool) -> None:
    action = {"name": "tc_action", "label": "Action", "type": "Choice", "required": True, "validValues": actions}
    display = {"display": "tc_action in ('{}')".format(actions[0].replace("'", "''"))}
    other = {**other, "params": [action, *other["params"]], "runtimeLevel": "Playbook"}
    layout = layout_of(json.dumps({"inputs": [{"parameters": [{"name": p["name"], **display} for p in other["params"][1::2]]}]}))
    source = manifest_of(json.dumps(other))
    code = code_of(model_source(source, layout), source)
    first = synchronized(FOLDER, document({**data, "runtimeLevel": "Playbook"}), None, code, prune=prune)
    files = {file.after.path.name: file.after for file in first.files}
    again = synchronized(FOLDER, files["install.json"], files.get("layout.json"), code, prune=prune)
    assert (again.changes, again.changed) == ((), ())
    assert [note.what for note in again.left] == [note.what for note in first.left]
    found = {number for number, _ in drift(read_manifest(files["install.json"]), code)} - KEPT_BY_A_PERSON
    assert found == set() if prune else found <= {"GP904", "GP913", "GP914"}


def test_a_folder_is_brought_up_to_date_and_validates(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "from typing import Any, Literal\nfrom gatepost import App, Inputs, Outputs, Runtime\n" + STEP.replace('folder="."', "")
    )
    (tmp_path / "run.py").write_text("from app import app\n\nif __name__ == '__main__':\n    app.run()\n")
    result = synchronize(tmp_path)
    result.write()
    assert synchronize(tmp_path).changed == ()
    assert [str(finding) for finding in validate(tmp_path).findings if finding.severity != "note"] == []
