"""The form follows the actions of the code, and what a person wrote of it stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatepost.errors import ManifestError
from tests.project.generating.changes import synchronized_data

STEP = """
class AppInputs(Inputs):
    text: str
    note: str | None = None

class AppendInputs(AppInputs):
    suffix: str

class AppOutputs(Outputs, prefix="demo"):
    result: str | None = None

app = App(AppInputs, outputs=AppOutputs, folder=".")

@app.action("Append", inputs=AppendInputs)
def append(runtime: Any) -> None: ...

@app.action("Count")
def count(runtime: Any) -> None: ...
"""
ACTION = {"title": "Action", "sequence": 1, "parameters": [{"name": "tc_action"}]}


def updated(layout: dict[str, Any], source: str = STEP, **manifest: Any) -> tuple[dict[str, Any], list[str], list[str]]:
    """The layout after the code was brought into it, what was done to it, and what was left."""
    whole = None
    if manifest:
        whole, _ = synchronized_data(None, source)
        whole |= manifest
    _, result = synchronized_data(whole, source, json.dumps(layout))
    notes = [[note.what for note in notes if note.file == "layout.json"] for notes in (result.changes, result.left)]
    (after,) = (file.after.data for file in result.files if file.after.path.name == "layout.json")
    return dict(after), *notes


def page(*parameters: dict[str, str]) -> dict[str, Any]:
    return {"title": "Mine", "sequence": 2, "parameters": list(parameters)}


def test_what_the_form_lacks_goes_to_the_end_of_its_last_page() -> None:
    layout, changes, left = updated({"inputs": [ACTION, page({"name": "text"})]})
    assert layout["inputs"][1]["parameters"] == [
        {"name": "text"},
        {"name": "note"},
        {"name": "suffix", "display": "tc_action in ('Append')"},
    ]
    assert (changes, left) == (["'note' is shown", "'suffix' is shown"], [])


def test_it_gets_a_page_of_its_own_where_there_is_only_that_of_the_action() -> None:
    layout, changes, _ = updated({"inputs": [ACTION]})
    assert (layout["inputs"][1]["title"], layout["inputs"][1]["sequence"]) == ("Configure", 2)
    assert [entry["name"] for entry in layout["inputs"][1]["parameters"]] == ["text", "note", "suffix"]
    assert changes == ["a page for what is new"]


@pytest.mark.parametrize(
    "layout",
    [{"inputs": {"parameters": []}}, {"inputs": [ACTION, {"parameters": {"name": "text"}}]}, {"inputs": [], "outputs": {}}],
)
def test_where_a_list_is_to_be_nothing_else_is_written_over(layout: dict[str, Any]) -> None:
    with pytest.raises(ManifestError, match=r"layout\.json, line 1, column \d+: (inputs|parameters|outputs) is no list"):
        updated(layout)


def test_a_layout_without_anything_gets_all() -> None:
    layout, changes, _ = updated({"inputs": None})
    assert [page["title"] for page in layout["inputs"]] == ["Configure"]
    assert changes[0] == "a list of pages added"


def test_a_page_without_a_list_gets_one() -> None:
    layout, _, _ = updated({"inputs": [ACTION, {"title": "Mine", "sequence": 2}]})
    assert [entry["name"] for entry in layout["inputs"][1]["parameters"]] == ["text", "note", "suffix"]


def test_what_is_no_param_or_output_any_more_is_removed() -> None:
    suffix = {"name": "suffix", "display": "tc_action in ('Append')"}
    inputs = [ACTION, page({"name": "text"}, {"name": "gone"}, {"name": "note"}, suffix)]
    outputs = [{"name": "demo.gone", "display": "1"}, {"name": "demo.result", "display": "1"}]
    layout, changes, left = updated({"inputs": inputs, "outputs": outputs})
    assert layout == {"inputs": [ACTION, page({"name": "text"}, {"name": "note"}, suffix)], "outputs": outputs[1:]}
    assert sorted(changes) == ["'demo.gone' is no output any more", "'gone' is no param any more"]
    assert left == []


@pytest.mark.parametrize(
    ("entry", "after", "change"),
    [
        ({"name": "text", "display": "tc_action in ('Append')"}, {"name": "text"}, "'text' is shown for all actions"),
        ({"name": "text", "display": "tc_action = 'Append'"}, {"name": "text"}, "'text' is shown for all actions"),
        (
            {"name": "suffix", "display": "tc_action in ('Count')"},
            {"name": "suffix", "display": "tc_action in ('Append')"},
            "'suffix' is shown for the actions that read it",
        ),
        (
            {"name": "suffix"},
            {"name": "suffix", "display": "tc_action in ('Append')"},
            "'suffix' is shown for the actions that read it",
        ),
    ],
)
def test_conditions_on_the_action_alone_follow_the_code(entry: dict[str, str], after: dict[str, str], change: str) -> None:
    others = [{"name": name} for name in ("text", "note") if name != entry["name"]]
    others += [{"name": "suffix", "display": "tc_action in ('Append')"}] if entry["name"] != "suffix" else []
    layout, changes, left = updated({"inputs": [ACTION, page(entry, *others)]})
    assert layout["inputs"][1]["parameters"][0] == after
    assert (changes, left) == ([change], [])


def test_an_optional_input_stays_where_a_person_shows_it() -> None:
    note = {"name": "note", "display": "tc_action in ('Count')"}
    suffix = {"name": "suffix", "display": "tc_action in ('Append')"}
    layout, changes, left = updated({"inputs": [ACTION, page({"name": "text"}, note, suffix)]})
    assert layout["inputs"][1]["parameters"][1] == note
    assert (changes, left) == ([], [])


def test_a_condition_of_a_persons_own_is_left_with_what_it_misses() -> None:
    own = {"name": "text", "display": "tc_action in ('Append') and note = 'true'"}
    suffix = {"name": "suffix", "display": "tc_action in ('Append')"}
    source = STEP.replace("note: str | None = None", "note: bool = False")
    layout, changes, left = updated({"inputs": [ACTION, page(own, {"name": "note"}, suffix)]}, source)
    assert layout["inputs"][1]["parameters"][0] == own
    assert (changes, left) == ([], ["'text' is not shown for each action that needs it"])


def test_outputs_are_listed_once_the_form_lists_some() -> None:
    source = STEP.replace('@app.action("Count")', '@app.action("Count", outputs=CountOutputs)').replace(
        "app = App", "class CountOutputs(AppOutputs):\n    count: str | None = None\n\napp = App"
    )
    layout, changes, _ = updated({"inputs": [ACTION], "outputs": [{"name": "demo.result", "display": "1"}]}, source)
    assert layout["outputs"] == [
        {"name": "demo.result", "display": "1"},
        {"name": "demo.count", "display": "tc_action in ('Count')"},
    ]
    assert "'demo.count' is offered" in changes


def test_what_the_form_does_not_show_stays_out() -> None:
    params = [
        {"name": "tc_action", "type": "Choice", "validValues": ["Append", "Count"]},
        {"name": "text", "type": "String", "required": True, "playbookDataType": ["String"]},
        {"name": "note", "type": "String", "playbookDataType": ["String"], "hidden": True},
        {"name": "suffix", "type": "String", "required": True, "playbookDataType": ["String"]},
    ]
    layout, _, _ = updated({"inputs": [ACTION]}, params=params)
    assert [entry["name"] for entry in layout["inputs"][1]["parameters"]] == ["text", "suffix"]


def test_the_layout_of_another_kind_of_app_is_none_of_its_codes() -> None:
    source = """
class AppInputs(Inputs):
    owner: str

app = App(AppInputs, folder=".")

@app.job
def job(runtime: Runtime[AppInputs]) -> None: ...
"""
    layout = {"inputs": [page({"name": "gone"})]}
    assert updated(layout, source) == (layout, [], [])
