from __future__ import annotations

import gzip
import io

import pytest
import requests

from gatepost.testing import TurnedTime
from gatepost.transport.bodies import read_body, rewind
from gatepost.transport.deadline import Deadline
from gatepost.transport.errors import DeadlineExceeded
from tests.transport.scripted_server import TRUNCATED, ScriptedServer, answer, drip


def prepared(body: object) -> requests.PreparedRequest:
    return requests.Request("POST", "https://h/", data=body).prepare()


def test_bodies_that_can_be_sent_again():
    for body in (None, "text", b"bytes", {"field": "value"}):
        assert rewind(prepared(body))


def test_a_file_goes_back_to_where_it_was_when_the_request_was_made():
    file = io.BytesIO(b"skipped|sent")
    file.seek(8)
    request = prepared(file)
    file.read()

    assert rewind(request)
    assert file.read() == b"sent"


def test_a_generator_and_a_pipe_cannot_be_sent_again():
    class Pipe(io.BytesIO):
        def seek(self, *_: object) -> int:
            raise OSError("Illegal seek")

    assert not rewind(prepared(piece for piece in (b"a", b"b")))
    assert not rewind(prepared(Pipe(b"x")))


def test_a_closed_file_cannot_be_sent_again():
    file = io.BytesIO(b"x")
    request = prepared(file)
    file.close()

    assert not rewind(request)


@pytest.mark.parametrize("bounds", [{}, {"deadline": Deadline(1e6)}, {"maximum": 100_000}])
def test_the_whole_body_is_read(bounds):
    body = b"x" * 70_000
    with ScriptedServer(answer(200, gzip.compress(body), Content_Encoding="gzip")) as server:
        response = requests.get(server.url, stream=True, timeout=60)
        read_body(response, **bounds)

        assert response.content == body


@pytest.mark.parametrize("bounds", [{}, {"deadline": Deadline(1e6)}, {"maximum": 100_000}])
def test_what_was_read_before_stays(bounds):
    with ScriptedServer(answer(200, b"body")) as server:
        response = requests.get(server.url, timeout=60)
        read_body(response, **bounds)

        assert response.content == b"body"


def test_an_answer_longer_than_the_bound_is_refused():
    with ScriptedServer(answer(200, gzip.compress(b"x" * 1_000_000), Content_Encoding="gzip")) as server:
        response = requests.get(server.url, stream=True, timeout=60)
        with pytest.raises(requests.exceptions.ContentDecodingError, match="longer than 10000 bytes"):
            read_body(response, maximum=10_000)


@pytest.mark.parametrize("bounds", [{}, {"maximum": 1_000}])
def test_a_truncated_body_is_an_error(bounds):
    with ScriptedServer(TRUNCATED) as server:
        response = requests.get(server.url, stream=True, timeout=60)
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            read_body(response, **bounds)


def test_the_deadline_is_looked_at_between_pieces():
    time = TurnedTime()
    deadline = Deadline(10, time)
    with ScriptedServer(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x")) as server:
        response = requests.get(server.url, stream=True, timeout=60)
        time.turn(11)
        with pytest.raises(DeadlineExceeded, match="deadline of 10 s"):
            read_body(response, deadline)
