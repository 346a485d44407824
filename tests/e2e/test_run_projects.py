"""``gatepost run --emulator`` on the two apps that come with gatepost: the example at the root, and a project just made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import SECONDS

ROOT = Path(__file__).parents[2]


def gatepost(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of gatepost in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "gatepost", *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def report(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the report of a command that was asked for JSON."""
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_project_just_made_runs_and_its_tests_pass(tmp_path: Path) -> None:
    made = gatepost("new", "job", "blue_feed", folder=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    project = tmp_path / "blue_feed"
    ran = gatepost("run", "--emulator", folder=project)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Common Community is one of 2 owners" in ran.stdout
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"], cwd=project, capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize(("auth", "scheme"), [("token", "TC-Token"), ("hmac", "TC")])
def test_the_example_runs_where_the_repository_is(auth: str, scheme: str) -> None:
    found = report(gatepost("run", "--emulator", "--json", "--auth", auth, folder=ROOT))
    assert found["message"] == "2 owners: Exemplary Organization, Common Community"
    assert list(found["results"]) == ["last_run"]
    assert [(request["scheme"], request["verdict"]) for request in found["requests"]] == [(scheme, "accepted")]


def test_the_example_lists_one_type_and_remembers_when() -> None:
    inputs = ("--input", "owner_type=Community", "--input", "last_run=2026-01-31T06:30:00+00:00")
    found = report(gatepost("run", "--emulator", "--json", *inputs, folder=ROOT))
    assert found["message"] == "1 owner, last listed 2026-01-31 06:30: Common Community"


def test_the_example_takes_no_other_type(tmp_path: Path) -> None:
    for name in ("app.py", "run.py", "install.json"):
        shutil.copy(ROOT / name, tmp_path)
    done = gatepost("run", "--emulator", "--input", "owner_type=Individual", folder=tmp_path)
    assert done.returncode == 1
    assert "owner_type: " in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
