"""Profiles of an app that starts as the platform starts it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gatepost.project.app_folder import open_app
from gatepost.project.profiles.process import in_a_process
from gatepost.project.profiles.running import run_profiles
from gatepost.testing.profiles import ProfilePlatform
from gatepost.testing.profiles.running import Launch
from tests.testing.profiles.demo import write_app, write_profile

OUT, IN = "#App:9876:demo.out!String", "#App:1234:in!String"


def test_a_profile_passes_and_another_does_not(tmp_path: Path):
    write_app(tmp_path, auth="auto")
    # What a developer left for runs by hand is no part of a test.
    (tmp_path / "app_inputs.json").write_text('{"suffix": "of the developer"}', encoding="utf-8")
    write_profile(tmp_path)
    write_profile(tmp_path, "wrong", outputs={OUT: {"expected_output": "ABD", "op": "eq"}})
    upper, wrong = run_profiles(tmp_path, process=True)
    assert (upper.status, upper.exit_code, upper.message) == ("passed", 0, "Success")
    assert wrong.status == "failed"
    assert 'got       "ABC"' in wrong.report


OTHER = """
import requests
import beside  # of the app's own folder

answer = requests.get("https://service.invalid/items", params={"page": 1})
raise SystemExit(answer.json()["code"])
"""


def test_an_app_that_is_not_written_with_gatepost_is_started_and_gets_recorded_answers(tmp_path: Path):
    write_app(tmp_path)
    (tmp_path / "app.py").unlink()
    (tmp_path / "beside.py").touch()
    (tmp_path / "run.py").write_text(OTHER, encoding="utf-8")
    answers = {"request": {"get": [{"url": "https://service.invalid/items", "body": {"code": 3}}]}}
    nothing = {OUT: {"expected_output": None, "op": "eq"}}
    write_profile(tmp_path, stage=answers, exit_message=None, outputs=nothing, exit_codes=[3])
    (outcome,) = run_profiles(tmp_path)
    assert (outcome.status, outcome.exit_code, outcome.message) == ("passed", 3, "")


def test_one_that_does_not_end_is_stopped(tmp_path: Path):
    write_app(tmp_path)
    (tmp_path / "app.py").unlink()
    (tmp_path / "run.py").write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    write_profile(tmp_path)
    (outcome,) = run_profiles(tmp_path, timeout=0.1)
    assert (outcome.status, outcome.exit_code) == ("error", None)
    assert "had not ended after 0.1 seconds" in outcome.report


def test_beside_a_real_platform_a_redis_keeps_the_variables(tmp_path: Path):
    pytest.importorskip("fakeredis")
    write_app(tmp_path)
    platform = ProfilePlatform({"TC_API_PATH": "https://platform.invalid/api", "TC_TOKEN": "made-up-token"})
    run = in_a_process(open_app(tmp_path), platform, python=sys.executable)
    finished = run(Launch({"tc_action": "Upper", "text": IN}, {IN: "abc"}, (OUT,)))
    assert (finished.exit_code, finished.outputs) == (0, {OUT: "ABC"})
