"""HTTP/1.1 that keeps the request target as it was on the wire.

The signature of a request covers its raw target. The ASGI scope holds no such thing: it has the path and the query, and
drops a ``?`` with nothing behind it. h11 has it, so it is kept from there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from gatepost.emulator.application import RAW_TARGET, Application
from gatepost.emulator.connection import CONNECTION, Connection

__all__ = ["PlatformProtocol", "protocol_factory"]

_KEEP_ALIVE_SECONDS = 75

# Every request and its verdict are in the record; what the server would say about them on the console is noise in a test run.
_silent = logging.Logger("gatepost.emulator.protocol", level=logging.CRITICAL + 1)
_silent.addHandler(logging.NullHandler())


class _TargetKeepingConnection(h11.Connection):
    """Remembers the target of the latest request. The next one is not read before the present one is answered."""

    target = b""

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Request):
            self.target = event.target
        return event


class PlatformProtocol(H11Protocol):
    """uvicorn's protocol on h11, with the raw target in the scope, and answers to malformed requests in the platform's form."""

    def __init__(
        self,
        application: Application,
        config: Config,
        server_state: ServerState,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(config, server_state, {}, _loop=loop)
        self.logger = _silent
        self.access_log = False
        self.conn = self._connection = _TargetKeepingConnection(h11.SERVER, max_incomplete_event_size=1 << 20)
        self._application = application
        self.app = self._run
        self._client: Connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with a client whose TLS handshake is done."""
        super().connection_made(transport)
        self._client = Connection(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell what waits for the client that it has gone."""
        super().connection_lost(exc)
        self._client.lost()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the words of the server, where the platform's belong
        """Refuse what is not HTTP, and close the connection."""
        headers = [
            ("content-type", "application/json"),
            ("connection", "close"),
            ("date", self._application.date()),
        ]
        body = self._application.malformed()
        for event in (h11.Response(status_code=400, headers=headers, reason=b"Bad Request"), h11.Data(data=body)):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.write(self.conn.send(h11.EndOfMessage()) or b"")
        self.transport.close()

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[RAW_TARGET] = self._connection.target.decode("ascii")
        scope[CONNECTION] = self._client
        await self._application(scope, receive, send)


def protocol_factory(
    application: Application, state: ServerState, loop: asyncio.AbstractEventLoop
) -> Callable[[], PlatformProtocol]:
    """Return what makes the protocol of one new connection."""
    config = Config(
        application,
        http=PlatformProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    config.load()
    return lambda: PlatformProtocol(application, config, state, loop)
