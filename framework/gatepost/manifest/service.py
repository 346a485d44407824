"""The ``service`` and ``docker`` parts (contract/install_json.md section 1)."""

from __future__ import annotations

from gatepost.manifest.part import Part

__all__ = ["Docker", "Service"]


class Service(Part):
    """What an API service offers to the platform."""

    discovery_types: tuple[str, ...] = ()
    """Kinds of services that it can be found as: ``TaxiiApi``, ``GraphAPI``, ``KeyChainAPI``, ``DetailsAPI``, ``EnrichAPI``."""


class Docker(Part):
    """The container that the app runs in; known to the vendor's Java packager only."""

    image: str = ""
    """Name of the image."""
    entry_point: str = ""
    """The command."""
    debug_entry_point: str = ""
    """The command when a debugger is to be attached."""
