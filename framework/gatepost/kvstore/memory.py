"""A store in this process, for tests: ``tc_kvstore_type=Mock``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["MemoryStore"]


class MemoryStore:
    """Keeps the values of one context in this process.

    Args:
        values: What is in it at first.

    Attributes:
        values: What is in it, by key; readable and writable at any time.
    """

    def __init__(self, values: Mapping[str, bytes | str] | None = None) -> None:
        self._lock = threading.Lock()
        self.values: dict[str, bytes] = {}
        self.write_many(values or {})

    def read_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the values of many keys, in their order; None for one that is not there."""
        with self._lock:
            return [self.values.get(key) for key in keys]

    def write_many(self, values: Mapping[str, bytes | str]) -> None:
        """Write many values, text as UTF-8."""
        encoded = {key: value.encode() if isinstance(value, str) else bytes(value) for key, value in values.items()}
        with self._lock:
            self.values.update(encoded)

    def delete(self, key: str) -> bool:
        """Remove a value; return whether it was there."""
        with self._lock:
            return self.values.pop(key, None) is not None

    def close(self) -> None:
        """Do nothing: there are no connections."""
