"""The platform behind the socket: records each request, judges its credential, and hands it to the function that answers."""

from __future__ import annotations

import logging
import re
from email.utils import formatdate

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gatepost.emulator.data import PlatformData
from gatepost.emulator.envelope import Family, Refusal, failure, wants_xml
from gatepost.emulator.recording import RecordedRequest, Recorder
from gatepost.emulator.routing import Router
from gatepost.emulator.verification import Message, Verifier

__all__ = ["BASE_URL", "RAW_TARGET", "Application"]

RAW_TARGET = "gatepost.raw_target"
BASE_URL = "gatepost.base_url"

_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_ABSOLUTE_FORM = re.compile(r"https://[^/?#]*", re.IGNORECASE)
_logger = logging.getLogger("gatepost.emulator")


class Application:
    """The ASGI application of one platform.

    The protocol puts the raw target into the scope under `RAW_TARGET`; handlers find the URL of the API base, by the name that
    the client used, under `BASE_URL`.

    Args:
        data: What the platform knows.
        router: The routes, without the prefix.
        recorder: Where requests are recorded.
    """

    def __init__(self, data: PlatformData, router: Router, recorder: Recorder) -> None:
        settings = data.settings
        self._data = data
        self._router = router
        self._recorder = recorder
        self._verifier = Verifier(
            data.clock,
            data.tokens if settings.tokens_known else None,
            {data.access_id: data.secret_key},
            settings.timestamp_window,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        target: str = scope[RAW_TARGET]
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            self._recorder.arrived(self._data.clock.now(), request.method, target, headers, b"")
            return
        recorded = self._recorder.arrived(self._data.clock.now(), request.method, target, headers, body)
        response = await self._answer(request, recorded)
        response.headers["Date"] = self.date()
        self._recorder.answered(recorded.number, response.status_code)
        await response(scope, receive, send)

    def date(self) -> str:
        """Return the value of the ``Date`` header by the platform's clock (RFC 9110 section 6.6.1)."""
        return formatdate(self._data.clock.now(), usegmt=True)

    async def _answer(self, request: Request, recorded: RecordedRequest) -> Response:
        target = _ABSOLUTE_FORM.sub("", recorded.target, count=1)
        path = target.partition("?")[0].removeprefix(self._data.settings.prefix)
        try:
            return await self._handle(request, recorded, target, path)
        except Refusal as refusal:
            if refusal.explanation:
                self._recorder.explained(recorded.number, refusal.explanation)
            return failure(Family.of(path), refusal, xml=wants_xml(request.headers.get("accept", "")))
        except Exception:
            _logger.exception("the emulator failed at %s %s", request.method, path)
            return failure(Family.of(path), Refusal(500, "An unknown error occurred"))

    async def _handle(self, request: Request, recorded: RecordedRequest, target: str, path: str) -> Response:
        prefix = self._data.settings.prefix
        if not self._data.settings.licensed:
            raise Refusal(503, Message.NOT_LICENSED)
        if not target.startswith(f"{prefix}/"):
            raise Refusal(404, "The requested resource was not found")
        if not self._router.is_anonymous(path):
            self._check_credential(target, recorded)
        route, values = self._router.find(request.method, path)
        if route.token_only and recorded.header("authorization").startswith("TC "):
            raise Refusal(401, Message.ACCESS_DENIED, explanation="this path asks for a token")
        request.scope["path_params"] = values
        request.scope[BASE_URL] = f"https://{self._host(request)}{prefix}"
        return await route.handler(request)

    def _check_credential(self, target: str, recorded: RecordedRequest) -> None:
        """Judge the credential, before anything else: a stranger does not learn which paths exist."""
        verdict = self._verifier.judge(recorded.method, target, recorded.headers)
        self._recorder.judged(recorded.number, verdict)
        if not verdict.accepted:
            raise Refusal(401, verdict.message)

    def _host(self, request: Request) -> str:
        """Return host and port as the client named them, so that links lead to the origin that its credentials are for."""
        host = request.headers.get("host", "")
        if _OWN_HOST.fullmatch(host):
            return host
        address, port = request.scope["server"]
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
