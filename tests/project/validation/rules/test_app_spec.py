"""The specification of an app, and the manifest that was made of it."""

from __future__ import annotations

import json

import pytest

from gatepost.manifest.app_spec import generate, load_app_spec

SPEC = """\
schemaVersion: 1.1.0
allowOnDemand: true
appId: 4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34
category: Utility
displayName: An App
features: [fileParams]
languageVersion: '3.11'
listDelimiter: '|'
minServerVersion: 7.2.0
note: Says something.
outputData:
  - outputVariables:
      - name: demo.result
packageName: TCPB_-_Demo
programLanguage: PYTHON
programMain: run.py
programVersion: 1.0.0
releaseNotes:
  - version: 1.0.0
    notes: [First.]
runtimeLevel: Playbook
sections:
  - sectionName: Inputs
    params:
      - name: text
        label: Text
"""


@pytest.fixture
def manifest(tmp_path):
    (tmp_path / "app_spec.yml").write_text(SPEC)
    return json.loads(generate(load_app_spec(tmp_path))["install.json"])


def look(found, manifest, spec=SPEC):
    return {pair for pair in found({"app_spec.yml": spec}, **manifest) if pair[0].startswith("GP82")}


def test_what_was_made_of_it_agrees(found, manifest):
    assert look(found, manifest) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"displayName": "Another"}, {("GP821", "$.displayName")}),
        ({"note": "Other"}, {("GP821", "$.note")}),
        ({"features": ["fileParams", "CreatesTag"], "sdkVersion": "9.9.9"}, set()),
    ],
)
def test_another_value(found, manifest, changes, expected):
    assert look(found, {**manifest, **changes}) == expected


def test_other_params(found, manifest):
    param = manifest["params"][0]
    assert look(found, {**manifest, "params": [{**param, "required": True}]}) == {("GP821", "$.params[0].required")}
    assert look(found, {**manifest, "params": []}) == {("GP821", "$.params")}
    more = [param, {**param, "name": "more", "sequence": 2}]
    assert look(found, {**manifest, "params": more}) == {("GP821", "$.params[1].name")}


def test_other_outputs(found, manifest):
    playbook = {**manifest["playbook"], "outputVariables": [{"name": "demo.result", "type": "StringArray"}]}
    assert look(found, {**manifest, "playbook": playbook}) == {
        ("GP821", "$.playbook.outputVariables"),
        ("GP821", "$.playbook.outputVariables[0].name"),
    }


def test_a_specification_that_cannot_be_used(found, manifest):
    assert look(found, manifest, spec="a: [") == {("GP820", "app_spec.yml")}
    twice = SPEC + "      - name: text\n        label: Text\n"
    assert look(found, manifest, spec=twice) == {("GP820", "app_spec.yml")}
