"""What a JSON Web Token says about itself. Read, not verified: that is the server's part."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode

__all__ = ["expiry_of"]

_LATEST = 253_402_300_800  # the year 10000


def expiry_of(token: str) -> float | None:
    """Return the ``exp`` of a JSON Web Token, seconds since the epoch (RFC 7519 section 4.1.4).

    None where the text is no such token, or says nothing that can be believed: tokens are only sent, and most need not be of
    this kind.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    payload = parts[1]
    try:
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    expiry = claims.get("exp") if isinstance(claims, dict) else None
    if isinstance(expiry, bool) or not isinstance(expiry, int | float) or not 0 < expiry < _LATEST:
        return None
    return float(expiry)
