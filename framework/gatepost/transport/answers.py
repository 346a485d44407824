"""What an answer says: the server's own words, and what kind of refusal it is. Reading it leaves the response readable."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from requests import Response

__all__ = ["FAULT_STATUSES", "LICENSE_WORDS", "Words", "words_of"]

FAULT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that another try may turn into success."""

LICENSE_WORDS = "has not been licensed"
"""In a 503 that no further try will change (contract/authorization.md section 2.5)."""

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

    Knows the envelopes of v2, v3 and ``/appAuth`` (contract/authorization.md sections 2.5 and 3.3, contract/rest_v3.md section 2);
    any other JSON object's ``message``, ``description``, ``error`` or ``detail``; plain text; of HTML nothing.
    """
    body = _peek(response).strip()
    kind = response.headers.get("Content-Type", "").lower()
    if body[:1] in (b"{", b'"'):
        import json

        try:
            data = json.loads(body)
        except ValueError:
            data = None
        if isinstance(data, dict):
            message = next(
                (data[key] for key in ("message", "description", "error", "detail") if isinstance(data.get(key), str)), ""
            )
            return Words(message[:500], str(data.get("errCode", "")))
        if isinstance(data, str):
            return Words(data[:500], "")
    if "html" in kind or body[:1] == b"<":
        return Words("", "")
    text = body.decode("utf-8", "replace")
    return Words(" ".join(text.split())[:500], "")


def _peek(response: Response) -> bytes:
    """Return the beginning of the body. A body that is still on the wire stays readable from its first byte."""
    content: object = getattr(response, "_content", False)
    if content is not False or getattr(response, "_content_consumed", False):
        return content[:_MAXIMUM] if isinstance(content, bytes) else b""
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        head: bytes = response.raw.read(_MAXIMUM, decode_content=True)
        whole = len(head) < _MAXIMUM
    except (RequestException, HTTPError, OSError):
        return b""
    if whole:
        from urllib3 import HTTPResponse

        raw = response.raw
        raw.release_conn()
        # The same bytes again, for those who read the raw stream as for those who read the content.
        headers = {name: value for name, value in response.headers.items() if name.lower() != "content-encoding"}
        response.raw = HTTPResponse(
            body=io.BytesIO(head), headers=headers, status=response.status_code, preload_content=False, request_method=None
        )
        return head
    rest = response.raw
    response.raw = _Rewound(head, rest)
    return head


class _Rewound:
    """A raw stream with its first piece put back."""

    def __init__(self, head: bytes, rest: object) -> None:
        self._head = head
        self._rest = rest

    def stream(self, amount: int | None = 65_536, decode_content: bool | None = None) -> object:
        if self._head:
            head, self._head = self._head, b""
            yield head
        yield from self._rest.stream(amount, decode_content)  # type: ignore[attr-defined]

    def read(self, amount: int | None = None, decode_content: bool | None = None) -> bytes:
        if amount is None:
            head, self._head = self._head, b""
            rest: bytes = self._rest.read(None, decode_content)  # type: ignore[attr-defined]
            return head + rest
        if self._head:
            head, self._head = self._head[:amount], self._head[amount:]
            return head
        piece: bytes = self._rest.read(amount, decode_content)  # type: ignore[attr-defined]
        return piece

    def __getattr__(self, name: str) -> object:
        return getattr(self._rest, name)
