from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gatepost.errors import GatepostError, UsageError
from gatepost.manifest import load
from gatepost.project import open_app
from gatepost.project.templates.creating import create_project, template_folder


def test_a_project_is_an_app(tmp_path: Path):
    folder = create_project("job", "threat_feed", folder=tmp_path / "threat_feed")
    app = open_app(folder)
    assert app.manifest.display_name == "Threat Feed"
    assert (folder / "tests").is_dir()
    assert (folder / ".gitignore").is_file()
    assert not list(folder.rglob("*.jinja"))
    assert not (folder / "copier.yml").exists()


def test_nothing_is_off_about_its_manifest(tmp_path: Path):
    folder = create_project("job", "one", folder=tmp_path / "one")
    assert [str(finding) for finding in load(folder / "install.json").findings] == []


def test_each_project_has_an_identity_of_its_own(tmp_path: Path):
    ids = {
        json.loads((create_project("job", name, folder=tmp_path / name) / "install.json").read_text())["appId"]
        for name in ("one", "two")
    }
    assert len(ids) == 2


def test_the_default_place_is_a_folder_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert create_project("job", "one") == tmp_path / "one"


def test_the_shown_name_may_hold_what_json_and_html_escape(tmp_path: Path):
    name = 'Bl\\ue "Team" & Söhne'
    folder = create_project("job", "one", folder=tmp_path / "one", display_name=name)
    assert json.loads((folder / "install.json").read_text())["displayName"] == name


def test_neither_git_nor_anything_else_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert (create_project("job", "one", folder=tmp_path / "one") / "run.py").is_file()


def test_an_empty_folder_is_filled_and_any_other_left_alone(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    create_project("job", "one", folder=tmp_path / "empty")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"It holds something.*--folder"):
        create_project("job", "one", folder=tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_said(tmp_path: Path):
    (tmp_path / "one").touch()
    with pytest.raises(UsageError, match="It is no folder"):
        create_project("job", "one", folder=tmp_path / "one")


@pytest.mark.parametrize("name", ["", "1st", "../up", "a b", "a/b", "-x", "naïve"])
def test_some_names_cannot_be(name: str, tmp_path: Path):
    with pytest.raises(UsageError, match="cannot be the name of an app"):
        create_project("job", name, folder=tmp_path / "x")


@pytest.mark.parametrize("shown", ["ab", " a ", "x" * 101, "two\nlines"])
def test_some_shown_names_cannot_be(shown: str, tmp_path: Path):
    with pytest.raises(UsageError, match="3 to 100 characters"):
        create_project("job", "one", folder=tmp_path / "x", display_name=shown)


def test_a_short_name_needs_another_one_to_show(tmp_path: Path):
    with pytest.raises(UsageError, match="--display-name"):
        create_project("job", "ab", folder=tmp_path / "x")
    assert create_project("job", "ab", folder=tmp_path / "x", display_name="A and B").is_dir()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(GatepostError, match=r"cannot be written.*--folder"):
        create_project("job", "one", folder=tmp_path / "file" / "one")


def test_a_kind_that_has_no_template_is_said():
    with pytest.raises(UsageError, match=r"no template for a 'spaceship'\. Choose one of job, playbook, external"):
        template_folder("spaceship")


def test_a_template_that_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gatepost.project.templates.creating.__file__", str(tmp_path / "a" / "b" / "c" / "creating.py"))
    with pytest.raises(GatepostError, match="The template for a job is missing"):
        template_folder("job")


def test_the_template_of_an_installed_package_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "gatepost" / "project"
    shutil.copytree(template_folder("job"), package / "app_template" / "job")
    monkeypatch.setattr("gatepost.project.templates.creating.__file__", str(package / "templates" / "creating.py"))
    assert template_folder("job") == package / "app_template" / "job"
