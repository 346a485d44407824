"""Values in Redis: one hash for each playbook execution, one field for each variable (contract/playbooks.md section 2).

``redis-py`` is imported when the first connection is made and not before: it is as heavy as ``requests``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError
from gatepost.exports import load
from gatepost.kvstore.errors import StoreError, StoreFull, StoreRefused, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from ssl import SSLError
    from typing import TypeVar

    from redis import Redis

    from gatepost.kvstore.choice import RedisServer

    ErrorKind = TypeVar("ErrorKind", bound=BaseException)

__all__ = ["RedisStore", "connect", "explain"]

CONNECT_TIMEOUT = 10.0
"""Seconds in which a connection has to come about; and, where it is encrypted, in which TLS has to."""
TIMEOUT = 30.0
"""Seconds in which the server has to answer."""


def connect(server: RedisServer, *, timeout: float = TIMEOUT, retries: int = 1) -> Redis:
    """Return a client of ``redis-py``; it connects with its first command.

    Errors of its commands are those of redis-py; `explain` makes ours of them.

    Args:
        server: Where the server is, and the way in.
        timeout: Seconds in which the server has to answer; for a command that blocks, more than it blocks.
        retries: How often a command is repeated when the connection breaks; 0 for one that must not be done twice.

    Raises:
        GatepostError: The extra ``redis`` is not installed.
        StoreRefused: A certificate's file is not there, or there is a key without a certificate.
    """
    redis = _import()
    tls: dict[str, Any] = {}
    if server.tls:
        if server.key_file is not None and server.certificate_file is None:
            raise StoreRefused(
                f"There is a key for the key-value store at {server}, and no certificate",
                why="tc_svc_broker_key_file is set, and tc_svc_broker_cert_file is not",
                remedy="Set both, or neither",
            )
        tls = {
            "ssl": True,
            "ssl_cert_reqs": "required",
            "ssl_check_hostname": True,
            "ssl_ca_certs": _file(server.ca_file, "tc_svc_broker_cacert_file"),
            "ssl_certfile": _file(server.certificate_file, "tc_svc_broker_cert_file"),
            "ssl_keyfile": _file(server.key_file, "tc_svc_broker_key_file"),
        }
    broken = redis.exceptions.ConnectionError
    backoff = load("redis.backoff").ExponentialBackoff(cap=0.5, base=0.1)
    client: Redis = redis.Redis(
        host=server.host,
        port=server.port,
        db=server.database,
        username=server.username,
        password=None if server.password is None else server.password.reveal(),
        socket_connect_timeout=min(CONNECT_TIMEOUT, timeout),
        socket_timeout=timeout,
        retry=load("redis.retry").Retry(backoff, retries, supported_errors=(broken,)),
        retry_on_error=[broken] if retries else [],
        protocol=2,
        **_anonymous(redis),
        **tls,
    )
    if server.tls:
        client.connection_pool.connection_class = _tls_connection()
    return client


def explain(error: Exception, server: RedisServer, doing: str) -> StoreError:
    """Return what an error of redis-py means.

    Args:
        error: The error.
        server: The server that it is about.
        doing: What failed: ``read from``, ``write to``.
    """
    from ssl import SSLError

    errors = _import().exceptions
    what = f"The key-value store at {server} could not be {doing}"
    words = " ".join(str(error).split())
    text = words.lower()
    of_tls = _found_behind(error, SSLError)
    if of_tls is not None:
        return _explain_tls(what, of_tls)
    if isinstance(error, errors.OutOfMemoryError) or text.startswith(("oom ", "command not allowed when used memory")):
        return StoreFull(what, why="It is full", remedy="Give Redis more memory (maxmemory), or let it forget old executions")
    if isinstance(error, (errors.AuthenticationError, errors.NoPermissionError)) or text.startswith(("noauth", "noperm")):
        return StoreRefused(
            what,
            why=f"It refuses this app: {words}",
            remedy="Check tc_kvstore_user and tc_kvstore_pass" if server.password else "Set tc_kvstore_pass",
        )
    if isinstance(error, errors.TimeoutError):
        remedy = "Check whether Redis is overloaded, and the network"
        if server.tls:
            remedy += "; and tc_kvstore_tls_port, for a port without TLS stays silent, too"
        return StoreUnavailable(what, why="It did not answer in time", remedy=remedy)
    if isinstance(error, (errors.ConnectionError, OSError)):
        remedy = "Check tc_kvstore_host and tc_kvstore_port, and that Redis runs there"
        if ("closed" in text or "reset" in text) and not server.tls:
            remedy += "; and tc_kvstore_tls_enabled, for it may expect TLS"
        of_system = _found_behind(error, OSError)
        return StoreUnavailable(what, why=(of_system and of_system.strerror) or words, remedy=remedy)
    if text.startswith(("wrongtype", "operation against a key holding the wrong kind")):
        return StoreError(
            what,
            why="What is kept there under the name of this execution is no hash",
            remedy="Check tc_playbook_kvstore_context and tc_playbook_kvstore_id",
        )
    if "db index" in text:
        return StoreError(what, why=words, remedy="Check tc_playbook_kvstore_id")
    return StoreError(what, why=words)


class RedisStore:
    """The values of one context in Redis. May be used from several threads.

    Args:
        server: Where the server is, and the way in.
        context: The hash: ``tc_playbook_kvstore_context``.
        client: A client to use instead of one of its own; it is not closed.
    """

    def __init__(self, server: RedisServer, context: str, *, client: Redis | None = None) -> None:
        self.server = server
        self.context = context
        self._client: Any = client
        self._own = client is None

    def read_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the values of many keys, in their order, in one round trip."""
        if not keys:
            return []
        values: list[bytes | None] = self._do("read", lambda client: client.hmget(self.context, list(keys)))
        return values

    def write_many(self, values: Mapping[str, bytes | str]) -> None:
        """Write many values in one round trip, all of them or none."""
        if values:
            self._do("written to", lambda client: client.hset(self.context, mapping=values))

    def delete(self, key: str) -> bool:
        """Remove a value; return whether it was there."""
        return bool(self._do("written to", lambda client: client.hdel(self.context, key)))

    def close(self) -> None:
        """Close the connections."""
        if self._own and self._client is not None:
            self._client.close()
            self._client = None

    def _do(self, doing: str, command: Callable[[Any], Any]) -> Any:
        client = self._client
        if client is None:
            client = self._client = connect(self.server)
        try:
            return command(client)
        except (OSError, ValueError) as error:  # of ssl: a certificate's file that is none
            failure = explain(error, self.server, doing)
        except Exception as error:
            if not isinstance(error, _import().exceptions.RedisError):
                raise
            failure = explain(error, self.server, doing)
        raise failure


