from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.errors import ManifestError, UsageError
from gatepost.project import open_app


def test_an_app_is_a_folder_with_a_manifest_and_a_program(make_app):
    app = make_app()
    assert app.folder.is_absolute()
    assert app.manifest.display_name == "An App"
    assert app.program == "run.py"


def test_the_manifest_itself_names_the_app_too(make_app):
    app = make_app()
    assert open_app(app.folder / "install.json").folder == app.folder


def test_the_working_directory_is_the_default(make_app, monkeypatch: pytest.MonkeyPatch):
    app = make_app()
    monkeypatch.chdir(app.folder)
    assert open_app().folder == app.folder


def test_a_program_may_be_named_without_its_ending(make_app):
    assert make_app(programMain="run").program == "run.py"


def test_a_folder_without_a_manifest_is_no_app(tmp_path: Path):
    with pytest.raises(UsageError, match=r"no install\.json.*gatepost new job"):
        open_app(tmp_path)


def test_a_folder_that_is_not_there_is_no_app(tmp_path: Path):
    with pytest.raises(UsageError, match="It is no folder"):
        open_app(tmp_path / "nowhere")


def test_a_program_that_is_not_there_is_said(make_app):
    with pytest.raises(UsageError, match=r"launch\.py does not exist"):
        make_app(programMain="launch.py")


def test_a_program_outside_the_app_is_not_started(make_app, tmp_path: Path):
    (tmp_path / "elsewhere.py").write_text("")
    with pytest.raises(UsageError, match="does not exist"):
        make_app(programMain="../elsewhere.py")


def test_an_app_in_another_language_is_not_started(make_app):
    with pytest.raises(UsageError, match="written in JAVA"):
        make_app(programLanguage="JAVA")


def test_a_manifest_that_cannot_be_read_keeps_its_line(tmp_path: Path):
    (tmp_path / "install.json").write_text('{"displayName": \n ]')
    with pytest.raises(ManifestError) as raised:
        open_app(tmp_path)
    assert raised.value.line == 2
