"""What an app logs, and where it arrives."""

from __future__ import annotations

import contextvars
import io
import json
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest
import structlog

import gatepost.log
from gatepost.errors import UsageError
from gatepost.log import Logger, Logging, LogSettings, Record, bound_context, configure
from gatepost.log.logger import EARLY_EVENTS
from gatepost.secret import Secret


class Records(list[Record]):
    """A sink that keeps what it is given."""

    def __call__(self, record: Record) -> None:
        self.append(record)

    @property
    def messages(self) -> list[str]:
        return [record.message for record in self]


def opened(level: str | int = "trace") -> tuple[Logger, Records]:
    records = Records()
    return configure(LogSettings(level=level, console=False, platform=records), name="app").logger, records


def test_every_level_has_its_method() -> None:
    log, records = opened()
    for name in ("trace", "debug", "info", "warning", "error", "critical"):
        getattr(log, name)(name)
    log.log("warning", "by name")
    log.log(45, "by number")

    assert [(record.level, record.level_name, record.event) for record in records] == [
        (5, "TRACE", "trace"),
        (10, "DEBUG", "debug"),
        (20, "INFO", "info"),
        (30, "WARNING", "warning"),
        (40, "ERROR", "error"),
        (50, "CRITICAL", "critical"),
        (30, "WARNING", "by name"),
        (45, "ERROR", "by number"),
    ]


def test_events_below_the_level_are_dropped_unseen() -> None:
    class Costly:
        def __str__(self) -> str:
            raise AssertionError("a dropped event must not be made into text")

    log, records = opened("warning")
    log.info(Costly())
    log.log("debug", Costly())
    log.warning("kept")

    assert records.messages == ["kept"]
    assert log.is_enabled_for("error")
    assert not log.is_enabled_for(20)


def test_the_level_may_change_during_the_run() -> None:
    records = Records()
    with configure(LogSettings(level="error", console=False, platform=records)) as logging:
        logging.logger.info("before")
        logging.set_level("TRACE")
        logging.logger.info("after")
        with pytest.raises(UsageError):
            logging.set_level("loud")
    assert records.messages == ["after"]


def test_an_event_knows_its_place() -> None:
    log, records = opened()
    log.info("here")
    (record,) = records
    assert record.file == "test_logger.py"
    assert record.function == "test_an_event_knows_its_place"
    assert record.line > 1
    assert record.thread == threading.current_thread().name
    assert record.logger == "app"


def test_values_are_bound_and_the_later_ones_win() -> None:
    log, records = opened()
    bound = log.bind(owner="A", page=1)
    bound.info("read", page=2)
    bound.unbind("owner", "unknown").info("read")
    log.info("read")
    assert records.messages == ["read owner=A page=2", "read page=1", "read"]


def test_another_name_may_be_given() -> None:
    records = Records()
    logging = configure(LogSettings(console=False, platform=records))
    logging.get_logger("app.part", part=1).info("read")
    assert (records[0].logger, records[0].message) == ("app.part", "read part=1")


def test_arguments_are_put_into_the_event() -> None:
    log, records = opened()
    log.info("%s of %d", "one", 2)
    log.info("100 %")
    log.info("%d", "no number")
    log.info(ValueError("an object"))
    assert records.messages == ["one of 2", "100 %", "%d ('no number',)", "an object"]


def test_an_object_that_cannot_be_shown_does_not_break_the_run() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no")

    log, records = opened()
    log.info(Broken())
    assert records.messages == ["Broken that cannot be shown"]


def test_a_context_is_that_of_the_thread_or_task() -> None:
    log, records = opened()
    with bound_context(trigger_id=7, part="a"):
        log.info("inside")
        with bound_context(part="b"):
            log.bind(part="c").info("deeper")
            contextvars.Context().run(log.info, "elsewhere")
    log.info("outside")
    assert records.messages == ["inside trigger_id=7 part=a", "deeper trigger_id=7 part=c", "elsewhere", "outside"]


def test_the_context_of_structlog_is_taken_too() -> None:
    log, records = opened()
    with structlog.contextvars.bound_contextvars(request="r1", part="theirs"), bound_context(part="ours"):
        log.info("read")
    assert records[0].values == {"request": "r1", "part": "ours"}


def failing() -> None:
    password_in_a_local = "only-in-a-local"
    raise ValueError(f"failed with {len(password_in_a_local)}")


@pytest.mark.parametrize("way", ["exception", "True", "the exception", "tuple"])
def test_a_traceback_is_text_without_locals(way: str) -> None:
    log, records = opened()
    try:
        failing()
    except ValueError as error:
        if way == "exception":
            log.exception("broken")
        else:
            log.error("broken", exc_info={"True": True, "the exception": error, "tuple": sys.exc_info()}[way])

    (record,) = records
    assert record.level == 40
    assert record.message == "broken"
    assert record.exception.startswith("Traceback (most recent call last):")
    assert record.exception.endswith("ValueError: failed with 15")
    assert "only-in-a-local" not in record.exception.replace('password_in_a_local = "only-in-a-local"', "")


@pytest.mark.parametrize("nothing", [None, False, (None, None, None)])
def test_no_exception_is_no_traceback(nothing: object) -> None:
    log, records = opened()
    log.info("fine", exc_info=nothing)
    log.exception("no exception is handled")
    assert [record.exception for record in records] == ["", ""]


