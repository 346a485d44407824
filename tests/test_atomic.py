"""A written file is whole, whatever happens to the one who writes it."""

from __future__ import annotations

import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gatepost.atomic import write_atomically

STEPS = ["opened", "written", "synced", "renamed"]

PRELUDE = """
import os, signal, sys
from gatepost.atomic import write_atomically

def die_at(wanted):
    def step(name):
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
    return step
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_steps_of_a_write_are_told_in_their_order(tmp_path: Path) -> None:
    steps: list[str] = []
    write_atomically(tmp_path / "file", b"text", steps=steps.append)
    assert steps == STEPS
    assert (tmp_path / "file").read_bytes() == b"text"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step_leaves_the_old_file_or_the_new_one(tmp_path: Path, step: str) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    program = PRELUDE + "write_atomically(sys.argv[1], b'new', steps=die_at(sys.argv[2]))"
    process = subprocess.run([sys.executable, "-c", program, str(target), step], timeout=300, check=False)

    assert process.returncode == -9
    assert target.read_bytes() == (b"new" if step == "renamed" else b"old")

    write_atomically(target, b"next")
    assert target.read_bytes() == b"next"
    assert names(tmp_path) == ["file"]  # what the killed process left is gone


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")

    def interrupt(step: str) -> None:
        if step == "written":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "file", b"new", steps=interrupt)
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_file_that_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    program = """
        def wait(step):
            if step == "opened":
                print("opened", flush=True)
                sys.stdin.readline()
        write_atomically(sys.argv[1], b"theirs", steps=wait)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(program), str(tmp_path / "file")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "opened\n"

    write_atomically(tmp_path / "file", b"ours")
    assert names(tmp_path) == [f".file.{process.pid}.new", "file"]
    process.communicate("\n", timeout=300)
    assert process.returncode == 0
    assert (tmp_path / "file").read_bytes() == b"theirs"


def test_a_link_stays_one_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "file")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "file").read_bytes() == b"new"


def test_what_is_left_of_no_known_process_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".file.not-a-number.new").write_text("")
    (tmp_path / f".file.{'9' * 30}.new").write_text("")
    write_atomically(tmp_path / "file", b"text")
    assert names(tmp_path) == [".file.not-a-number.new", "file"]


def test_a_secret_is_for_its_owner_only_from_the_start(tmp_path):
    modes = []
    path = tmp_path / "secret"

    def note(step: str) -> None:
        modes.extend(stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir())

    write_atomically(path, b"text", steps=note, mode=0o600)
    assert set(modes) == {0o600}
