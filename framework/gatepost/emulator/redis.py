"""A Redis for apps that run against the emulator: the real server if it is installed, else one in a thread."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gatepost.errors import GatepostError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from typing_extensions import Buffer

__all__ = ["RedisProcess", "RedisThread", "start_redis"]

_HOST = "127.0.0.1"
_START = 30.0  # seconds in which the server has to be there
_TRIES = 3  # a free port may be taken by another program before the server has it
_WATCH = 'read -r line; kill -9 "$1"; rm -f "$2/redis.log"; rmdir "$2"'
"""What a shell does when its input ends, which the system sees to even where the process that holds it is killed."""


class RedisProcess:
    """A real ``redis-server`` on a free port of loopback, with nothing kept on disk. A context manager; it has started.

    It ends with this process, also when that is killed. An interruption by the keyboard does not reach it: an app that is
    interrupted still gives out what it has.

    Args:
        options: Further options of the server: ``["--requirepass", "…"]``. With ``--tls-port {port}`` among them, it is the
            encrypted port that is free and waited for.

    Raises:
        GatepostError: There is no such program, or it does not start; with its own words.
    """

    def __init__(self, options: Sequence[str] = ()) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise GatepostError("redis-server is not installed", remedy="Install it, or use the embedded one")
        self._directory = tempfile.TemporaryDirectory(prefix="gatepost-redis-")
        self._log = Path(self._directory.name) / "redis.log"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        try:
            self._start_somewhere(program, options)
        except BaseException:
            self.stop()
            raise

    def _start_somewhere(self, program: str, options: Sequence[str]) -> None:
        for _ in range(_TRIES):
            with _free_port() as self.port:
                self._process = self._start(program, options)
                self._watch = self._start_watch(self._process) if os.name == "posix" else None
                if self._is_there():
                    return
                self._end()
        lines = self._log.read_text("utf-8", "replace").strip().splitlines() if self._log.exists() else []
        raise GatepostError("redis-server does not start", why=lines[-1] if lines else "It said nothing")

    def _start(self, program: str, options: Sequence[str]) -> subprocess.Popen[bytes]:
        given = [option.format(port=self.port) for option in options]
        port = [] if "--tls-port" in given else ["--port", str(self.port)]
        fixed = ["--bind", _HOST, "--save", "", "--appendonly", "no", "--dir", self._directory.name, "--logfile", str(self._log)]
        return subprocess.Popen(  # noqa: S603 - the program that was found, with options of this module and of the caller
            [program, *port, *fixed, *given],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _start_watch(self, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - a text of this module, with a number and a folder as its arguments
            ["/bin/sh", "-c", _WATCH, "sh", str(process.pid), self._directory.name],
            stdin=subprocess.PIPE,  # only this process has its other end
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _is_there(self) -> bool:
        latest = time.monotonic() + _START
        while self._process is not None and self._process.poll() is None and time.monotonic() < latest:
            with contextlib.suppress(OSError), socket.create_connection((_HOST, self.port), timeout=1):
                return True
            time.sleep(0.01)
        return False

    def _end(self) -> None:
        if self._watch is not None:  # first: a number that is free may be another process soon
            self._watch.kill()
            self._watch.communicate()
            self._watch = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop the server. A second call does nothing."""
        self._end()
        self._directory.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()


class _PatientSocket(socket.socket):
    """Waits where there is no room for more: ``fakeredis`` sets its sockets not to, and would lose the rest of a long answer."""

    def sendall(self, data: Buffer, flags: int = 0, /) -> None:
        rest = memoryview(data)
        while rest:
            if not select.select([], [self], [], _START)[1]:
                raise ConnectionResetError("Nobody takes the answer")
            with contextlib.suppress(BlockingIOError):
                rest = rest[self.send(rest, flags) :]


class RedisThread:
    """The TCP server of ``fakeredis`` in a thread, on a free port of loopback. A context manager; it has started."""

    def __init__(self) -> None:
        from fakeredis import TcpFakeServer

        class Server(TcpFakeServer):
            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                return _PatientSocket(fileno=connection.detach()), address

        self._server = Server((_HOST, 0))
        self._server.daemon_threads = True  # a client that never hangs up must not keep the process
        self.port = int(self._server.server_address[1])
        self._thread: threading.Thread | None = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="gatepost-emulator-redis", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop the server. A second call does nothing."""
        if self._thread is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()


def start_redis() -> RedisProcess | RedisThread:
    """Start a real server if one is installed, else the one in a thread."""
    return RedisProcess() if shutil.which("redis-server") is not None else RedisThread()


@contextlib.contextmanager
def _free_port() -> Iterator[int]:
    """Yield a port that nobody else is given during the block, or another's server would be taken for the one that starts.

    A server that names the port gets it all the same: a socket that does not listen may share it, as Linux has it. Elsewhere the
    port is only found.
    """
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind((_HOST, 0))
        port = int(reserved.getsockname()[1])
        if sys.platform != "linux":
            reserved.close()
        yield port
