"""What the typed code and the manifest say of each other."""

from __future__ import annotations

import pytest

from gatepost.project.app_code import Action, AppCode, InputField, OutputVariable
from tests.project.validation.conftest import PLAYBOOK, param, step


def field(name="x", *kinds, **more):
    return InputField(name, (name,), name, "a type", frozenset(kinds or {"text"}), **more)


def job(*fields):
    return AppCode("job", tuple(fields))


def test_code_and_manifest_agree(found):
    assert found(code=job(field(default="a"), field("tc_token", "secret")), params=[param(default="a")]) == set()


def test_inputs_that_are_no_params(found):
    assert found(code=job(field(required=True))) == {("GP902", "$.params")}
    assert found(code=job(field())) == {("GP903", "$.params")}


def test_params_that_nobody_reads(found):
    assert found(code=job(), params=[param()]) == {("GP904", "$.params[0].name")}
    assert found(code=job(), params=[param(hidden=True)]) == set()
    assert found(code=job(), params=[param("tc_log_level")]) == set()


def test_the_inputs_of_a_declared_service_are_read_by_the_framework(found):
    params = [param("shop_url"), param("shop_password", encrypt=True), param("shop_urls")]
    assert {place for rule, place in found(code=job(), params=params) if rule == "GP904"} == {
        "$.params[0].name",
        "$.params[1].name",
        "$.params[2].name",
    }
    declared = found(code=job(), params=[*params, param("shop_auth")])
    assert {place for rule, place in declared if rule == "GP904"} == {"$.params[2].name"}


def test_a_field_may_have_other_names(found):
    code = job(InputField("old", ("old", "x"), "x", "str", frozenset({"text"})))
    assert found(code=code, params=[param()]) == set()


@pytest.mark.parametrize(
    ("declared", "read", "fits"),
    [
        (param(), field("x", "text"), True),
        (param(), field("x", "integer"), True),
        (param(), field("x", "text", many=True), False),
        (param(), field("x", "key value"), False),
        (param(), field("x", "other", many=True), True),
        (param(allowMultiple=True), field("x", "text"), False),
        (param(allowMultiple=True), field("x", "text", many=True), True),
        (param(type="MultiChoice", validValues=["a"]), field("x", "text"), False),
        (param(type="Boolean"), field("x", "boolean"), True),
        (param(type="Boolean"), field("x", "text"), False),
        (param(type="Boolean"), field("x", "text", "boolean"), True),
        (param(type="Boolean"), field("x", "text", lenient=True), True),
        (
            param(type="KeyValueList", validValues=["${USER:TEXT}", "${ORGANIZATION:TEXT}"]),
            field("x", "key value", many=True),
            True,
        ),
        (param(type="KeyValueList", validValues=["${USER:TEXT}", "${ORGANIZATION:TEXT}"]), field("x", "text"), False),
    ],
)
def test_types(found, declared, read, fits):
    assert found(code=job(read), params=[declared]) == (set() if fits else {("GP905", "$.params[0].type")})


def test_variables_of_playbooks_are_not_judged(found):
    declared = step(playbookDataType=["String", "StringArray"])
    assert found(base=PLAYBOOK, code=AppCode("playbook", (field("x", "text", many=True),)), params=[declared]) == set()


@pytest.mark.parametrize(
    ("declared", "reported"),
    [({}, True), ({"required": True}, False), ({"default": "a"}, False), ({"hidden": True}, False)],
)
def test_an_input_that_may_be_empty(found, declared, reported):
    code = job(field(required=True))
    assert found(code=code, params=[param(**declared)]) == ({("GP906", "$.params[0]")} if reported else set())


def test_defaults(found):
    assert found(code=job(field(default="b")), params=[param(default="a")]) == {("GP907", "$.params[0].default")}
    assert found(code=job(field("x", "integer", default=5)), params=[param(default="5")]) == set()
    assert found(code=job(field("x", "boolean", default=True)), params=[param(type="Boolean", default=True)]) == set()
    both = param(type="MultiChoice", validValues=["a", "b"], default="a|b")
    assert found(code=job(field(many=True, default=["a", "b"])), params=[both]) == set()
    assert found(code=job(field(default_known=False)), params=[param(default="a")]) == set()


def test_choices(found):
    declared = param(type="Choice", validValues=["a", "b"])
    assert found(code=job(field("x", "choice", choices=("a", "b"))), params=[declared]) == set()
    assert found(code=job(field("x", "choice", choices=("a",))), params=[declared]) == {("GP908", "$.params[0].validValues[1]")}
    more = job(field("x", "choice", choices=("a", "b", "c")))
    assert found(code=more, params=[declared]) == {("GP909", "$.params[0].validValues")}


