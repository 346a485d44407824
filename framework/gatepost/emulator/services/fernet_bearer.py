"""Reading a Fernet token strictly, and the user in the one that Timbr's ``get_token`` is asked with.

Fernet is what the vendor names (seed of Timbr); its format is at https://github.com/fernet/spec.
"""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.fernet import Fernet, InvalidToken

__all__ = ["InvalidBearer", "read_fernet", "read_user"]

_WRITTEN = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_SKEW = 60


class InvalidBearer(Exception):
    """A text is no Fernet token of the key, or too old. The text says why; it holds nothing of the token."""


def read_fernet(token: str, key: str, *, now: float, age: int) -> bytes:
    """Return the message of a Fernet token.

    Args:
        token: The token.
        key: The key: 32 bytes in URL-safe base64.
        now: The time in epoch seconds.
        age: Seconds that a token may be old. One from more than a minute ahead is refused, too.

    Raises:
        InvalidBearer: It is none of this key, or too old, or from the future.
    """
    # Decoders of base64 skip what is not in the alphabet: two writings of one token.
    if not _WRITTEN.fullmatch(token):
        raise InvalidBearer("it is not URL-safe base64")
    fernet = Fernet(key)
    try:
        message = fernet.decrypt(token)
    except InvalidToken:
        raise InvalidBearer("it is no Fernet token that was made with the key of this service") from None
    seconds = int(now) - fernet.extract_timestamp(token)
    if not -_SKEW <= seconds <= age:
        raise InvalidBearer(f"it was made {seconds} s ago, from {-_SKEW} to {age} s are allowed")
    return message


def read_user(message: bytes) -> str:
    """Return the combination of username and password in the message of a bearer.

    Raises:
        InvalidBearer: The message is not base64 of UTF-8.
    """
    try:
        return base64.b64decode(message, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise InvalidBearer("its message is not base64 of UTF-8") from None
