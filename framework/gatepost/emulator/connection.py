"""What a fault does to the TCP connection beneath HTTP and TLS."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
import struct

__all__ = ["CONNECTION", "Connection", "reset"]

CONNECTION = "gatepost.connection"
"""Under this key the ASGI scope holds the `Connection` of a request."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def reset(connection: socket.socket) -> None:
    """Close a socket so that the other side sees a reset (RST) instead of an end (FIN)."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    connection.close()


class Connection:
    """The connection of one client. Belongs to one event loop.

    Args:
        transport: Its transport, once TLS is done.

    Attributes:
        certificate: The SHA-256 fingerprint of the client's certificate, 64 hexadecimal digits; empty when it gave none.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._lost = asyncio.Event()
        # Now, because a connection that has ended cannot be asked any more.
        tls = transport.get_extra_info("ssl_object")
        given = tls.getpeercert(binary_form=True) if tls is not None else None
        self.certificate = hashlib.sha256(given).hexdigest() if given else ""

    def lost(self) -> None:
        """Note that the connection has ended."""
        self._lost.set()

    async def wait(self, seconds: float | None) -> bool:
        """Let time pass.

        Args:
            seconds: Real time; None for as long as the client stays.

        Returns:
            Whether the client is still there.
        """
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._lost.wait(), seconds)
        return not self._lost.is_set()

    def reset(self) -> None:
        """End the connection with a reset, without a goodbye in TLS."""
        # Early releases of Python 3.11 raise AttributeError where the connection has been closed twice already.
        with contextlib.suppress(AttributeError):
            connection = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._transport.abort()

    def half_close(self) -> None:
        """End the platform's direction only, without a goodbye in TLS. What was written before is sent."""
        with contextlib.suppress(OSError):
            self._transport.get_extra_info("socket").shutdown(socket.SHUT_WR)
