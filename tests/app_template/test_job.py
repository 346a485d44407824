"""The template of a job: what a project made from it holds, and that the project works as it is."""

from __future__ import annotations

import json
import re
import shutil
import sys
import sysconfig
import uuid
from importlib import metadata
from pathlib import Path
from typing import Literal

import pytest
from copier import run_copy

import gatepost
from gatepost.emulator import Emulator
from gatepost.manifest import load
from tests.app_template.conftest import TEMPLATE, make_project
from tests.e2e.processes import Launch

WITHOUT_PACKAGES = ("-S", "run.py")
"""Python without its site-packages: the platform's, which has the standard library only."""


def test_a_project_has_these_files_and_no_traces_of_the_template(tmp_path: Path) -> None:
    project = make_project(tmp_path / "blue_feed", app_name="blue_feed")
    files = {str(file.relative_to(project)) for file in project.rglob("*") if file.is_file()}
    assert files == {
        ".gitignore",
        "README.md",
        "app.py",
        "install.json",
        "pyproject.toml",
        "requirements.txt",
        "run.py",
        "tcex.json",
        "tests/requirements.txt",
        "tests/test_app.py",
    }
    assert not [file for file in files if "{{" in (project / file).read_text(encoding="utf-8")]
    assert {".env", "app_inputs*.json", "app_inputs.d/"} <= set((project / ".gitignore").read_text().splitlines())


def test_its_manifest_has_nothing_to_complain_about(project: Path) -> None:
    manifest = load(project / "install.json")
    assert manifest.findings == ()
    assert manifest.display_name == "Blue Feed"
    assert [param.name for param in manifest.credentials] == ["api_access_id", "api_secret_key", "tc_token", "tc_token_expires"]


def test_each_project_is_an_app_of_its_own(project: Path, tmp_path: Path) -> None:
    first, second = (json.loads((folder / "install.json").read_text())["appId"] for folder in (project, make_project(tmp_path)))
    assert uuid.UUID(first).version == uuid.UUID(second).version == 4
    assert uuid.UUID(first).variant == uuid.UUID(second).variant == uuid.RFC_4122
    assert first != second


def test_the_answers_are_used(tmp_path: Path) -> None:
    app_id = str(uuid.uuid4())
    make_project(tmp_path, app_name="x1", display_name='Größe "L" <b>', app_id=app_id)
    manifest = load(tmp_path / "install.json")
    assert (manifest.display_name, manifest.app_id) == ('Größe "L" <b>', app_id)
    assert manifest.findings == ()
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith('# Größe "L" <b>\n')


