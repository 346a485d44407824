"""A port on which nobody answers, kept for the test: one that is only free may belong to another server a moment later."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["RefusedPort", "refused_port"]


@dataclass(frozen=True)
class RefusedPort:
    """A port of 127.0.0.1 on which nobody listens."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def refused_port() -> Iterator[RefusedPort]:
    """Reserve a port without listening on it: whoever connects is refused."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield RefusedPort(kept.getsockname()[1])
