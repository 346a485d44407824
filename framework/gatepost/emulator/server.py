"""An emulated platform in a thread of its own."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from gatepost.emulator.application import Application
from gatepost.emulator.authorization import AuthorizationApi
from gatepost.emulator.certificates import make_certificates
from gatepost.emulator.chaos import ChaosProfile
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.data import LogEntry, PlatformData
from gatepost.emulator.injection import Injector
from gatepost.emulator.internal import InternalApi
from gatepost.emulator.listener import bind
from gatepost.emulator.owners import OwnersApi
from gatepost.emulator.recording import Listener, RecordedRequest, Recorder
from gatepost.emulator.routing import Router
from gatepost.emulator.settings import EmulatorSettings, Owner, OwnerKind
from gatepost.emulator.tags import TagsApi
from gatepost.emulator.thread import ServingThread
from gatepost.emulator.tokens import IssuedToken
from gatepost.emulator.writes import Write, WriteLog
from gatepost.errors import GatepostError, UsageError
from gatepost.secret import Secret

__all__ = ["Credentials", "Emulator"]

Auth = Literal["token", "hmac", "both"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Ready-made credentials of a platform's API user.

    Attributes:
        access_id: The access id of the HMAC pair.
        secret_key: The secret key of the HMAC pair.
        token: A token of the kind ``API``. It is dead once somebody renewed it.
        token_expires: When the token expires, in epoch seconds of the platform's clock.
    """

    access_id: str
    secret_key: Secret
    token: Secret
    token_expires: int


