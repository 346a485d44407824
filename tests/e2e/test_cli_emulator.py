"""``gatepost emulator`` as a process: what it prints can be used, and it leaves nothing."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.e2e.processes import SECONDS


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start(temporary: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "gatepost", "emulator", *arguments],
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


def introduction(process: subprocess.Popen[str]) -> dict[str, str]:
    """The environment that the command prints as JSON."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            environment: dict[str, str] = json.loads(text)["environment"]
            return environment
    pytest.fail(f"It said nothing but {text!r}")


def owners(environment: dict[str, str], token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"TC-Token {environment['TC_TOKEN'] if token is None else token}"}
    url = f"{environment['TC_API_PATH']}/v2/owners"
    return requests.get(url, headers=headers, verify=environment["REQUESTS_CA_BUNDLE"], timeout=SECONDS)


def end(process: subprocess.Popen[str], number: int = signal.SIGINT) -> str:
    process.send_signal(number)
    _, err = process.communicate(timeout=SECONDS)
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_it_runs_until_a_signal_and_leaves_nothing(number: int, code: int, start, temporary: Path):
    process = start("--json")
    assert owners(introduction(process)).status_code == 200
    end(process, number)
    assert process.returncode == code
    assert list(temporary.iterdir()) == []


def test_each_request_is_shown_with_its_verdict_and_no_token(start):
    process = start("--json")
    environment = introduction(process)
    owners(environment)
    owners(environment, "API:1:canary:0123456789")
    assert process.stderr is not None
    first, second = process.stderr.readline(), process.stderr.readline()
    assert first.startswith("gatepost: 1 GET /api/v2/owners 200 accepted, TC-Token ")
    assert second.startswith("gatepost: 2 GET /api/v2/owners 401 refused, TC-Token ")
    assert environment["TC_TOKEN"] not in first
    assert "canary" not in second
    end(process)


def test_it_can_be_quiet(start):
    process = start("--json", "--quiet")
    owners(introduction(process))
    assert end(process) == ""


def test_its_settings_are_options(start):
    process = start("--json", "--prefix", "", "--no-tokens", "--token-life", "5", "--clock-offset", "3600", "--host", "localhost")
    environment = introduction(process)
    assert environment["TC_API_PATH"].startswith("https://localhost:")
    assert environment["TC_API_PATH"].count("/") == 2
    assert "TC_TOKEN" not in environment
    assert owners(environment, "API:1:any:0:token").status_code == 401
    end(process)


def test_faults_come_from_a_file(start, tmp_path: Path):
    from gatepost.emulator import ChaosProfile, Rule
    from gatepost.emulator.faults import Answer

    (tmp_path / "chaos.json").write_text(json.dumps(ChaosProfile(rules=(Rule(fault=Answer(418), path="/v2/owners"),)).to_json()))
    process = start("--json", "--chaos", str(tmp_path / "chaos.json"))
    assert owners(introduction(process)).status_code == 418
    assert process.stderr is not None
    assert " 418 " in process.stderr.readline()
    end(process)


@pytest.mark.programs("bash")
def test_a_shell_can_take_the_credentials(start, tmp_path: Path):
    process = start("--format", "env")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(8)]
    (tmp_path / "env.sh").write_text("".join(lines))
    script = f". {shlex.quote(str(tmp_path / 'env.sh'))} && {shlex.quote(sys.executable)} -m gatepost doctor"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    end(process)


def test_a_person_is_told_what_to_set(start):
    process = start()
    assert process.stdout is not None
    text = ""
    while "Ctrl-C ends it." not in text:
        line = process.stdout.readline()
        assert line, text
        text += line
    for name in ("TC_API_PATH", "TC_TOKEN", "API_ACCESS_ID", "API_SECRET_KEY", "SSL_CERT_FILE"):
        assert f"  {name} " in text
    end(process)
