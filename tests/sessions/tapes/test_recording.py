"""Whoever is recorded gets what they would have got, and everything that they got is on the tape."""

from __future__ import annotations

import gzip
import io
import json

import pytest
import requests
import responses

from gatepost.sessions import AuthorizedSession
from gatepost.sessions.tapes import RecordingAdapter, ReplayingAdapter, Tape, TapeError
from gatepost.transport.errors import DeadlineExceeded
from gatepost.transport.plain import PlainTransport
from tests.sessions.tapes.conftest import tape_of
from tests.transport.scripted_server import TRUNCATED, ScriptedServer, answer, drip, raw


@pytest.mark.parametrize("stream", [False, True])
def test_a_body_can_be_read_in_every_way(recording, replaying, stream):
    content = b"one\ntwo\n" * 20_000
    ways = [
        lambda response: response.content,
        lambda response: b"".join(response.iter_content(1000)),
        lambda response: b"\n".join(response.iter_lines()) + b"\n",
        lambda response: response.raw.read(),
        lambda response: b"".join(iter(lambda: response.raw.read1(500, decode_content=True), b"")),
    ][: 5 if stream else 3]
    with ScriptedServer(every=answer(body=content)) as server:
        for read in ways:
            assert read(recording.get(server.url, stream=stream)) == content
    session = replaying()
    for read in ways:
        assert read(session.get(server.url, stream=stream)) == content


def test_a_compressed_answer_is_on_the_tape_as_what_it_says(recording, replaying):
    content = json.dumps({"a": "ü"}).encode()
    packed = answer(body=gzip.compress(content), Content_Encoding="gzip", Content_Type="application/json")
    with ScriptedServer(packed) as server:
        answered = recording.get(server.url)
        assert answered.json() == {"a": "ü"}
        assert answered.headers["Content-Encoding"] == "gzip"
    assert tape_of(recording).exchanges[0].response.body.content == {"a": "ü"}
    replayed = replaying().get(server.url)
    assert replayed.json() == {"a": "ü"}
    assert "Content-Encoding" not in replayed.headers


def test_a_chunked_answer(recording, replaying):
    chunks = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\none\r\n", b"3\r\ntwo\r\n", b"0\r\n\r\n")
    with ScriptedServer(chunks) as server:
        assert recording.get(server.url).text == "onetwo"
    assert replaying().get(server.url).text == "onetwo"


def test_a_head_request_keeps_the_length(recording, replaying):
    head = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n")
    with ScriptedServer(head) as server:
        recording.head(server.url)
    answered = replaying().head(server.url)
    assert (answered.headers["Content-Length"], answered.content) == ("4711", b"")


def test_cookies_go_to_the_session_and_not_on_the_tape(recording, path):
    with ScriptedServer(answer(Set_Cookie="id=4711-4711; Path=/"), answer()) as server:
        recording.get(server.url)
        recording.get(server.url)
        assert server.requests[1].header("Cookie") == "id=4711-4711"
    recording.close()
    assert "4711-4711" not in path.read_text()


def test_a_broken_body_is_a_failure_on_the_tape(recording, replaying):
    with ScriptedServer(TRUNCATED) as server, pytest.raises(requests.exceptions.ChunkedEncodingError):
        recording.get(server.url)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        replaying().get(server.url)


def test_an_answer_that_is_too_long_reaches_the_caller_and_not_the_tape(plain, path):
    content = b"0123456789" * 30_000
    session = plain(RecordingAdapter(tape=Tape.record(path, longest_body=100_000)))
    with ScriptedServer(every=answer(body=content)) as server:
        assert session.get(server.url).content == content
        assert b"".join(session.get(server.url, stream=True).iter_content(4096)) == content
        assert session.get(server.url, stream=True).raw.read() == content
        session.get(server.url, stream=True).close()
    session.close()

    assert len(path.read_bytes()) < 10_000
    tape = Tape.load(path)
    assert tape.exchanges[0].response.body.content == "longer than 100000 bytes"
    with pytest.raises(TapeError, match="left out of exchange 1: longer than 100000 bytes"):
        plain(ReplayingAdapter(tape)).get(server.url)


