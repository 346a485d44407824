from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.errors import GatepostError, UsageError
from gatepost.project.templates import creating
from gatepost.project.templates.creating import create_project
from gatepost.project.templates.record import RECORD, read_record, remember_template
from gatepost.project.templates.updating import Happened, Update, update_project

pytestmark = pytest.mark.programs("git")


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The template of a job as a newer gatepost might have it: tests change it, and the project was made from today's."""
    folder = shutil.copytree(creating.template_folder("job"), tmp_path / "template")
    monkeypatch.setattr(creating, "template_folder", lambda _: folder)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, made once."""
    return create_project("job", "blue_feed", folder=tmp_path_factory.mktemp("made") / "blue_feed")


@pytest.fixture
def project(tmp_path: Path, template: Path, made: Path) -> Path:
    return shutil.copytree(made, tmp_path / "blue_feed")


@pytest.fixture(autouse=True)
def _no_repository(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.rglob(".git")), "an update makes no repository"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def happened(update: Update) -> dict[str, str]:
    return {change.path: change.happened.value for change in update.changes}


def test_a_project_of_today_has_nothing_to_do(project: Path):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert update_project(project).changes == ()
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_the_projects_own_answers_are_kept(project: Path, template: Path):
    app_id = json.loads((project / "install.json").read_text())["appId"]
    replace(template / "install.json.jinja", '"minServerVersion": "7.2.0"', '"minServerVersion": "7.4.0"')
    assert happened(update_project(project)) == {"install.json": "updated"}
    manifest = json.loads((project / "install.json").read_text())
    assert (manifest["appId"], manifest["displayName"], manifest["minServerVersion"]) == (app_id, "Blue Feed", "7.4.0")


def test_edits_and_changes_of_the_template_are_both_there(project: Path, template: Path):
    replace(project / "app.py", '"""What the app is given', '"""Mine: what the app is given')
    replace(
        template / "{{ platform }}" / "app.py",
        'return f"{runtime.inputs.owner} is one of',
        'return f"{runtime.inputs.owner} belongs to',
    )
    assert happened(update_project(project)) == {"app.py": "merged"}
    text = (project / "app.py").read_text()
    assert "Mine: what" in text
    assert "belongs to" in text
    assert update_project(project).changes == ()


def test_a_conflict_is_shown_as_one_and_loses_nothing(project: Path, template: Path):
    replace(project / "app.py", "class AppInputs(Inputs):", "class MyInputs(Inputs):")
    replace(template / "{{ platform }}" / "app.py", "class AppInputs(Inputs):", "class JobInputs(Inputs):")
    update = update_project(project)
    assert (happened(update), update.conflicts) == ({"app.py": "conflict"}, ("app.py",))
    text = (project / "app.py").read_text()
    assert "<<<<<<< yours\nclass MyInputs(Inputs):\n=======\nclass JobInputs(Inputs):\n>>>>>>> template of gatepost" in text
    again = update_project(project)
    assert again.changes == (), "the conflict is the person's own from now on"
    assert (again.unresolved, again.conflicts) == (("app.py",), ("app.py",)), "and is still one"


def test_files_that_come_and_go(project: Path, template: Path):
    (template / "new.txt").write_text("new")
    (template / "tests" / "requirements.txt.jinja").unlink()
    (template / "pyproject.toml").unlink()
    replace(project / "pyproject.toml", 'testpaths = ["tests"]', 'testpaths = ["tests", "more"]')
    (project / "requirements.txt").unlink()
    (template / "requirements.txt.jinja").write_text("gatepost>=2\n")
    update = update_project(project)
    assert happened(update) == {
        "new.txt": "added",
        "pyproject.toml": "kept",
        "requirements.txt": "stays away",
        "tests/requirements.txt": "removed",
    }
    assert (project / "new.txt").read_text() == "new"
    assert "more" in (project / "pyproject.toml").read_text()
    assert not (project / "requirements.txt").exists()
    assert not (project / "tests" / "requirements.txt").exists()
    assert update_project(project).changes == ()


def test_a_file_of_ones_own_in_the_place_of_a_new_one_is_not_written_over(project: Path, template: Path):
    (project / "new.txt").write_text("mine\n")
    (template / "new.txt").write_text("theirs\n")
    update = update_project(project)
    assert update.conflicts == ("new.txt",)
    assert "mine" in (project / "new.txt").read_text()
    assert "theirs" in (project / "new.txt").read_text()


def test_a_change_that_a_person_has_made_already_is_none(project: Path, template: Path):
    for folder in (project, template / "{{ platform }}"):
        replace(folder / "app.py", '"""What the app', '"""All that the app')
    assert update_project(project).changes == ()


def test_a_link_out_of_the_project_is_not_followed(project: Path, template: Path, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine\n")
    (project / "app.py").unlink()
    (project / "app.py").symlink_to(tmp_path / "mine.txt")
    assert update_project(project).changes == (), "only what changes in the template is looked at"
    replace(template / "{{ platform }}" / "app.py", '"""What the app', '"""All that the app')
    with pytest.raises(UsageError, match=r"link out of the project.*Put the file itself there"):
        update_project(project)
    assert (tmp_path / "mine.txt").read_text() == "mine\n"


def test_what_stands_in_a_files_place_matters_to_its_changes_only(project: Path, template: Path):
    (project / "requirements.txt").unlink()
    (project / "requirements.txt").mkdir()
    update = update_project(project)
    assert (update.changes, update.conflicts) == ((), ())
    (template / "requirements.txt.jinja").write_text("gatepost>=2\n")
    with pytest.raises(GatepostError, match=r"requirements\.txt cannot be read"):
        update_project(project)


def test_nothing_is_written_by_a_dry_run(project: Path, template: Path):
    replace(template / "{{ platform }}" / "app.py", '"""What the app', '"""All that the app')
    before = (project / "app.py").read_bytes(), (project / RECORD).read_bytes()
    assert happened(update_project(project, dry_run=True)) == {"app.py": "updated"}
    assert ((project / "app.py").read_bytes(), (project / RECORD).read_bytes()) == before


def test_without_git_nothing_is_written_where_a_file_must_be_merged(
    project: Path, template: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shutil.which", lambda _: None)
    (template / "a_new_file.txt").write_text("new")
    replace(project / "app.py", "class AppInputs(Inputs):", "class MyInputs(Inputs):")
    replace(template / "{{ platform }}" / "app.py", '"""What the app', '"""All that the app')
    with pytest.raises(GatepostError, match="Install git"):
        update_project(project)
    assert not (project / "a_new_file.txt").exists()
    replace(project / "app.py", "class MyInputs(Inputs):", "class AppInputs(Inputs):")
    assert happened(update_project(project)) == {"a_new_file.txt": "added", "app.py": "updated"}


def test_what_cannot_be_merged_is_said(project: Path, template: Path):
    (project / "app.py").write_bytes(b"\0binary\0")
    replace(template / "{{ platform }}" / "app.py", '"""What the app', '"""All that the app')
    with pytest.raises(GatepostError, match=r"cannot be merged.*git says"):
        update_project(project)
    assert (project / "app.py").read_bytes() == b"\0binary\0"


def test_a_project_that_does_not_say_what_it_is_needs_the_name_of_its_template(project: Path):
    (project / RECORD).unlink()
    with pytest.raises(UsageError, match=r"does not say what it was made from.*--kind job"):
        update_project(project)
    assert update_project(project, kind="job").changes == ()
    assert read_record(project) is not None


def test_such_a_project_gets_conflicts_where_it_differs(project: Path):
    (project / RECORD).unlink()
    (project / "app.py").write_text("my own\n")
    update = update_project(project, kind="job")
    assert happened(update) == {"app.py": "conflict"}
    assert (project / "app.py").read_text().startswith("<<<<<<< yours\nmy own\n=======\n")


def test_a_project_is_of_one_kind(project: Path):
    with pytest.raises(UsageError, match="It was made as job"):
        update_project(project, kind="external")
    with pytest.raises(UsageError, match="It is no folder"):
        update_project(project / "missing")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1, "template": "job", "gatepost": "1", "answers": {}, "files": {"../x": ""}}',
        '{"format": 1, "template": "job", "gatepost": "1", "answers": {}, "files": {"x": 1}}',
        '{"format": 1, "template": "job", "gatepost": "1", "answers": 1, "files": {}}',
        "\udcff",
    ],
)
def test_a_record_that_is_none_is_said(tmp_path: Path, text: str):
    (tmp_path / RECORD).write_text(text, errors="surrogateescape")
    with pytest.raises(UsageError, match=r"\.gatepost-template\.json cannot be read"):
        update_project(tmp_path)


def test_a_record_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / RECORD).mkdir()
    with pytest.raises(GatepostError, match="cannot be written"):
        remember_template(tmp_path, "job", {}, {})


def test_the_words_for_what_happens_are_told_apart():
    assert len({happening.value for happening in Happened}) == len(Happened)
