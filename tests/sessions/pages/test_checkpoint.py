"""How far a read has got, in a file: at least once, whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import GatepostError
from gatepost.secret import Secret
from gatepost.sessions import (
    AuthorizedSession,
    Checkpoint,
    CursorPages,
    LinkPages,
    NumberedPages,
    OffsetPages,
    Paging,
    read_pages,
)
from gatepost.sessions.pages.checkpoint import Saved
from tests.sessions.pages.conftest import Service
from tests.transport.scripted_server import ScriptedServer, answer

To = Callable[..., AuthorizedSession]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hashes.json"


def read(
    session: AuthorizedSession, checkpoint: Checkpoint, path: str = "/cursor", paging: Paging | None = None, **more: Any
) -> Any:
    paging = paging or CursorPages(at="next_cursor")
    return read_pages(session, path, paging, items="data.rows", checkpoint=checkpoint, progress=False, **more)


# -- going on --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "paging"),
    [
        ("/cursor", CursorPages(at="next_cursor")),
        ("/offset", OffsetPages(size=3)),
        ("/page", NumberedPages()),
        ("/link", LinkPages()),
    ],
)
def test_a_read_that_was_broken_off_goes_on_with_the_page_it_was_at(
    to: To, service: Service, file: Path, path: str, paging: Paging
) -> None:
    first = read(to(service), Checkpoint(file), path, paging)
    assert [next(first) for _ in range(5)] == [0, 1, 2, 3, 4]
    first.close()
    service.requests.clear()
    second = read(to(service), Checkpoint(file), path, paging)
    assert list(second) == [3, 4, 5, 6]
    assert second.resumed
    assert second.items_read == 7
    assert not file.exists()


def test_a_page_counts_once_the_next_item_was_asked_for(to: To, service: Service, file: Path) -> None:
    pages = read(to(service), Checkpoint(file))
    assert [next(pages) for _ in range(3)] == [0, 1, 2]
    assert not file.exists()  # the third item may not be worked on yet
    assert next(pages) == 3
    assert json.loads(file.read_text())["position"] == {"cursor": "c3"}


def test_after_the_end_the_next_read_begins_anew(to: To, service: Service, file: Path) -> None:
    for _ in range(2):
        pages = read(to(service), Checkpoint(file))
        assert list(pages) == service.items
        assert not pages.resumed


@pytest.mark.parametrize(
    ("path", "paging", "again"),
    [
        ("/offset", OffsetPages(size=3), []),
        ("/page", NumberedPages(), [6]),
        ("/link", LinkPages(), [6]),
        ("/cursor", CursorPages(at="next_cursor"), [6]),
    ],
)
def test_a_kept_checkpoint_goes_on_with_what_was_added(
    to: To, service: Service, file: Path, path: str, paging: Paging, again: list[int]
) -> None:
    assert list(read(to(service), Checkpoint(file, keep=True), path, paging)) == service.items
    service.items += [7, 8]
    assert list(read(to(service), Checkpoint(file, keep=True), path, paging)) == [*again, 7, 8]


def test_a_service_that_always_names_a_cursor_is_followed_for_ever(to: To, file: Path) -> None:
    def give(rows: list[int], cursor: str) -> Any:
        return answer(200, json.dumps({"data": {"rows": rows}, "checkpoint": cursor, "next": bool(rows)}))

    paging = CursorPages("after", at="checkpoint", more="next")
    with ScriptedServer(give([1], "a"), give([], "b"), give([2], "c"), give([], "d"), give([], "d")) as server:
        for expected in ([1], [2], []):
            assert list(read(to(server), Checkpoint(file, keep=True), "/", paging)) == expected
        assert [request.target for request in server.requests] == ["/", "/?after=a", "/?after=b", "/?after=c", "/?after=d"]


# -- kill -9 ---------------------------------------------------------------------------------------------------------------------

PROGRAM = """
import sys
from gatepost.sessions import AuthorizedSession, Checkpoint, CursorPages, read_pages

url, state, done, stop_at = sys.argv[1:]
pages = read_pages(
    AuthorizedSession(base_url=url), "/cursor", CursorPages(at="next_cursor"), items="data.rows",
    checkpoint=Checkpoint(state), progress=False,
)
with open(done, "a") as file:
    for item in pages:
        print(item, file=file, flush=True)
        if str(item) == stop_at:
            print("here", flush=True)
            sys.stdin.read()
