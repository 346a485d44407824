"""What Python itself prints goes through the redactor, and nobody notices who has no secrets in it."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.log import Logging, LogSettings, Record, configure, install_redaction, log_thread_exceptions, route_standard_logging
from gatepost.secret import Secret

TEXT = "never-to-be-seen"


@pytest.fixture
def secret() -> Secret:
    return Secret(TEXT)


def run(program: str) -> subprocess.CompletedProcess[str]:
    setting = f"""
import threading, warnings, logging, sys
from gatepost.log import install_redaction
from gatepost.secret import Secret
secret = Secret({TEXT[:5]!r} + {TEXT[5:]!r})
hooks = install_redaction()
"""
    command = [sys.executable, "-c", setting + textwrap.dedent(program)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "program",
    [
        "raise ValueError('refused: ' + secret.reveal())",
        "try:\n    raise KeyError(secret.reveal())\nexcept KeyError as error:\n    raise ValueError('outer') from error",
        "def work():\n    raise ValueError(secret.reveal())\nt = threading.Thread(target=work)\nt.start()\nt.join()",
        "class Last:\n    def __del__(self):\n        raise ValueError(secret.reveal())\nlast = Last()\ndel last",
        "warnings.warn('deprecated: ' + secret.reveal())",
        "logging.getLogger('foreign').warning('token %s', secret.reveal())",
        "logging.basicConfig()\ntry:\n    raise ValueError(secret.reveal())\nexcept ValueError:\n    logging.exception('x')",
    ],
)
def test_no_secret_is_printed_by_the_interpreter(program: str) -> None:
    answer = run(program)
    assert TEXT not in answer.stderr + answer.stdout
    assert "***" in answer.stderr


def test_a_traceback_without_a_secret_is_what_it_always_was() -> None:
    answer = run("raise ValueError('plain')")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Traceback (most recent call last):")
    assert answer.stderr.endswith("ValueError: plain\n")


def test_an_exit_inside_a_thread_stays_silent() -> None:
    answer = run("t = threading.Thread(target=lambda: sys.exit(secret.reveal()))\nt.start()\nt.join()")
    assert (answer.returncode, answer.stderr) == (0, "")


def hooks_of_now() -> tuple[object, ...]:
    return (
        sys.excepthook,
        threading.excepthook,
        sys.unraisablehook,
        warnings.showwarning,
        logging.getLogRecordFactory(),
    )


def test_uninstalling_puts_back_what_was_there() -> None:
    before = hooks_of_now()
    with install_redaction() as hooks:
        assert not [pair for pair in zip(before, hooks_of_now(), strict=True) if pair[0] == pair[1]]
    assert hooks_of_now() == before
    hooks.uninstall()
    assert hooks_of_now() == before


def test_installed_again_the_hooks_are_the_same_and_stay_for_the_last_user() -> None:
    before = hooks_of_now()
    with install_redaction() as first:
        during = hooks_of_now()
        with install_redaction() as second:
            assert second is first
            assert hooks_of_now() == during
        assert hooks_of_now() == during
    assert hooks_of_now() == before
    with install_redaction() as third:
        assert third is not first


def test_below_a_foreign_hook_they_are_installed_anew(secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hooks_of_now()
    with install_redaction() as first:
        monkeypatch.setattr(warnings, "showwarning", print)
        with install_redaction() as second:
            assert second is not first
        assert warnings.showwarning is print
        monkeypatch.undo()
    assert hooks_of_now() == before


def test_a_hook_that_somebody_put_on_top_stays(secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, exception, trace: calls.append(str(exception)))
    hooks = install_redaction()
    below = sys.excepthook

    def on_top(kind: type[BaseException], exception: BaseException, trace: object) -> None:
        below(kind, exception, None)

    monkeypatch.setattr(sys, "excepthook", on_top)
    hooks.uninstall()

    assert sys.excepthook is on_top
    sys.excepthook(ValueError, ValueError(secret.reveal()), None)
    assert calls == [secret.reveal()]  # ours only passes on


def test_the_hook_of_before_is_called_when_there_is_no_secret(secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    stream = io.StringIO()
    monkeypatch.setattr(sys, "excepthook", lambda kind, exception, trace: calls.append(str(exception)))
    monkeypatch.setattr(sys, "stderr", stream)
    with install_redaction():
        sys.excepthook(ValueError, ValueError("plain"), None)
        sys.excepthook(ValueError, ValueError(secret.reveal()), None)
    assert calls == ["plain"]
    assert stream.getvalue() == "ValueError: ***\n"


def test_warnings_go_to_the_file_that_is_given(secret: Secret) -> None:
    shown: list[str] = []
    file = io.StringIO()
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *rest: shown.append(str(message))
        with install_redaction():
            warnings.showwarning("plain", UserWarning, "app.py", 1)
            warnings.showwarning(secret.reveal(), UserWarning, "app.py", 1, file)
    assert shown == ["plain"]
    assert "UserWarning: ***" in file.getvalue()


def test_a_process_without_stderr_survives(secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with install_redaction():
        sys.excepthook(ValueError, ValueError(secret.reveal()), None)


def test_standard_records_are_redacted_for_whoever_handles_them(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    with install_redaction():
        logging.getLogger("urllib3").warning("GET /appAuth?expiredToken=%s", secret.reveal())
        logging.getLogger("foreign").warning("plain %s", "argument")
        try:
            raise ValueError(secret.reveal())
        except ValueError:
            logging.getLogger("foreign").exception("failed")
    assert caplog.messages == ["GET /appAuth?expiredToken=***", "plain argument", "failed"]
    assert caplog.records[1].args == ("argument",)
    assert TEXT not in caplog.text
    assert "ValueError: ***" in caplog.text


def test_a_wrong_format_is_left_to_the_handler(caplog: pytest.LogCaptureFixture) -> None:
    with install_redaction():
        record = logging.getLogRecordFactory()("name", 30, "path", 1, "%d", ("no number",), None)
    assert record.args == ("no number",)


@pytest.fixture
def routed() -> Iterator[tuple[Logging, list[Record]]]:
    records: list[Record] = []
    target = configure(LogSettings(level="debug", console=False, platform=records.append))
    with route_standard_logging(target):
        yield target, records


def test_foreign_warnings_arrive_in_our_sinks(routed: tuple[Logging, list[Record]], secret: Secret) -> None:
    _, records = routed
    logging.getLogger("urllib3.connectionpool").warning("retry of %s", secret.reveal())
    logging.getLogger("urllib3.connectionpool").info("not at this level")

    (record,) = records
    assert record.message == "retry of ***"
    assert record.logger == "urllib3.connectionpool"
    assert record.file == "test_hooks.py"
    assert record.function == "test_foreign_warnings_arrive_in_our_sinks"


def test_a_foreign_traceback_arrives_too(routed: tuple[Logging, list[Record]]) -> None:
    _, records = routed
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("foreign").exception("failed")
    assert records[0].exception.endswith("ValueError: broken")


def test_our_own_rooms_pass_at_the_level_of_the_log(routed: tuple[Logging, list[Record]]) -> None:
    target, records = routed
    own = logging.getLogger("gatepost.auth.renewal")
    own.debug("one")
    target.set_level("error")
    own.warning("two")
    assert not own.isEnabledFor(logging.WARNING)
    target.set_level("trace")
    own.log(5, "three")
    logging.getLogger("gatepostman").info("a stranger with a similar name")
    assert [record.message for record in records] == ["one", "three"]


def test_routing_ends_with_its_block() -> None:
    root, ours = logging.getLogger(), logging.getLogger("gatepost")
    before = (list(root.handlers), root.level, ours.level)
    records: list[Record] = []
    target = configure(LogSettings(console=False, platform=records.append))
    with route_standard_logging(target):
        logging.getLogger("foreign").error("inside")
    logging.getLogger("foreign").error("outside")
    target.set_level("trace")
    assert [record.message for record in records] == ["inside"]
    assert (list(root.handlers), root.level, ours.level) == before


def test_a_foreign_event_with_a_wrong_format_is_not_lost(
    routed: tuple[Logging, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, records = routed
    handler = next(handler for handler in logging.getLogger().handlers if type(handler).__module__ == "gatepost.log.hooks")
    handler.emit(logging.LogRecord("foreign", 40, "path", 1, "%d", ("no number",), None))
    assert records[0].message == "%d ('no number',)"
    assert target.level == 10


DYING_THREAD = """
from gatepost.log import LogSettings, configure, log_thread_exceptions
{before}
log = configure(LogSettings(path={folder!r}, json=True))
def work():
    raise {exception}("refused: " + secret.reveal())
