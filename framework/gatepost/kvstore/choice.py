"""Which key-value store a run uses, from the standard inputs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.errors import InputError
from gatepost.named_tuples import NamedTuple
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Memory", "RedisServer", "RestAddress", "choose_store"]

_TYPES = {"redis": "Redis", "tckeyvalueapi": "TCKeyValueAPI", "mock": "Mock"}


class RedisServer(NamedTuple):
    """A Redis server and the way in.

    Attributes:
        host: Its host.
        port: Its TCP port.
        database: Number of the database, 0 and up.
        username: The user; None for the default one.
        password: The password; None for none.
        tls: Whether the connection is encrypted. The server's certificate and name are verified, always.
        ca_file: PEM file of the authorities that it may be signed by; None for those of the system.
        certificate_file: PEM file of the client's certificate; None for none.
        key_file: PEM file of the client's key; None where the certificate's file holds it.
    """

    host: str = "localhost"
    port: int = 6379
    database: int = 0
    username: str | None = None
    password: Secret | None = None
    tls: bool = False
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class RestAddress(NamedTuple):
    """The platform's REST store.

    Attributes:
        base_url: The URL to which ``/<key>`` is added, the context in it already, as old platforms gave it in
            ``tc_playbook_db_path``; None for the platform's own path, to which the context is added.
    """

    base_url: str | None = None


class Memory(NamedTuple):
    """A store in this process."""


def choose_store(values: Mapping[str, object]) -> RedisServer | RestAddress | Memory:
    """Return where the values of a playbook are (contract/inputs.md section 5, contract/playbooks.md section 2).

    Where incumbents ignore user, password and database unless TLS is on, this one takes them as they are given.

    Args:
        values: The standard inputs by name, coerced; what is absent or None counts as not given. The legacy names are known by
            now by their new ones: ``tc_playbook_db_path`` is ``tc_kvstore_host``.

    Raises:
        InputError: There is no such store, or its address cannot be.
    """
    kind = _text(values, "tc_kvstore_type") or "Redis"
    known = _TYPES.get(kind.strip().lower())
    if known is None:
        raise InputError(
            f"There is no key-value store of the type {kind!r}",
            why="tc_kvstore_type names it",
            remedy=f"Use one of {', '.join(_TYPES.values())}",
        )
    host = _text(values, "tc_kvstore_host") or "localhost"
    if known == "Mock":
        return Memory()
    if known == "TCKeyValueAPI":
        return RestAddress(host.rstrip("/") if "://" in host else None)
    tls = values.get("tc_kvstore_tls_enabled") is True
    port_name = "tc_kvstore_tls_port" if tls else "tc_kvstore_port"
    password = values.get("tc_kvstore_pass")
    return RedisServer(
        host=host,
        port=_number(values, port_name, 6379, 1, 65_535),
        database=_number(values, "tc_playbook_kvstore_id", 0, 0, None),
        username=_text(values, "tc_kvstore_user"),
        password=Secret(password) if isinstance(password, (str, Secret)) and password else None,
        tls=tls,
        ca_file=_text(values, "tc_svc_broker_cacert_file") if tls else None,
        certificate_file=_text(values, "tc_svc_broker_cert_file") if tls else None,
        key_file=_text(values, "tc_svc_broker_key_file") if tls else None,
    )


def _text(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name)
    if isinstance(value, Secret):
        value = value.reveal()
    return None if value is None else str(value) or None


def _number(values: Mapping[str, object], name: str, default: int, least: int, most: int | None) -> int:
    value = values.get(name)
    number = value if isinstance(value, int) and not isinstance(value, bool) else default
    if number < least or (most is not None and number > most):
        bounds = f"{least} to {most}" if most is not None else f"{least} and up"
        raise InputError(f"{name} cannot be {number}", remedy=f"Use {bounds}")
    return number