def test_no_sink_is_given_a_secret() -> None:
    secret = Secret("never-to-be-seen")
    log, records = opened()
    try:
        raise ValueError(f"refused: {secret.reveal()}")
    except ValueError:
        log.exception("token %s", secret.reveal(), header={"Authorization": f"TC-Token {secret.reveal()}"})

    (record,) = records
    parts = [record.message, record.event, repr(record.values), record.exception]
    assert not [part for part in parts if "never-to-be-seen" in part]
    assert record.values == {"header": {"Authorization": "TC-Token ***"}}


def test_early_events_are_replayed_without_secrets_that_were_learned_later() -> None:
    logging, records = Logging("app"), Records()
    logging.logger.info("argument --password learned-later")
    logging.logger.debug("not at this level")
    secret = Secret("learned-later")
    logging.configure(LogSettings(console=False, platform=records))

    assert records.messages == ["argument --password ***"]
    assert secret


def test_early_events_beyond_the_hundredth_are_counted() -> None:
    logging, records = Logging("app"), Records()
    for number in range(EARLY_EVENTS + 3):
        logging.logger.info("event", number=number)
    logging.configure(LogSettings(console=False, platform=records))

    assert records.messages[:2] == ["event number=0", "event number=1"]
    assert len(records) == EARLY_EVENTS + 1
    assert records.messages[-1].endswith("count=3")


def test_a_run_that_fails_before_it_is_configured_shows_its_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Logging("app") as logging:
        logging.logger.info("not shown")
        logging.logger.error("shown")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "shown"


def test_an_unknown_level_is_a_warning_in_the_log() -> None:
    log, records = opened("loud")
    log.debug("dropped")
    log.info("kept")
    assert records.messages[0].startswith("the log level is unknown; logging at level info level=loud remedy='Use one of trace")
    assert records.messages[1:] == ["kept"]


def test_file_and_console_get_the_same_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with configure(LogSettings(path=tmp_path, file="my.log"), name="app") as logging:
        logging.logger.info("owners read", count=12)
    assert json.loads(stream.getvalue())["count"] == 12
    assert "owners read count=12" in (tmp_path / "my.log").read_text()


@pytest.mark.parametrize(
    ("as_json", "terminal", "is_json"), [(None, True, False), (None, False, True), (True, True, True), (False, False, False)]
)
def test_json_is_for_whoever_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, as_json: bool | None, terminal: bool, is_json: bool
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    with configure(LogSettings(json=as_json)) as logging:
        logging.logger.info("read")
    assert stream.getvalue().startswith("{") is is_json


def test_a_sink_that_fails_is_reported_once_and_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    secret = Secret("in-the-error-text")
    records = Records()

    def failing_sink(record: Record) -> None:
        raise RuntimeError(f"refused with {secret.reveal()}")

    logging = configure(LogSettings(path=tmp_path / "file", console=False, platform=records))
    logging.add_sink(failing_sink)
    for _ in range(3):
        logging.logger.info("read")
    logging.remove_sink(failing_sink)
    logging.logger.info("read")
    logging.close()

    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert "the log file" in errors[0]
    assert "refused with ***" in errors[1]
    assert len(records) == 4


def test_flush_and_close_reach_the_sinks_that_have_them(capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[str] = []

    class Collecting:
        def __call__(self, record: Record) -> None:
            calls.append(record.event)

        def flush(self) -> None:
            calls.append("flush")
            raise RuntimeError("cannot flush")

        def close(self) -> None:
            calls.append("close")
            raise RuntimeError("cannot close")

    logging = configure(LogSettings(console=False, platform=Collecting()))
    logging.logger.info("read")
    logging.flush()
    logging.close()
    logging.logger.info("after the end")
    logging.close()

    assert calls == ["read", "flush", "flush", "close"]
    assert "cannot flush" in capsys.readouterr().err


def test_configured_again_the_sinks_of_before_are_closed(tmp_path: Path) -> None:
    logging = configure(LogSettings(path=tmp_path, file="one.log", console=False))
    logging.logger.info("one")
    logging.configure(LogSettings(path=tmp_path, file="two.log", console=False))
    logging.logger.info("two")
    logging.close()
    assert " - one (" in (tmp_path / "one.log").read_text()
    assert " - two (" in (tmp_path / "two.log").read_text()


def test_structlog_is_imported_only_for_a_person_who_watches(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from gatepost.log import LogSettings, configure

        with configure(LogSettings(path=sys.argv[1], json=True)) as logging:
            logging.logger.info("into a file and as JSON")
        assert "structlog" not in sys.modules
        with configure(LogSettings(json=False)) as logging:
            assert "structlog" not in sys.modules
            logging.logger.info("for a person")
        assert "structlog" in sys.modules
    """)
    answer = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 0, answer.stderr


def test_the_apps_own_structlog_is_left_alone(tmp_path: Path) -> None:
    before: dict[str, Any] = structlog.get_config()
    with configure(LogSettings(path=tmp_path, json=False)) as logging:
        logging.logger.info("read")
    assert structlog.get_config() == before
    assert not structlog.is_configured()


def test_the_room_exports_its_public_names() -> None:
    assert {name: getattr(gatepost.log, name).__name__ for name in ("Logging", "Logger", "configure", "install_redaction")}
    assert "Logging" in dir(gatepost.log)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        gatepost.log.Nothing  # noqa: B018
