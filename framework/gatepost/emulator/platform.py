"""The platform as an emulated service: its routes, its verifier, its words."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from gatepost.emulator.data import PlatformData
from gatepost.emulator.envelope import Family, Refusal, failure, wants_xml
from gatepost.emulator.recording import RecordedRequest
from gatepost.emulator.routing import Route, Router, origin_form
from gatepost.emulator.service import Service
from gatepost.emulator.verification import Message, Verdict, Verifier

__all__ = ["Platform"]

_RENEWAL_PATHS = ("/appAuth", "/appAuth/")
_WORDS = {401: Message.UNAUTHORIZED, 403: Message.ACCESS_DENIED}


class Platform(Service):
    """The platform.

    Args:
        data: What it knows.
        routes: Its routes, without the prefix.
    """

    def __init__(self, data: PlatformData, routes: Iterable[Route]) -> None:
        settings = data.settings
        self.clock = data.clock
        self.router = Router(routes)
        self.prefix = settings.prefix
        self._data = data
        self._verifier = Verifier(
            data.clock,
            data.tokens if settings.tokens_known else None,
            {data.access_id: data.secret_key},
            settings.timestamp_window,
        )

    def closed(self) -> Refusal | None:
        """Refuse everything without a licence."""
        return None if self._data.settings.licensed else Refusal(503, Message.NOT_LICENSED)

    def judge(self, recorded: RecordedRequest, path: str, *, whole: bool) -> Verdict | None:  # noqa: ARG002 - no credential is in a body
        """Judge signature or token."""
        if self.router.is_anonymous(path):
            return None
        return self._verifier.judge(recorded.method, origin_form(recorded.target), recorded.headers)

    def refusal(self, verdict: Verdict, path: str) -> Refusal:  # noqa: ARG002 - the words are the same everywhere
        """Answer 401 with the verifier's words."""
        return Refusal(401, verdict.message)

    def admit(self, route: Route, recorded: RecordedRequest) -> None:
        """Refuse a signature where only a token will do."""
        if route.token_only and recorded.header("authorization").startswith("TC "):
            raise Refusal(401, Message.ACCESS_DENIED, explanation="this path asks for a token")

    def failure(self, path: str, refusal: Refusal, request: Request | None = None, *, chaos: bool = False) -> Response:
        """Answer in the envelope of the path's API version; a fault at a renewal in that of renewals."""
        refusal.message = refusal.message or _WORDS.get(refusal.status, "The request was refused")
        if chaos and path in _RENEWAL_PATHS and refusal.body is None:
            refusal.body = {"success": False, "message": refusal.message}
        accept = "" if request is None else request.headers.get("accept", "")
        return failure(Family.of(path), refusal, xml=wants_xml(accept))

    def end_token(self, recorded: RecordedRequest, *, revoke: bool) -> bool:
        """End the token of a request with ``TC-Token``."""
        scheme, _, token = recorded.header("authorization").partition(" ")
        if scheme != "TC-Token" or not self._data.tokens.expire(token):
            return False
        if revoke:
            self._data.tokens.revoke(token)
        return True
