"""Integration apps for security platforms: says what the app gets, gets it authorized, and keeps it authorized.

The public names, loaded when they are first used: a playbook starts one process a step and pays every import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports
from gatepost.version import __version__ as __version__

if TYPE_CHECKING:
    from gatepost.app.app import App as App
    from gatepost.app.result import Result as Result
    from gatepost.auth.expiring import RenewalRefused as RenewalRefused
    from gatepost.auth.expiring import RenewalUnavailable as RenewalUnavailable
    from gatepost.auth.hmac import HmacAuth as HmacAuth
    from gatepost.auth.login import LoginAuth as LoginAuth
    from gatepost.auth.mutual_tls import MutualTlsAuth as MutualTlsAuth
    from gatepost.auth.oauth import ClientCredentialsAuth as ClientCredentialsAuth
    from gatepost.auth.oauth import RefreshTokenAuth as RefreshTokenAuth
    from gatepost.auth.static import ApiKeyAuth as ApiKeyAuth
    from gatepost.auth.static import BasicAuth as BasicAuth
    from gatepost.auth.static import BearerAuth as BearerAuth
    from gatepost.auth.tcap import TcapAuth as TcapAuth
    from gatepost.auth.timbr import TimbrAuth as TimbrAuth
    from gatepost.auth.token import TokenAuth as TokenAuth
    from gatepost.errors import AppFailure as AppFailure
    from gatepost.errors import CredentialError as CredentialError
    from gatepost.errors import GatepostError as GatepostError
    from gatepost.errors import InputError as InputError
    from gatepost.errors import ManifestError as ManifestError
    from gatepost.errors import PartialFailure as PartialFailure
    from gatepost.errors import PlatformError as PlatformError
    from gatepost.inputs.model import Inputs as Inputs
    from gatepost.playbook.outputs import Outputs as Outputs
    from gatepost.runtime.connecting import connect as connect
    from gatepost.runtime.runtime import Runtime as Runtime
    from gatepost.secret import Secret as Secret
    from gatepost.transport.errors import OriginError as OriginError
    from gatepost.transport.errors import TransportError as TransportError

__all__ = [
    "ApiKeyAuth",
    "App",
    "AppFailure",
    "BasicAuth",
    "BearerAuth",
    "ClientCredentialsAuth",
    "CredentialError",
    "GatepostError",
    "HmacAuth",
    "InputError",
    "Inputs",
    "LoginAuth",
    "ManifestError",
    "MutualTlsAuth",
    "OriginError",
    "Outputs",
    "PartialFailure",
    "PlatformError",
    "RefreshTokenAuth",
    "RenewalRefused",
    "RenewalUnavailable",
    "Result",
    "Runtime",
    "Secret",
    "TcapAuth",
    "TimbrAuth",
    "TokenAuth",
    "TransportError",
    "__version__",
    "connect",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "app.app": ("App",),
        "app.result": ("Result",),
        "auth.hmac": ("HmacAuth",),
        "auth.login": ("LoginAuth",),
        "auth.mutual_tls": ("MutualTlsAuth",),
        "auth.oauth": ("ClientCredentialsAuth", "RefreshTokenAuth"),
        "auth.expiring": ("RenewalRefused", "RenewalUnavailable"),
        "auth.static": ("ApiKeyAuth", "BasicAuth", "BearerAuth"),
        "auth.tcap": ("TcapAuth",),
        "auth.timbr": ("TimbrAuth",),
        "auth.token": ("TokenAuth",),
        "errors": (
            "AppFailure",
            "CredentialError",
            "GatepostError",
            "InputError",
            "ManifestError",
            "PartialFailure",
            "PlatformError",
        ),
        "inputs.model": ("Inputs",),
        "playbook.outputs": ("Outputs",),
        "runtime.connecting": ("connect",),
        "runtime.runtime": ("Runtime",),
        "secret": ("Secret",),
        "transport.errors": ("OriginError", "TransportError"),
    },
)
