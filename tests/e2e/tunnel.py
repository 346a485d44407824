"""A proxy that tunnels, and remembers what it was told."""

from __future__ import annotations

import contextlib
import select
import socket
import socketserver
import threading
from collections.abc import Iterator


class Tunnel(socketserver.StreamRequestHandler):
    """Answers ``CONNECT host:port`` with a tunnel, as a proxy does, and remembers what it was told."""

    def handle(self) -> None:
        line = self.rfile.readline().decode()
        headers = {}
        while (header := self.rfile.readline().decode().strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        self.server.seen.append((line.split()[1], headers.get("proxy-authorization")))  # type: ignore[attr-defined]
        host, _, port = line.split()[1].rpartition(":")
        with socket.create_connection((host, int(port))) as there, contextlib.suppress(OSError):
            for end in (there, self.connection):  # or each small piece waits 40 ms for an acknowledgement
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ends = {self.connection: there, there: self.connection}
            while True:
                for readable in select.select(list(ends), [], [])[0]:
                    data = readable.recv(65536)
                    if not data:
                        return
                    ends[readable].sendall(data)


class ProxyServer(socketserver.ThreadingTCPServer):
    """A proxy on a free port of this machine."""

    seen: list[tuple[str, str | None]]


@contextlib.contextmanager
def running_proxy() -> Iterator[ProxyServer]:
    """A proxy that runs during the block, and remembers in ``seen`` what it was asked for and with which credentials."""
    with ProxyServer(("127.0.0.1", 0), Tunnel) as server:
        server.seen, server.daemon_threads = [], True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
