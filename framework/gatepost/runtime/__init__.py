"""One execution of an app or script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.runtime.connecting import connect as connect
    from gatepost.runtime.external import make_service_scheme as make_service_scheme
    from gatepost.runtime.external_inputs import EXTERNAL_SCHEMES as EXTERNAL_SCHEMES
    from gatepost.runtime.external_inputs import ExternalInput as ExternalInput
    from gatepost.runtime.external_inputs import ExternalScheme as ExternalScheme
    from gatepost.runtime.external_inputs import ExternalService as ExternalService
    from gatepost.runtime.external_inputs import declared_services as declared_services
    from gatepost.runtime.runtime import Runtime as Runtime

__all__ = [
    "EXTERNAL_SCHEMES",
    "ExternalInput",
    "ExternalScheme",
    "ExternalService",
    "Runtime",
    "connect",
    "declared_services",
    "make_service_scheme",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "connecting": ("connect",),
        "external": ("make_service_scheme",),
        "external_inputs": ("EXTERNAL_SCHEMES", "ExternalInput", "ExternalScheme", "ExternalService", "declared_services"),
        "runtime": ("Runtime",),
    },
)
