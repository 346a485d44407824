from __future__ import annotations

import pytest

from tests.project.validation.conftest import PLAYBOOK, step

ACTION = step("tc_action", type="Choice", validValues=["Append", "Prepend"], default="Append")
TEXT = step("text", sequence=2)
FEATURES = [*PLAYBOOK["features"], "layoutEnabledApp"]
PAGE = {"title": "Action", "sequence": 1, "parameters": [{"name": "tc_action"}, {"name": "text"}]}
OUTPUT = {"name": "demo.result", "display": "tc_action in ('Append')"}


def look(found, *, page=PAGE, pages=None, outputs=None, params=(ACTION, TEXT)):
    layout = {"inputs": pages or [page], "outputs": [OUTPUT] if outputs is None else outputs}
    return found({"layout.json": layout}, base=PLAYBOOK, features=FEATURES, params=list(params))


def shown(*parameters):
    return {**PAGE, "parameters": list(parameters)}


def test_a_whole_layout(found):
    assert look(found) == set()


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (({"name": "tc_action"}, {"name": "text"}, {"name": "txt"}), {("GP701", "$.inputs[0].parameters[2].name")}),
        (({"name": "tc_action"}, {"name": "text"}, {"name": "text"}), {("GP703", "$.inputs[0].parameters[2].name")}),
        (({"name": "tc_action"},), {("GP704", "$.params[1].name")}),
    ],
)
def test_every_param_is_there_once(found, parameters, expected):
    assert look(found, page=shown(*parameters)) == expected


@pytest.mark.parametrize(
    "mark", [{"hidden": True}, {"serviceConfig": True, "validValues": ["${USER:TEXT}", "${ORGANIZATION:TEXT}"]}]
)
def test_a_param_that_no_form_shows(found, mark):
    assert ("GP702", "$.inputs[0].parameters[1].name") in look(found, params=[ACTION, {**TEXT, **mark}])


def test_outputs_are_the_apps(found):
    assert look(found, outputs=[OUTPUT, {"name": "other", "display": "1"}]) == {("GP705", "$.outputs[1].name")}
    assert look(found, outputs=[OUTPUT, OUTPUT]) == {("GP703", "$.outputs[1].name")}
    assert look(found, outputs=[]) == {("GP711", "$.playbook.outputVariables[0].name")}
    assert look(found, outputs=[{"name": "demo.result"}]) == {("GP711", "$.outputs[0]")}


@pytest.mark.parametrize(
    ("display", "rules"),
    [
        ("tc_action in ('Append')", set()),
        ("tc_action in ('Append'", {"GP706"}),
        ("tc_acton in ('Append')", {"GP706"}),
        ("tc_action in ('Upper')", {"GP707", "GP709"}),
        ("tc_action in ('Append', 'Prepend')", {"GP708"}),
        ("tc_action in ('Append', 'Upper')", {"GP709"}),
        ("'hidden' != 'hidden'", set()),
        ("text = 'a'", set()),
        ("", set()),
    ],
)
def test_conditions_are_evaluated(found, display, rules):
    page = shown({"name": "tc_action"}, {"name": "text", "display": display})
    assert look(found, page=page) == {(rule, "$.inputs[0].parameters[1].display") for rule in rules}


def test_pages(found):
    pages = [
        {**PAGE, "title": "A", "parameters": [{"name": "tc_action"}]},
        {"title": "More", "sequence": 1, "parameters": [{"name": "text"}]},
        {"title": "", "sequence": 3, "parameters": []},
    ]
    assert look(found, pages=pages) == {
        ("GP710", "$.inputs[0].title"),
        ("GP710", "$.inputs[1].sequence"),
        ("GP710", "$.inputs[2].title"),
        ("GP710", "$.inputs[2].parameters"),
    }
