"""The playbook of a run: its store, its context and what it asked for, as the standard inputs have them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatepost.errors import InputError
from gatepost.inputs.coercion import coerce
from gatepost.inputs.values import InvalidInputs
from gatepost.kvstore.choice import Memory, RedisServer, choose_store
from gatepost.playbook.playbook import Playbook

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from gatepost.inputs import ManifestLike
    from gatepost.inputs.values import Collected
    from gatepost.kvstore.protocol import KeyValueStore
    from gatepost.log import Logger

__all__ = ["CONTEXT", "OUT_VARIABLES", "open_playbook", "open_store", "store_inputs"]

CONTEXT = "tc_playbook_kvstore_context"
OUT_VARIABLES = "tc_playbook_out_variables"
_NAMES = (
    "tc_kvstore_type",
    "tc_kvstore_host",
    "tc_kvstore_port",
    "tc_kvstore_user",
    "tc_kvstore_pass",
    "tc_kvstore_tls_enabled",
    "tc_kvstore_tls_port",
    "tc_playbook_kvstore_id",
    "tc_svc_broker_cacert_file",
    "tc_svc_broker_cert_file",
    "tc_svc_broker_key_file",
    CONTEXT,
    OUT_VARIABLES,
)


def open_playbook(
    collected: Collected,
    manifest: ManifestLike | None,
    *,
    session: Callable[[], requests.Session],
    fetch_variable: Callable[[str, str, str], object] | None,
    log: Logger,
    store: KeyValueStore | None = None,
) -> Playbook:
    """Return the playbook of a run. Opens no connection: that is for the first value that is read or written.

    Args:
        collected: The run's inputs.
        manifest: The app's manifest.
        session: Returns the platform's session, for its REST store.
        fetch_variable: Reads ``&{TC:…}`` in values.
        log: Where a missing value is told.
        store: A store to use whatever the inputs say.

    Raises:
        InputError: The inputs name no store or no context, or not as they have to.
    """
    values = store_inputs(collected, manifest)
    context = str(values.get(CONTEXT) or "")
    if store is None:
        store = open_store(values, context, session)
    asked = values.get(OUT_VARIABLES)
    requested = [str(variable) for variable in asked] if isinstance(asked, list) else []
    nulls = "TC_PLAYBOOK_WRITE_NULL" in os.environ and isinstance(choose_store(values), RedisServer)
    return Playbook(store, context, requested, log=log, fetch_variable=fetch_variable, write_nulls=nulls)


def store_inputs(collected: Collected, manifest: ManifestLike | None) -> dict[str, object]:
    """Return the standard inputs that are about the store, typed.

    Raises:
        InvalidInputs: One of them is not what it has to be; all are named.
    """
    found = {name: collected.best[name] for name in _NAMES if name in collected.best}
    values, problems = coerce(found, manifest)
    if problems:
        raise InvalidInputs(problems)
    return {name: value.value for name, value in values.items()}


def open_store(values: dict[str, object], context: str, session: Callable[[], requests.Session]) -> KeyValueStore:
    """Return the store that standard inputs name.

    Raises:
        InputError: They name none, or there is no context.
    """
    choice = choose_store(values)
    if isinstance(choice, Memory):
        from gatepost.kvstore.memory import MemoryStore

        return MemoryStore()
    whole = not isinstance(choice, RedisServer) and choice.base_url is not None
    if not context and not whole:
        raise InputError(
            "There is no playbook to read from or write to",
            why=f"{CONTEXT}, the id of its execution, is not set",
            remedy="Run the app as a step of a playbook, or set it: gatepost run --emulator does",
        )
    if isinstance(choice, RedisServer):
        from gatepost.kvstore.redis import RedisStore

        return RedisStore(choice, context)
    from gatepost.kvstore.rest import RestStore

    return RestStore(session, context, base_url=choice.base_url)
