"""``make demo``: what it shows, and that it is no success when one of its claims does not hold."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import demo
from gatepost.emulator import Emulator

ROOT = Path(__file__).parents[2]


def test_it_shows_both_runs_and_the_renewal() -> None:
    done = subprocess.run([sys.executable, "demo.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    by_token, by_hmac = done.stdout.split("2. By HMAC")
    for part in (by_token, by_hmac):
        assert "exit code 0" in part
        assert "4 owners: Exemplary Organization, Common Community, Phishing Reports, Sector Exchange" in part
        assert "last_run = 20" in part
    rows = [line.split() for line in by_token.splitlines() if "/api/" in line and line.startswith("   ")]
    assert [(row[1], row[-2], row[-1]) for row in rows] == [
        ("/api/appAuth", "renewed", "200"),
        ("/api/v2/owners", "accepted", "200"),
        ("/api/v2/logs/app", "accepted", "200"),
    ]
    assert "TC-Token" not in by_hmac
    assert done.stdout.endswith("the platform's record bears out each claim above.\n")


def test_make_runs_it() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    recipe = lines[lines.index("demo: $(READY)") + 1]
    assert recipe == "\t@$(BIN)/python demo.py"


@pytest.mark.parametrize(
    ("settings", "run", "failure"),
    [
        ({"tokens_known": False}, demo.by_token, "the token is renewed once, not 0 times"),
        ({"token_grace": 0}, demo.by_token, "by token: the app ends with exit code 0, not 1"),
        ({"clock_offset": 7200}, demo.by_hmac, "by HMAC: the platform accepts every request"),
    ],
)
def test_what_does_not_hold_is_said(
    settings: dict[str, object],
    run: Callable[[Emulator], list[str]],
    failure: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Emulator(**settings) as platform:
        assert failure in run(platform)


@pytest.mark.parametrize(("failures", "code"), [([], 0), (["the sky is green"], 1)])
def test_the_exit_code_is_about_the_claims(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failures: list[str], code: int
) -> None:
    monkeypatch.setattr(demo, "by_token", lambda platform: [])
    monkeypatch.setattr(demo, "by_hmac", lambda platform: failures)
    assert demo.main() == code
    assert ("FAILED: the sky is green\n" in capsys.readouterr().out) is bool(failures)