def test_what_was_left_in_the_template_by_working_on_it_is_not_copied(tmp_path: Path) -> None:
    template = shutil.copytree(TEMPLATE, tmp_path / "template")
    (template / ".env").write_text("TC_TOKEN=somebodys")
    for folder in ("deps", "log", "tests/__pycache__", ".pytest_cache"):
        (template / folder).mkdir(exist_ok=True)
        (template / folder / "left").touch()
    made = tmp_path / "made"
    run_copy(str(template), made, defaults=True, quiet=True)
    names = {path.name for path in made.rglob("*")}
    assert not names & {".env", "deps", "log", "__pycache__", ".pytest_cache", "left"}
    assert "app.py" in names


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"app_name": "my app"}, "Begin with a letter"),
        ({"app_name": "../up"}, "Begin with a letter"),
        ({"app_name": "fine", "display_name": "ab"}, "3 to 100 characters"),
        ({"app_name": "fine", "display_name": "a" * 101}, "3 to 100 characters"),
        ({"app_name": "fine", "app_id": "1234"}, "UUID of version 4 or 5"),
    ],
)
def test_answers_that_the_platform_would_refuse_are_refused(tmp_path: Path, answers: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_project(tmp_path / "project", **answers)
    assert not (tmp_path / "project" / "install.json").exists()


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_it_runs_the_platforms_way(project: Path, tmp_path: Path, tc_platform: Emulator, auth: Literal["token", "hmac"]) -> None:
    ended = Launch(project, tc_platform.inputs(auth), tmp_path).run()
    assert (ended.exit_code, ended.message) == (0, "Common Community is one of 2 owners"), ended.output
    assert [request.scheme for request in tc_platform.requests] == ["TC-Token" if auth == "token" else "TC"]


def test_an_owner_that_is_not_there_fails_the_run(project: Path, tmp_path: Path, tc_platform: Emulator) -> None:
    ended = Launch(project, {**tc_platform.inputs(), "owner": "Nobody"}, tmp_path).run()
    assert ended.exit_code == 1
    assert ended.message == "Nobody is none of the 2 owners that these credentials can see"


# -- the dependencies that it brings along ---------------------------------------------------------------------------------------


def test_on_a_platform_without_any_package_it_says_what_is_missing(project: Path, tmp_path: Path) -> None:
    ended = Launch(project, {}, tmp_path, program=WITHOUT_PACKAGES, environment={"PYTHONPATH": ""}).run()
    assert ended.exit_code == 1
    assert "The app cannot start: No module named 'gatepost'" in ended.output
    assert f"is missing: {project / 'deps'}" in ended.output
    assert "python -m pip install --target deps -r requirements.txt" in ended.output
    assert "Traceback" not in ended.output


def test_dependencies_for_another_python_are_named(project: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(project, tmp_path / "app")
    (folder / "deps" / "gatepost").mkdir(parents=True)
    (folder / "deps" / "gatepost" / "__init__.py").write_text("import pydantic_core._made_for_another_python")
    ended = Launch(folder, {}, tmp_path, program=WITHOUT_PACKAGES, environment={"PYTHONPATH": ""}).run()
    assert ended.exit_code == 1
    assert f"does not hold it for this Python: {folder / 'deps'}" in ended.output
    assert f"with Python {sys.version_info[0]}.{sys.version_info[1]}" in ended.output
    assert "Traceback" not in ended.output


def test_a_mistake_in_the_apps_own_imports_keeps_its_traceback(project: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(project, tmp_path / "app")
    (folder / "app.py").write_text("from gatepost import Ap\n")
    ended = Launch(folder, {}, tmp_path).run()
    assert ended.exit_code == 1
    assert "Traceback" in ended.output
    assert "cannot import name 'Ap'" in ended.output


def test_vendored_packages_come_before_installed_ones(project: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(project, tmp_path / "app")
    (folder / "deps" / "gatepost").mkdir(parents=True)
    (folder / "deps" / "gatepost" / "__init__.py").write_text("raise SystemExit('this is the vendored one')")
    ended = Launch(folder, {}, tmp_path).run()
    assert ended.output.strip() == "this is the vendored one"


def test_it_needs_the_core_dependencies_alone(project: Path, tmp_path: Path, tc_platform: Emulator) -> None:
    folder = shutil.copytree(project, tmp_path / "app")
    vendor_core(folder / "deps")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    launch = Launch(
        elsewhere,
        tc_platform.inputs("hmac"),
        tmp_path,
        program=("-S", str(folder / "run.py")),
        environment={"PYTHONPATH": ""},
    )
    ended = launch.run()
    assert (ended.exit_code, ended.message) == (0, "Common Community is one of 2 owners"), ended.output


def vendor_core(target: Path) -> None:
    """Fill a folder with gatepost and what it requires without extras, as ``pip install --target`` does; by links, for speed."""
    target.mkdir()
    target.joinpath("gatepost").symlink_to(Path(gatepost.__file__).parent)
    installed = Path(sysconfig.get_path("purelib"))
    todo, seen = ["gatepost"], set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for requirement in metadata.requires(name) or []:
            specification, _, marker = requirement.partition(";")
            found = re.match(r"[A-Za-z0-9._-]+", specification)
            if found and "extra" not in marker and is_installed(found[0]):
                todo.append(found[0])
        for file in metadata.files(name) or []:
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not (target / top).exists():
                (target / top).symlink_to(installed / top)
    assert seen >= {"gatepost", "requests", "pydantic", "structlog", "cryptography"}
    assert not seen & {"typer", "rich", "copier", "starlette", "uvicorn"}


def is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
