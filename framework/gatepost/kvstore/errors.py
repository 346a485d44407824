"""What can go wrong between an app and its key-value store."""

from __future__ import annotations

from gatepost.errors import GatepostError

__all__ = ["StoreError", "StoreFull", "StoreRefused", "StoreUnavailable"]


class StoreError(GatepostError):
    """The key-value store did not do what it was asked. Never shows a value that is kept in it, nor its password."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, does not answer in time, or went away."""


class StoreRefused(StoreError):
    """The store does not let this app in: password, permission, certificate."""


class StoreFull(StoreError):
    """The store has no room for what was to be written. Nothing of it was written."""
