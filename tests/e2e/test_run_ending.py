"""Real processes: how a run ends, and what the platform finds afterwards."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from tests.e2e.processes import Launch, write_app

CANARY = "canary-4f1d0c9b7a"


@pytest.fixture(scope="module")
def platform() -> Iterator[Emulator]:
    """One platform for the file: its tests need no record of their own."""
    with Emulator() as platform:
        yield platform


@pytest.mark.parametrize(
    ("body", "exit_code", "message"),
    [
        ("return 'all is read'", 0, "all is read"),
        ("raise PartialFailure('2 of 3')", 3, "2 of 3"),
        ("import sys; sys.exit('gave up')", 1, "gave up"),
        ("raise ValueError('line 7')", 1, "The app failed: ValueError: line 7. The log has the details"),
    ],
)
def test_the_code_and_the_message_are_the_platforms(
    tmp_path: Path, platform: Emulator, body: str, exit_code: int, message: str
) -> None:
    ended = Launch(write_app(tmp_path / "app", body), platform.inputs("hmac"), tmp_path).run()
    assert (ended.exit_code, ended.message) == (exit_code, message), ended.output


def test_a_long_message_keeps_its_end(tmp_path: Path, platform: Emulator) -> None:
    app = write_app(tmp_path / "app", "return 'x' * 300 + 'the end'")
    ended = Launch(app, platform.inputs("hmac"), tmp_path).run()
    assert ended.message == "x" * 247 + "the end"


def test_results_reach_the_next_run_and_none_removes_them(tmp_path: Path, platform: Emulator) -> None:
    app = write_app(tmp_path / "app", "runtime.results['last_run'] = '2026-01-31'\nruntime.results['old'] = None")
    launch = Launch(app, platform.inputs("hmac"), tmp_path)
    (launch.out / "results.tc").write_text("other = kept\nold = 1\n")
    assert launch.run().results == "other = kept\nlast_run = 2026-01-31\n"


@pytest.mark.parametrize(("exit_code", "kept"), [(3, True), (1, False)])
def test_a_run_that_failed_leaves_no_results(tmp_path: Path, platform: Emulator, exit_code: int, kept: bool) -> None:
    app = write_app(tmp_path / "app", f"runtime.results['last_run'] = 'now'\nruntime.exit({exit_code})")
    ended = Launch(app, platform.inputs("hmac"), tmp_path).run()
    assert (ended.results is not None) is kept


def test_the_platforms_log_has_everything_to_the_last_line(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app", "for number in range(250): runtime.log.info('row', number=number)\nreturn 'fine'")
    with Emulator() as platform:
        ended = Launch(app, {**platform.inputs("token"), "tc_log_to_api": "true"}, tmp_path).run()
        log = platform.app_log
        posts = [request for request in platform.requests if request.path.endswith("/v2/logs/app")]
    assert ended.exit_code == 0, ended.output
    rows = [entry.message for entry in log if entry.message.startswith("row ")]
    assert rows == [f"row number={number}" for number in range(250)]
    assert log[0].message.startswith("start ")
    assert log[-1].message == "exit message=fine code=0 name=Success"
    assert len(posts) == 3
    assert all(entry.timestamp > 1_700_000_000_000 for entry in log)


def test_without_a_token_nothing_is_posted(tmp_path: Path) -> None:
    with Emulator() as platform:
        launch = Launch(write_app(tmp_path / "app", "pass"), {**platform.inputs("hmac"), "tc_log_to_api": "true"}, tmp_path)
        assert launch.run().exit_code == 0
        assert platform.requests == ()


def test_a_platform_that_takes_no_log_does_not_stop_the_run(tmp_path: Path) -> None:
    with Emulator() as platform:
        inputs = {**platform.inputs("token"), "tc_log_to_api": "true"}
        platform.revoke_token(inputs["tc_token"])
        app = write_app(tmp_path / "app", "for number in range(9): runtime.log.error('row', number=number)\nreturn 'fine'")
        ended = Launch(app, inputs, tmp_path).run()
        tried = [request for request in platform.requests if request.path.endswith("/v2/logs/app")]
    assert (ended.exit_code, ended.message) == (0, "fine"), ended.output
    assert ended.output.count("the platform takes no log events") == 1
    assert len(tried) == 3


def test_an_error_that_is_logged_during_a_renewal_does_not_wait_for_the_renewal(tmp_path: Path) -> None:
    app = write_app(
        tmp_path / "app",
        """
        from gatepost.transport import PlainTransport
        send = PlainTransport.send
        def noisy(transport, *arguments, **named):
            runtime.log.error("somebody has a word to say during the renewal")
            return send(transport, *arguments, **named)
        PlainTransport.send = noisy
        return runtime.session.get("/v2/owners").json()["status"]
        """,
    )
    with Emulator() as platform:
        stale = platform.issue_token(life=-1)
        inputs = {**platform.inputs(), "tc_token": stale.token, "tc_token_expires": stale.expires, "tc_log_to_api": "true"}
        ended = Launch(app, inputs, tmp_path).run()
        said = [entry.message for entry in platform.app_log]
    assert (ended.exit_code, ended.message) == (0, "Success"), ended.output
    assert "somebody has a word to say during the renewal" in said


def test_the_log_file_has_its_folder_and_its_level(tmp_path: Path, platform: Emulator) -> None:
    app = write_app(tmp_path / "app", "runtime.log.info('not this'); runtime.log.warning('but this')")
    log = tmp_path / "made" / "for it"
    inputs = {**platform.inputs("hmac"), "tc_log_path": str(log), "tc_log_file": "own.log", "tc_log_level": "WARNING"}
    assert Launch(app, inputs, tmp_path).run().exit_code == 0
    text = (log / "own.log").read_text()
    assert "but this" in text
    assert "not this" not in text


def test_a_log_file_that_grows_is_rotated(tmp_path: Path, platform: Emulator) -> None:
    app = write_app(tmp_path / "app", "for number in range(100): runtime.log.info('row', number=number, text='x' * 100)")
    inputs = {**platform.inputs("hmac"), "tc_log_path": str(tmp_path / "log"), "tc_log_max_bytes": "4000"}
    assert Launch(app, inputs, tmp_path).run().exit_code == 0
    backups = list((tmp_path / "log").glob("app.log.*gz"))
    assert backups
    rows = "".join(gzip.decompress(backup.read_bytes()).decode() for backup in backups) + (tmp_path / "log/app.log").read_text()
    assert {int(number) for number in re.findall(r"row number=(\d+)", rows)} == set(range(100))


def test_a_run_that_nobody_gave_a_folder_leaves_no_file(tmp_path: Path, platform: Emulator) -> None:
    app = write_app(tmp_path / "app", "runtime.results['last_run'] = 'now'")
    launch = Launch(app, {**platform.inputs("hmac"), "tc_out_path": ""}, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ended = launch.run()
    assert ended.exit_code == 0, ended.output
    left = {path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts} - set(before)
    assert left == set()


def test_temporary_files_go_where_the_platform_wants_them(tmp_path: Path, platform: Emulator) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    app = write_app(tmp_path / "app", "import os, tempfile; return f\"{tempfile.gettempdir()} {os.environ['TMPDIR']}\"")
    ended = Launch(app, {**platform.inputs("hmac"), "tc_temp_path": str(scratch)}, tmp_path).run()
    assert ended.message == f"{scratch} {scratch}"


def test_the_manifest_is_found_beside_the_module_and_else_in_the_working_directory(tmp_path: Path, platform: Emulator) -> None:
    def manifest(place: str) -> str:
        return json.dumps({"params": [{"name": "owner", "default": f"of {place}"}]})

    body = "return str(runtime.collected.value('owner'))"
    beside = write_app(tmp_path / "beside", body, manifest=manifest("its own folder"))
    without = write_app(tmp_path / "without", body, manifest=None)
    working = tmp_path / "working"
    working.mkdir()
    (working / "install.json").write_text(manifest("the working directory"))
    for app, expected in ((beside, "of its own folder"), (without, "of the working directory")):
        launch = Launch(working, platform.inputs("hmac"), app, program=(str(app / "run.py"),))
        assert launch.run().message == expected


def test_inputs_may_come_as_arguments_too(tmp_path: Path, platform: Emulator) -> None:
    manifest = json.dumps({"params": [{"name": "owner"}, {"name": "deep", "type": "Boolean"}]})
    app = write_app(
        tmp_path / "app", "return f\"{runtime.collected.value('owner')} {runtime.collected.value('deep')}\"", manifest=manifest
    )
    arguments = [part for name, value in platform.inputs("token").items() for part in (f"--{name}", str(value))]
    launch = Launch(app, {}, tmp_path, program=("run.py", "run", "--owner", "Blue", "--deep", *arguments))
    launch.environment = {name: value for name, value in launch.environment.items() if not name.startswith("TC_APP_PARAM")}
    launch.command += ["--tc_out_path", str(launch.out)]
    ended = launch.run()
    assert (ended.exit_code, ended.message) == (0, "Blue True"), ended.output


def test_secrets_are_in_no_place_that_a_run_leaves_behind(tmp_path: Path) -> None:
    body = """
    import logging, threading, warnings
    token = runtime.collected.best["tc_token"].text
    password = runtime.collected.best["password"].text
    for say in (runtime.log.error, logging.getLogger("foreign").error, warnings.warn):
        say(f"the token is {token} and the password {password}")
    runtime.log.info("as values", token=token, nested={"password": [password]})
    runtime.session.get("/v2/owners", params={"echo": token})
    thread = threading.Thread(target=lambda: {}[password], name=token)
    thread.start()
    thread.join()
    raise RuntimeError(f"crashed with {token} and {password}")
    """
    app = write_app(tmp_path / "app", body, manifest=json.dumps({"params": [{"name": "password", "encrypt": True}]}))
    with Emulator() as platform:
        inputs = {**platform.inputs("both"), "password": CANARY, "tc_log_to_api": "true", "tc_log_path": str(tmp_path / "log")}
        ended = Launch(app, {**inputs, "tc_log_level": "trace"}, tmp_path).run()
        posted = "\n".join(entry.message for entry in platform.app_log)
    assert ended.exit_code == 1
    assert ended.message is not None
    assert ended.message.startswith("The app failed: RuntimeError: crashed with ")
    files = {path.name: path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()}
    for place in (ended.output, posted, files["app.log"]):
        assert "the token is" in place
    assert "KeyError" in ended.output
    everywhere = "\n".join([ended.output, posted, *files.values()])
    for secret in (inputs["tc_token"], inputs["api_secret_key"], CANARY):
        assert str(secret) not in everywhere


def test_what_kills_a_thread_of_the_app_is_in_the_log_file(tmp_path: Path, platform: Emulator) -> None:
    body = "import threading\nthread = threading.Thread(target=lambda: 1 / 0)\nthread.start()\nthread.join()"
    ended = Launch(
        write_app(tmp_path / "app", body), {**platform.inputs("hmac"), "tc_log_path": tmp_path / "log"}, tmp_path
    ).run()
    assert ended.exit_code == 0
    for text in (ended.output, (tmp_path / "log" / "app.log").read_text(encoding="utf-8")):
        assert text.count("a thread died") == 1
        assert text.count("ZeroDivisionError: division by zero") == 1
