"""The thread in which an emulated platform serves its connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading

from uvicorn.server import ServerState

from gatepost.emulator.application import Application
from gatepost.emulator.listener import Listener
from gatepost.emulator.protocol import protocol_factory

__all__ = ["ServingThread"]


class ServingThread:
    """An event loop in a thread of its own that serves one socket.

    Args:
        listening: The socket; closed when the thread ends.
        context: The server's side of TLS.
        application: Answers the requests.
    """

    def __init__(self, listening: socket.socket, context: ssl.SSLContext, application: Application) -> None:
        self._listening = listening
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._make_protocol = protocol_factory(application, ServerState(), self._loop)
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="gatepost-emulator", daemon=True)

    def start(self) -> None:
        """Start serving. Clients may connect at once: the socket listens already."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection and the thread; return when that is done."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        listener = Listener(self._listening, self._context, self._make_protocol)
        accepting = self._loop.create_task(listener.accept())
        await self._stop.wait()
        accepting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await accepting
        await listener.close()
