"""What a key-value store can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["KeyValueStore"]


class KeyValueStore(Protocol):
    """The values of one playbook execution, one *context* (contract/playbooks.md section 2).

    A key is the whole text of a variable, ``#App:9876:demo.out!String``; a value is what `gatepost.playbook` serializes it to.
    All methods raise `StoreError`; none of them retries for longer than a second.
    """

    def read_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the values of many keys, in their order; None for one that is not there. No keys: no contact."""

    def write_many(self, values: Mapping[str, bytes | str]) -> None:
        """Write many values, text as UTF-8. With Redis and in memory all of them or none."""

    def delete(self, key: str) -> bool:
        """Remove a value.

        Returns:
            Whether it was there.
        """

    def close(self) -> None:
        """Close the connections. A second call does nothing."""
