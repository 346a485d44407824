"""An emulated platform in a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gatepost.emulator.authorization import AuthorizationApi
from gatepost.emulator.data import LogEntry, PlatformData
from gatepost.emulator.exchange import ExchangeApi, InstalledApp
from gatepost.emulator.internal import InternalApi
from gatepost.emulator.owners import OwnersApi
from gatepost.emulator.platform import Platform
from gatepost.emulator.playbooks import EmulatedPlaybook, KeyValueApi, PlaybookValues
from gatepost.emulator.serving import EmulatedServer
from gatepost.emulator.settings import EmulatorSettings, Owner, OwnerKind
from gatepost.emulator.tags import TagsApi
from gatepost.emulator.tokens import IssuedToken
from gatepost.errors import UsageError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from gatepost.emulator.redis import RedisProcess, RedisThread

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


class Emulator(EmulatedServer):
    """A platform in this process: HTTPS on loopback, with credentials, tokens and data of its own.

    Use it as a context manager; it is ready when the block begins, and leaves nothing when it ends. All of it may be used from
    any thread, and changed while it runs.

    Example:
        ```python
        with Emulator(token_life=30) as platform:
            print(platform.url, platform.ca_file)
        ```

    Attributes:
        playbook: A playbook whose step an app under test is: values to hand in and to look at.

    Args:
        settings: The settings; None takes the defaults.
        **overrides: Single settings, by their names in `EmulatorSettings`.

    Raises:
        UsageError: A setting does not exist, or its value cannot be.
    """

    def __init__(self, settings: EmulatorSettings | None = None, **overrides: Any) -> None:
        self.settings = (settings or EmulatorSettings()).changed(**overrides)
        self._data = PlatformData(self.settings)
        self._exchange = ExchangeApi(self._data)
        self._playbook_values = values = PlaybookValues()
        self.playbook = EmulatedPlaybook(values, self._store_inputs)
        self._redis: RedisProcess | RedisThread | None = None
        apis = (
            AuthorizationApi(self._data),
            OwnersApi(self._data),
            TagsApi(self._data),
            InternalApi(self._data),
            KeyValueApi(values),
            self._exchange,
        )
        platform = Platform(self._data, [route for api in apis for route in api.routes()])
        super().__init__(platform, host=self.settings.host, port=self.settings.port, chaos=self.settings.chaos)
        first = self._data.tokens.issue()
        self.credentials = Credentials(self._data.access_id, self._data.secret_key, first.token, first.expires)

    def start(self) -> None:
        """Start the platform, and its Redis if it has one; return when clients can connect.

        Raises:
            GatepostError: The port is taken, or the Redis does not start.
            UsageError: The platform runs already.
        """
        super().start()
        if not self.settings.redis:
            return
        try:
            from gatepost.emulator.redis import start_redis
            from gatepost.kvstore.choice import RedisServer
            from gatepost.kvstore.redis import connect

            self._redis = start_redis()
            self._playbook_values.redis = connect(RedisServer("127.0.0.1", self._redis.port))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the platform and its Redis, and end their connections. A second call does nothing."""
        client, self._playbook_values.redis = self._playbook_values.redis, None
        if client is not None:
            client.close()
        if self._redis is not None:
            self._redis.stop()
            self._redis = None
        super().stop()

    @property
    def redis_url(self) -> str:
        """The URL of the Redis beside the platform: ``redis://127.0.0.1:6379/0``.

        Raises:
            UsageError: It has none, or does not run.
        """
        if self._redis is None:
            raise UsageError("The emulator has no Redis", remedy="Make it with redis=True, and start it")
        return f"redis://127.0.0.1:{self._redis.port}/0"

    def _store_inputs(self) -> dict[str, Any]:
        """Return the inputs that name the store of playbook values."""
        if self._redis is None:
            return {"tc_kvstore_type": "TCKeyValueAPI"}
        return {"tc_kvstore_type": "Redis", "tc_kvstore_host": "127.0.0.1", "tc_kvstore_port": self._redis.port}

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

    @property
    def installed_apps(self) -> tuple[InstalledApp, ...]:
        """The apps that were installed by ``/v3/apps/exchange/install``, in the order in which they first were."""
        return self._exchange.apps

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
        """Return `inputs` and those of `playbook` as environment variables, and where to look for the authority's certificate.

        Args:
            auth: As for `inputs`.
        """
        inputs = {**self.inputs(auth), **self.playbook.inputs()}
        variables = {name.upper(): str(value) for name, value in inputs.items()}
        return {**variables, "REQUESTS_CA_BUNDLE": self.ca_file, "SSL_CERT_FILE": self.ca_file}
