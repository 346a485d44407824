"""The example apps of the documentation: their own tests, and what one command shows of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.processes import SECONDS

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.mark.parametrize("name", sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "install.json").is_file()))
def test_an_example_passes_its_own_tests(name: str, tmp_path: Path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
    done = subprocess.run(
        command,
        cwd=EXAMPLES / name,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_run_is_recorded_and_replayed_with_its_service(tmp_path: Path, gatepost_command):
    tape = str(tmp_path / "run.json")
    recorded = gatepost_command("run", str(EXAMPLES / "tcap_hashes"), "--emulator", "--json", "--record", tape)
    assert recorded["message"] == "2 of 3 hashes are known to TCAP; see tcap_hashes.csv"
    assert [(request["server"], request["status"]) for request in recorded["requests"]] == [("tcap", 200), ("tcap", 200)]
    replayed = gatepost_command("run", str(EXAMPLES / "tcap_hashes"), "--emulator", "--json", "--replay", tape)
    assert (replayed["message"], replayed["requests"]) == (recorded["message"], [])
    assert replayed["tape"]["matches"]


@pytest.fixture
def gatepost_command(tmp_path: Path):
    def run(*arguments: str):
        done = subprocess.run(
            [sys.executable, "-m", "gatepost", *arguments],
            env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return run
