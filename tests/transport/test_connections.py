"""The deadline holds on the socket itself: a server that keeps dripping stays inside every timeout. No test asserts how long
it took; without the deadline none of them would end."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from gatepost.transport.adapter import PooledAdapter
from gatepost.transport.bodies import read_body
from gatepost.transport.deadline import Deadline, current_deadline
from gatepost.transport.errors import DeadlineExceeded
from tests.transport.scripted_server import ScriptedServer, answer, drip


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    made = Deadline(seconds)
    token = current_deadline.set(made)
    try:
        yield made
    finally:
        current_deadline.reset(token)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", PooledAdapter())
        yield session


COMPRESSED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:3] + b"\x08\0\0\0\0\0\xff"

DRIPPING = {
    "status line": drip(b"HTTP/1.1 2"),
    "headers": drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    "chunk size": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "compressed without content": drip(COMPRESSED, b"name of a file without an end"),
}


@pytest.mark.parametrize("step", DRIPPING.values(), ids=DRIPPING)
def test_a_server_that_drips_is_left(session, step):
    with ScriptedServer(step) as server, deadline(0.1) as bound:
        with pytest.raises((requests.RequestException, DeadlineExceeded)):
            read_body(session.get(server.url, stream=True, timeout=60), bound)
        assert bound.left() <= 0


def test_a_body_left_on_the_wire_is_read_when_the_call_is_over(session):
    with ScriptedServer(answer(200, b"x" * 300_000)) as server:
        with deadline(60) as bound:
            response = session.get(server.url, stream=True, timeout=60)
        bound.over = True
        bound._end = 0

        assert len(response.content) == 300_000


def test_the_next_call_on_the_connection_has_its_own_deadline(session):
    with ScriptedServer() as server:
        with deadline(60):
            assert session.get(server.url, timeout=60).ok
        assert session.get(server.url, timeout=60).ok
        assert server.connections == 1


def test_nothing_is_sent_past_the_deadline(session):
    with ScriptedServer() as server:
        session.get(server.url, timeout=60)
        with deadline(0), pytest.raises(requests.RequestException):
            session.get(server.url, timeout=60)
        assert len(server.requests) == 1
