"""The platform's HMAC signature (contract/authorization.md section 2)."""

from __future__ import annotations

import base64
import hmac

__all__ = ["sign", "string_to_sign"]


def string_to_sign(target: str, method: str, timestamp: int) -> str:
    """Return the text that is signed: request target, method and timestamp, joined by colons."""
    return f"{target}:{method.upper()}:{timestamp}"


def sign(secret_key: str, target: str, method: str, timestamp: int) -> str:
    """Return the signature: base64 of the HMAC-SHA256 over the string to sign, key and text in UTF-8.

    Args:
        secret_key: The secret key.
        target: The request target as it goes on the wire: path and query, ``/api`` included where the base has it.
        method: HTTP method, any case.
        timestamp: Seconds since the epoch, as in the ``Timestamp`` header.
    """
    text = string_to_sign(target, method, timestamp)
    return base64.b64encode(hmac.digest(secret_key.encode(), text.encode(), "sha256")).decode("ascii")
