"""A run as the business of its process: what it leaves behind, and what it ends with. Here that process is pytest's."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gatepost import App, Runtime
from gatepost.app.process import run_process
from gatepost.emulator import Emulator
from gatepost.emulator.redis import RedisThread
from gatepost.kvstore import RedisServer, connect

Step = Callable[[Runtime[Any]], Any]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def run(folder: Path, step: Step, *, auth: str | None = None, kind: str = "Organization", **inputs: object) -> int:
    (folder / "install.json").write_text(json.dumps({"displayName": "A Run", "runtimeLevel": kind}), encoding="utf-8")
    app = App(auth=auth, folder=folder)
    (app.playbook if kind == "Playbook" else app.job)(step)
    given = {"tc_log_level": "critical", **inputs}
    return run_process(app, [part for name, value in given.items() for part in (f"--{name}", str(value))])


def message(out: Path) -> str:
    return (out / "message.tc").read_text("utf-8")


def raising(error: BaseException) -> Step:
    def step(runtime: Runtime[Any]) -> None:
        raise error

    return step


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyboardInterrupt(), "The app was interrupted"),
        (asyncio.CancelledError(), "The app failed: CancelledError. The log has the details"),
    ],
)
def test_what_no_app_catches_ends_the_run_with_a_message(tmp_path: Path, out: Path, error: BaseException, words: str) -> None:
    assert run(tmp_path, raising(error), tc_out_path=out) == 1
    assert message(out) == f"{words}\n"


def test_a_failure_over_the_manifest_still_has_a_message(tmp_path: Path, out: Path) -> None:
    (tmp_path / "install.json").write_text("[]", encoding="utf-8")
    assert run_process(App(auth=None, folder=tmp_path), ["--tc_out_path", str(out), "--tc_log_level", "critical"]) == 1
    assert "install.json" in message(out)


def test_where_nobody_named_a_folder_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path, lambda runtime: None) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["install.json"]


def test_a_run_whose_results_cannot_be_kept_is_no_success(tmp_path: Path, out: Path) -> None:
    (out / "results.tc").mkdir()

    def job(runtime: Runtime[Any]) -> None:
        runtime.results["last_run"] = "today"

    assert run(tmp_path, job, tc_out_path=out) == 1
    assert "results.tc" in message(out)


def test_the_platforms_scratch_folder_is_pythons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", "before")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    seen: list[str | None] = []
    assert run(tmp_path, lambda runtime: seen.extend([tempfile.gettempdir(), os.environ["TMPDIR"]]), tc_temp_path=scratch) == 0
    assert seen == [str(scratch), str(scratch)]


def test_the_log_goes_to_the_platform_where_it_asks_for_it(tmp_path: Path, tc_platform: Emulator) -> None:
    given = {**tc_platform.inputs("token"), "tc_log_to_api": "true", "tc_log_level": "info", "tc_log_path": tmp_path}
    assert run(tmp_path, lambda runtime: runtime.log.info("it works"), auth="token", **given) == 0
    assert "it works" in [entry.message for entry in tc_platform.app_log]


def test_test_tools_are_told_the_message_by_a_redis(tmp_path: Path) -> None:
    with RedisThread() as redis:
        given = {"tc_kvstore_host": "127.0.0.1", "tc_kvstore_port": redis.port, "tcex_testing_context": "for tools"}
        assert run(tmp_path, lambda runtime: "done", kind="Playbook", tc_playbook_kvstore_context="a run", **given) == 0
        client = connect(RedisServer("127.0.0.1", redis.port))
        assert client.hgetall("for tools") == {b"_exit_message": b"done"}
        client.close()
    # Without one they learn nothing, and the run is none the worse.
    assert run(tmp_path, lambda runtime: "done", kind="Playbook", tc_playbook_kvstore_context="a run", **given) == 0