def test_a_deadline_bounds_the_reading_and_is_not_recorded(path):
    endless = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")
    with ScriptedServer(endless) as server:
        session = AuthorizedSession(base_url=server.url)
        adapter = RecordingAdapter(tape=Tape.record(path))
        session.mount("http://", adapter)
        with pytest.raises(DeadlineExceeded):
            session.get("/", deadline=0.05)
        session.close()
    assert adapter.tape.exchanges == ()


@pytest.mark.parametrize(
    "body",
    [
        lambda: b"bytes",
        lambda: "text",
        lambda: io.BytesIO(b"bytes of a file"),
        lambda: iter([b"piece", b"by", b"piece"]),
        lambda: (piece for piece in (b"a", b"b")),
    ],
    ids=["bytes", "text", "file", "iterator", "generator"],
)
def test_bodies_are_sent_and_recorded_whole(recording, replaying, body):
    with ScriptedServer() as server:
        recording.post(server.url, data=body())
        [received] = server.requests
    assert tape_of(recording).exchanges[0].request.body.content.encode() == received.body
    assert replaying().post(server.url, data=body()).ok


def test_a_file_that_was_read_in_part_is_sent_from_there(recording):
    file = io.BytesIO(b"head and rest")
    file.seek(5)
    with ScriptedServer() as server:
        recording.post(server.url, data=file)
        assert server.requests[0].body == b"and rest"
    assert tape_of(recording).exchanges[0].request.body.content == "and rest"


class Pipe:
    """What can be read once and has a length."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)
        self.len = len(data)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def test_bodies_that_are_too_long_or_cannot_be_read_twice_are_left_out(plain, path):
    session = plain(RecordingAdapter(tape=Tape.record(path, longest_body=10)))
    bodies = [b"x" * 11, io.BytesIO(b"x" * 11), iter([b"x" * 6, b"x" * 6]), Pipe(b"x" * 5)]
    with ScriptedServer() as server:
        for body in bodies:
            session.post(server.url, data=body)
        assert [len(request.body) for request in server.requests] == [11, 11, 12, 5]
    assert [exchange.request.body.kind for exchange in tape_of(session).exchanges] == ["left out"] * 4


def test_the_runs_own_log_is_sent_and_not_recorded(recording, replaying):
    with ScriptedServer() as server:
        recording.post(f"{server.url}/api/v2/logs/app", json=[{"message": "anything"}])
        assert len(server.requests) == 1
    assert tape_of(recording).exchanges == ()
    assert replaying().post(f"{server.url}/api/v2/logs/app", json=[]).json() == {"status": "Success"}


def test_a_renewal_by_a_plain_transport(path):
    with ScriptedServer(answer(body='{"apiToken": "SVC:new-token"}', Content_Type="application/json")) as server:
        adapter = RecordingAdapter(tape=Tape.record(path))
        transport = PlainTransport(adapter=adapter)
        sent = transport.send("GET", f"{server.url}/appAuth?expiredToken=SVC%3Aold-token")
        transport.close()
    assert json.loads(sent.body) == {"apiToken": "SVC:new-token"}
    assert "new-token" not in path.read_text()
    assert "old-token" not in path.read_text()
    replayed = PlainTransport(adapter=ReplayingAdapter(Tape.load(path))).send("GET", f"{server.url}/appAuth?expiredToken=other")
    assert json.loads(replayed.body) == {"apiToken": "SVC:tape:1"}


def test_libraries_that_stand_in_for_the_network_go_on_working(recording):
    with responses.RequestsMock() as network:
        network.get("https://h.example/", json={"a": 1})
        assert recording.get("https://h.example/").json() == {"a": 1}
    assert tape_of(recording).exchanges[0].response.body.content == {"a": 1}


def test_nothing_is_written_again_when_nothing_is_new(recording, path):
    recording.close()
    path.unlink()
    recording.close()
    assert not path.exists()
