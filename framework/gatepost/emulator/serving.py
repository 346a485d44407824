"""What every emulated server has: a socket with TLS, a clock, a record of requests, faults."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from gatepost.emulator.application import Application
from gatepost.emulator.certificates import make_certificates
from gatepost.emulator.chaos import ChaosProfile
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.injection import Injector
from gatepost.emulator.listener import bind
from gatepost.emulator.recording import Listener, RecordedRequest, Recorder
from gatepost.emulator.service import Service
from gatepost.emulator.thread import ServingThread
from gatepost.emulator.writes import Write, WriteLog
from gatepost.errors import GatepostError, UsageError

__all__ = ["EmulatedServer"]

_CLIENT_FILE = "client.pem"


class EmulatedServer:
    """A service on loopback, by HTTPS, in a thread of this process.

    Use it as a context manager; it is ready when the block begins, and leaves nothing when it ends. All of it may be used from
    any thread, and changed while it runs.

    Args:
        service: What it serves.
        host: Where it listens.
        port: The port; 0 takes a free one.
        chaos: The faults; None for none.
    """

    def __init__(self, service: Service, *, host: str, port: int, chaos: ChaosProfile | None = None) -> None:
        self._service = service
        self._host = host
        self._port = port
        self._recorder = Recorder()
        self._writes = WriteLog()
        self._injector = Injector(service, self._recorder)
        self._injector.profile = chaos
        self._application = Application(service, self._recorder, self._injector, self._writes)
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._address: tuple[str, int] | None = None
        self._thread: ServingThread | None = None
        self._refusing = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.url}>" if self._address else f"<{type(self).__name__}, not running>"

    def start(self) -> None:
        """Start the platform; return when clients can connect.

        Raises:
            GatepostError: The port is taken.
            UsageError: The platform runs already.
        """
        if self._thread is not None:
            raise UsageError("The emulator runs already", remedy="Make another Emulator for a second platform")
        try:
            listening = bind(self._host, self._port)
        except OSError as error:
            raise GatepostError(
                f"The emulator cannot listen on {self._host} port {self._port}",
                why=error.strerror or str(error),
                remedy="Use another port, or 0 for a free one",
            ) from error
        with contextlib.ExitStack() as undo:
            undo.callback(listening.close)
            directory = tempfile.TemporaryDirectory(prefix="gatepost-emulator-")
            undo.callback(directory.cleanup)
            thread = ServingThread(listening, self._tls(Path(directory.name)), self._application, self._injector)
            undo.pop_all()
        self._address = (self._host, listening.getsockname()[1])
        self._directory, self._thread, self._refusing = directory, thread, False
        thread.start()

    def stop(self) -> None:
        """Stop the platform and end its connections. What was recorded stays readable. A second call does nothing."""
        if self._thread is None or self._directory is None:
            return
        self._thread.stop()
        self._directory.cleanup()
        self._thread = self._directory = None

    @property
    def url(self) -> str:
        """The URL of the API base; of the platform what ``tc_api_path`` must be. Without a slash at its end.

        Raises:
            UsageError: The platform was never started.
        """
        if self._address is None:
            raise UsageError("The emulator has no URL yet", remedy="Start it, best with a with statement")
        host, port = self._address
        prefix = self._service.prefix
        return f"https://[{host}]:{port}{prefix}" if ":" in host else f"https://{host}:{port}{prefix}"

    @property
    def ca_file(self) -> str:
        """The path of a PEM file with the certificate of the platform's authority. It is gone when the platform stops.

        Raises:
            UsageError: The platform does not run.
        """
        if self._directory is None:
            raise UsageError("The emulator has no certificate now", remedy="Start it, best with a with statement")
        return str(Path(self._directory.name) / "ca.pem")

    def _client_file(self) -> str:
        """Return the path of the PEM file with a client's certificate and key.

        Raises:
            UsageError: The service does not run.
        """
        if self._directory is None:
            raise UsageError("The emulator has no certificate now", remedy="Start it, best with a with statement")
        return str(Path(self._directory.name) / _CLIENT_FILE)

    @property
    def clock(self) -> PlatformClock:
        """The platform's clock: set its ``offset``, or ``turn`` it."""
        return self._service.clock

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """All requests so far, in the order of their arrival."""
        return self._recorder.requests()

    @property
    def writes(self) -> tuple[Write, ...]:
        """What the platform did on request: every POST, PUT, PATCH and DELETE that it accepted and acted on, in that order.

        A fault that keeps the answer from the client leaves the write in it. The proof that nothing was done twice:
        ``Counter(write.request_id for write in platform.writes)``.
        """
        return self._writes.writes()

    @property
    def chaos(self) -> ChaosProfile | None:
        """The faults in force; None for none. Assign to change them: attempts and connections are counted anew from then on."""
        return self._injector.profile

    @chaos.setter
    def chaos(self, profile: ChaosProfile | None) -> None:
        self._injector.profile = profile

    @property
    def refuse_connections(self) -> bool:
        """Whether the platform is down: whoever connects is refused, and assigning True ended the connections that there were.

        A refused connection reaches no program, and so cannot be counted or recorded; what is recorded is that refusing began.
        It ends with the platform.

        Raises:
            UsageError: Assigned while the platform does not run.
            GatepostError: Another program took the port in the moment in which it was free.
        """
        return self._refusing

    @refuse_connections.setter
    def refuse_connections(self, refusing: bool) -> None:
        if self._thread is None:
            raise UsageError("A platform that does not run refuses every connection", remedy="Start it first")
        if refusing == self._refusing:
            return
        if refusing:
            self._injector.refusing()
        try:
            self._thread.set_refusing(refusing)
        except OSError as error:
            raise GatepostError("The emulator has lost its port", why=error.strerror or str(error)) from error
        self._refusing = refusing

    def listen(self, listener: Listener, *, keep: bool = True) -> None:
        """Have a function called with each request once the platform is done with it: answered, or ended by a fault.

        Requests that are answered side by side come in the order of their ends.

        Args:
            listener: The function; called in the platform's thread, which waits for it. It takes the place of an earlier one.
            keep: Whether the requests stay in `requests` after that; a platform that runs for long has no room for all.
        """
        self._recorder.listener, self._recorder.keeps_finished = listener, keep

    def forget_requests(self) -> None:
        """Empty the record; the numbers go on."""
        self._recorder.forget()

    @property
    def name(self) -> str:
        """What the service is called where several run side by side: ``platform``, ``tcap``, say."""
        return self._service.name

    def _tls(self, directory: Path) -> ssl.SSLContext:
        """Write the authority's certificate into the directory and return the server's side of TLS."""
        certificates = make_certificates(client=self._service.takes_certificates)
        authority = directory / "ca.pem"
        authority.write_bytes(certificates.authority)
        private = directory / "server.pem"
        private.touch(mode=0o600)
        private.write_bytes(certificates.key + certificates.chain)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(private)
        private.unlink()
        if certificates.client:
            client = directory / _CLIENT_FILE
            client.touch(mode=0o600)
            client.write_bytes(certificates.client)
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(authority)
        return context