def _found_behind(error: BaseException | None, kind: type[ErrorKind]) -> ErrorKind | None:
    """Return the error of a kind that is behind another one. The text does not tell it: the server's name is in there, too."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, kind):
            return error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


def _explain_tls(what: str, error: SSLError) -> StoreError:
    reason = error.reason or " ".join(str(error).split())
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return StoreUnavailable(
            what,
            why="It does not speak TLS on this port",
            remedy="Check tc_kvstore_tls_port, or set tc_kvstore_tls_enabled to false",
        )
    if reason == "CERTIFICATE_VERIFY_FAILED":
        return StoreRefused(
            what,
            why=f"Its certificate is not accepted: {getattr(error, 'verify_message', reason)}",
            remedy="Check tc_svc_broker_cacert_file and tc_kvstore_host",
        )
    if error.reason:
        reason = reason.replace("_", " ").lower()
    return StoreRefused(
        what,
        why=f"TLS did not come about: {reason}",
        remedy="Check tc_svc_broker_cacert_file, tc_svc_broker_cert_file and tc_svc_broker_key_file",
    )


def _import() -> Any:
    try:
        return load("redis")
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise GatepostError(
            "The key-value store is a Redis, and the package redis is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[redis]'",
        ) from None


def _tls_connection() -> type[Any]:
    """Return the kind of connection that does not wait for TLS as long as for an answer: a port without it stays silent."""
    base: type[Any] = load("redis.connection").SSLConnection

    class TlsConnection(base):  # type: ignore[misc]  # of a package that is imported late
        socket_timeout: float | None

        def _connect(self) -> Any:
            answering = self.socket_timeout
            self.socket_timeout = self.socket_connect_timeout
            try:
                connected = super()._connect()
            finally:
                self.socket_timeout = answering
            connected.settimeout(answering)
            return connected

    return TlsConnection


def _anonymous(redis: Any) -> dict[str, Any]:
    """Return the options that keep redis-py from introducing itself: that would be two round trips more."""
    if hasattr(redis, "DriverInfo"):
        return {"driver_info": None}
    return {"lib_name": None, "lib_version": None}


def _file(path: str | None, name: str) -> str | None:
    if path is not None and not Path(path).is_file():
        raise StoreRefused(f"There is no file {path}", why=f"{name} names it", remedy=f"Correct {name}, or leave it out")
    return path
