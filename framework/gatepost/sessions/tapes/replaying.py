"""Replaying: an adapter that answers by itself, from a tape."""

from __future__ import annotations

import io
import json
import re
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from requests import Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from gatepost.clock import SYSTEM_TIME, Time, parse_date
from gatepost.sessions.tapes.bodies import as_bytes, charset_of, dumped
from gatepost.sessions.tapes.errors import TapeError, TapeMismatch
from gatepost.sessions.tapes.exchange import Body
from gatepost.sessions.tapes.failures import made_again
from gatepost.sessions.tapes.housekeeping import hands_out_tokens, is_log_post, is_renewal
from gatepost.sessions.tapes.sent_bodies import read_sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest

    from gatepost.sessions.tapes.exchange import Exchange, Request
    from gatepost.sessions.tapes.tape import Tape

__all__ = ["TOKEN_LIFE", "ReplayingAdapter"]

TOKEN_LIFE: Final = 10 * 365 * 86_400
"""Seconds that a token which a tape hands out lives: no program renews one because a tape is old."""


class ReplayingAdapter(BaseAdapter):
    """Answers requests from a tape, and opens no connection.

    Works in every ``requests.Session``: ``session.mount("https://", ReplayingAdapter(tape))``.

    What depends on the moment is made for the moment of the replay:

    * ``Date`` is as far from this machine's time as it was when it was recorded, so that a clock which was off then is off now;
    * a token expires ten years after it was handed out (``apiTokenExpires``, in seconds since the epoch), so that it is never
      renewed by its age. A refused token is renewed as it was then; a renewal that is not on the tape succeeds;
    * posts of the run's own log (``/v2/logs/app``) succeed; what they say is not compared;
    * links to the recorded server lead to the one that is asked.

    Nothing waits: an answer that took long then comes at once.

    Args:
        tape: The tape.
        time: The machine's time.
    """

    replays = True
    """Tells whoever keeps what a server hands out that these are placeholders (`PlainTransport.replays`)."""

    def __init__(self, tape: Tape, *, time: Time = SYSTEM_TIME) -> None:
        super().__init__()
        self.tape = tape
        self._time = time

    def send(self, request: PreparedRequest, *arguments: Any, **settings: Any) -> Response:  # noqa: ARG002 - those of a send
        """Answer a request.

        Raises:
            TapeMismatch: The tape holds no answer to it; the error says what differs.
            TapeError: The answer was left out when the tape was recorded.
            requests.RequestException: The failure that was recorded.
        """
        asked = self._asked(request)
        if is_log_post(asked.method, asked.path):
            return self._made(request, {"status": "Success"})
        try:
            exchange = self.tape.find(asked)
        except TapeMismatch:
            if not is_renewal(asked.method, asked.path):
                raise
            return self._made(
                request, {"success": True, "apiToken": "API:tape:0", "apiTokenExpires": int(self._time.time()) + TOKEN_LIFE}
            )
        if exchange.failure is not None:
            raise made_again(exchange.failure, request)
        return self._replayed(request, asked, exchange)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _asked(self, request: PreparedRequest) -> Request:
        sent = read_sent(request, self.tape.longest_body)
        body: Any = request.body
        if body is not None and hasattr(body, "__next__"):
            for _ in body:  # what would have been sent
                pass
        data, whole = sent.data()
        return self.tape.scrubber.request(request, data, left_out="" if whole else "too long")

    def _replayed(self, request: PreparedRequest, asked: Request, exchange: Exchange) -> Response:
        recorded = exchange.response
        if recorded is None or recorded.body.kind == "left out":
            reason = recorded.body.content if recorded is not None else "there was none"
            raise TapeError(
                f"The tape has no answer to {asked}",
                why=f"It was left out of exchange {exchange.number}: {reason}",
                remedy="Record it again by a tape with a greater longest_body",
            )
        body = recorded.body
        headers = CaseInsensitiveDict(recorded.headers)
        if asked.origin != exchange.request.origin:
            body = _moved(body, exchange.request.origin, asked.origin)
            headers = CaseInsensitiveDict(
                {name: _moved_text(value, exchange.request.origin, asked.origin) for name, value in headers.items()}
            )
        if body.kind == "json" and hands_out_tokens(asked.path):
            body = Body("json", _long_lived(body.content, int(self._time.time()) + TOKEN_LIFE))
        if (date := parse_date(headers.get("Date", ""))) is not None:
            headers["Date"] = formatdate(self._time.time() + date - int(exchange.at), usegmt=True)
        return self._response(request, recorded.status, recorded.reason, headers, as_bytes(body))

    def _made(self, request: PreparedRequest, data: dict[str, Any]) -> Response:
        headers = CaseInsensitiveDict({"Content-Type": "application/json", "Date": formatdate(self._time.time(), usegmt=True)})
        return self._response(request, HTTPStatus.OK, "OK", headers, json.dumps(data).encode())

    def _response(
        self, request: PreparedRequest, status: int, reason: str, headers: CaseInsensitiveDict[str], data: bytes
    ) -> Response:
        if request.method != "HEAD":
            headers["Content-Length"] = str(len(data))
        response = Response()
        response.status_code = status
        response.reason = reason
        response.headers = headers
        response.encoding = charset_of(headers.get("Content-Type", "")) or _usual_encoding(headers)
        response.raw = HTTPResponse(
            body=io.BytesIO(data),
            headers=dict(headers),
            status=status,
            version=11,
            reason=reason,
            preload_content=False,
            request_method=request.method,
        )
        response.url = request.url or ""
        response.request = request
        response.connection = self  # type: ignore[assignment]
        return response


def _usual_encoding(headers: Mapping[str, str]) -> str | None:
    from requests.utils import get_encoding_from_headers

    return get_encoding_from_headers(headers)


def _moved(body: Body, recorded: str, asked: str) -> Body:
    """Return a body whose links lead to the server that is asked."""
    if body.kind == "json":
        text = dumped(body.content)
        return Body("json", json.loads(_moved_text(text, recorded, asked))) if recorded in text else body
    if body.kind == "text":
        return Body("text", _moved_text(body.content, recorded, asked))
    return body


def _moved_text(text: str, recorded: str, asked: str) -> str:
    # Where the origin ends: https://h.example is no beginning of https://h.example.org, nor port 80 of port 8080.
    return re.sub(rf"{re.escape(recorded)}(?![\w.:-])", lambda _: asked, text)


def _long_lived(data: Any, expires: int) -> Any:
    if not isinstance(data, dict) or "apiTokenExpires" not in data:
        return data
    return {**data, "apiTokenExpires": str(expires) if isinstance(data["apiTokenExpires"], str) else expires}
