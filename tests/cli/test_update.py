from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gatepost.project.templates import creating

pytestmark = pytest.mark.programs("git")


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = shutil.copytree(creating.template_folder("external"), tmp_path / "template")
    monkeypatch.setattr(creating, "template_folder", lambda _: folder)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_script_is_made_and_brought_up_to_date(gatepost, template: Path):
    made = gatepost("new", "external", "report")
    assert made.code == 0
    assert "cd report" in made.out
    assert "python main.py" in made.out
    said = gatepost("update", "report")
    assert (said.code, said.err) == (0, "")
    assert "has all that is in the template of gatepost" in said.out

    (template / "requirements.txt").write_text("gatepost>=2\n")
    assert "Nothing was written" in gatepost("update", "report", "--dry-run").out
    said = gatepost("update", "report")
    assert (said.code, said.out.split()) == (0, ["updated", "requirements.txt"])
    assert Path("report/requirements.txt").read_text() == "gatepost>=2\n"


def test_a_conflict_is_an_exit_code_too(gatepost, template: Path):
    gatepost("new", "external", "report")
    Path("report/requirements.txt").write_text("gatepost==1\n")
    (template / "requirements.txt").write_text("gatepost>=2\n")
    report = gatepost("update", "report", "--dry-run", "--json")
    assert (report.code, report.json["conflicts"], report.json["template"]) == (1, ["requirements.txt"], "external")
    assert report.json["changes"] == [{"path": "requirements.txt", "happened": "conflict"}]
    said = gatepost("update", "report")
    assert said.code == 1
    assert "1 file holds both versions" in said.out
    again = gatepost("update", "report")
    assert again.code == 1, "as long as nobody has chosen"
    assert "conflict of an earlier update  requirements.txt" in again.out
    assert "1 file holds both versions" in again.out
    Path("report/requirements.txt").write_text("gatepost==1\n")
    said = gatepost("update", "report")
    assert (said.code, "has all that is in the template" in said.out) == (0, True)


def test_a_folder_that_is_no_project_is_explained(gatepost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    said = gatepost("update")
    assert (said.code, said.out) == (1, "")
    assert "gatepost update --kind job" in said.err
