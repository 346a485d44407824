"""``gatepost run`` as a process: what it streams, what signals do to it, what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import SECONDS

START = "from gatepost import App\napp = App()\n@app.job\ndef job(runtime):\n"
SLEEPER = f"""
import os, pathlib, time
{START}
    runtime.session.get("/v2/owners")
    pathlib.Path("process").write_text(str(os.getpid()))
    print("ready", flush=True)
    time.sleep(100)
app.run()
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "install.json").write_text(json.dumps({"displayName": "An App", "programMain": "run.py"}))
    (folder / "run.py").write_text(SLEEPER)
    return folder


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder for temporary files of the commands."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start(temporary: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start commands; those that a failed test left are killed."""
    started = []

    def run(*arguments: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "gatepost", *map(str, arguments)],
            env={**os.environ, "TMPDIR": str(temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def lines_until(process: subprocess.Popen[str], wanted: str) -> None:
    """Read the output until a line has come."""
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return
    pytest.fail(f"{wanted!r} never came: {process.stderr.read() if process.stderr else ''}")


def change(file: Path, text: str) -> None:
    """Change a file in one step: what watches it must not see it empty."""
    written = file.parents[1] / file.name  # not in the folder that is watched
    written.write_text(text)
    written.replace(file)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_app_and_nothing_is_left(number: int, app: Path, start, temporary: Path):
    process = start("run", app, "--emulator")
    lines_until(process, "ready")  # while the app still runs: its output is not held back
    process.send_signal(number)
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1, err  # the app's exit code for an interrupted run
    assert "1 request to" in out
    assert "Traceback" not in err
    assert not is_alive(int((app / "process").read_text()))
    assert list(temporary.iterdir()) == []


def test_the_report_of_an_interrupted_run_is_json_all_the_same(app: Path, start):
    process = start("run", app, "--emulator", "--json")
    while not (app / "process").is_file():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=SECONDS)
    report = json.loads(out)
    assert (report["exit_code"], report["interrupted"]) == (1, True)
    assert [request["verdict"] for request in report["requests"]] == ["accepted"]


def test_without_an_emulator_signals_reach_the_app_too(app: Path, start):
    (app / "run.py").write_text("import time\nprint('ready', flush=True)\ntime.sleep(100)")
    process = start("run", app)
    lines_until(process, "ready")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 128 + signal.SIGTERM


def test_watching_runs_the_app_again_when_it_changes(app: Path, start, temporary: Path):
    (app / "run.py").write_text(f"{START}    print('first', flush=True)\napp.run()\n")
    process = start("run", app, "--emulator", "--watch")
    lines_until(process, "first")
    lines_until(process, "exit code")
    change(app / "run.py", f"{START}    print('second run', flush=True)\napp.run()\n")
    lines_until(process, "second run")
    lines_until(process, "exit code")
    change(app / "install.json", "no json")
    assert process.stderr is not None
    while "install.json" not in (line := process.stderr.readline()):
        assert line
    change(app / "install.json", json.dumps({"displayName": "Another Name", "programMain": "run.py"}))
    lines_until(process, "second run")
    lines_until(process, "Another Name")
    lines_until(process, "exit code")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert list(temporary.iterdir()) == []


def test_a_change_of_code_ends_a_run_that_goes_on(app: Path, start):
    process = start("run", app, "--emulator", "--watch")
    lines_until(process, "ready")
    first = int((app / "process").read_text())
    change(app / "run.py", SLEEPER.replace("ready", "once more"))
    lines_until(process, "once more")
    assert not is_alive(first)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 1


def test_a_closed_pipe_is_no_traceback(app: Path, start):
    (app / "run.py").write_text("")
    process = start("run", app, "--emulator")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.wait(SECONDS)
    assert "Traceback" not in err
