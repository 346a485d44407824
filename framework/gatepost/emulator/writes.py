"""The log of what the platform did because clients asked for it: the proof that nothing was done twice."""

from __future__ import annotations

import dataclasses
import threading

__all__ = ["WRITING_METHODS", "Write", "WriteLog"]

WRITING_METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclasses.dataclass(frozen=True, slots=True)
class Write:
    """One request of a writing method that the platform accepted and acted on, whatever the client got to know of it.

    Attributes:
        number: The number of the request in the record.
        request_id: The id that the caller gave it in ``X-Request-Id``; empty when none.
        method: ``POST``, ``PUT``, ``PATCH`` or ``DELETE``.
        path: The path without the prefix of the API base and without the query; never that of a redirect's detour.
        status: The status of the platform's own answer, which a fault may have kept from the client.
    """

    number: int
    request_id: str
    method: str
    path: str
    status: int


class WriteLog:
    """Keeps the writes of one platform. Safe to use from many threads."""

    def __init__(self) -> None:
        self._writes: list[Write] = []
        self._lock = threading.Lock()

    def append(self, write: Write) -> None:
        """Add a write."""
        with self._lock:
            self._writes.append(write)

    def writes(self) -> tuple[Write, ...]:
        """Return the writes, in the order in which the platform acted."""
        with self._lock:
            return tuple(self._writes)
