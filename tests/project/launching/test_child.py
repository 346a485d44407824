from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from gatepost.errors import GatepostError
from gatepost.project.launching.child import Ended, run_child
from tests.waiting import wait_until

# Ends by the exit code 5 when it is asked to, and says when it can be.
POLITE = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
signal.signal(signal.SIGINT, lambda *_: sys.exit(6))
pathlib.Path("ready").touch()
time.sleep(60)
"""
# Does not end when it is asked to, and says that it was.
DEAF = """
import pathlib, signal, time
signal.signal(signal.SIGINT, lambda *_: pathlib.Path("heard").touch())
pathlib.Path("ready").touch()
time.sleep(60)
"""
# Leaves a grandchild behind, which would live for a minute.
PARENT = """
import pathlib, subprocess, sys
process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("grandchild").write_text(str(process.pid))
"""


def run(program: str, folder: Path, **settings) -> Ended:
    return run_child([sys.executable, "-c", program], folder=folder, environment=dict(os.environ), **settings)


def until(path: Path) -> None:
    wait_until(lambda: path.exists() or path.is_symlink())


def send_when_ready(folder: Path, *signals: tuple[int, str]) -> None:
    """Send signals to this process, each once the program has left the file that is named with it."""

    def send() -> None:
        for number, file in signals:
            until(folder / file)
            os.kill(os.getpid(), number)

    threading.Thread(target=send, daemon=True).start()


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_exit_code_is_the_programs(tmp_path: Path):
    assert run("raise SystemExit(3)", tmp_path) == Ended(3)


def test_it_runs_in_its_folder_with_its_environment_and_without_input(tmp_path: Path):
    program = "import os, pathlib, sys; pathlib.Path('found').write_text(os.environ['NAME'] + repr(sys.stdin.read()))"
    run_child([sys.executable, "-c", program], folder=tmp_path, environment={"NAME": "value"})
    assert (tmp_path / "found").read_text() == "value''"


def test_a_program_killed_by_a_signal_has_the_shells_exit_code(tmp_path: Path):
    assert run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", tmp_path).exit_code == 128 + signal.SIGKILL


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 5), (signal.SIGINT, 6)])
def test_signals_are_handed_on_and_its_own_exit_code_counts(number: int, code: int, tmp_path: Path):
    before = signal.getsignal(number)
    send_when_ready(tmp_path, (number, "ready"))
    assert run(POLITE, tmp_path) == Ended(code, interrupted=True)
    assert signal.getsignal(number) is before


def test_the_same_signal_again_kills(tmp_path: Path):
    # Two of the same at once would be one.
    send_when_ready(tmp_path, (signal.SIGINT, "ready"), (signal.SIGINT, "heard"))
    assert run(DEAF, tmp_path) == Ended(128 + signal.SIGKILL, interrupted=True)


def test_a_signal_that_does_not_wake_who_waits_is_handed_on_too(tmp_path: Path):
    def send() -> None:
        until(tmp_path / "ready")
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)  # this thread gets it: the one that waits goes on waiting

    thread = threading.Thread(target=send)
    thread.start()
    assert run(POLITE, tmp_path) == Ended(5, interrupted=True)
    thread.join()


def test_an_ignored_signal_stays_ignored(tmp_path: Path):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        send_when_ready(tmp_path, (signal.SIGHUP, "ready"), (signal.SIGTERM, "ready"))
        assert run(POLITE, tmp_path) == Ended(5, interrupted=True)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_nothing_of_it_is_left_running(tmp_path: Path):
    assert run(PARENT, tmp_path).exit_code == 0
    grandchild = int((tmp_path / "grandchild").read_text())
    deadline = time.monotonic() + 60
    while is_alive(grandchild):
        assert time.monotonic() < deadline, "the grandchild lives"
        time.sleep(0.01)


def test_it_is_stopped_when_the_caller_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gatepost.project.launching.child.PATIENCE_SECONDS", 60.0)
    assert run(POLITE, tmp_path, stop_when=(tmp_path / "ready").exists) == Ended(5, stopped=True)


def test_what_ends_by_itself_was_not_stopped(tmp_path: Path):
    assert run("", tmp_path, stop_when=lambda: False) == Ended(0)


def test_it_can_run_outside_the_main_thread(tmp_path: Path):
    found: list[Ended] = []
    thread = threading.Thread(target=lambda: found.append(run("raise SystemExit(4)", tmp_path)))
    thread.start()
    thread.join()
    assert found == [Ended(4)]


def test_an_interpreter_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(GatepostError, match=r"/nowhere/python cannot be started.*--python"):
        run_child(["/nowhere/python"], folder=tmp_path, environment={})


def test_the_output_goes_where_it_is_sent(tmp_path: Path):
    with (tmp_path / "output").open("wb") as file:
        run("print('said')", tmp_path, stdout=file.fileno())
    assert (tmp_path / "output").read_text() == "said\n"


def test_an_exception_in_the_caller_leaves_no_program_behind(tmp_path: Path):
    def look() -> bool:
        until(tmp_path / "process")
        raise RuntimeError("the caller has a bug")

    with pytest.raises(RuntimeError):
        run("import os, time; os.symlink(str(os.getpid()), 'process'); time.sleep(60)", tmp_path, stop_when=look)
    assert not is_alive(int(str((tmp_path / "process").readlink())))
