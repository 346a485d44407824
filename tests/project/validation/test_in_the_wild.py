"""Every oddity of contract/manifests_in_the_wild.md is read and reported, and none is fatal but the unreadable."""

from __future__ import annotations

import json

import pytest

from gatepost.project.validation import validate
from tests.project.validation.conftest import JOB, PLAYBOOK, param, step


@pytest.mark.parametrize(
    ("oddity", "rule", "path"),
    [
        ({"params": [step(default=True)]}, "GP307", "$.params[0].default"),
        ({"params": [step(type="Choice", validValues=["1"], default=1)]}, "GP307", "$.params[0].default"),
        ({"params": [param(type="Boolean", default="False")]}, "GP308", "$.params[0].default"),
        ({"params": [{key: value for key, value in step().items() if key != "sequence"}]}, "GP304", "$.params[0]"),
        ({"params": [step("a"), step("b")]}, "GP305", "$.params[1].sequence"),
        ({"programLanguage": "python"}, "GP206", "$.programLanguage"),
        ({"programLanguage": "none"}, "GP206", "$.programLanguage"),
        ({"programLanguage": "PLAYBOOK"}, "GP208", "$.programLanguage"),
        ({"programLanguage": ...}, "GP202", "$"),
        ({"languageVersion": "3.6.x"}, "GP401", "$.languageVersion"),
        ({"languageVersion": "JS"}, "GP401", "$.languageVersion"),
        ({"languageVersion": ...}, "GP202", "$"),
        ({"programMain": "my_module"}, "GP402", "$.programMain"),
        ({"programMain": ...}, "GP202", "$"),
        ({"features": ...}, "GP403", "$"),
        ({"listDelimiter": ...}, "GP404", "$"),
        ({"playbook": {"type": "a", "retry": {"allowed": False}}}, "GP501", "$.playbook.retry"),
        ({"displayName": ...}, "GP202", "$"),
        ({"runtimeLevel": ...}, "GP202", "$"),
        ({"programVersion": ...}, "GP202", "$"),
        ({"params": [{"name": "username", "label": "X", "sequence": 1}]}, "GP303", "$.params[0]"),
        ({"params": [{"name": "api_secret_key", "label": "X", "sequence": 1}]}, "GP310", "$.params[0]"),
        ({"params": [step(type="choice", validValues=["a"])]}, "GP206", "$.params[0].type"),
        ({"params": [step(type="Text")]}, "GP207", "$.params[0].type"),
        ({"params": [step(allow_multiple=True)]}, "GP201", "$.params[0].allow_multiple"),
        ({"params": [step(**{"defaultValue:": "a"})]}, "GP201", "$.params[0]['defaultValue:']"),
        ({"blueprint": {}}, "GP201", "$.blueprint"),
        ({"retry": {}}, "GP201", "$.retry"),
        ({"runtimeLevel": "N/A"}, "GP207", "$.runtimeLevel"),
        ({"runtimeLevel": "ThirdParty"}, "GP208", "$.runtimeLevel"),
        ({"runtimeLevel": "CustomTriggerService"}, "GP207", "$.runtimeLevel"),
        ({"runtimeLevel": None}, "GP207", "$.runtimeLevel"),
        ({"feeds": [{"deprecation": {"indicatorType": "Host"}}]}, "GP209", "$.feeds[0].deprecation"),
        (
            {"playbook": {"type": "a", "outputVariables": [{"name": "a", "type": "keyValueArray"}]}},
            "GP206",
            "$.playbook.outputVariables[0].type",
        ),
        ({"playbook": {"type": "a", "outputVariables": [{"name": "a"}]}}, "GP502", "$.playbook.outputVariables[0]"),
        (
            {"playbook": {"type": "a", "outputVariables": [{"name": "a", "type": "User"}]}},
            "GP503",
            "$.playbook.outputVariables[0].type",
        ),
        ({"params": [step("a"), step("a", sequence=2)]}, "GP306", "$.params[1].name"),
        ({"appId": None}, "GP408", "$"),
        ({"appId": "my-app"}, "GP405", "$.appId"),
        ({"programVersion": "v1"}, "GP406", "$.programVersion"),
        ({"allowOnDemand": "true"}, "GP203", "$.allowOnDemand"),
        ({"params": [step(type="Choice", validValues=["a"], default="b")]}, "GP309", "$.params[0].default"),
        ({"params": [step(type="Choice", validValues=[])]}, "GP311", "$.params[0]"),
    ],
)
def test_an_oddity_is_reported_with_its_place(app, oddity, rule, path):
    findings = validate(app(base=PLAYBOOK, **oddity), code=False).findings
    found = [finding for finding in findings if (finding.rule, finding.path) == (rule, path)]
    assert found, [(finding.rule, finding.path) for finding in findings]
    assert found[0].line >= 1
    assert "GP100" not in {finding.rule for finding in findings}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (json.dumps(JOB)[:-1] + ",}\n", "GP102"),
        (json.dumps(JOB)[:-1] + ', "note": "a", "note": "b"}\n', "GP104"),
        (json.dumps(JOB, indent="\t") + "\n", "GP108"),
        (json.dumps(JOB), "GP109"),
        ("{{ app }}\n", "GP100"),
        ('{"displayName": {{ name }}}\n', "GP100"),
        (json.dumps({**JOB, "note": "{{ note }}"}) + "\n", "GP110"),
        ("[" * 10_000, "GP100"),
        ("", "GP100"),
    ],
)
def test_an_oddity_of_the_text_is_reported_with_its_line(app, text, rule):
    found = [finding for finding in validate(app({"install.json": text}), code=False).findings if finding.rule == rule]
    assert len(found) == 1
    assert found[0].line >= 1


def test_one_name_with_several_types_is_right(app):
    outputs = [{"name": "a", "type": "String"}, {"name": "a", "type": "StringArray"}]
    assert validate(app(base=PLAYBOOK, playbook={"type": "a", "outputVariables": outputs})).findings == ()
