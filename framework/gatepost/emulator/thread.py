"""The thread in which an emulated service serves its connections."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading

from uvicorn.server import ServerState

from gatepost.emulator.application import Application
from gatepost.emulator.injection import Injector
from gatepost.emulator.listener import Listener
from gatepost.emulator.protocol import protocol_factory

__all__ = ["ServingThread"]


class ServingThread:
    """An event loop in a thread of its own that serves one socket.

    Args:
        listening: The socket; closed when the thread ends.
        context: The server's side of TLS.
        application: Answers the requests.
        injector: Says how connections are received.
    """

    def __init__(self, listening: socket.socket, context: ssl.SSLContext, application: Application, injector: Injector) -> None:
        self._loop = asyncio.new_event_loop()
        make_protocol = protocol_factory(application, ServerState(), self._loop)
        self._listener = Listener(listening, context, make_protocol, injector.next_connection, loop=self._loop)
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="gatepost-emulator", daemon=True)

    def start(self) -> None:
        """Start serving. Clients may connect at once: the socket listens already."""
        # Before the thread, so that nothing that is asked of the loop afterwards can come first.
        self._listener.start()
        self._thread.start()

    def set_refusing(self, refusing: bool) -> None:
        """Refuse connections and end those that there are, or accept again; return when that is so.

        Raises:
            OSError: The port was taken.
        """
        asyncio.run_coroutine_threadsafe(self._listener.set_refusing(refusing), self._loop).result()

    def stop(self) -> None:
        """End every connection and the thread; return when that is done."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        await self._stop.wait()
        await self._listener.close()
