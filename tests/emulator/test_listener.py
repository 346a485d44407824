from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from pathlib import Path

import pytest

from gatepost.emulator.certificates import make_certificates
from gatepost.emulator.listener import Listener, bind


class Silent(asyncio.Protocol):
    """Says one byte to whoever completed the handshake."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"x")


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    made = make_certificates()
    (tmp_path / "server.pem").write_bytes(made.key + made.chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    return context


def trusting_all() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection that the other side has aborted, and wait until it is: the loop ends next."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def test_port_that_is_taken_leaves_no_socket_open():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", taken.getsockname()[1])


def test_goes_on_after_a_connection_that_could_not_be_accepted(context, monkeypatch):
    async def run() -> bytes:
        accept, failures = socket.socket.accept, [OSError(24, "Too many open files")]

        def fails_once(listening: socket.socket) -> tuple[socket.socket, object]:
            if failures:
                raise failures.pop()
            return accept(listening)

        monkeypatch.setattr(socket.socket, "accept", fails_once)
        listening = bind("127.0.0.1", 0)
        port = listening.getsockname()[1]
        listener = Listener(listening, context, Silent)
        listener.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting_all())
        received = await reader.readexactly(1)
        await listener.close()
        assert not failures
        assert await reader.read() == b""
        await closed(writer)
        return received

    assert asyncio.run(run()) == b"x"


def test_stops_while_it_waits_for_free_descriptors(context, monkeypatch):
    async def run() -> None:
        failed = asyncio.Event()

        def fails(listening: socket.socket) -> None:
            failed.set()
            raise OSError(24, "Too many open files")

        monkeypatch.setattr(socket.socket, "accept", fails)
        listening = bind("127.0.0.1", 0)
        listener = Listener(listening, context, Silent)
        listener.start()
        with socket.create_connection(listening.getsockname()):
            await failed.wait()
            await listener.close()

    asyncio.run(run())


def test_connection_that_was_aborted_before_it_was_accepted_is_no_matter(context, monkeypatch):
    async def run() -> bytes:
        accept, failures = socket.socket.accept, [ConnectionAbortedError(), BlockingIOError()]

        def fails_twice(listening: socket.socket) -> tuple[socket.socket, object]:
            if failures:
                raise failures.pop()
            return accept(listening)

        monkeypatch.setattr(socket.socket, "accept", fails_twice)
        listening = bind("127.0.0.1", 0)
        listener = Listener(listening, context, Silent)
        listener.start()
        reader, writer = await asyncio.open_connection(*listening.getsockname(), ssl=trusting_all())
        received = await reader.readexactly(1)
        await listener.close()
        await closed(writer)
        return received

    assert asyncio.run(run()) == b"x"


def test_port_that_is_reserved_refuses_and_cannot_be_taken():
    with bind("127.0.0.1", 0, listen=False) as reserved:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(reserved.getsockname())
        with pytest.raises(OSError, match="in use"), socket.socket() as other:
            other.bind(reserved.getsockname())
