"""The params of a manifest that declare other services, and what these need: read by the framework, not by the app's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.runtime.external_inputs import EXTERNAL_SCHEMES, names_of

if TYPE_CHECKING:
    from gatepost.project.validation.subject import Subject

__all__ = ["params_of_services", "secrets_of_services"]


def params_of_services(app: Subject) -> frozenset[str]:
    """Return the names of the params that belong to a service."""
    return frozenset(name for service in _services(app) for name in names_of(service))


def secrets_of_services(app: Subject) -> dict[str, str]:
    """Return the names of the params that are a secret of a service, each with the service."""
    secrets: dict[str, str] = {}
    for service in _services(app):
        declared = app.manifest.param(f"{service}_auth")
        said = str(declared.default or "").strip().lower() if declared is not None else ""
        schemes = [EXTERNAL_SCHEMES[said]] if said in EXTERNAL_SCHEMES else EXTERNAL_SCHEMES.values()
        secrets |= {f"{service}_{item.suffix}": service for scheme in schemes for item in scheme.inputs if item.secret}
    return secrets


def _services(app: Subject) -> list[str]:
    """Return the services that params declare: ``<service>_auth`` that offers a scheme, or has an address beside it."""
    names = {param.name for _, param in app.params}
    services = []
    for _, param in app.params:
        service = param.name.removesuffix("_auth")
        if not service or service == param.name or service.startswith("tc_"):
            continue
        said = {str(param.default or "").strip().lower(), *(value.strip().lower() for value in param.valid_values)}
        if f"{service}_url" in names or said & EXTERNAL_SCHEMES.keys():
            services.append(service)
    return services
