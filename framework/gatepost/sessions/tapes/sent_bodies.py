"""The bodies of requests, read for a tape without taking them away from the one who sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from requests import PreparedRequest

__all__ = ["SentBody", "read_sent"]


class SentBody:
    """The body of one request, known once that was sent."""

    def __init__(self, data: bytes = b"", *, whole: bool = True) -> None:
        self._pieces = [data]
        self._whole = whole

    def data(self) -> tuple[bytes, bool]:
        """Return the body, and whether that is all of it."""
        return b"".join(self._pieces), self._whole

    def of(self, pieces: Iterable[Any], longest: int) -> Iterator[Any]:
        """Yield the pieces on, and keep them up to a length."""
        size = 0
        self._pieces = []
        self._whole = True
        for piece in pieces:
            data = piece.encode("utf-8") if isinstance(piece, str) else bytes(piece)
            size += len(data)
            if size <= longest:
                self._pieces.append(data)
            else:
                self._whole = False
            yield piece


def read_sent(request: PreparedRequest, longest: int) -> SentBody:
    """Return the body of a request that is about to be sent.

    A file is read and put back to where it was; an iterator, which can be read once only, is read while it is sent.

    Args:
        request: The request; an iterator in it is replaced by one that yields the same.
        longest: Bytes that are kept at most.
    """
    body: Any = request.body
    if body is None:
        return SentBody()
    if isinstance(body, str):
        body = body.encode("utf-8")
    if isinstance(body, bytes | bytearray | memoryview):
        return SentBody(bytes(body)) if len(body) <= longest else SentBody(whole=False)
    if hasattr(body, "read") and hasattr(body, "seek"):
        try:
            position = body.tell()
            data = body.read(longest + 1)
            body.seek(position)
        except (OSError, ValueError):  # it does not seek
            return SentBody(whole=False)
        if isinstance(data, str):
            data = data.encode("utf-8")
        return SentBody(data) if len(data) <= longest else SentBody(whole=False)
    sent = SentBody(whole=False)
    if not hasattr(body, "read"):
        request.body = sent.of(body, longest)  # type: ignore[assignment]
    return sent
