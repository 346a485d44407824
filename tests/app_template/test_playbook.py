"""The template of a playbook app: what a project made from it holds, and that it works as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from gatepost.manifest import load, load_layout
from gatepost.project import create_project, launch_emulated, open_app
from gatepost.project.validation import validate
from tests.app_template.conftest import TEMPLATE

PLAYBOOK = TEMPLATE.with_name("playbook")


@pytest.fixture(scope="module")
def step(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that the tests of this file only read."""
    return create_project("playbook", "Blue-Step", folder=tmp_path_factory.mktemp("made") / "blue_step")


def test_a_project_has_these_files_and_no_traces_of_the_template(step: Path) -> None:
    files = {path.relative_to(step).as_posix() for path in step.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert files == {
        ".gatepost-template.json",
        ".gitignore",
        ".vscode/install.schema.json",
        "README.md",
        "app.py",
        "app_inputs.json",
        "install.json",
        "layout.json",
        "pyproject.toml",
        "requirements.txt",
        "run.py",
        "tcex.json",
        "tests/append/profiles.d/append.json",
        "tests/requirements.txt",
        "tests/split/profiles.d/split.json",
        "tests/test_app.py",
    }
    assert not [file for file in files if "{{" in (step / file).read_text(encoding="utf-8")]
    assert {".env", "app_inputs*.json", "app_inputs.d/"} <= set((step / ".gitignore").read_text().splitlines())


def test_its_names_are_where_they_belong(step: Path) -> None:
    manifest = load(step / "install.json")
    assert (manifest.display_name, manifest.findings) == ("Blue Step", ())
    assert manifest.playbook is not None
    assert {output.name.partition(".")[0] for output in manifest.playbook.output_variables} == {"blue_step"}
    assert load_layout(step / "layout.json").findings == ()
    assert '"TCPB_-_Blue-Step"' in (step / "tcex.json").read_text()


def test_nothing_is_off_about_it(step: Path) -> None:
    report = validate(step)
    assert [str(finding) for finding in report.findings] == []


def test_it_runs_as_it_is_on_an_emulated_platform(step: Path, tc_platform: Emulator) -> None:
    result = launch_emulated(open_app(step), tc_platform)
    assert (result.exit_code, result.message) == (0, "3 parts")
    assert result.outputs == {
        "#App:9876:blue_step.text!String": None,
        "#App:9876:blue_step.parts!StringArray": ["red", "green", "blue"],
        "#App:9876:blue_step.count!String": "3",
    }


def test_what_it_shares_with_a_job_is_the_same() -> None:
    for name in (".gitignore", "pyproject.toml", "run.py"):
        assert (PLAYBOOK / name).read_bytes() == (TEMPLATE / name).read_bytes(), name
