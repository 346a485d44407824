"""Actions, outputs and repetitions of a manifest follow the code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project.generating.changes import synchronized_data

STEP = """
class AppInputs(Inputs):
    text: str

class AppOutputs(Outputs, prefix="demo"):
    result: str | None = None
    count: list[str] | None = None

app = App(AppInputs, outputs=AppOutputs, folder=".")

@app.action("Append", retry=True)
def append(runtime: Any) -> None: ...

@app.action("Count It", retry=False)
def count(runtime: Any) -> None: ...
"""
TEXT = {"name": "text", "label": "Text", "type": "String", "required": True, "playbookDataType": ["String"]}
OUTPUTS = [{"name": "demo.result", "type": "String"}, {"name": "demo.count", "type": "StringArray"}]
RETRY = {"actions": ["Append"], "allowed": True, "defaultDelayMinutes": 1, "defaultMaxRetries": 1}


def updated(
    action: dict[str, Any] | None = None, source: str = STEP, *, prune: bool = False, **playbook: Any
) -> tuple[dict[str, Any], list[str], list[str]]:
    """The manifest after the code was brought into it, what was done, and what was left."""
    choice = {"name": "tc_action", "label": "Action", "type": "Choice", "validValues": ["Append", "Count It"], **(action or {})}
    part = {"type": "Utility", "outputVariables": OUTPUTS, "retry": RETRY, **playbook}
    manifest = {"runtimeLevel": "Playbook", "params": [choice, TEXT], "playbook": part}
    data, result = synchronized_data(manifest, source, prune=prune)
    return data, [note.what for note in result.changes], [note.what for note in result.left]


def test_what_says_the_same_stays() -> None:
    assert updated()[1:] == ([], [])


def test_actions_that_are_missing_are_added_and_others_left_or_removed() -> None:
    values = {"validValues": ["append", "Split"]}
    data, changes, left = updated(values)
    assert data["params"][0]["validValues"] == ["append", "Split", "Count It"]
    assert (changes, left) == (["actions added: 'Count It'"], ["the code has no action 'Split'"])
    data, changes, left = updated(values, prune=True)
    assert data["params"][0]["validValues"] == ["append", "Count It"]
    assert (changes[1:], left) == (["actions removed: 'Split'"], [])


@pytest.mark.parametrize(("action", "kind"), [({"type": "String"}, "String"), ({"validValues": ["${OWNERS}"]}, "Choice")])
def test_an_action_that_is_chosen_otherwise_is_a_persons(action: dict[str, Any], kind: str) -> None:
    _, changes, left = updated(action)
    assert (changes, left) == ([], [f"the code has actions, and tc_action is a {kind} that does not list them"])


def test_outputs_are_added_and_retyped() -> None:
    declared = [{"name": "demo.result", "type": "Binary", "note": "kept"}, {"name": "demo.gone", "type": "String"}]
    data, changes, left = updated(outputVariables=declared)
    assert data["playbook"]["outputVariables"] == [
        {"name": "demo.result", "type": "String", "note": "kept"},
        {"name": "demo.gone", "type": "String"},
        {"name": "demo.count", "type": "StringArray"},
    ]
    assert changes == ["'demo.result' is a String in the code, and no Binary", "the code gives out 'demo.count': added"]
    assert left == ["the code does not give out 'demo.gone'"]
    data, changes, left = updated(outputVariables=declared, prune=True)
    assert [output["name"] for output in data["playbook"]["outputVariables"]] == ["demo.result", "demo.count"]
    assert (changes[-1], left) == ("the code does not give out 'demo.gone': removed", [])


@pytest.mark.parametrize("playbook", [None, {"type": "Utility"}, {"type": "Utility", "outputVariables": None}])
def test_a_manifest_without_outputs_gets_them(playbook: dict[str, Any] | None) -> None:
    action = {"name": "tc_action", "label": "Action", "type": "Choice", "validValues": ["Append", "Count It"]}
    manifest = {"runtimeLevel": "Playbook", "params": [action, TEXT], **({} if playbook is None else {"playbook": playbook})}
    data, _ = synchronized_data(manifest, STEP)
    assert data["playbook"] == {"type": "Utility", "outputVariables": OUTPUTS, "retry": RETRY}


@pytest.mark.parametrize(
    ("retry", "after"),
    [
        ({"allowed": True}, {"allowed": True}),
        ({"allowed": False}, {"allowed": True, "actions": ["Append"]}),
        ({"allowed": False, "actions": ["append"]}, {"allowed": True, "actions": ["append"]}),
        ({"allowed": True, "actions": ["Append", "Count It"]}, {"allowed": True, "actions": ["Append"]}),
        ({"allowed": True, "actions": ["Other"]}, {"allowed": True, "actions": ["Other", "Append"]}),
    ],
)
def test_the_actions_that_may_be_repeated_are_those_of_the_code(retry: dict[str, Any], after: dict[str, Any]) -> None:
    data, _, _ = updated(retry={**retry, "defaultMaxRetries": 3})
    assert data["playbook"]["retry"] == {**after, "defaultMaxRetries": 3}


def test_nothing_may_be_repeated_where_no_action_is_left_that_may() -> None:
    data, changes, _ = updated(source=STEP.replace("retry=True", "retry=False"))
    assert (data["playbook"]["retry"]["actions"], data["playbook"]["retry"]["allowed"]) == ([], False)
    assert changes[-1] == "repeating is not allowed any more"
    assert "retry" not in synchronized_data(None, STEP.replace("retry=True", "retry=False"))[0]["playbook"]


def test_the_params_of_the_ready_action_follow_the_last_one() -> None:
    data, _, left = updated({"sequence": 4}, STEP + '\napp.advanced_request("demo")\n')
    added = data["params"][2:]
    assert [param["sequence"] for param in added] == list(range(5, 13))
    assert all(param["name"].startswith("tc_adv_req_") for param in added)
    assert (data["params"][0]["validValues"][-1], left) == ("Advanced Request", [])
