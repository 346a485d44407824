from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gatepost.errors import GatepostError
from gatepost.testing.profiles import import_app
from gatepost.testing.profiles.app_import import NotGatepostError, app_modules
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


def test_modules_that_are_imported_late_are_found_beside_others_of_that_name(tmp_path: Path):
    foreign = type(sys)("helping")
    before = sys.modules.get("helping")
    sys.modules["helping"] = foreign
    try:
        (tmp_path / "helping.py").write_text("WORD = 'own'\n", encoding="utf-8")
        (tmp_path / "app.py").write_text(
            "from gatepost import App\n\napp = App(None, auth=None)\n\n\n@app.playbook\ndef work(runtime):\n"
            "    from helping import WORD\n    return WORD\n",
            encoding="utf-8",
        )
        app = import_app(tmp_path)
        with app_modules(tmp_path.resolve()):
            assert app.test(tc_token="made-up-token").message == "own"
        assert sys.modules["helping"] is foreign
    finally:
        sys.modules.pop("helping")
        if before is not None:
            sys.modules["helping"] = before
