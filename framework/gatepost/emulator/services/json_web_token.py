"""JSON Web Tokens with HS256 (RFC 7519, RFC 7515, RFC 7518 section 3.2): made, and read back with the signature checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["InvalidToken", "decode", "encode"]

_HEADER = {"alg": "HS256", "typ": "JWT"}


class InvalidToken(Exception):
    """A text is no token that was signed with the key. The text says why; it holds nothing of the token."""


def encode(claims: Mapping[str, Any], key: bytes) -> str:
    """Return a signed token in the compact form."""
    signed = f"{_base64url(_json(_HEADER))}.{_base64url(_json(claims))}"
    return f"{signed}.{_base64url(_signature(signed, key))}"


def decode(token: str, key: bytes) -> dict[str, Any]:
    """Return the claims of a token. What they say of time and audience is for the caller to judge.

    Only HS256 is read, whatever the token's header would like (RFC 8725 section 3.1).

    Raises:
        InvalidToken: It is none, has another algorithm, or another signature.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidToken("it does not have three parts")
    header, claims = _object(parts[0]), _object(parts[1])
    if header.get("alg") != "HS256":
        raise InvalidToken("its algorithm is not HS256")
    if "crit" in header:
        raise InvalidToken("its header demands something that is not known")
    if not hmac.compare_digest(_bytes(parts[2]), _signature(f"{parts[0]}.{parts[1]}", key)):
        raise InvalidToken("its signature is wrong")
    return claims


def _signature(signed: str, key: bytes) -> bytes:
    return hmac.digest(key, signed.encode("ascii"), hashlib.sha256)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidToken("a part of it is not base64url") from None
    if _base64url(data) != text:
        # Padding, or bits that do not count: the same token in another writing.
        raise InvalidToken("a part of it is not written as base64url is")
    return data


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(text))
    except (ValueError, RecursionError):
        raise InvalidToken("a part of it is not JSON") from None
    if not isinstance(value, dict):
        raise InvalidToken("a part of it is not an object")
    return value
