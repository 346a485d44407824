from __future__ import annotations

import pytest

from tests.project.validation.conftest import PLAYBOOK, step

REQUEST_OUTPUTS = [
    {"name": f"demo.request.{name}", "type": kind}
    for name, kind in {
        "content": "String",
        "content.binary": "Binary",
        "headers": "String",
        "ok": "String",
        "reason": "String",
        "status_code": "String",
        "url": "String",
    }.items()
]


@pytest.mark.parametrize(
    ("playbook", "expected"),
    [
        (..., {("GP505", "$")}),
        ({"type": ""}, {("GP506", "$.playbook")}),
        ({"type": "a" * 36}, {("GP210", "$.playbook.type")}),
        ({"type": "a", "outputVariables": [{"name": "a", "type": "Any"}]}, {("GP510", "$.playbook.outputVariables[0].type")}),
        ({"type": "a", "retry": {"allowed": True, "actions": ["Append"]}}, {("GP511", "$.playbook.retry.actions")}),
        (
            {"type": "a", "retry": {"defaultDelayMinutes": -1, "defaultMaxRetries": 1}},
            {("GP513", "$.playbook.retry.defaultDelayMinutes")},
        ),
    ],
)
def test_the_playbook_part(found, playbook, expected):
    assert found(base=PLAYBOOK, playbook=playbook) == expected


def test_actions_that_may_be_repeated_are_the_apps(found):
    action = step("tc_action", type="Choice", validValues=["Append", "Prepend"])
    playbook = {"type": "a", "retry": {"actions": ["Append", "Upper"]}}
    assert found(base=PLAYBOOK, params=[action], playbook=playbook) == {("GP511", "$.playbook.retry.actions[1]")}


def test_a_job_has_no_outputs(found):
    assert found(playbook={"outputVariables": [{"name": "a", "type": "String"}]}) == {("GP512", "$.playbook")}
    assert found(playbook={"type": "Utility"}) == set()


def test_an_advanced_request_is_whole(found):
    features = [*PLAYBOOK["features"], "advancedRequest"]
    names = ["path", "http_method", "params", "exclude_null_params", "headers", "body", "urlencode_body", "fail_on_error"]
    params = [step(f"tc_adv_req_{name}", sequence=number) for number, name in enumerate(names)]
    playbook = {"type": "a", "outputPrefix": "demo", "outputVariables": REQUEST_OUTPUTS}
    assert found(base=PLAYBOOK, features=features, params=params, playbook=playbook) == set()
    assert found(base=PLAYBOOK, features=features, params=params[1:], playbook=playbook) == {("GP509", "$.params")}
    less = {**playbook, "outputVariables": REQUEST_OUTPUTS[1:]}
    assert found(base=PLAYBOOK, features=features, params=params, playbook=less) == {("GP508", "$.playbook.outputVariables")}
    unnamed = {"type": "a"}
    assert found(base=PLAYBOOK, features=features, params=params, playbook=unnamed) == {("GP507", "$.playbook")}
