"""The front of an emulated platform: accepts connections, does TLS, and ends all of them at once when it stops."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import socket
import ssl
from collections.abc import Callable

from gatepost.emulator.connection import reset

__all__ = ["Listener", "Welcome", "bind"]

_HANDSHAKE_SECONDS = 30
_BACKLOG = 1024
_PAUSE_SECONDS = 0.01


class Welcome(enum.StrEnum):
    """How a new connection is received."""

    SERVED = "served"
    RESET = "reset at once"
    SILENT = "never answered"


def bind(host: str, port: int, *, listen: bool = True) -> socket.socket:
    """Return a listening socket.

    Args:
        host: Where to listen.
        port: The port; 0 takes a free one.
        listen: False only reserves the port: whoever connects is refused.

    Raises:
        OSError: The port is taken, or the address cannot be had.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        if listen:
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
        next_connection: Asked once for each connection, in the order of their arrival, how it is received.
        loop: The event loop; None for the running one.
    """

    def __init__(
        self,
        listening: socket.socket,
        context: ssl.SSLContext,
        make_protocol: Callable[[], asyncio.Protocol],
        next_connection: Callable[[], Welcome] = lambda: Welcome.SERVED,
        *,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._socket = listening
        self._context = context
        self._make_protocol = make_protocol
        self._next_connection = next_connection
        self._loop = loop or asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self._handshakes: dict[asyncio.Task[None], socket.socket] = {}
        self._silent: list[socket.socket] = []
        self._transports: set[asyncio.Transport] = set()

    def start(self) -> None:
        """Begin to accept connections."""
        self._loop.add_reader(self._socket, self._accept)

    async def set_refusing(self, refusing: bool) -> None:
        """Refuse connections, and end those that there are; or accept connections again.

        Raises:
            OSError: The port was taken in the moment between listening and reserving.
        """
        if refusing:
            address = self._socket.getsockname()[:2]
            self._stop_listening()
            # Reserved at once, so that nobody else gets the port, not even a client by chance as its own.
            self._socket = bind(*address, listen=False)
            await self._end_connections()
        else:
            self._socket.listen(_BACKLOG)
            self.start()

    async def close(self) -> None:
        """Stop listening and end every connection at once, without a goodbye."""
        self._stop_listening()
        await self._end_connections()

    def _stop_listening(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
        self._socket.close()

    async def _end_connections(self) -> None:
        for silent in self._silent:
            silent.close()
        # A handshake that is cancelled between its end and the next step of its task would leave an open connection behind.
        for connection in self._handshakes.values():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        await asyncio.gather(*self._handshakes)
        for transport in self._transports:
            # Early releases of Python 3.11 raise it where the protocol has closed the connection twice already.
            with contextlib.suppress(AttributeError):
                transport.abort()

    def _accept(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError:
            # Out of file descriptors, say: others may become free.
            self._loop.remove_reader(self._socket)
            self._pause = self._loop.call_later(_PAUSE_SECONDS, self.start)
            return
        connection.setblocking(False)
        welcome = self._next_connection()
        if welcome is Welcome.RESET:
            reset(connection)
        elif welcome is Welcome.SILENT:
            self._silent.append(connection)
        else:
            task = self._loop.create_task(self._shake_hands(connection))
            self._handshakes[task] = connection
            task.add_done_callback(self._handshakes.pop)

    async def _shake_hands(self, connection: socket.socket) -> None:
        """Do the TLS handshake. A client that fails at it, or speaks plain HTTP, is left without an answer."""
        with contextlib.suppress(OSError):
            transport, _ = await self._loop.connect_accepted_socket(
                self._make_protocol, connection, ssl=self._context, ssl_handshake_timeout=_HANDSHAKE_SECONDS
            )
            self._transports = {known for known in self._transports if not known.is_closing()}
            self._transports.add(transport)
