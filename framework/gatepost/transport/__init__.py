"""One plain, bounded send; routes resolved once per origin; what failures and refusals mean."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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

_HOMES = {
    "PooledAdapter": "adapter",
    "CertificateError": "errors",
    "ConnectionFailed": "errors",
    "DeadlineExceeded": "errors",
    "OriginError": "errors",
    "TimedOut": "errors",
    "TransportError": "errors",
    "Origin": "origin",
    "origin_of": "origin",
    "Answer": "plain",
    "PlainTransport": "plain",
    "Route": "settings",
    "resolve_route": "settings",
}

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
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
