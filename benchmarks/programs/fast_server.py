"""A server that costs next to nothing: answers every request with the same small JSON, on connections that stay open.

Takes no arguments for plain HTTP, or the paths of a certificate chain and a key for TLS. Prints its port, and ends with its
standard input.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
from email.utils import formatdate

BODY = (
    b'{"status":"Success","data":{"resultCount":2,"owner":[{"id":0,"name":"Exemplary Organization","type":"Organization"},'
    b'{"id":1,"name":"Common Community","type":"Community"}]}}'
)


class Head:
    """The head of every answer; its date is made anew each second, as servers do."""

    second = 0
    bytes = b""

    @classmethod
    def now(cls) -> bytes:
        second = int(time.time())
        if second != cls.second:
            lines = (
                "HTTP/1.1 200 OK",
                f"Date: {formatdate(second, usegmt=True)}",
                "Content-Type: application/json;charset=UTF-8",
                f"Content-Length: {len(BODY)}",
                "Cache-Control: no-store",
                "X-Content-Type-Options: nosniff",
                "Strict-Transport-Security: max-age=31536000",
                "Server: fast",
            )
            cls.bytes, cls.second = "\r\n".join([*lines, "", ""]).encode(), second
        return cls.bytes


def serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        rest = b""
        while data := connection.recv(65_536):
            rest += data
            while b"\r\n\r\n" in rest:
                rest = rest.split(b"\r\n\r\n", 1)[1]
                connection.sendall(Head.now() + BODY)
    except OSError:
        pass  # the client is gone
    finally:
        connection.close()


def accept(listening: socket.socket) -> None:
    while True:
        connection, _ = listening.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def main() -> None:
    listening: socket.socket = socket.create_server(("127.0.0.1", 0), backlog=128)
    port = listening.getsockname()[1]
    if len(sys.argv) > 1:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        listening = context.wrap_socket(listening, server_side=True)
    threading.Thread(target=accept, args=(listening,), daemon=True).start()
    print(port, flush=True)
    sys.stdin.read()


main()
