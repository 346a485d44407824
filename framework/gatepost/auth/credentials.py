"""Credentials: frozen snapshots, so that nobody ever holds the id of one and the secret of another."""

from __future__ import annotations

from typing import NamedTuple

from gatepost.secret import Secret

__all__ = ["HmacCredential", "TokenCredential"]


class HmacCredential(NamedTuple):
    """An access id with its secret key."""

    access_id: str
    secret_key: Secret


class TokenCredential(NamedTuple):
    """A token with its expiry.

    Attributes:
        token: The token.
        expires: Seconds since the epoch; None when it does not expire by time, or its expiry is not known.
    """

    token: Secret
    expires: float | None
