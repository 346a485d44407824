"""Findings for programs."""

from __future__ import annotations

import json
import re

import pytest

from gatepost.project.validation import as_github, as_json, as_sarif, validate
from tests.project.validation.conftest import param


@pytest.fixture
def validation(app):
    folder = app(params=[param(type="Choice", label="a,b:\n%")], displayName="ab", apiUserTokenParam=True)
    return validate(folder, ignore=["GP426"])


def test_json(validation):
    said = json.loads(json.dumps(as_json(validation)))
    assert said["counts"] == {"error": 1, "warning": 1, "note": 0}
    assert [found["rule"] for found in said["ignored"]] == ["GP426"]
    choice = next(found for found in said["findings"] if found["rule"] == "GP311")
    assert (choice["file"], choice["path"], choice["severity"], choice["fixable"]) == (
        "install.json",
        "$.params[0]",
        "error",
        False,
    )
    assert choice["line"] > 1
    assert said["notes"]


def test_annotations_of_github(validation):
    lines = list(as_github(validation, validation.folder.parent))
    assert len(lines) == 2
    pattern = r"::(error|warning|notice) file=[^,:]+/install\.json,title=gatepost GP\d{3},line=\d+,col=\d+::.+"
    assert all(re.fullmatch(pattern, line) for line in lines)


def test_annotations_escape_what_would_end_them(app):
    folder = app(features=["fileParams", "a%b\nc::d"])
    (line,) = as_github(validate(folder), folder)
    assert "\n" not in line
    assert "a%25b" in line


def test_sarif_has_its_structure(validation):
    log = json.loads(json.dumps(as_sarif(validation, validation.folder)))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["GP210", "GP311", "GP426"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"] == {"uri": "install.json"}
        assert location["physicalLocation"]["region"]["startLine"] >= 1
    assert [result["ruleId"] for result in run["results"] if "suppressions" in result] == ["GP426"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_what_is_in_no_file_has_no_place(app):
    validation = validate(app(), ignore=["GP999"])
    assert [validation.file_of(finding) for finding in validation.findings] == [""]
    (line,) = as_github(validation)
    assert line.startswith("::warning title=gatepost GP991::")
    assert as_sarif(validation)["runs"][0]["results"][0]["locations"] == []


def test_fingerprints_do_not_depend_on_lines(app):
    def marks(folder):
        return [result["partialFingerprints"] for result in as_sarif(validate(folder))["runs"][0]["results"]]

    folder = app(params=[param(type="Choice")])
    before = marks(folder)
    path = folder / "install.json"
    path.write_text("\n\n" + path.read_text())
    assert marks(folder) == before


def test_names_of_files_are_uris(app):
    result = as_sarif(validate(app({"a b.json": "{"})))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("a%20b.json")
