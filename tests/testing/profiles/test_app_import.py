from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gatepost.errors import GatepostError
from gatepost.testing.profiles import import_app
from gatepost.testing.profiles.app_import import NotGatepostError
from tests.testing.profiles.demo import write_app


def test_two_apps_with_modules_of_one_name_are_two(tmp_path: Path):
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        write_app(folder)
    before = {name: sys.modules.get(name) for name in ("app", "run")}
    path = list(sys.path)
    apps = [import_app(folder) for folder in folders]
    assert [app.folder for app in apps] == folders
    assert import_app(folders[0]) is apps[0]
    assert {name: sys.modules.get(name) for name in ("app", "run")} == before
    assert sys.path == path


def test_a_folder_without_such_an_app(tmp_path: Path):
    (tmp_path / "run.py").write_text("raise SystemExit('it was run')\n", encoding="utf-8")
    with pytest.raises(NotGatepostError, match="--process"):
        import_app(tmp_path)


def test_code_that_cannot_be_imported_is_told(tmp_path: Path):
    (tmp_path / "app.py").write_text("import gatepost, no_such_package_at_all\n", encoding="utf-8")
    with pytest.raises(GatepostError, match="no_such_package_at_all"):
        import_app(tmp_path)
