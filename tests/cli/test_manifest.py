from __future__ import annotations

import json

import pytest

from gatepost.project import generating
from tests.project.generating.changes import code_in
from tests.project.generating.test_synchronizing import JOB


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An app whose code was described already."""
    monkeypatch.chdir(tmp_path)
    code = code_in(JOB)
    monkeypatch.setattr("gatepost.project.app_code.describe", lambda *_, **__: code)
    return tmp_path


def test_a_manifest_is_written_once(gatepost, folder):
    assert gatepost("manifest", "--check").code == 1
    assert not (folder / "install.json").exists()
    said = gatepost("manifest")
    assert (said.code, said.err) == (0, "")
    assert "install.json: the code reads 'owner': added  ($.params[0])" in said.out
    assert gatepost("manifest").out == "Code and manifest agree.\n"
    assert gatepost("manifest", "--check").code == 0


def test_what_the_code_does_not_have_is_told(gatepost, folder):
    gatepost("manifest")
    data = json.loads((folder / "install.json").read_text())
    data["params"].append({"name": "old", "label": "Old", "type": "String", "sequence": 99})
    (folder / "install.json").write_text(json.dumps(data, indent=2))
    said = gatepost("manifest", "--json")
    assert (said.code, said.json["written"], said.json["changes"]) == (0, False, [])
    assert said.json["left"][0]["what"] == "the code does not read the param 'old'"
    assert "left as it is: install.json: the code does not read the param 'old'" in gatepost("manifest").err
    assert '-      "name": "old",' in gatepost("manifest", "--prune", "--diff").out
    assert gatepost("manifest", "--prune").code == 0
    assert "old" not in (folder / "install.json").read_text()


SPEC = """
schemaVersion: 1.1.0
displayName: Demo App
packageName: TC_-_Demo
programVersion: 1.0.0
languageVersion: "3.11"
runtimeLevel: Organization
programLanguage: PYTHON
features: []
sections:
  - sectionName: Configure
    params:
      - {name: owner, label: Owner, type: String}
releaseNotes:
  - {version: 1.0.0, notes: [First]}
"""


def test_files_are_made_of_a_specification(gatepost, folder):
    (folder / "app_spec.yml").write_text(SPEC)
    assert gatepost("manifest", "--from", "app_spec.yml").code == 0
    written = json.loads((folder / "install.json").read_text())
    assert [param["name"] for param in written["params"]] == ["owner"]
    written["appId"] = "4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34"
    (folder / "install.json").write_text(json.dumps(written, indent=4))
    (folder / "README.md").write_text("by hand")
    (folder / "app_spec.yml").write_text(SPEC.replace("Owner", "The Owner"))
    said = gatepost("manifest", "--from", "app_spec.yml")
    assert (said.code, said.out) == (0, "install.json: changed  ($)\n")
    assert "README.md" in said.err
    assert (folder / "README.md").read_text() == "by hand"
    again = json.loads((folder / "install.json").read_text())
    assert (again["appId"], again["params"][0]["label"]) == (written["appId"], "The Owner")
    assert generating.from_spec("app_spec.yml").changed == ()
    (folder / "README.md").unlink()
    gatepost("manifest", "--from", "app_spec.yml")
    assert gatepost("manifest", "--from", "app_spec.yml").out == "The files are as app_spec.yml says.\n"
    assert gatepost("manifest", "--from", "app_spec.yml", "--prune").code == 2


def test_a_file_that_cannot_be_compared_is_said(gatepost, folder):
    (folder / "app_spec.yml").write_text(SPEC)
    (folder / "README.md").mkdir()
    said = gatepost("manifest", "--from", "app_spec.yml")
    assert (said.code, "README.md cannot be read" in said.err) == (1, True)
    assert not (folder / "install.json").exists()


def test_a_model_is_written_over_nothing_of_a_person(gatepost, folder):
    gatepost("manifest")
    said = gatepost("inputs", "--from", "install.json")
    assert (said.code, said.err) == (0, "")
    assert "class AppInputs(Inputs):" in said.out
    module = folder / "app_inputs.py"
    assert gatepost("inputs", "--from", "install.json", "-o", module).out == f"{module} is written\n"
    assert module.read_text() == said.out
    assert gatepost("inputs", "--from", ".", "-o", module).out == f"{module} is as it was\n"
    module.write_text(said.out.replace("owner: str", "owner: str  # mine"))
    refused = gatepost("inputs", "--from", ".", "-o", module)
    assert (refused.code, "# mine" in module.read_text()) == (1, True)
    assert "-    owner: str  # mine" in gatepost("inputs", "--from", ".", "-o", module, "--diff").out
    assert gatepost("inputs", "--from", ".", "-o", module, "--force").code == 0
    assert module.read_text() == said.out
    assert gatepost("inputs", "--from", ".", "--json").json["text"] == said.out