def test_secrets(found):
    stored = ["${USER:KEYCHAIN}", "${ORGANIZATION:KEYCHAIN}"]
    encrypted = param(encrypt=True, validValues=stored)
    assert found(code=job(field("x", "secret")), params=[encrypted]) == set()
    assert found(code=job(field("x", "text")), params=[encrypted]) == {("GP910", "$.params[0].encrypt")}
    assert found(code=job(field("x", "secret")), params=[param()]) == {("GP911", "$.params[0]")}


def test_outputs(found):
    right = AppCode("playbook", outputs=(OutputVariable("demo.result", "String"),))
    assert found(base=PLAYBOOK, code=right) == set()
    assert found(base=PLAYBOOK, code=AppCode("playbook")) == set()  # its outputs are not typed
    other = AppCode("playbook", outputs=(OutputVariable("demo.result", "StringArray"),))
    assert found(base=PLAYBOOK, code=other) == {
        ("GP912", "$.playbook.outputVariables"),
        ("GP913", "$.playbook.outputVariables[0].name"),
    }


@pytest.mark.parametrize("written", ["string", ["String"], None])
def test_outputs_have_the_type_that_was_read(found, written):
    playbook = {"type": "Utility", "outputVariables": [{"name": "demo.result", "type": written}]}
    right = AppCode("playbook", outputs=(OutputVariable("demo.result", "String"),))
    assert found(base=PLAYBOOK, playbook=playbook, code=right) == set()


def test_actions(found):
    action = step("tc_action", type="Choice", validValues=["Append", "Upper"])
    code = AppCode(
        "playbook",
        actions=(
            Action("Append", inputs=(field(),), outputs=(OutputVariable("demo.result", "String"),)),
            Action("Prepend", inputs=(field(),)),
        ),
    )
    assert found(base=PLAYBOOK, code=code, params=[action, step(sequence=2)]) == {
        ("GP914", "$.params[0].validValues[1]"),
        ("GP914", "$.params[0].validValues"),
    }
    assert found(base=PLAYBOOK, code=code, params=[step()]) == {("GP914", "$.params")}


def with_actions(*actions):
    return AppCode("playbook", actions=actions)


ACTIONS = [param("tc_action", type="Choice", required=True, validValues=["Append Text", "Upper"])]


def test_the_names_of_actions_are_compared_as_a_run_does(found):
    assert found(base=PLAYBOOK, code=with_actions(Action("append_text"), Action("UPPER")), params=ACTIONS) == set()


def test_features_that_the_code_names(found):
    code = AppCode("playbook", features=("CreatesGroup", "deletestag"))
    features = [*PLAYBOOK["features"], "DeletesTag"] if "features" in PLAYBOOK else ["DeletesTag"]
    assert ("GP916", "$.features") in found(base=PLAYBOOK, code=code, features=features)
    code = AppCode("playbook", features=("deletestag",))
    assert not {rule for rule, _ in found(base=PLAYBOOK, code=code, features=features)} & {"GP916"}


@pytest.mark.parametrize(
    ("declared", "manifest", "places"),
    [
        (None, None, set()),
        (True, None, {"$.playbook"}),
        (True, {"allowed": False}, {"$.playbook.retry"}),
        (True, {"allowed": True}, set()),
        (True, {"allowed": True, "actions": ["upper"]}, set()),
        (True, {"allowed": True, "actions": ["Append Text"]}, {"$.playbook.retry"}),
        (False, {"allowed": True}, set()),
        (False, {"allowed": True, "actions": ["Upper"]}, {"$.playbook.retry.actions"}),
    ],
)
def test_which_actions_may_be_repeated(found, declared, manifest, places):
    code = with_actions(Action("Append Text"), Action("Upper", retry=declared))
    retry = {} if manifest is None else {"retry": {"defaultDelayMinutes": 1, "defaultMaxRetries": 1, **manifest}}
    result = found(base=PLAYBOOK, code=code, params=ACTIONS, playbook={**PLAYBOOK["playbook"], **retry})
    assert {place for rule, place in result if rule == "GP917"} == places


def test_the_kind_of_app(found):
    assert found(code=AppCode("playbook")) == {("GP915", "$.runtimeLevel")}
    assert found(base=PLAYBOOK, code=AppCode("job")) == {("GP915", "$.runtimeLevel")}
