"""A server on loopback that does to each request, in turn, what a test wrote down: answers, and the ways in which servers
fail."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)

    def has(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.headers)


@dataclass
class Step:
    """What to do once a request was read.

    Attributes:
        pieces: What is sent, piece by piece.
        then: ``keep`` the connection, ``close`` it, or ``reset`` it.
        endless: Whether the last piece is sent again and again, for as long as the client listens.
    """

    pieces: list[bytes] = field(default_factory=list)
    then: str = "keep"
    endless: bool = False


def answer(status: int = 200, body: bytes | str = b"{}", reason: str = "Whatever", **headers: str) -> Step:
    """An answer; ``Retry_After="5"`` becomes the header ``Retry-After``."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Step([("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + content])


def redirect(location: str, status: int = 302, **headers: str) -> Step:
    return answer(status, b"", Location=location, **headers)


def raw(*pieces: bytes, then: str = "close") -> Step:
    return Step(list(pieces), then=then)


def drip(*pieces: bytes) -> Step:
    """Send the pieces, and the last one for ever."""
    return Step(list(pieces), then="close", endless=True)


RESET = Step(then="reset")
CLOSE = Step(then="close")
TRUNCATED = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")

Script = Step | Callable[[Received], Step]


class ScriptedServer:
    """Does what the script says, one step for each request on whatever connection; then answers 200 with ``{}``."""

    def __init__(self, *script: Script, host: str = "127.0.0.1", every: Script | None = None) -> None:
        self.script = list(script)
        self.every: Script = every or answer()
        self.requests: list[Received] = []
        self.connections = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server((host, 0))
        self.host = host
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://{host}:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with self._lock:
                if self._stopping.is_set():  # accepted just before: nobody would end it
                    connection.close()
                    return
                self._open.add(connection)
                self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as incoming, contextlib.suppress(OSError, ValueError):
            while (request := _read(incoming)) is not None:
                with self._lock:
                    self.requests.append(request)
                    step = self.script.pop(0) if self.script else self.every
                if not isinstance(step, Step):
                    step = step(request)
                if not self._perform(connection, step):
                    incoming.close()  # it holds the socket open too
                    break
        with self._lock:
            self._open.discard(connection)

    def _perform(self, connection: socket.socket, step: Step) -> bool:
        for piece in step.pieces:
            connection.sendall(piece)
        while step.endless and not self._stopping.wait(0.005):
            connection.sendall(step.pieces[-1])
        if step.then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return step.then == "keep"


def _read(incoming: Any) -> Received | None:
    if incoming.peek(1)[:1] == b"\x16":  # TLS: its random bytes may read as a request whose headers have no end
        return None
    line = incoming.readline().decode("latin-1").rstrip("\r\n")
    if not line:
        return None
    method, target, _ = line.split(" ", 2)
    headers: list[tuple[str, str]] = []
    while text := incoming.readline().decode("latin-1").rstrip("\r\n"):
        name, _, value = text.partition(":")
        headers.append((name, value.strip()))
    request = Received(method, target, headers, b"")
    if request.header("Transfer-Encoding") == "chunked":
        request.body = b"".join(_chunks(incoming))
    else:
        request.body = incoming.read(int(request.header("Content-Length", "0")))
    return request


def _chunks(incoming: Any) -> Iterable[bytes]:
    while size := int(incoming.readline(), 16):
        yield incoming.read(size)
        incoming.readline()
    incoming.readline()
