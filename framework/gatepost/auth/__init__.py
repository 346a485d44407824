"""Credentials, the choice among them, the schemes that send them, and the renewal that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.auth.choice import Choice as Choice
    from gatepost.auth.choice import Considered as Considered
    from gatepost.auth.choice import NoCredential as NoCredential
    from gatepost.auth.choice import choose_scheme as choose_scheme
    from gatepost.auth.credentials import HmacCredential as HmacCredential
    from gatepost.auth.credentials import TokenCredential as TokenCredential
    from gatepost.auth.expiring import RenewalRefused as RenewalRefused
    from gatepost.auth.expiring import RenewalUnavailable as RenewalUnavailable
    from gatepost.auth.expiring import RenewalUnsupported as RenewalUnsupported
    from gatepost.auth.fallback import FallbackAuth as FallbackAuth
    from gatepost.auth.hmac import HmacAuth as HmacAuth
    from gatepost.auth.issued import Issued as Issued
    from gatepost.auth.issued import IssuedTokenAuth as IssuedTokenAuth
    from gatepost.auth.issued import Refusal as Refusal
    from gatepost.auth.login import LoginAuth as LoginAuth
    from gatepost.auth.mutual_tls import MutualTlsAuth as MutualTlsAuth
    from gatepost.auth.oauth import ClientCredentialsAuth as ClientCredentialsAuth
    from gatepost.auth.oauth import RefreshTokenAuth as RefreshTokenAuth
    from gatepost.auth.scheme import NOT_OURS as NOT_OURS
    from gatepost.auth.scheme import TRY_AGAIN as TRY_AGAIN
    from gatepost.auth.scheme import Final as Final
    from gatepost.auth.scheme import Scheme as Scheme
    from gatepost.auth.static import ApiKeyAuth as ApiKeyAuth
    from gatepost.auth.static import BasicAuth as BasicAuth
    from gatepost.auth.static import BearerAuth as BearerAuth
    from gatepost.auth.tcap import TcapAuth as TcapAuth
    from gatepost.auth.timbr import TimbrAuth as TimbrAuth
    from gatepost.auth.token import TokenAuth as TokenAuth
    from gatepost.auth.token_file import TokenFile as TokenFile

__all__ = [
    "NOT_OURS",
    "TRY_AGAIN",
    "ApiKeyAuth",
    "BasicAuth",
    "BearerAuth",
    "Choice",
    "ClientCredentialsAuth",
    "Considered",
    "FallbackAuth",
    "Final",
    "HmacAuth",
    "HmacCredential",
    "Issued",
    "IssuedTokenAuth",
    "LoginAuth",
    "MutualTlsAuth",
    "NoCredential",
    "RefreshTokenAuth",
    "Refusal",
    "RenewalRefused",
    "RenewalUnavailable",
    "RenewalUnsupported",
    "Scheme",
    "TcapAuth",
    "TimbrAuth",
    "TokenAuth",
    "TokenCredential",
    "TokenFile",
    "choose_scheme",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "choice": ("Choice", "Considered", "NoCredential", "choose_scheme"),
        "credentials": ("HmacCredential", "TokenCredential"),
        "fallback": ("FallbackAuth",),
        "hmac": ("HmacAuth",),
        "issued": ("Issued", "IssuedTokenAuth", "Refusal"),
        "login": ("LoginAuth",),
        "mutual_tls": ("MutualTlsAuth",),
        "oauth": ("ClientCredentialsAuth", "RefreshTokenAuth"),
        "expiring": ("RenewalRefused", "RenewalUnavailable", "RenewalUnsupported"),
        "scheme": ("Final", "NOT_OURS", "Scheme", "TRY_AGAIN"),
        "static": ("ApiKeyAuth", "BasicAuth", "BearerAuth"),
        "tcap": ("TcapAuth",),
        "timbr": ("TimbrAuth",),
        "token": ("TokenAuth",),
        "token_file": ("TokenFile",),
    },
)
