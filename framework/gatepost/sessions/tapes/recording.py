"""Recording: an adapter around the one that really sends."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from requests.adapters import BaseAdapter
from requests.exceptions import RequestException
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import HTTPError

from gatepost.clock import SYSTEM_TIME, Time
from gatepost.sessions.tapes.exchange import Exchange
from gatepost.sessions.tapes.failures import described
from gatepost.sessions.tapes.housekeeping import is_log_post
from gatepost.sessions.tapes.sent_bodies import SentBody, read_sent
from gatepost.transport.adapter import PooledAdapter
from gatepost.transport.deadline import current_deadline
from gatepost.transport.errors import TransportError
from gatepost.transport.target import request_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest, Response

    from gatepost.sessions.tapes.tape import Tape

__all__ = ["RecordingAdapter"]

_PIECE = 65_536


class RecordingAdapter(BaseAdapter):
    """Sends by another adapter and puts on a tape what was asked and what came of it, failures included.

    Works in every ``requests.Session``: ``session.mount("https://", RecordingAdapter(tape=tape))``. An answer is read whole
    before the caller gets it, a streamed one too, unless it is longer than the tape's ``longest_body``: the caller gets all
    of that one, and the tape a note. Not recorded: the posts of the run's own log, and what a deadline of the caller cut off.

    Args:
        inner: What sends; default is a `gatepost.transport.PooledAdapter`.
        tape: Where it is recorded; `close` saves it.
        time: The machine's time.
    """

    def __init__(self, inner: BaseAdapter | None = None, *, tape: Tape, time: Time = SYSTEM_TIME) -> None:
        super().__init__()
        self.inner: BaseAdapter = PooledAdapter() if inner is None else inner
        self.tape = tape
        self._time = time

    def send(self, request: PreparedRequest, *arguments: Any, **settings: Any) -> Response:
        """Send a request and record it. Arguments, results and errors are those of the inner adapter."""
        method = (request.method or "GET").upper()
        if is_log_post(method, request_target(request).partition("?")[0]):
            return self.inner.send(request, *arguments, **settings)
        number = self.tape.reserve()
        sent = read_sent(request, self.tape.longest_body)
        started = self._time.monotonic()
        try:
            response = self.inner.send(request, *arguments, **settings)
            head, rest = self._read(response)
        except TransportError:
            raise
        except (RequestException, HTTPError) as error:
            deadline = current_deadline.get()
            if deadline is None or deadline.left() > 0:
                failure = self.tape.scrubber.failure(described(error))
                at, seconds = self._time.time(), self._time.monotonic() - started
                asked = self._entry(request, sent)
                self.tape.add(Exchange(number=number, at=at, seconds=seconds, request=asked, failure=failure))
            raise
        at, seconds = self._time.time(), self._time.monotonic() - started
        asked = self._entry(request, sent)
        answer = self.tape.scrubber.response(
            asked,
            response.status_code,
            response.reason or "",
            response.headers,
            head,
            left_out="" if rest is None else _too_long(self.tape.longest_body),
        )
        self.tape.add(Exchange(number=number, at=at, seconds=seconds, request=asked, response=answer))
        _give_back(response, head, rest)
        return response

    def close(self) -> None:
        """Close the inner adapter's connections, and save the tape if there is something new."""
        self.inner.close()
        if self.tape.unsaved:
            self.tape.save()

    def _entry(self, request: PreparedRequest, sent: SentBody) -> Any:
        data, whole = sent.data()
        return self.tape.scrubber.request(request, data, left_out="" if whole else _too_long(self.tape.longest_body))

    def _read(self, response: Response) -> tuple[bytes, Iterator[bytes] | None]:
        """Return the body, or its beginning and what brings the rest when it is too long for the tape."""
        deadline = current_deadline.get()
        pieces = response.iter_content(_PIECE)
        head: list[bytes] = []
        size = 0
        try:
            for piece in pieces:
                head.append(piece)
                size += len(piece)
                if size > self.tape.longest_body:
                    return b"".join(head), pieces
                if deadline is not None:
                    deadline.check()
        except BaseException:
            response.close()
            raise
        return b"".join(head), None


def _too_long(longest: int) -> str:
    return f"longer than {longest} bytes"


def _give_back(response: Response, head: bytes, rest: Iterator[bytes] | None) -> None:
    """Let the body be read as if nobody had: decoded, so without the headers that would have it decoded again."""
    raw = response.raw
    headers = HTTPHeaderDict(getattr(raw, "headers", None) or {})
    for name in ("Content-Encoding", "Content-Length", "Transfer-Encoding"):
        headers.pop(name, None)
    response.raw = HTTPResponse(
        body=io.BytesIO(head) if rest is None else _Rest(head, rest, raw),
        headers=headers,
        status=response.status_code,
        version=getattr(raw, "version", 11),
        reason=response.reason,
        preload_content=False,
        original_response=getattr(raw, "_original_response", None),
    )
    response._content = False  # type: ignore[assignment]
    response._content_consumed = False  # type: ignore[attr-defined]


class _Rest(io.RawIOBase):
    """A body of which the beginning was read."""

    def __init__(self, head: bytes, rest: Iterator[bytes], raw: Any) -> None:
        self._buffer = head
        self._rest = rest
        self._raw = raw

    def readable(self) -> bool:
        return True

    def read(self, amount: int | None = -1) -> bytes:
        everything = amount is None or amount < 0
        while everything or not self._buffer:
            piece = next(self._rest, b"")
            if not piece:
                break
            self._buffer += piece
        end = len(self._buffer) if amount is None or amount < 0 else amount
        piece, self._buffer = self._buffer[:end], self._buffer[end:]
        return piece

    def read1(self, amount: int | None = -1) -> bytes:
        return self.read(amount)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
            self._raw.release_conn()
        super().close()