with log_thread_exceptions(log):
    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()
log.close()
"""


def test_what_kills_a_thread_is_in_the_log_file_and_once_on_the_console(tmp_path: Path) -> None:
    answer = run(DYING_THREAD.format(before="", folder=str(tmp_path), exception="ValueError"))
    for text in ((tmp_path / "app.log").read_text(encoding="utf-8"), answer.stderr):
        assert text.count("a thread died") == 1
        assert "worker" in text
        assert text.count("ValueError: refused: ***") == 1
        assert TEXT not in text
    assert len(answer.stderr.splitlines()) == 1


def test_a_foreign_hook_for_threads_is_told_as_well(tmp_path: Path) -> None:
    before = "hooks.uninstall()\nthreading.excepthook = lambda arguments: print('foreign', arguments.exc_type.__name__)"
    answer = run(DYING_THREAD.format(before=before, folder=str(tmp_path), exception="ValueError"))
    assert answer.stdout == "foreign ValueError\n"
    assert "a thread died" in answer.stderr


def test_an_exit_inside_a_thread_is_no_death(tmp_path: Path) -> None:
    answer = run(DYING_THREAD.format(before="", folder=str(tmp_path), exception="SystemExit"))
    assert (answer.returncode, answer.stderr) == (0, "")


def test_the_hook_for_threads_is_put_back() -> None:
    before = threading.excepthook
    with log_thread_exceptions(configure(LogSettings(console=False))):
        assert threading.excepthook != before
    assert threading.excepthook == before
