from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from gatepost.errors import UsageError
from gatepost.project.package.building import build_package
from gatepost.project.package.trying import check_package
from gatepost.project.package.unpacking import PackageError
from tests.project.conftest import MakeApp
from tests.project.package.conftest import MakeWheel

HERE = ".".join(map(str, sys.version_info[:2]))
RUN = """
import sys
sys.path.insert(0, "deps")
import part
try:
    import requests
except ModuleNotFoundError:
    print(part.VERSION, "is all there is")
    sys.exit(3)
"""


def pack(make_app: MakeApp, make_wheel: MakeWheel, *, python: str = HERE) -> Path:
    deps = make_wheel("part").parent / "unpacked"
    zipfile.ZipFile(make_wheel("part")).extractall(deps)
    app = make_app(RUN, languageVersion=python)
    return build_package(app, dependencies=deps, environment={}).path


def test_an_app_runs_with_what_it_brings_along_and_nothing_else(
    make_app: MakeApp,
    make_wheel: MakeWheel,
    tc_platform: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("PYTHONPATH", str(Path(pytest.__file__).parents[1]))
    checked = check_package(pack(make_app, make_wheel), tc_platform)
    assert capfd.readouterr().out == "1.0 is all there is\n"
    assert (checked.launch.exit_code, checked.name, checked.display_name, checked.version) == (
        3,
        "TC_-_An_App_v1",
        "An App",
        "1.0.0",
    )


def test_another_python_than_the_package_is_for_is_refused(make_app: MakeApp, make_wheel: MakeWheel, tc_platform: Emulator):
    with pytest.raises(UsageError, match=rf"is for Python 3\.7, and .* is {HERE}.*--python python3\.7"):
        check_package(pack(make_app, make_wheel, python="3.7"), tc_platform)


def test_an_interpreter_that_is_none_is_said(make_app: MakeApp, make_wheel: MakeWheel, tc_platform: Emulator):
    with pytest.raises(UsageError, match="cannot be started"):
        check_package(pack(make_app, make_wheel), tc_platform, python="no-such-python")


def test_a_package_without_a_manifest_is_refused(tmp_path: Path, tc_platform: Emulator):
    with zipfile.ZipFile(tmp_path / "app.tcx", "w") as archive:
        archive.writestr("app/run.py", "")
    with pytest.raises(PackageError, match=r"There is no install\.json"):
        check_package(tmp_path / "app.tcx", tc_platform)


def test_a_harmful_package_is_refused_before_anything_runs(tmp_path: Path, tc_platform: Emulator):
    with zipfile.ZipFile(tmp_path / "app.tcx", "w") as archive:
        archive.writestr("app/../../evil.py", "")
    with pytest.raises(PackageError, match="leads out of its folder"):
        check_package(tmp_path / "app.tcx", tc_platform)
    assert [path.name for path in tmp_path.iterdir()] == ["app.tcx"]
