"""The template of a script outside the platform: what a project made from it holds, and that it works as it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from gatepost.errors import UsageError
from gatepost.project import create_project

NAME = 'Größe "L" <b>'


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that the tests of this file only read."""
    return create_project("external", "blue-report", folder=tmp_path_factory.mktemp("made") / "blue-report", display_name=NAME)


def test_a_project_has_these_files_and_no_manifest(script: Path):
    files = {path.relative_to(script).as_posix() for path in script.rglob("*") if path.is_file()}
    assert files == {
        ".env.example",
        ".gatepost-template.json",
        ".gitignore",
        "README.md",
        "main.py",
        "pyproject.toml",
        "requirements.txt",
        "tests/requirements.txt",
        "tests/test_main.py",
    }
    assert {".env", "app_inputs*.json", "app_inputs.d/"} <= set((script / ".gitignore").read_text().splitlines())


def test_its_names_are_where_they_belong(script: Path):
    project = tomllib.loads((script / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["name"], project["description"]) == ("blue-report", NAME)
    assert (script / "README.md").read_text(encoding="utf-8").startswith(f"# {NAME}\n")


def test_a_name_that_cannot_be_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="Begin with a letter"):
        create_project("external", "../up", folder=tmp_path / "x")


def test_it_reads_its_credentials_from_a_file(script: Path, tmp_path: Path, tc_platform: Emulator):
    inputs = tc_platform.inputs("hmac")
    (tmp_path / ".env").write_text("".join(f"{name.upper()}={value}\n" for name, value in inputs.items()))
    done = run(tmp_path, script / "main.py", "--kind", "community")
    assert (done.returncode, done.stdout) == (0, "1 of 2 owners: Common Community\n"), done.stderr
    assert inputs["api_secret_key"] not in done.stderr


def test_every_setting_of_its_example_is_one_that_gatepost_knows(script: Path):
    from gatepost.inputs import STANDARD_INPUTS

    names = re.findall(r"^(?:# )?([A-Z_]+)=", (script / ".env.example").read_text(), re.MULTILINE)
    assert len(names) >= 5
    assert [name for name in names if name.lower() not in STANDARD_INPUTS] == []


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
