"""The request target: the path and query as they really go on the wire, which is what a signature must cover."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["request_target"]

# What urllib3 sends as it is; anything else it encodes on the way out.
_CLEAN = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*)?")
_PATH = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~!$&'()*+,;=:@/")
_QUERY = _PATH | frozenset(b"?")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


def request_target(request: PreparedRequest) -> str:
    """Return the request target that urllib3 will send for a prepared request (origin form, RFC 9112 section 3.2.1).

    ``requests`` has encoded the URL by now, but urllib3 looks once more: escapes get upper-case digits, characters that are not
    allowed get escaped, a fragment is dropped. A signature over anything else is refused (contract/authorization.md section 2.3).
    """
    target = request.path_url
    if _CLEAN.fullmatch(target):
        return target
    target = target.split("#", 1)[0]
    path, mark, query = target.partition("?")
    return _encode(path, _PATH) + (f"?{_encode(query, _QUERY)}" if mark else "")


def _encode(text: str, allowed: frozenset[int]) -> str:
    text, escapes = _ESCAPE.subn(lambda match: match.group(0).upper(), text)
    data = text.encode("utf-8", "surrogatepass")
    # A percent sign that begins no escape means that the text was not encoded at all: then all of them are escaped.
    kept = allowed | {0x25} if escapes == data.count(b"%") else allowed
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in data)
