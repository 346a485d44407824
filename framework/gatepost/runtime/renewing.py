"""Who is renewing the run's credential: what that thread logs meanwhile must not wait for the credential itself."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from gatepost.transport.plain import PlainTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.transport.plain import Answer

__all__ = ["RenewalTransport", "is_renewing", "renewing"]

_renewing: ContextVar[bool] = ContextVar("gatepost_renewing", default=False)


def is_renewing() -> bool:
    """Tell whether the caller is inside a renewal. The platform's log asks: posting there would wait for this very renewal."""
    return _renewing.get()


@contextmanager
def renewing() -> Iterator[None]:
    """Mark what happens inside the block as part of a renewal."""
    before = _renewing.set(True)
    try:
        yield
    finally:
        _renewing.reset(before)


class RenewalTransport(PlainTransport):
    """What renewals are sent with; arguments as for `PlainTransport`."""

    def send(self, *arguments: Any, **named: Any) -> Answer:
        """Send one request, as part of a renewal."""
        with renewing():
            return super().send(*arguments, **named)
