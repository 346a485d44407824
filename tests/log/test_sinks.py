"""What the sinks write, and how they fail."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from gatepost.log import Record
from gatepost.log.sinks import ConsoleSink, FileSink, JsonSink


def record(event: str = "owners read", *, created: float = 1704473003.123456, exception: str = "", **values: object) -> Record:
    return Record(
        created=created,
        level=20,
        logger="app",
        event=event,
        values=values,
        exception=exception,
        file="app.py",
        function="run",
        line=42,
        thread="MainThread",
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_has_the_layout_of_the_contract(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "app.log")
    sink(record(count=12))
    sink.close()

    line = (tmp_path / "app.log").read_text()
    assert re.fullmatch(
        r"2024-01-0[456] \d\d:\d\d:23,123 - app -     INFO - owners read count=12 \(app\.py:run:42:MainThread\)\n", line
    )


def test_the_folder_comes_with_the_first_line(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "deep" / "log" / "app.log")
    assert not (tmp_path / "deep").exists()
    sink(record())
    sink.close()
    assert (tmp_path / "deep" / "log" / "app.log").exists()


def test_lines_after_the_first_are_indented(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "app.log")
    sink(record("bad\n2024-01-05 16:43:17,123 - app - forged", exception="Traceback\n  File\nValueError: x"))
    sink.close()
    first, *rest = (tmp_path / "app.log").read_text().splitlines()
    assert first.endswith(" - bad")
    assert len(rest) == 4
    assert all(line.startswith("    ") for line in rest)


def test_text_that_is_no_utf_8_is_written_as_an_escape(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "app.log")
    sink(record("half \ud800"))
    sink.close()
    assert "half \\ud800" in (tmp_path / "app.log").read_text()


def test_a_closed_file_is_opened_again_and_appended_to(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "app.log")
    sink(record("one"))
    sink.close()
    sink(record("two"))
    sink.close()
    assert [line.split(" - ")[3].split()[0] for line in (tmp_path / "app.log").read_text().splitlines()] == ["one", "two"]


def test_the_file_is_rotated_into_gzip_backups_and_the_oldest_go(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "app.log", max_bytes=100, backup_count=2)
    for number in range(5):
        sink(record(f"event-{number}"))
    sink.close()

    def event(text: str) -> str:
        assert text.count("\n") == 1
        return text.split(" - ")[3].split(maxsplit=1)[0]

    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.log", "app.log.1.gz", "app.log.2.gz"]
    assert event((tmp_path / "app.log").read_text()) == "event-4"
    assert event(gzip.decompress((tmp_path / "app.log.1.gz").read_bytes()).decode()) == "event-3"
    assert event(gzip.decompress((tmp_path / "app.log.2.gz").read_bytes()).decode()) == "event-2"


def test_a_file_of_an_earlier_run_counts(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("x" * 200 + "\n")
    sink = FileSink(tmp_path / "app.log", max_bytes=100, backup_count=1)
    sink(record("new"))
    sink.close()
    assert gzip.decompress((tmp_path / "app.log.1.gz").read_bytes()) == b"x" * 200 + b"\n"
    assert (tmp_path / "app.log").read_text().count("\n") == 1


@pytest.mark.parametrize(("max_bytes", "backup_count"), [(0, 5), (100, 0)])
def test_zero_is_never_to_rotate(tmp_path: Path, max_bytes: int, backup_count: int) -> None:
    sink = FileSink(tmp_path / "app.log", max_bytes=max_bytes, backup_count=backup_count)
    for _ in range(5):
        sink(record())
    sink.close()
    assert [path.name for path in tmp_path.iterdir()] == ["app.log"]


def test_a_failed_rotation_loses_no_line_and_is_tried_again_a_file_later(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "app.log", max_bytes=250, backup_count=1)
    (tmp_path / "app.log.1").mkdir()  # no file can take this name
    failures = 0
    for number in range(8):
        try:
            sink(record(f"event-{number}"))
        except OSError:
            failures += 1
    sink.close()

    assert len((tmp_path / "app.log").read_text().splitlines()) == 8
    assert 1 <= failures < 4


def test_compressing_that_fails_keeps_the_backup_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = FileSink(tmp_path / "app.log", max_bytes=100, backup_count=1)
    sink(record("old"))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gzip, "open", full)
    with pytest.raises(OSError, match="No space left"):
        sink(record("new"))
    sink.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.log", "app.log.1"]
    assert " - old " in (tmp_path / "app.log.1").read_text()
    assert " - new " in (tmp_path / "app.log").read_text()


def test_threads_never_mix_or_lose_lines_also_while_rotating(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "app.log", max_bytes=5000, backup_count=50)

    def work(number: int) -> None:
        for index in range(50):
            sink(record(f"event-{number}-{index}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sink.close()

    text = (tmp_path / "app.log").read_text()
    for path in tmp_path.glob("*.gz"):
        text += gzip.decompress(path.read_bytes()).decode()
    events = {line.split(" - ")[3].split()[0] for line in text.splitlines()}
    assert events == {f"event-{number}-{index}" for number in range(6) for index in range(50)}
    assert len(text.splitlines()) == 300


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits and fork are POSIX")
def test_a_full_disk_tears_one_line_and_the_next_begins_a_new_one(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import resource, sys
        from gatepost.log.record import Record
        from gatepost.log.sinks import FileSink

        def record(event):
            return Record(created=0.0, level=20, logger="app", event=event, values={}, file="a", function="b", line=1, thread="c")

        sink = FileSink(sys.argv[1])
        sink(record("first"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        try:
            sink(record("second"))
        except OSError as error:
            print(type(error).__name__, error.errno)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        sink(record("third"))
    """)
    path = tmp_path / "app.log"
    answer = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True, timeout=60)

    assert answer.stdout.startswith("OSError")
    first, torn, third = path.read_text().splitlines()
    assert " - first " in first
    assert torn
    assert "(a:b:1:c)" not in torn
    assert " - third " in third


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is POSIX")
def test_a_forked_child_does_not_wait_for_a_lock_of_its_parent(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import os, sys
        from gatepost.log.record import Record
        from gatepost.log.sinks import FileSink

        sink = FileSink(sys.argv[1])
        record = Record(created=0.0, level=20, logger="app", event="child", values={}, file="a", function="b", line=1, thread="c")
        with sink._lock:  # what another thread may hold at the moment of the fork
            child = os.fork()
            if child == 0:
                sink(record)
                os._exit(7)
            _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status))
    """)
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, tmp_path / "app.log"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout == "7\n"


def test_json_lines_are_whole_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    JsonSink()(record("ünï\ncode", exception="Traceback\nx", count=1, level="mine", items=[1, {"a": None}], path=Path("/tmp")))

    (line,) = stream.getvalue().splitlines()
    assert json.loads(line) == {
        "timestamp": "2024-01-05T16:43:23.123Z",
        "level": "info",
        "logger": "app",
        "event": "ünï\ncode",
        "count": 1,
        "level_": "mine",
        "items": [1, {"a": None}],
        "path": repr(Path("/tmp")),
        "exception": "Traceback\nx",
        "place": "app.py:run:42",
        "thread": "MainThread",
    }


def test_json_lines_take_what_json_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    circle: list[object] = []
    circle.append(circle)
    JsonSink()(record(keys={(1, 2): 3}))
    JsonSink()(record(circle=circle))

    keys, circles = map(json.loads, stream.getvalue().splitlines())
    assert keys["keys"] == "{(1, 2): 3}"
    assert circles["circle"] == "[[...]]"


def test_the_console_shows_event_values_and_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    ConsoleSink()(record("re\x1b[2Jad", exception="Traceback\n  File\nValueError: x", count=12, note="two words", level="own"))
    text = stream.getvalue()

    assert "info" in text
    assert "re\\x1b[2Jad" in text
    assert "count=12" in text
    assert "note='two words'" in text or "note=two words" in text
    assert "level_=own" in text
    assert "ValueError: x" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_is_coloured_unless_it_must_not_be(monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("NO_COLOR", no_color)
    ConsoleSink()(record(count=1))
    assert ("\x1b[" in stream.getvalue()) is coloured


@pytest.mark.parametrize("sink", [ConsoleSink(), JsonSink()])
def test_a_process_without_stderr_logs_nothing_there(monkeypatch: pytest.MonkeyPatch, sink: ConsoleSink | JsonSink) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    sink(record())
    assert str(sink) in {"the console", "stderr"}
