"""The front of an emulated platform: accepts connections, does TLS, and ends all of them at once when it stops."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable

__all__ = ["Listener", "bind"]

_HANDSHAKE_SECONDS = 30
_BACKLOG = 1024
_PAUSE_SECONDS = 0.01


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        OSError: The port is taken, or the address cannot be had.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening


class Listener:
    """Serves the connections of one socket. Belongs to one event loop.

    It accepts by itself instead of leaving that to the loop's server, because only so it knows each connection from its
    first moment on: one that is still in its TLS handshake can be ended too.

    Args:
        listening: The socket, from `bind`.
        context: The server's side of TLS.
        make_protocol: Makes the protocol of one new connection.
    """

    def __init__(self, listening: socket.socket, context: ssl.SSLContext, make_protocol: Callable[[], asyncio.Protocol]) -> None:
        self._socket = listening
        self._context = context
        self._make_protocol = make_protocol
        self._handshakes: set[asyncio.Task[None]] = set()
        self._transports: set[asyncio.Transport] = set()

    async def accept(self) -> None:
        """Accept connections until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._socket)
            except OSError:
                # Out of file descriptors, say: others may become free.
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            task = loop.create_task(self._welcome(connection))
            self._handshakes.add(task)
            task.add_done_callback(self._handshakes.discard)

    async def close(self) -> None:
        """Stop listening and end every connection at once, without a goodbye."""
        self._socket.close()
        handshakes = list(self._handshakes)
        for task in handshakes:
            task.cancel()
        await asyncio.gather(*handshakes, return_exceptions=True)
        for transport in self._transports:
            # Early releases of Python 3.11 raise it where the protocol has closed the connection twice already.
            with contextlib.suppress(AttributeError):
                transport.abort()

    async def _welcome(self, connection: socket.socket) -> None:
        """Do the TLS handshake. A client that fails at it, or speaks plain HTTP, is left without an answer."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            transport, _ = await loop.connect_accepted_socket(
                self._make_protocol, connection, ssl=self._context, ssl_handshake_timeout=_HANDSHAKE_SECONDS
            )
            self._transports = {known for known in self._transports if not known.is_closing()}
            self._transports.add(transport)
