"""Real processes that are interrupted: in order by a signal, or killed at any moment."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from tests.e2e.processes import SECONDS, Launch, write_app

WAIT = """
import threading
try:
    print("waiting", flush=True)
    threading.Event().wait(60)
except Exception:
    return "an 'except Exception' of the app got in the way"
finally:
    runtime.log.info("the app cleaned up")
"""

KILLS = 50

KILLED_RUNS = '''
"""Runs an app in forked processes, and kills each of them: at a share of its time, or of the time after its work was done."""
import json, os, sys, time
import gatepost.inputs.arguments, gatepost.runtime.signals  # once, and not in every fork
from gatepost import App

app = App(auth=None)
reading, writing = os.pipe()

@app.job
def job(runtime):
    for number in range(200):
        runtime.results[f"key_{number}"] = "new"
    os.write(writing, b".")
    return "new " * 60

def start(out):
    child = os.fork()
    if not child:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1); os.dup2(quiet, 2)
        app.run(["--tc_out_path", out])
    return child

def end(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

first, *others = sys.argv[2:]
app.test()
os.read(reading, 1)
began = time.monotonic()
child = start(first)
os.read(reading, 1)
worked = time.monotonic()
codes = [end(child)]
# At most: a machine that was busy for seconds just then must not make the others wait as long.
ending = min(time.monotonic() - worked, 0.5)
lasting = min(worked - began, 0.5) + ending
for number, (out, moment) in enumerate(zip(others, json.loads(sys.argv[1]), strict=True)):
    child = start(out)
    if number % 2:
        os.read(reading, 1)
        time.sleep(ending * moment)
    else:
        time.sleep(lasting * moment)
    os.kill(child, 9)
    codes.append(end(child))
    os.set_blocking(reading, False)
    try:
        os.read(reading, 1)
    except BlockingIOError:
        pass
    os.set_blocking(reading, True)
print(json.dumps(codes))
'''


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_run_in_order(tmp_path: Path, tc_platform: Emulator, number: signal.Signals) -> None:
    launch = Launch(write_app(tmp_path / "app", WAIT), tc_platform.inputs("hmac"), tmp_path)
    process = launch.start()
    assert process.stdout is not None
    said = iter(process.stdout.readline, "")
    assert any(line == "waiting\n" for line in said)
    process.send_signal(number)
    ended = launch.end(process)
    assert (ended.exit_code, ended.message) == (1, f"The app was interrupted by {number.name}")
    assert "the app cleaned up" in ended.output
    assert "Traceback" not in ended.output


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        ("KeyboardInterrupt", "The app was interrupted"),
        ("__import__('asyncio').CancelledError('too late')", "The app failed: CancelledError: too late. The log has the details"),
        ("GeneratorExit", "The app failed: GeneratorExit. The log has the details"),
    ],
)
def test_what_is_no_exception_ends_a_run_in_order_too(tmp_path: Path, raised: str, message: str) -> None:
    app = write_app(tmp_path / "app", f"runtime.results['half'] = 'done'\nraise {raised}")
    pair = {"api_access_id": "1", "api_secret_key": "canary-secret-key", "tc_api_path": "https://127.0.0.1:9/api"}
    ended = Launch(app, pair, tmp_path).run()
    assert (ended.exit_code, ended.message, ended.results) == (1, message, None)


def test_no_file_is_half_written_whenever_a_run_is_killed(tmp_path: Path) -> None:
    old = {"message.tc": "old " * 60 + "\n", "results.tc": "".join(f"key_{number} = old\n" for number in range(200))}
    new = {name: text.replace("old", "new") for name, text in old.items()}
    folders = [tmp_path / str(number) for number in range(KILLS + 1)]
    for folder in folders:
        folder.mkdir()
        for name, text in old.items():
            (folder / name).write_text(text)
    (tmp_path / "killed_runs.py").write_text(KILLED_RUNS)
    moments = [random.uniform(0, 1.1) for _ in range(KILLS)]
    done = subprocess.run(
        [sys.executable, "killed_runs.py", json.dumps(moments), *map(str, folders)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    codes = json.loads(done.stdout)
    assert codes[0] == 0
    assert set(codes) <= {0, -signal.SIGKILL}
    for folder, code in zip(folders, codes, strict=True):
        found = {name: (folder / name).read_text() for name in old}
        for name, text in found.items():
            assert text in (old[name], new[name]), f"{name} of the run that ended with {code}"
        if code == 0:
            assert found == new
