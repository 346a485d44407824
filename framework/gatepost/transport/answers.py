"""What an answer says: the server's own words, and what kind of refusal it is. Reading it leaves the response readable."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

from gatepost.clock import parse_date
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response
    from urllib3 import HTTPResponse

__all__ = ["FAULT_STATUSES", "LICENSE_WORDS", "RETRY_AFTER_CAP", "Words", "message_in", "retry_after", "words_in", "words_of"]

FAULT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that another try may turn into success."""

LICENSE_WORDS = "has not been licensed"
"""In a 503 that no further try will change (contract/authorization.md section 2.5)."""

_FAILURES = frozenset({"error", "fail", "failed", "failure"})

RETRY_AFTER_CAP = 120.0
"""Seconds of ``Retry-After`` that are waited for; where a server asks for more, its answer is returned at once."""

_MAXIMUM = 65_536  # bytes of an error body that are looked at


class Words(NamedTuple):
    """What the server said.

    Attributes:
        message: Its message in its own words, at most 500 characters; empty when it gave none.
        code: Its error code (``errCode`` of v3); empty when it gave none.
    """

    message: str
    code: str


def words_of(response: Response) -> Words:
    """Return what an error response says.

    Knows the envelopes of v2, v3 and ``/appAuth`` (contract/authorization.md sections 2.5 and 3.3, contract/rest_v3.md
    section 2); any other JSON object's words (`message_in`); plain text; of HTML nothing.
    """
    return words_in(_peek(response), response.headers.get("Content-Type", ""))


def words_in(body: bytes, content_type: str = "") -> Words:
    """Return what the body of an error says: see `words_of`."""
    body = body.strip()
    if body[:1] in (b"{", b'"'):
        import json

        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            return Words(message_in(data)[:500], str(data.get("errCode") or ""))
        if isinstance(data, str):
            return Words(data[:500], "")
    if "html" in content_type.lower() or body[:1] == b"<":
        return Words("", "")
    text = body.decode("utf-8", "replace")
    return Words(" ".join(text.split())[:500], "")


def message_in(data: object) -> str:
    """Return the words of an error that came as JSON; empty where there are none.

    They are its ``message``, ``description``, ``error_description`` (RFC 6749 section 5.2), ``error`` or ``detail``. Or its
    ``data``, where its ``status`` names a failure, as with Timbr (contract/tcap_timbr.md): beside any other word for success
    than Timbr's it may be a token.
    """
    if not isinstance(data, dict):
        return ""
    names = ["message", "description", "error_description", "error", "detail"]
    if str(data.get("status")).lower() in _FAILURES:
        names.append("data")
    return next((data[name] for name in names if isinstance(data.get(name), str)), "")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks for (RFC 9110 section 10.2.3); None when it names none or something unreadable.

    A date is compared with the ``Date`` of the same answer, so that no clock has to be right.

    Args:
        headers: The headers of the answer; look-ups ignore case.
    """
    header = headers.get("Retry-After", "").strip()
    if header.isascii() and header.isdecimal():
        return float(header)
    moment = parse_date(header)
    if moment is None:
        return None
    now = parse_date(headers.get("Date", ""))
    return max(0.0, moment - (time.time() if now is None else now))


def _peek(response: Response) -> bytes:
    """Return the beginning of the body. A body that is still on the wire stays readable from its first byte."""
    content: object = getattr(response, "_content", False)
    if content is not False or getattr(response, "_content_consumed", False):
        return content[:_MAXIMUM] if isinstance(content, bytes) else b""
    from urllib3 import HTTPResponse
    from urllib3.exceptions import HTTPError

    raw = response.raw
    # What libraries for tests put in place of a connection may read in no other way.
    read = raw.read1 if hasattr(raw, "read1") else raw.read
    pieces: list[bytes] = []
    size = 0
    failure: Exception | None = None
    try:
        while size < _MAXIMUM and (piece := read(_MAXIMUM - size, decode_content=True)):
            pieces.append(piece)
            size += len(piece)
    except (HTTPError, OSError) as error:
        # Whoever reads the body meets it in its place.
        failure = error
    head = b"".join(pieces)
    # What is read again is decoded and whole: what these headers say is no longer true of it.
    headers = {
        name: value
        for name, value in response.headers.items()
        if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
    }
    response.raw = HTTPResponse(
        body=_Rewound(head, raw, failure),
        headers=headers,
        status=response.status_code,
        version=getattr(raw, "version", 11),
        reason=response.reason,
        preload_content=False,
        original_response=getattr(raw, "_original_response", None),
    )
    return head


class _Rewound(io.RawIOBase):
    """A decoded body with its beginning put back."""

    def __init__(self, head: bytes, rest: HTTPResponse, failure: Exception | None) -> None:
        self._head = head
        self._rest = rest
        self._failure = failure

    def readable(self) -> bool:
        return True

    def read(self, amount: int | None = -1) -> bytes:
        everything = amount is None or amount < 0
        if self._head and not everything:
            piece, self._head = self._head[:amount], self._head[amount:]
            return piece
        if self._failure is not None:
            raise self._failure
        head, self._head = self._head, b""
        rest: bytes = self._rest.read(None if everything else amount, decode_content=True)
        return head + rest

    def read1(self, amount: int | None = -1) -> bytes:
        return self.read(amount)

    def close(self) -> None:
        if not self.closed:
            self._rest.close()
            self._rest.release_conn()
        super().close()
