from __future__ import annotations

import pytest

from tests.project.validation.conftest import PLAYBOOK


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (["fileParams"], set()),
        (["FILEPARAMS"], set()),
        (["fileParams", "flieParams"], {("GP413", "$.features[1]")}),
        (["fileParams", "advancedRequest"], {("GP414", "$.features[1]"), ("GP507", "$.features"), ("GP509", "$.params")}),
        (["fileParams", "aotExecutionEnabled"], {("GP415", "$.features[1]")}),
        (["fileParams", "smtpSettings"], {("GP416", "$.features")}),
        (["fileParams", "smtpSettings", "secureParams"], set()),
        (["runtimeVariables"], {("GP417", "$.features")}),
        (["fileParams", "fileparams"], {("GP419", "$.features[1]")}),
    ],
)
def test_features_of_a_job(found, features, expected):
    assert found(features=features) == expected


def test_a_layout_and_its_feature_come_together(found):
    with_feature = [*PLAYBOOK["features"], "layoutEnabledApp"]
    layout = {"inputs": [], "outputs": [{"name": "demo.result", "display": "1"}]}
    assert found(base=PLAYBOOK, features=with_feature) == {("GP418", "$.features")}
    assert found({"layout.json": layout}, base=PLAYBOOK) == {("GP418", "$.features")}
    assert found({"layout.json": layout}, base=PLAYBOOK, features=with_feature) == set()


def test_a_playbook_app_has_its_features(found):
    assert found(base=PLAYBOOK, features=["fileParams"]) == {("GP417", "$.features")}
