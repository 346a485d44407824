"""Bodies: from bytes to what they mean, and back."""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from email.message import Message
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from gatepost.sessions.tapes.exchange import Body, encoded_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BOUNDARY", "NO_BODY", "as_bytes", "charset_of", "media_type", "read", "uncompressed", "with_fixed_boundary"]

NO_BODY = Body()

BOUNDARY = "tape-boundary"
"""What stands on a tape for the boundary of a multipart body, which is another one each time."""

_FORM = "application/x-www-form-urlencoded"
_BOUNDARY = re.compile(r'(boundary=)"?([^";,\s]+)"?', re.IGNORECASE)


def read(data: bytes, content_type: str) -> Body:
    """Return what bytes mean.

    JSON is data where the content type says so, or says nothing; a form is its names and values; what is UTF-8 is text. Anything
    that would not come back the same (a JSON object that names a member twice, say) is the plainest kind that does.
    """
    if not data:
        return NO_BODY
    kind = media_type(content_type)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Body("base64", data)
    if not kind or "json" in kind:
        try:
            return Body("json", _parse(text))
        except (ValueError, RecursionError):
            pass
    if kind == _FORM:
        pairs = tuple(parse_qsl(text, keep_blank_values=True))
        if len(pairs) == text.count("&") + 1 and text.count("=") >= len(pairs):
            return Body("form", pairs)
    return Body("text", text)


def as_bytes(body: Body) -> bytes:
    """Return a body as it is sent: JSON in its shortest form, text in UTF-8; nothing for one that was left out."""
    if body.kind == "json":
        return dumped(body.content).encode("utf-8", "surrogatepass")
    if body.kind == "form":
        return encoded_pairs(body.content).encode()
    if body.kind == "text":
        return str(body.content).encode("utf-8", "surrogatepass")
    return bytes(body.content) if body.kind == "base64" else b""


def dumped(data: Any) -> str:
    """Return JSON in its shortest form, whatever characters are in it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def media_type(content_type: str) -> str:
    """Return a content type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def charset_of(content_type: str) -> str | None:
    """Return the character set that a content type names."""
    message = Message()
    message["Content-Type"] = content_type
    return message.get_content_charset()


def uncompressed(data: bytes, headers: Mapping[str, str]) -> bytes:
    """Return the body of a request without its compression, in which nothing could be found; other encodings stay."""
    encoding = headers.get("Content-Encoding", "").strip().lower()
    try:
        if encoding == "gzip":
            return gzip.decompress(data)
        if encoding == "deflate":
            return zlib.decompress(data)
    except (OSError, EOFError, zlib.error):
        pass
    return data


def with_fixed_boundary(data: bytes, content_type: str) -> tuple[bytes, str]:
    """Return a multipart body, and its content type, with the boundary of every tape; others as they are."""
    found = _BOUNDARY.search(content_type) if media_type(content_type).startswith("multipart/") else None
    if found is None:
        return data, content_type
    return data.replace(found.group(2).encode(), BOUNDARY.encode()), _BOUNDARY.sub(rf"\g<1>{BOUNDARY}", content_type)


def _parse(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse, parse_float=_float)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("the number is too large to come back the same")
    return number


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
