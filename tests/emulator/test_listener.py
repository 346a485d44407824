from __future__ import annotations

import asyncio
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


def test_port_that_is_taken_leaves_no_socket_open():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", taken.getsockname()[1])


def test_goes_on_after_a_connection_that_could_not_be_accepted(context, monkeypatch):
    async def run() -> bytes:
        loop = asyncio.get_running_loop()
        accept, failures = loop.sock_accept, [OSError(24, "Too many open files")]

        async def fails_once(listening: socket.socket) -> tuple[socket.socket, object]:
            if failures:
                raise failures.pop()
            return await accept(listening)

        monkeypatch.setattr(loop, "sock_accept", fails_once)
        listening = bind("127.0.0.1", 0)
        port = listening.getsockname()[1]
        listener = Listener(listening, context, Silent)
        accepting = loop.create_task(listener.accept())
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting_all())
        received = await reader.readexactly(1)
        accepting.cancel()
        await listener.close()
        assert not failures
        assert await reader.read() == b""
        writer.close()
        return received

    assert asyncio.run(run()) == b"x"
