"""One plain, bounded send; routes resolved once per origin; what failures and refusals mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.transport.adapter import PooledAdapter as PooledAdapter
    from gatepost.transport.errors import CertificateError as CertificateError
    from gatepost.transport.errors import ConnectionFailed as ConnectionFailed
    from gatepost.transport.errors import DeadlineExceeded as DeadlineExceeded
    from gatepost.transport.errors import OriginError as OriginError
    from gatepost.transport.errors import TimedOut as TimedOut
    from gatepost.transport.errors import TransportError as TransportError
    from gatepost.transport.origin import Origin as Origin
    from gatepost.transport.origin import origin_of as origin_of
    from gatepost.transport.plain import Answer as Answer
    from gatepost.transport.plain import PlainTransport as PlainTransport
    from gatepost.transport.settings import Route as Route
    from gatepost.transport.settings import resolve_route as resolve_route
    from gatepost.transport.timbr import timbr_data as timbr_data

__all__ = [
    "Answer",
    "CertificateError",
    "ConnectionFailed",
    "DeadlineExceeded",
    "Origin",
    "OriginError",
    "PlainTransport",
    "PooledAdapter",
    "Route",
    "TimedOut",
    "TransportError",
    "origin_of",
    "resolve_route",
    "timbr_data",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "adapter": ("PooledAdapter",),
        "errors": ("CertificateError", "ConnectionFailed", "DeadlineExceeded", "OriginError", "TimedOut", "TransportError"),
        "origin": ("Origin", "origin_of"),
        "plain": ("Answer", "PlainTransport"),
        "settings": ("Route", "resolve_route"),
        "timbr": ("timbr_data",),
    },
)
