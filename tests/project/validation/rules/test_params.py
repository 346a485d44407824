from __future__ import annotations

import pytest

from tests.project.validation.conftest import PLAYBOOK, param, step


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, set()),
        ({"type": "Choice"}, {("GP311", "$.params[0]")}),
        ({"type": "MultiChoice", "validValues": []}, {("GP311", "$.params[0]")}),
        ({"type": "EditChoice"}, set()),
        ({"type": "Choice", "validValues": ["a"]}, set()),
        ({"type": "Choice", "validValues": ["a"], "encrypt": True}, {("GP312", "$.params[0].encrypt")}),
        ({"exposePlaybookKeyAs": "String"}, {("GP313", "$.params[0].exposePlaybookKeyAs")}),
        ({"playbookDataType": ["String"]}, {("GP317", "$.params[0].playbookDataType")}),
        ({"type": "Choice", "validValues": ["a"], "allowMultiple": True}, {("GP321", "$.params[0].allowMultiple")}),
        ({"allowMultiple": True}, set()),
        ({"viewRows": 0}, {("GP325", "$.params[0].viewRows")}),
        ({"hidden": True, "required": True}, {("GP326", "$.params[0]")}),
        ({"hidden": True, "required": True, "default": "a"}, set()),
        ({"serviceConfig": True}, {("GP327", "$.params[0].serviceConfig")}),
        ({"feedDeployer": True}, {("GP328", "$.params[0].feedDeployer")}),
    ],
)
def test_params_of_a_job(found, values, expected):
    assert found(params=[param(**values)]) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, set()),
        ({"type": "KeyValueList", "exposePlaybookKeyAs": "String"}, set()),
        ({"type": "KeyValueList", "exposePlaybookKeyAs": "Any"}, {("GP314", "$.params[0].exposePlaybookKeyAs")}),
        ({"playbookDataType": ["string"]}, {("GP315", "$.params[0].playbookDataType[0]")}),
        ({"playbookDataType": ["My.Type"]}, set()),
        ({"playbookDataType": []}, {("GP316", "$.params[0]")}),
    ],
)
def test_params_of_a_playbook_app(found, values, expected):
    assert found(base=PLAYBOOK, params=[step(**values)]) == expected
