"""``tests/again``: what failed beside the other tests runs once more, and only what passes then is let go, by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

AGAIN = Path(__file__).with_name("again")
PYTEST = (sys.executable, "-m", "pytest", "--disable-plugin-autoload", "-ra", "-q")
STEADY = "def test_steady():\n    pass\n"
UNSTEADY = """
from pathlib import Path

def test_unsteady():
    seen = Path(__file__).with_name("seen")
    if not seen.exists():
        seen.touch()
        raise AssertionError("the first time")
"""
BROKEN = "def test_broken():\n    raise AssertionError('each time')\n"


@pytest.fixture
def again(tmp_path):
    """Make the function that runs a file of tests, and ``tests/again`` after it."""

    def run(text):
        (tmp_path / "test_it.py").write_text(text)
        first = subprocess.run([*PYTEST], cwd=tmp_path, capture_output=True, text=True, check=False)
        (tmp_path / "tests.log").write_text(first.stdout)
        return subprocess.run(["sh", str(AGAIN), "tests.log", *PYTEST], cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_what_passes_the_second_time_is_let_go_and_named(again):
    done = again(STEADY + UNSTEADY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout  # the steady one did not run again
    assert done.stdout.endswith("To be mended:\nFAILED test_it.py::test_unsteady - AssertionError: the first time\n")


def test_what_fails_again_fails_the_check(again):
    done = again(UNSTEADY + BROKEN)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "Unsteady" not in done.stdout


def test_a_run_that_ended_before_its_tests_fails_the_check(again):
    done = again("raise SystemExit(3)\n")
    assert done.returncode != 0
    assert "Unsteady" not in done.stdout
