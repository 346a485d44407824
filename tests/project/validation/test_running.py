"""An app's folder from end to end: its files, its code, what its owner ignores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepost.errors import GatepostError, UsageError
from gatepost.manifest import Severity
from gatepost.project.validation import all_rules, validate
from tests.project.validation.conftest import param
from tests.project.validation.strategies import anything, layouts, manifests


def rules(validation):
    return [finding.rule for finding in validation.findings]


def test_a_good_app_has_no_findings(app):
    validation = validate(app())
    assert (validation.findings, validation.passes(strict=True)) == ((), True)
    assert "written with gatepost" in validation.notes[0]


def test_findings_say_where_they_are(app):
    folder = app(params=[param(type="Choice")], displayName="ab")
    findings = {finding.rule: finding for finding in validate(folder).findings}
    lines = (folder / "install.json").read_text().splitlines()
    found = findings["GP311"]
    assert (found.severity, found.path, Path(found.place).name) == (Severity.ERROR, "$.params[0]", "install.json")
    assert lines[found.line - 1].lstrip() == "{"
    assert '"ab"' in lines[findings["GP210"].line - 1]
    assert lines[findings["GP210"].line - 1][findings["GP210"].column - 1] == '"'


def test_the_code_is_compared_with_the_manifest(app):
    code = "from gatepost import App, Inputs\n\nclass AppInputs(Inputs):\n    owner: str\n\napp = App(AppInputs)\n"
    folder = app({"app.py": code}, params=[param()])
    validation = validate(folder)
    assert {"GP902", "GP904"} <= set(rules(validation))
    missing = next(finding for finding in validation.findings if finding.rule == "GP902")
    assert (validation.file_of(missing), missing.line) == ("app.py", 4)
    assert "GP902" not in rules(validate(folder, code=False))


def test_code_that_cannot_be_imported_is_a_finding_with_its_line(app):
    validation = validate(app({"app.py": "import gatepost\n\nmissing\n"}))
    (finding,) = validation.findings
    assert (finding.rule, validation.file_of(finding), finding.line) == ("GP901", "app.py", 3)
    assert "NameError" in finding.message


def test_an_interpreter_that_is_none_is_an_error_of_whoever_named_it(app):
    with pytest.raises(GatepostError, match="/no/python cannot be started"):
        validate(app({"app.py": "import gatepost\n"}), ignore=["GP901"], python="/no/python")


def test_a_manifest_that_is_no_json_is_a_finding(app):
    (finding,) = validate(app({"install.json": '{"a": }'})).findings
    assert (finding.rule, finding.line, finding.column) == ("GP100", 1, 7)


def test_files_beside_the_manifest_are_read(app):
    found = validate(app({"layout.json": '{"inputs": [], "other": 1,}'}, runtimeLevel="Playbook"))
    assert {(finding.rule, found.file_of(finding)) for finding in found.findings} >= {
        ("GP102", "layout.json"),
        ("GP201", "layout.json"),
    }


def test_where_there_is_no_app_it_says_so(tmp_path):
    with pytest.raises(UsageError, match="no app"):
        validate(tmp_path)


def test_the_number_of_findings_is_limited(app):
    many = [param(f"p{number}", type="Choice", sequence=number) for number in range(250)]
    found = rules(validate(app(params=many)))
    assert found.count("GP311") == 200
    assert "GP199" in found


def test_every_severity_is_counted(app):
    validation = validate(app(params=[param(type="Choice", feedDeployer=True)], displayName="ab"))
    assert [validation.count(severity) for severity in Severity] == [1, 1, 1]
    assert not validation.passes()
    warned = validate(app(displayName="ab"))
    assert (warned.passes(), warned.passes(strict=True)) == (True, False)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(manifest=manifests, layout=layouts | anything, other=anything)
def test_no_json_however_odd_makes_it_fail(tmp_path, manifest, layout, other):
    for name, value in {
        "install.json": manifest,
        "layout.json": layout,
        "tcex.json": other,
        "job.json": other,
        "attributes.json": other,
    }.items():
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
    validation = validate(tmp_path, code=False)
    known = all_rules()
    assert all(finding.rule in known and finding.message for finding in validation.findings)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(raw=st.binary(max_size=40) | st.text(alphabet='{}[]":,\\\n\t/*1nul', max_size=30).map(str.encode))
def test_no_bytes_make_it_fail(tmp_path, raw):
    (tmp_path / "install.json").write_bytes(raw)
    (tmp_path / "layout.json").write_bytes(raw)
    assert validate(tmp_path, code=False).findings


def test_the_apps_folder_may_be_named_by_its_manifest(app):
    assert validate(app() / "install.json").passes()
