"""Handing out and renewing tokens: ``/appAuth``, ``/v3/token/*`` and their older forms ``/internal/token/*``."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.data import PlatformData
from gatepost.emulator.envelope import Refusal, success_v3
from gatepost.emulator.routing import Route
from gatepost.emulator.tokens import RenewalRefused

__all__ = ["AuthorizationApi"]

_RENEWAL_REFUSED = "Retry token is invalid."


class AuthorizationApi:
    """Renews and issues tokens (contract/authorization.md sections 3.3 and 7)."""

    def __init__(self, data: PlatformData) -> None:
        self._data = data

    def routes(self) -> list[Route]:
        """Return the routes of this area. On a platform that knows no tokens, ``/appAuth`` is not found, for anybody."""
        if not self._data.settings.tokens_known:
            return [Route("GET", path, self.not_found, anonymous=True) for path in ("/appAuth", "/appAuth/")]
        return [
            Route("GET", "/appAuth", self.renew, anonymous=True),
            Route("GET", "/appAuth/", self.renew, anonymous=True),
            Route("POST", "/v3/token/api", self.issue_api_token),
            Route("POST", "/v3/token/svc", self.issue_service_token),
            Route("POST", "/internal/token/api", self.issue_api_token),
            Route("POST", "/internal/token/svc", self.issue_service_token),
        ]

    async def renew(self, request: Request) -> Response:
        """Replace the token in ``expiredToken`` by a new one; the old one is dead at once.

        The query is decoded as a form, so a ``+`` that the client did not encode becomes a space, and the token is
        unknown: the base64 of its signature may hold one. A request without the parameter gets the same refusal as an
        unknown token.
        """
        try:
            issued = self._data.tokens.renew(request.query_params.get("expiredToken", ""))
        except RenewalRefused as refused:
            body = {"success": False, "message": _RENEWAL_REFUSED}
            raise Refusal(401, _RENEWAL_REFUSED, body=body, explanation=str(refused)) from None
        return JSONResponse({"success": True, "apiToken": issued.token.reveal(), "apiTokenExpires": issued.expires})

    async def not_found(self, request: Request) -> Response:  # noqa: ARG002 - every handler is given the request
        """Answer as an older server does, which has no such path."""
        raise Refusal(404, "The requested resource was not found")

    async def issue_api_token(self, request: Request) -> Response:  # noqa: ARG002 - every handler is given the request
        """Issue a token of the kind ``API``."""
        self._check_role()
        return success_v3(self._data.tokens.issue("API").token.reveal())

    async def issue_service_token(self, request: Request) -> Response:
        """Issue a token of the kind ``SVC`` for the service that the body names."""
        self._check_role()
        try:
            service = json.loads(await request.body())["serviceId"]
        except (ValueError, TypeError, KeyError):
            service = None
        if not isinstance(service, int) or isinstance(service, bool):
            raise Refusal(400, "The request was not properly formed")
        return success_v3(self._data.tokens.issue("SVC", number=service).token.reveal())

    def _check_role(self) -> None:
        """Refuse an API user without the role, with 401 as the platform does for a missing permission."""
        if not self._data.settings.exchange_administrator:
            raise Refusal(401, "Access Denied")
