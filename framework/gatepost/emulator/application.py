"""A service behind the socket: records each request, has its credential judged, and hands it to the function that answers."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import re
from email.utils import formatdate

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gatepost.emulator.connection import CONNECTION
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.faults import Fault, HalfClose, Moment, Reset
from gatepost.emulator.injection import ClientGone, Injector
from gatepost.emulator.recording import RecordedRequest, Recorder
from gatepost.emulator.routing import origin_form
from gatepost.emulator.service import Service
from gatepost.emulator.verification import NOT_ASKED, Verdict
from gatepost.emulator.writes import WRITING_METHODS, Write, WriteLog

__all__ = ["BASE_URL", "RAW_TARGET", "RECORDED", "Application"]

RAW_TARGET = "gatepost.raw_target"
BASE_URL = "gatepost.base_url"
RECORDED = "gatepost.recorded"

_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_logger = logging.getLogger("gatepost.emulator")


class Application:
    """The ASGI application of one service.

    The protocol puts the raw target into the scope under `RAW_TARGET`; handlers find the URL of the API base, by the name that
    the client used, under `BASE_URL`, and the request as it was recorded, with the verdict, under `RECORDED`.

    Args:
        service: The service.
        recorder: Where requests are recorded.
        injector: What makes faults happen.
        writes: Where what clients had the service do is noted.
    """

    def __init__(self, service: Service, recorder: Recorder, injector: Injector, writes: WriteLog) -> None:
        self._service = service
        self._recorder = recorder
        self._injector = injector
        self._writes = writes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        target: str = scope[RAW_TARGET]
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        request = Request(scope, receive)
        path = self._path(target)
        decision = self._injector.decide(request.method, path, headers)
        fault = decision.fault
        gone = False
        body = b""
        if not _strikes_head(fault):
            try:
                body = await request.body()
            except ClientDisconnect:
                gone = True
        recorded = self._recorder.arrived(
            self._service.clock.now(),
            request.method,
            target,
            headers,
            body,
            attempt=decision.attempt,
            certificate=scope[CONNECTION].certificate,
        )
        try:
            if gone:
                return
            with contextlib.suppress(ClientGone):
                response = await self._respond(request, recorded, path, fault)
                response.headers["Date"] = self.date()
                self._recorder.answered(recorded.number, response.status_code)
                await self._injector.send(response, fault, request, recorded, send)
        finally:
            self._recorder.finished(recorded.number)

    def date(self) -> str:
        """Return the value of the ``Date`` header by the service's clock (RFC 9110 section 6.6.1)."""
        return formatdate(self._service.clock.now(), usegmt=True)

    def malformed(self) -> bytes:
        """Return the body of the answer to what is no HTTP."""
        return bytes(self._service.failure("", Refusal(400, "The request was not properly formed")).body)

    async def _respond(self, request: Request, recorded: RecordedRequest, path: str, fault: Fault | None) -> Response:
        """Return the service's answer, or the one that a fault puts in its place.

        The credential is judged also where a fault keeps the platform from acting, so that the record holds the verdict.

        Raises:
            ClientGone: The connection was ended.
        """
        injector = self._injector
        if fault is not None:
            injector.disturb(fault, recorded)
            self._judge(recorded, path, whole=not _strikes_head(fault))
            await injector.strike(fault, Moment.HEAD, request, recorded, path)
        instead = injector.redirect(fault, recorded, path, self._base_url(request))
        if instead is None:
            instead = await injector.strike(fault, Moment.READ, request, recorded, path)
        if instead is not None:
            if fault is None:
                # The next round of a loop that an earlier fault began.
                self._judge(recorded, path)
            return instead
        response = await self._answer(request, recorded, path)
        if request.method in WRITING_METHODS and response.status_code < 400:
            self._writes.append(Write(recorded.number, recorded.request_id, request.method, path, response.status_code))
        return await injector.strike(fault, Moment.PROCESSED, request, recorded, path) or response

    async def _answer(self, request: Request, recorded: RecordedRequest, path: str) -> Response:
        try:
            return await self._handle(request, recorded, path)
        except Refusal as refusal:
            if refusal.explanation:
                self._recorder.explained(recorded.number, refusal.explanation)
            return self._service.failure(path, refusal, request)
        except Exception:
            _logger.exception("the emulator failed at %s %s", request.method, path)
            return self._service.failure(path, Refusal(500, "An unknown error occurred"))

    async def _handle(self, request: Request, recorded: RecordedRequest, path: str) -> Response:
        service = self._service
        if (closed := service.closed()) is not None:
            raise closed
        if not self._is_below_prefix(recorded.target):
            raise Refusal(404, "The requested resource was not found")
        verdict = self._judge(recorded, path)
        if verdict is not None and not verdict.accepted:
            raise service.refusal(verdict, path)
        route, values = service.router.find(request.method, path)
        service.admit(route, recorded)
        request.scope["path_params"] = values
        request.scope[BASE_URL] = self._base_url(request)
        request.scope[RECORDED] = dataclasses.replace(recorded, verdict=verdict or NOT_ASKED)
        return await route.handler(request)

    def _judge(self, recorded: RecordedRequest, path: str, *, whole: bool = True) -> Verdict | None:
        """Have the credential judged and the verdict recorded; None where no credential is asked for."""
        if not self._is_below_prefix(recorded.target):
            return None
        verdict = self._service.judge(recorded, path, whole=whole)
        if verdict is not None:
            self._recorder.judged(recorded.number, verdict)
        return verdict

    def _path(self, target: str) -> str:
        """Return the path that a target stands for, without prefix and query, and without the detour of a redirect."""
        path = origin_form(target).partition("?")[0]
        if not self._is_below_prefix(target):
            return path
        return self._injector.without_detour(path.removeprefix(self._service.prefix))

    def _is_below_prefix(self, target: str) -> bool:
        return origin_form(target).startswith(f"{self._service.prefix}/")

    def _base_url(self, request: Request) -> str:
        return f"https://{self._host(request)}{self._service.prefix}"

    def _host(self, request: Request) -> str:
        """Return host and port as the client named them, so that links lead to the origin that its credentials are for."""
        host = request.headers.get("host", "")
        if _OWN_HOST.fullmatch(host):
            return host
        address, port = request.scope["server"]
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _strikes_head(fault: Fault | None) -> bool:
    return isinstance(fault, Reset | HalfClose) and fault.when is Moment.HEAD
