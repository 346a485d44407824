"""How long a call waited for a renewal: noted for whoever asked to be told, without either knowing the other."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.clock import Time

__all__ = ["renewal_waits", "waiting_for_renewal"]

renewal_waits: ContextVar[list[float] | None] = ContextVar("gatepost.renewal_waits", default=None)
"""Collects the seconds of each wait of the call under way in this thread or task; None where nobody asks."""


@contextmanager
def waiting_for_renewal(time: Time) -> Iterator[None]:
    """Note how long the block takes, however it ends."""
    waits = renewal_waits.get()
    if waits is None:
        yield
        return
    started = time.monotonic()
    try:
        yield
    finally:
        waits.append(time.monotonic() - started)