"""


def test_a_killed_process_loses_nothing(tmp_path: Path, file: Path) -> None:
    done = tmp_path / "done.txt"
    with Service(20) as service:
        command = [sys.executable, "-c", PROGRAM, service.url, str(file), str(done)]
        with subprocess.Popen([*command, "10"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"here\n"
            os.kill(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        killed_after = len(service.requests)
        assert subprocess.run([*command, "none"], check=False).returncode == 0
        asked = service.asked
    items = [int(line) for line in done.read_text().split()]
    assert items == [*range(11), *range(9, 20)]  # 9 and 10 twice: their page was being worked on
    assert (asked[:killed_after][-1], asked[killed_after]) == ("cursor=c9", "cursor=c9")
    assert not file.exists()


@pytest.mark.parametrize("step", ["opened", "written", "synced"])
def test_a_write_that_is_broken_off_leaves_the_position_before_it(to: To, service: Service, file: Path, step: str) -> None:
    class Broken(Exception):
        pass

    writes = []

    def breaks(done: str) -> None:
        writes.append(done)
        if writes.count("opened") == 2 and done == step:
            raise Broken

    items: list[int] = []
    pages = read(to(service), Checkpoint(file, steps=breaks))
    with pytest.raises(Broken):
        items.extend(pages)
    assert items == [0, 1, 2, 3, 4, 5]
    assert list(read(to(service), Checkpoint(file))) == [3, 4, 5, 6]
    assert list(file.parent.iterdir()) == []


# -- what is asked ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"params": {"since": "2026-02-01"}},
        {"params": {}},
        {"json": {"a": 1}},
        {"method": "POST"},
        {"path": "/link"},
        {"paging": CursorPages(at="next_cursor", limit="limit")},
    ],
)
def test_another_question_begins_anew(
    to: To, service: Service, file: Path, changed: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    question: dict[str, Any] = {"params": {"since": "2026-01-01"}}
    pages = read(to(service), Checkpoint(file), **question)
    assert [next(pages) for _ in range(4)] == [0, 1, 2, 3]
    pages.close()
    service.requests.clear()
    changed_pages = read(to(service), Checkpoint(file), **{**question, **changed})
    assert next(changed_pages) == 0
    assert not changed_pages.resumed
    assert "cursor" not in service.asked[0]
    assert "is about another question" in caplog.text
    changed_pages.close()
    assert list(read(to(service), Checkpoint(file), **question)) == [3, 4, 5, 6]


@pytest.mark.parametrize("revealed", [False, True])
def test_a_secret_in_a_question_is_in_no_file_and_does_not_change_it(
    to: To, service: Service, file: Path, revealed: bool
) -> None:
    for key in (Secret("canary-key-one"), Secret("canary-key-two")):
        pages = read(to(service), Checkpoint(file), params={"key": key.reveal() if revealed else key})
        assert [next(pages) for _ in range(4)]
        assert pages.resumed == (key.reveal() == "canary-key-two")
        assert "canary" not in file.read_text()
        pages.close()


def test_a_position_that_holds_a_secret_is_not_written(to: To, file: Path) -> None:
    token = Secret("canary-token-in-a-cursor")
    body = json.dumps({"data": {"rows": [1]}, "cursor": f"x-{token.reveal()}"})
    with ScriptedServer(every=answer(200, body)) as server:
        pages = read(to(server), Checkpoint(file), "/", CursorPages())
        assert next(pages) == 1
        with pytest.raises(GatepostError, match="holds a secret") as caught:
            next(pages)
        assert "canary" not in str(caught.value)
    assert not file.exists()


# -- files that are off ----------------------------------------------------------------------------------------------------------

WHOLE = {"checkpoint": 1, "key": "k", "position": {"cursor": "c3"}, "pages": 1, "items": 3, "ended": False}


def test_a_whole_file_is_understood(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps(WHOLE))
    assert Checkpoint(file).load("k", CursorPages()) == Saved({"cursor": "c3"}, 1, 3)
    assert Checkpoint(file).load("other", CursorPages()) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"[" * 100_000,
        b"{}",
        b"0" * 1_100_000,
        json.dumps(WHOLE)[:40].encode(),
        json.dumps({**WHOLE, "checkpoint": "1"}).encode(),
        json.dumps({**WHOLE, "key": 1}).encode(),
        json.dumps({**WHOLE, "items": -1}).encode(),
        json.dumps({**WHOLE, "pages": True}).encode(),
        json.dumps({**WHOLE, "ended": "no"}).encode(),
        json.dumps({**WHOLE, "position": "c3"}).encode(),
        json.dumps({**WHOLE, "position": {"offset": 3}}).encode(),
    ],
)
def test_a_damaged_file_is_kept_aside_and_the_read_begins_anew(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    checkpoint = Checkpoint(file)
    assert checkpoint.load("k", CursorPages()) is None
    assert "is damaged: it is now hashes.json.damaged" in checkpoint.finding
    assert not file.exists()
    assert file.with_name("hashes.json.damaged").read_bytes() == content


def test_a_damaged_file_is_a_warning_of_the_read(to: To, service: Service, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.parent.mkdir()
    file.write_text("{")
    assert list(read(to(service), Checkpoint(file))) == service.items
    assert [record.levelname for record in caplog.records if "is damaged" in record.message] == ["WARNING"]


@pytest.mark.parametrize(
    ("paging", "position"),
    [
        (OffsetPages(), {"offset": -1}),
        (OffsetPages(), {"offset": "3"}),
        (NumberedPages(), {"page": True}),
        (LinkPages(), {"url": 3}),
        (LinkPages(), {"url": "https://a.example", "more": 1}),
        (LinkPages(), {}),
    ],
)
def test_a_position_of_another_kind_is_damage(file: Path, paging: Paging, position: dict[str, Any]) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({**WHOLE, "position": position}))
    checkpoint = Checkpoint(file)
    assert checkpoint.load("k", paging) is None
    assert "is damaged" in checkpoint.finding


def test_a_file_of_a_newer_version_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({**WHOLE, "checkpoint": 2}))
    with pytest.raises(GatepostError, match="newer version"):
        Checkpoint(file).load("k", CursorPages())
    assert file.exists()


def test_a_file_that_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(GatepostError, match=r"cannot be read.*Name a file"):
        Checkpoint(tmp_path).load("k", CursorPages())
    (tmp_path / "taken").touch()
    with pytest.raises(GatepostError, match="cannot be written"):
        Checkpoint(tmp_path / "taken" / "state.json").save("k", Saved({}, 0, 0))
    with pytest.raises(GatepostError, match="cannot be removed"):
        Checkpoint(tmp_path).remove()
