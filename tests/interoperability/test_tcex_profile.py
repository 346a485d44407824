"""An app that is written with the real ``tcex`` passes a profile, and fails one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.project.profiles.running import run_profiles

pytestmark = pytest.mark.interoperability

MANIFEST = {
    "displayName": "Step",
    "features": ["fileParams"],
    "languageVersion": "3.11",
    "listDelimiter": "|",
    "params": [{"name": "text", "label": "Text", "type": "String", "required": True, "playbookDataType": ["String"]}],
    "playbook": {
        "outputVariables": [{"name": "demo.out", "type": "String"}, {"name": "demo.file", "type": "Binary"}],
        "type": "Utility",
    },
    "programLanguage": "PYTHON",
    "programMain": "run",
    "programVersion": "1.0.0",
    "runtimeLevel": "Playbook",
}

APP = """
from tcex import TcEx

tcex = TcEx()
playbook = tcex.app.playbook
text = playbook.read.variable(tcex.inputs.contents["text"])
playbook.create.variable("demo.out", text.upper())
playbook.create.variable("demo.file", b"\\x00\\xff")
tcex.exit.exit(0, "Done")
"""


def test_it_is_staged_started_and_compared(tcex_python: Path, tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    (tmp_path / "run.py").write_text(APP, encoding="utf-8")
    folder = tmp_path / "tests" / "upper" / "profiles.d"
    folder.mkdir(parents=True)
    outputs = {
        "#App:9876:demo.out!String": {"expected_output": "HÉLLO", "op": "eq"},
        "#App:9876:demo.file!Binary": {"expected_output": "AAAA", "op": "eq"},
    }
    profile = {
        "stage": {"kvstore": {"#App:1234:in!String": "héllo"}},
        "inputs": {"required": {"text": "#App:1234:in!String"}},
        "exit_message": {"expected_output": "Done\n", "op": "eq"},
        "outputs": outputs,
        "exit_codes": [0],
    }
    (folder / "upper.json").write_text(json.dumps(profile), encoding="utf-8")
    (outcome,) = run_profiles(tmp_path, python=str(tcex_python))
    assert (outcome.exit_code, outcome.message) == (0, "Done"), outcome.report
    assert [(check.what, check.difference) for check in outcome.checks if not check.passed] == [
        ("#App:9876:demo.file!Binary", 'expected  "AAAA"\ngot       "AP8="')
    ]