class Emulator:
    """A platform in this process: HTTPS on loopback, with credentials, tokens and data of its own.

    Use it as a context manager; it is ready when the block begins, and leaves nothing when it ends. All of it may be used from
    any thread, and changed while it runs.

    Example:
        ```python
        with Emulator(token_life=30) as platform:
            print(platform.url, platform.ca_file)
        ```

    Args:
        settings: The settings; None takes the defaults.
        **overrides: Single settings, by their names in `EmulatorSettings`.

    Raises:
        UsageError: A setting does not exist, or its value cannot be.
    """

    def __init__(self, settings: EmulatorSettings | None = None, **overrides: Any) -> None:
        self.settings = (settings or EmulatorSettings()).changed(**overrides)
        self._data = PlatformData(self.settings)
        self._recorder = Recorder()
        self._writes = WriteLog()
        self._injector = Injector(self._data, self._recorder)
        self._injector.profile = self.settings.chaos
        apis = (AuthorizationApi(self._data), OwnersApi(self._data), TagsApi(self._data), InternalApi(self._data))
        router = Router([route for api in apis for route in api.routes()])
        self._application = Application(self._data, router, self._recorder, self._injector, self._writes)
        first = self._data.tokens.issue()
        self.credentials = Credentials(self._data.access_id, self._data.secret_key, first.token, first.expires)
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
        return f"<Emulator at {self.url}>" if self._address else "<Emulator, not running>"

    def start(self) -> None:
        """Start the platform; return when clients can connect.

        Raises:
            GatepostError: The port is taken.
            UsageError: The platform runs already.
        """
        if self._thread is not None:
            raise UsageError("The emulator runs already", remedy="Make another Emulator for a second platform")
        try:
            listening = bind(self.settings.host, self.settings.port)
        except OSError as error:
            raise GatepostError(
                f"The emulator cannot listen on {self.settings.host} port {self.settings.port}",
                why=error.strerror or str(error),
                remedy="Use another port, or 0 for a free one",
            ) from error
        with contextlib.ExitStack() as undo:
            undo.callback(listening.close)
            directory = tempfile.TemporaryDirectory(prefix="gatepost-emulator-")
            undo.callback(directory.cleanup)
            thread = ServingThread(listening, _tls(Path(directory.name)), self._application, self._injector)
            undo.pop_all()
        self._address = (self.settings.host, listening.getsockname()[1])
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
        """The URL of the API base, what ``tc_api_path`` must be. Without a slash at its end.

        Raises:
            UsageError: The platform was never started.
        """
        if self._address is None:
            raise UsageError("The emulator has no URL yet", remedy="Start it, best with a with statement")
        host, port = self._address
        return f"https://[{host}]:{port}{self.settings.prefix}" if ":" in host else f"https://{host}:{port}{self.settings.prefix}"

    @property
    def ca_file(self) -> str:
        """The path of a PEM file with the certificate of the platform's authority. It is gone when the platform stops.

        Raises:
            UsageError: The platform does not run.
        """
        if self._directory is None:
            raise UsageError("The emulator has no certificate now", remedy="Start it, best with a with statement")
        return str(Path(self._directory.name) / "ca.pem")

    @property
    def clock(self) -> PlatformClock:
        """The platform's clock: set its ``offset``, or ``turn`` it."""
        return self._data.clock

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
    def owners(self) -> tuple[Owner, ...]:
        """The owners that the API user can see."""
        return self._data.owners

    def add_owner(self, name: str, type: str = OwnerKind.ORGANIZATION) -> Owner:
        """Add an owner under the next free id.

        Raises:
            UsageError: The type is none, or the name is taken.
        """
        return self._data.add_owner(name, type)

    def set_variable(self, provider: str, key: str, type: str, value: str | bytes | Secret) -> None:
        """Store what ``&{provider:type:key}`` stands for.

        Args:
            provider: ``TC`` or ``Vault``.
            key: The key, in practice a UUID.
            type: ``TEXT``, ``KEYCHAIN`` or ``FILE``.
            value: Text; for a FILE its content.

        Raises:
            UsageError: The provider or type is unknown, or the value does not fit the type.
        """
        self._data.set_variable(provider, key, type, value)

    @property
    def job_parameters(self) -> dict[str, Any]:
        """The secure params of the running job (a copy; assign to change them)."""
        return self._data.job_parameters

    @job_parameters.setter
    def job_parameters(self, parameters: Mapping[str, Any]) -> None:
        self._data.job_parameters = dict(parameters)

    @property
    def app_log(self) -> tuple[LogEntry, ...]:
        """The log entries that apps sent to ``/v2/logs/app``."""
        return self._data.log

    def issue_token(
        self, kind: Literal["API", "SVC", "JOB", "APIV2"] = "API", life: float | None = None, *, number: int = 1
    ) -> IssuedToken:
        """Issue a token.

        Args:
            kind: The kind of token.
            life: Seconds until it expires; None takes the setting, or a year for ``APIV2``; negative makes an expired one.
            number: The id of the service or job in a token of the kind ``SVC`` or ``JOB``.

        Raises:
            UsageError: There is no such kind of token.
        """
        return self._data.tokens.issue(kind, life, number=number)

    @property
    def issued_tokens(self) -> tuple[str, ...]:
        """Every token that was issued so far, also by renewals, dead ones included, oldest first.

        Plain text, for a test that looks for them where they must not be: as a `gatepost.secret.Secret`, each would be known to
        this process's redactor from then on.
        """
        return self._data.tokens.all()

    def revoke_token(self, token: Secret | str) -> None:
        """Make a token worthless, and its renewal impossible.

        Raises:
            UsageError: The token is not one of this platform.
        """
        self._data.tokens.revoke(Secret(token).reveal())

    def inputs(self, auth: Auth = "token") -> dict[str, Any]:
        """Return the inputs that an app needs to reach this platform, by their standard names (contract/inputs.md section 5).

        Credentials are plain text in it, since this is what a platform would send.

        Args:
            auth: Which credentials are in it. For ``token`` and ``both`` a new token is issued, so that two apps do not
                renew each other's.

        Raises:
            UsageError: There is no such choice, or the platform does not run.
        """
        if auth not in ("token", "hmac", "both"):
            raise UsageError(f"There are no inputs for {auth!r}", remedy="Use token, hmac or both")
        inputs: dict[str, Any] = {"tc_api_path": self.url, "tc_verify": self.ca_file}
        if auth in ("token", "both"):
            issued = self.issue_token()
            inputs["tc_token"] = issued.token.reveal()
            inputs["tc_token_expires"] = issued.expires
        if auth in ("hmac", "both"):
            inputs["api_access_id"] = self.credentials.access_id
            inputs["api_secret_key"] = self.credentials.secret_key.reveal()
        return inputs

    def environment(self, auth: Auth = "token") -> dict[str, str]:
        """Return `inputs` as environment variables, and with them where other programs look for the authority's certificate.

        Args:
            auth: As for `inputs`.
        """
        variables = {name.upper(): str(value) for name, value in self.inputs(auth).items()}
        return {**variables, "REQUESTS_CA_BUNDLE": self.ca_file, "SSL_CERT_FILE": self.ca_file}


def _tls(directory: Path) -> ssl.SSLContext:
    """Write the authority's certificate into the directory and return the server's side of TLS."""
    certificates = make_certificates()
    (directory / "ca.pem").write_bytes(certificates.authority)
    private = directory / "server.pem"
    private.touch(mode=0o600)
    private.write_bytes(certificates.key + certificates.chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(private)
    private.unlink()
    return context
