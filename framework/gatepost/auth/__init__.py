"""Credentials, the choice among them, the schemes that send them, and the renewal that keeps them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.auth.choice import Choice as Choice
    from gatepost.auth.choice import Considered as Considered
    from gatepost.auth.choice import choose_scheme as choose_scheme
    from gatepost.auth.credentials import HmacCredential as HmacCredential
    from gatepost.auth.credentials import TokenCredential as TokenCredential
    from gatepost.auth.fallback import FallbackAuth as FallbackAuth
    from gatepost.auth.hmac import HmacAuth as HmacAuth
    from gatepost.auth.renewal import RenewalRefused as RenewalRefused
    from gatepost.auth.renewal import RenewalUnavailable as RenewalUnavailable
    from gatepost.auth.renewal import RenewalUnsupported as RenewalUnsupported
    from gatepost.auth.scheme import NOT_OURS as NOT_OURS
    from gatepost.auth.scheme import TRY_AGAIN as TRY_AGAIN
    from gatepost.auth.scheme import Final as Final
    from gatepost.auth.scheme import Scheme as Scheme
    from gatepost.auth.token import TokenAuth as TokenAuth

_HOMES = {
    "Choice": "choice",
    "Considered": "choice",
    "choose_scheme": "choice",
    "HmacCredential": "credentials",
    "TokenCredential": "credentials",
    "FallbackAuth": "fallback",
    "HmacAuth": "hmac",
    "RenewalRefused": "renewal",
    "RenewalUnavailable": "renewal",
    "RenewalUnsupported": "renewal",
    "NOT_OURS": "scheme",
    "TRY_AGAIN": "scheme",
    "Final": "scheme",
    "Scheme": "scheme",
    "TokenAuth": "token",
}

__all__ = [
    "NOT_OURS",
    "TRY_AGAIN",
    "Choice",
    "Considered",
    "FallbackAuth",
    "Final",
    "HmacAuth",
    "HmacCredential",
    "RenewalRefused",
    "RenewalUnavailable",
    "RenewalUnsupported",
    "Scheme",
    "TokenAuth",
    "TokenCredential",
    "choose_scheme",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
