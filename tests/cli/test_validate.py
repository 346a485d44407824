from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with an error, a warning, a note, and something that can be corrected."""
    monkeypatch.chdir(tmp_path)
    manifest = {
        "appId": "4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34",
        "displayName": "ab",
        "features": ["fileParams", "unheard"],
        "languageVersion": "3.11.0",
        "listDelimiter": "|",
        "params": [{"name": "x", "label": "X", "type": "Choice", "sequence": 1}],
        "programLanguage": "PYTHON",
        "programMain": "run.py",
        "programVersion": "1.0.0",
        "runtimeLevel": "Organization",
    }
    (tmp_path / "install.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (tmp_path / "run.py").write_text("")
    return tmp_path


def test_findings_are_listed_by_file_with_their_lines(gatepost, folder):
    said = gatepost("validate")
    assert (said.code, said.err) == (1, "")
    lines = said.out.splitlines()
    assert lines[0] == "install.json"
    assert "  3:18     warning  GP210  displayName has 2 characters; 3 to 100 are right" in lines
    assert any("GP311" in line and "error" in line for line in lines)
    assert lines[-1] == "1 error, 1 warning, 2 notes."


def test_without_errors_it_is_zero(gatepost, folder):
    assert gatepost("validate", "--ignore", "GP311").code == 0
    assert gatepost("validate", "--ignore", "GP311", "--strict").code == 1
    assert gatepost("validate", "--ignore", "GP311", "--ignore", "GP210", "--strict").code == 0


def test_fixing_says_what_it_corrected_and_goes_on(gatepost, folder):
    said = gatepost("validate", "--fix")
    assert said.code == 1
    assert "corrected install.json:8: GP401" in said.err
    assert "GP401" not in said.out
    assert '"languageVersion": "3.11",' in (folder / "install.json").read_text()
    assert "nothing that can be corrected" in gatepost("validate", "--fix").err


def test_a_difference_is_shown_and_nothing_written(gatepost, folder):
    before = (folder / "install.json").read_bytes()
    said = gatepost("validate", "--diff")
    assert said.code == 0
    assert '-  "languageVersion": "3.11.0",\n+  "languageVersion": "3.11",\n' in said.out
    assert (folder / "install.json").read_bytes() == before


def test_json(gatepost, folder):
    for option in (["--json"], ["--format", "json"]):
        assert gatepost("validate", *option).json["counts"] == {"error": 1, "warning": 1, "note": 2}


def test_annotations_and_sarif(gatepost, folder):
    assert gatepost("validate", "--format", "github").out.startswith("::warning file=install.json,title=gatepost GP210,line=3")
    assert gatepost("validate", "--format", "sarif").json["runs"][0]["tool"]["driver"]["name"] == "gatepost"


def test_rules_are_explained(gatepost):
    said = gatepost("validate", "--explain", "gp102")
    assert (said.code, said.out.splitlines()[0]) == (0, "GP102 (warning, corrected by --fix): A comma before a closing bracket")
    assert gatepost("validate", "--explain", "GP706", "--json").json["severity"] == "error"
    unknown = gatepost("validate", "--explain", "GP000")
    assert (unknown.code, "There is no rule GP000" in unknown.err) == (1, True)


def test_all_rules_are_listed(gatepost):
    assert "GP706" in gatepost("validate", "--rules").out
    assert len(gatepost("validate", "--rules", "--json").json["rules"]) > 100


def test_an_option_that_hides_nothing_is_told(gatepost, folder):
    assert "the command line\n" in gatepost("validate", "--ignore", "GP999").out


def test_a_folder_elsewhere_is_named_in_full(gatepost, folder, monkeypatch):
    monkeypatch.chdir("/")
    assert gatepost("validate", folder).out.startswith(f"{folder.relative_to('/')}/install.json\n")


def test_without_an_app_it_says_what_to_do(gatepost, tmp_path):
    said = gatepost("validate", tmp_path)
    assert said.code == 1
    assert "There is no app in" in said.err


def test_code_is_left_alone_where_that_is_wanted(gatepost, folder):
    (folder / "app.py").write_text("import gatepost\nraise SystemExit(7)\n")
    assert "GP901" in gatepost("validate").out
    said = gatepost("validate", "--no-code")
    assert "GP901" not in said.out
    assert "Note: The code was not compared with the manifest, as you asked." in said.out


def test_help_says_where_the_list_of_ignored_rules_stands(gatepost):
    assert "tool.gatepost.validate" in gatepost("validate", "--help").out


@pytest.mark.parametrize("format", [["--json"], ["--format", "sarif"]])
def test_a_patch_is_no_list_of_findings(gatepost, folder, format):
    said = gatepost("validate", "--diff", *format)
    assert (said.code, said.out) == (2, "")
    assert "--diff shows a patch" in said.err
