"""A client that shares no code with gatepost: sockets, TLS and signatures of the standard library."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from gatepost.emulator import Emulator


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def sign(key: str, method: str, target: str, timestamp: int | str) -> str:
    digest = hmac.new(key.encode(), f"{target}:{method}:{timestamp}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Client:
    """Talks to one platform. Paths are relative to the API base; a target is what goes on the wire."""

    def __init__(self, platform: Emulator) -> None:
        self.platform = platform
        parts = urlsplit(platform.url)
        self.host, self.port, self.prefix = parts.hostname or "", parts.port or 0, parts.path
        self.context = ssl.create_default_context(cafile=platform.ca_file)
        self.connection = http.client.HTTPSConnection(self.host, self.port, context=self.context, timeout=60)

    def send(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | str | None = None) -> Answer:
        """Send a request without any credential."""
        self.connection.request(method, self.prefix + path, body, dict(headers or {}))
        response = self.connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def send_signed(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
        *,
        timestamp: int | None = None,
    ) -> Answer:
        """Send a request with the platform's HMAC credentials."""
        return self.send(method, path, {**self.hmac_headers(method, path, timestamp=timestamp), **(headers or {})}, body)

    def send_token(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
        *,
        token: str | None = None,
    ) -> Answer:
        """Send a request with a token, the platform's ready-made one if no other is given."""
        token = token or self.platform.credentials.token.reveal()
        return self.send(method, path, {"Authorization": f"TC-Token {token}", **(headers or {})}, body)

    def hmac_headers(self, method: str, path: str, *, timestamp: int | None = None, key: str = "") -> dict[str, str]:
        moment = int(self.platform.clock.now()) if timestamp is None else timestamp
        key = key or self.platform.credentials.secret_key.reveal()
        signature = sign(key, method, self.prefix + path, moment)
        return {
            "Timestamp": str(moment),
            "Authorization": f"TC {self.platform.credentials.access_id}:{signature}",
        }

    def send_bytes(self, request: bytes) -> bytes:
        """Send bytes over a TLS connection of their own and return all that comes back."""
        with (
            socket.create_connection((self.host, self.port), timeout=60) as plain,
            self.context.wrap_socket(plain, server_hostname=self.host) as secure,
        ):
            secure.sendall(request)
            received = b""
            while piece := secure.recv(65536):
                received += piece
            return received

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def client(tc_platform: Emulator) -> Iterator[Client]:
    client = Client(tc_platform)
    yield client
    client.close()


@pytest.fixture
def make_client(tc_platform: Emulator) -> Iterator[Callable[[], Client]]:
    """Makes clients with a connection of their own."""
    clients: list[Client] = []

    def make() -> Client:
        clients.append(Client(tc_platform))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
