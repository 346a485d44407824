"""Where playbooks keep their values: Redis, the platform's REST store or memory, behind one small protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.kvstore.choice import Memory as Memory
    from gatepost.kvstore.choice import RedisServer as RedisServer
    from gatepost.kvstore.choice import RestAddress as RestAddress
    from gatepost.kvstore.choice import choose_store as choose_store
    from gatepost.kvstore.errors import StoreError as StoreError
    from gatepost.kvstore.errors import StoreFull as StoreFull
    from gatepost.kvstore.errors import StoreRefused as StoreRefused
    from gatepost.kvstore.errors import StoreUnavailable as StoreUnavailable
    from gatepost.kvstore.memory import MemoryStore as MemoryStore
    from gatepost.kvstore.protocol import KeyValueStore as KeyValueStore
    from gatepost.kvstore.redis import RedisStore as RedisStore
    from gatepost.kvstore.redis import connect as connect
    from gatepost.kvstore.rest import RestStore as RestStore

__all__ = [
    "KeyValueStore",
    "Memory",
    "MemoryStore",
    "RedisServer",
    "RedisStore",
    "RestAddress",
    "RestStore",
    "StoreError",
    "StoreFull",
    "StoreRefused",
    "StoreUnavailable",
    "choose_store",
    "connect",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "choice": ("Memory", "RedisServer", "RestAddress", "choose_store"),
        "errors": ("StoreError", "StoreFull", "StoreRefused", "StoreUnavailable"),
        "memory": ("MemoryStore",),
        "protocol": ("KeyValueStore",),
        "redis": ("RedisStore", "connect"),
        "rest": ("RestStore",),
    },
)
