"""Makes faults happen, around the one place that makes answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from gatepost.emulator.chaos import REQUEST_ID, Chaos, ChaosProfile, Decision
from gatepost.emulator.connection import CONNECTION, Connection
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.faults import (
    Answer,
    Destination,
    Drip,
    ExpireToken,
    Fault,
    HalfClose,
    Moment,
    Pause,
    Redirect,
    Reset,
    RevokeToken,
    Truncate,
    TurnClock,
)
from gatepost.emulator.listener import Welcome
from gatepost.emulator.recording import RecordedRequest, Recorder
from gatepost.emulator.service import Service

__all__ = ["ClientGone", "Injector"]

_MOVED = "/moved"
_LOOP = "/loop"
_LOOP_PATH = re.compile(r"/loop/(30[12378])/")
_WORDS = {
    408: "The request took too long",
    429: "Too many requests",
    500: "An unknown error occurred",
    501: "The method is not implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class ClientGone(Exception):
    """There is nobody left to answer."""


class Injector:
    """The chaos of one service. The profile may be changed from any thread, the rest belongs to the service's loop.

    Args:
        service: The service.
        recorder: Where faults are recorded.
    """

    def __init__(self, service: Service, recorder: Recorder) -> None:
        self._service = service
        self._recorder = recorder
        self._chaos: Chaos | None = None
        self._detours: frozenset[str] = frozenset()

    @property
    def profile(self) -> ChaosProfile | None:
        """The profile in force; None when there is none. A new one, or the same once more, begins to count anew."""
        return None if self._chaos is None else self._chaos.profile

    @profile.setter
    def profile(self, profile: ChaosProfile | None) -> None:
        before = 0.0 if self.profile is None else self.profile.clock_offset
        after = 0.0 if profile is None else profile.clock_offset
        self._chaos = None if profile is None else Chaos(profile)
        self._service.clock.turn(after - before)

    # -- deciding ------------------------------------------------------------------------------------------------------------

    def next_connection(self) -> Welcome:
        """Count a connection and say how it is received."""
        chaos = self._chaos
        if chaos is None:
            return Welcome.SERVED
        number = chaos.next_connection()
        for welcome, numbers in (
            (Welcome.RESET, chaos.profile.reset_connections),
            (Welcome.SILENT, chaos.profile.silent_connections),
        ):
            if number in numbers:
                self._recorder.connection_struck(self._service.clock.now(), f"connection {number} {welcome}")
                return welcome
        return Welcome.SERVED

    def refusing(self) -> None:
        """Record that the platform refuses connections from now on; those it cannot see."""
        self._recorder.connection_struck(self._service.clock.now(), "connections refused from here on")

    def decide(self, method: str, path: str, headers: Sequence[tuple[str, str]]) -> Decision:
        """Count an attempt and return what strikes it. The path is that of `without_detour`."""
        chaos = self._chaos
        if chaos is None:
            return Decision()
        request_id = next((value for name, value in headers if name.lower() == REQUEST_ID.lower()), "")
        return chaos.decide(method, path, request_id)

    def without_detour(self, path: str) -> str:
        """Return the path that a redirect of this platform stands for. A path that no redirect has named is what it is."""
        if _MOVED in self._detours and path.startswith(f"{_MOVED}/"):
            return path.removeprefix(_MOVED)
        return path

    # -- striking ------------------------------------------------------------------------------------------------------------

    def disturb(self, fault: Fault, recorded: RecordedRequest) -> None:
        """Turn the clock or end the token, before the request is judged."""
        if isinstance(fault, TurnClock):
            self._service.clock.turn(fault.seconds)
        elif isinstance(fault, ExpireToken | RevokeToken):
            if not self._service.end_token(recorded, revoke=isinstance(fault, RevokeToken)):
                return
        else:
            return
        self._recorder.struck(recorded.number, str(fault))

    async def strike(
        self,
        fault: Fault | None,
        moment: Moment,
        request: Request,
        recorded: RecordedRequest,
        path: str,
    ) -> Response | None:
        """Strike at one moment of a request's handling.

        Args:
            fault: The fault, of any moment.
            moment: The moment.
            request: The request.
            recorded: Its record.
            path: Its path, without prefix, query and detour.

        Returns:
            The answer that takes the place of the platform's own; None when the platform goes on as if nothing had been.

        Raises:
            ClientGone: The connection was ended.
        """
        if not isinstance(fault, Answer | Reset | HalfClose | Pause) or fault.when is not moment:
            return None
        self._recorder.struck(recorded.number, str(fault))
        if isinstance(fault, Answer):
            return self._answer(fault, request, path)
        connection: Connection = request.scope[CONNECTION]
        if isinstance(fault, Pause):
            if not await connection.wait(fault.seconds):
                raise ClientGone
            return None
        if isinstance(fault, Reset):
            connection.reset()
        else:
            connection.half_close()
        await connection.wait(None)
        raise ClientGone

    def redirect(self, fault: Fault | None, recorded: RecordedRequest, path: str, base_url: str) -> Response | None:
        """Return a redirect where the fault is one, or the next round of a loop that an earlier one has begun.

        Args:
            fault: The fault.
            recorded: The request's record.
            path: Its path, without prefix, query and detour.
            base_url: The URL of the API base, as the client named it.
        """
        query = "".join(recorded.target.partition("?")[1:])
        looping = _LOOP_PATH.match(path) if _LOOP in self._detours else None
        if looping is not None:
            status = looping[1]
            self._recorder.struck(recorded.number, f"redirect {status} round a loop")
            return _redirect(int(status), f"{base_url}{path}{query}")
        if not isinstance(fault, Redirect):
            return None
        self._recorder.struck(recorded.number, str(fault))
        if fault.to is Destination.ORIGIN:
            location = f"{fault.url.rstrip('/')}{path}{query}"
        elif fault.to is Destination.HTTP:
            location = f"http{base_url.removeprefix('https')}{path}{query}"
        else:
            detour = _MOVED if fault.to is Destination.PATH else f"{_LOOP}/{fault.status}"
            self._detours |= {_MOVED if fault.to is Destination.PATH else _LOOP}
            location = f"{base_url}{detour}{path}{query}"
        return _redirect(fault.status, location)

    async def send(
        self, response: Response, fault: Fault | None, request: Request, recorded: RecordedRequest, send: Send
    ) -> None:
        """Send an answer, whole or as the fault has it.

        Raises:
            ClientGone: The client left before the end, or was left waiting until it did.
        """
        body = bytes(response.body)
        headers = response.raw_headers
        if not body or request.method == "HEAD" or not isinstance(fault, Drip | Truncate):
            await _send_head(response.status_code, headers, send)
            await send({"type": "http.response.body", "body": body})
            return
        self._recorder.struck(recorded.number, str(fault))
        if isinstance(fault, Truncate):
            # HTTP/1.0 has no chunks.
            if fault.chunked and request.scope["http_version"] != "1.0":
                headers = [(name, value) for name, value in headers if name != b"content-length"]
            await _send_head(response.status_code, headers, send)
            # The protocol closes a connection whose answer was left unfinished.
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            return
        await _send_head(response.status_code, headers, send)
        connection: Connection = request.scope[CONNECTION]
        pieces = [body[start : start + fault.size] for start in range(0, len(body), fault.size)]
        for piece in pieces if fault.pieces is None else pieces[: fault.pieces]:
            if not await connection.wait(fault.seconds):
                raise ClientGone
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if fault.pieces is not None and fault.pieces < len(pieces):
            await connection.wait(None)
            raise ClientGone
        await send({"type": "http.response.body"})

    def _answer(self, fault: Answer, request: Request, path: str) -> Response:
        headers = {}
        if fault.retry_after is not None:
            headers["Retry-After"] = fault.retry_after
        elif fault.retry_after_date is not None:
            headers["Retry-After"] = formatdate(max(0.0, self._service.clock.now() + fault.retry_after_date), usegmt=True)
        if fault.body is not None:
            return Response(fault.body, fault.status, headers, media_type=fault.content_type)
        message = fault.message or _WORDS.get(fault.status, "")
        return self._service.failure(path, Refusal(fault.status, message, headers=headers), request, chaos=True)


def _redirect(status: int, location: str) -> Response:
    # The target is as the client has encoded it, and a signature covers every byte: nothing may encode it anew.
    return Response(status_code=status, headers={"Location": location})


async def _send_head(status: int, headers: list[tuple[bytes, bytes]], send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
