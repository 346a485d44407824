"""Connections that look at the deadline of the call under way whenever they touch the socket.

A socket's timeout bounds one read. A server that sends its headers or its body byte by byte stays inside it for ever, and
below the
reach of whoever reads the body in pieces: status line, headers, chunk sizes and compressed data are read in loops of their own.
"""

from __future__ import annotations

import http.client
import io
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from gatepost.transport.deadline import Deadline, current_deadline

if TYPE_CHECKING:
    import socket

__all__ = ["POOL_CLASSES"]


class _BoundedStream(io.RawIOBase):
    """What arrives on a socket, each read bounded by what is left of the deadline."""

    def __init__(self, stream: io.RawIOBase, connected: socket.socket, deadline: Deadline) -> None:
        self._stream = stream
        self._connected = connected
        self._deadline = deadline
        self._timeout = connected.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        over = self._deadline.over
        self._connected.settimeout(self._timeout if over else self._deadline.cap(self._timeout))
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **settings: Any) -> None:
        super().__init__(sock, *arguments, **settings)
        deadline = current_deadline.get()
        if deadline is not None:
            self.fp = io.BufferedReader(_BoundedStream(self.fp.detach(), sock, deadline))


class _Bounded:
    """Mixed into both kinds of connection."""

    def send(self, data: Any) -> None:
        """Send a piece of the request."""
        deadline = current_deadline.get()
        connected = getattr(self, "sock", None)
        if deadline is not None and connected is not None:
            connected.settimeout(deadline.cap(connected.gettimeout()))
        super().send(data)  # type: ignore[misc]


class _Connection(_Bounded, HTTPConnection):
    response_class = _Response


class _TlsConnection(_Bounded, HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOL_CLASSES = {"http": _Pool, "https": _TlsPool}
"""For the attribute ``pool_classes_by_scheme`` of urllib3's pool managers."""
