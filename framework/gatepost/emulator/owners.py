"""Owners and identity: ``/v2/owners``, ``/v2/whoami``, ``/v3/security/owners``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gatepost.emulator.application import BASE_URL
from gatepost.emulator.data import PlatformData
from gatepost.emulator.envelope import Refusal, success_v2, success_v3, wants_xml
from gatepost.emulator.paging import LARGEST_PAGE, parse_page
from gatepost.emulator.routing import Route
from gatepost.emulator.settings import Owner

__all__ = ["OwnersApi"]

_PAGE_MESSAGE_V2 = (
    f"The resultStart and resultLimit query parameters must be integers and the maximum value for resultLimit is {LARGEST_PAGE}"
)
_PAGE_MESSAGE_V3 = f"resultStart and resultLimit must be integers, and resultLimit at most {LARGEST_PAGE}"
_OWNER_NOT_FOUND = "The requested owner was not found"
_UNSUPPORTED_IN_V3 = ("tql", "sorting")


class OwnersApi:
    """Answers what the API user may know of the owners and of itself (contract/rest_v2.md section 2, rest_v3.md section 9)."""

    def __init__(self, data: PlatformData) -> None:
        self._data = data

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route("GET", "/v2/owners", self.list_v2),
            Route("GET", "/v2/owners/mine", self.mine_v2),
            Route("GET", "/v2/owners/{id}", self.one_v2),
            Route("GET", "/v2/whoami", self.who_am_i),
            Route("GET", "/v3/security/owners", self.list_v3),
            Route("GET", "/v3/security/owners/{id}", self.one_v3),
        ]

    async def list_v2(self, request: Request) -> Response:
        """List the owners. ``resultCount`` is there only from the start of the list."""
        page = parse_page(request.query_params.multi_items(), _PAGE_MESSAGE_V2)
        owners = self._data.owners
        items = [_owner_v2(owner) for owner in page.cut(owners)]
        return success_v2("owner", items, count=None if page.start else len(owners), xml=_xml(request))

    async def mine_v2(self, request: Request) -> Response:
        """Return the API user's own organization."""
        organization = self._data.organization
        if organization is None:
            raise Refusal(404, _OWNER_NOT_FOUND)
        return success_v2("owner", _owner_v2(organization), xml=_xml(request))

    async def one_v2(self, request: Request) -> Response:
        """Return one owner."""
        return success_v2("owner", _owner_v2(self._owner(request)), xml=_xml(request))

    async def who_am_i(self, request: Request) -> Response:
        """Return the API user."""
        user = self._data.user
        fields = {
            "userName": user.user_name,
            "firstName": user.first_name,
            "lastName": user.last_name,
            "pseudonym": user.pseudonym,
            "role": user.role,
        }
        return success_v2("user", fields, xml=_xml(request))

    async def list_v3(self, request: Request) -> Response:
        """List the owners, page by page.

        Parameters may come in a JSON body instead of the query, as clients send them when the URL would be too long.
        ``tql`` and ``sorting`` are refused, because an unfiltered answer to a filtered question would be wrong
        without showing it.
        """
        query = request.query_params.multi_items() or _parameters_of_body(await request.body())
        for name in _UNSUPPORTED_IN_V3:
            if any(key == name for key, _ in query):
                raise Refusal(400, f"This emulated platform does not evaluate {name} on owners")
        page = parse_page(query, _PAGE_MESSAGE_V3)
        owners = self._data.owners
        extra: dict[str, Any] = page.links(f"{request.scope[BASE_URL]}/v3/security/owners", query, len(owners))
        if page.start == 0 and dict(query).get("count", "").lower() == "true":
            extra["count"] = len(owners)
        return success_v3([self._owner_v3(owner) for owner in page.cut(owners)], **extra)

    async def one_v3(self, request: Request) -> Response:
        """Return one owner."""
        return success_v3(self._owner_v3(self._owner(request)))

    def _owner(self, request: Request) -> Owner:
        number = request.path_params["id"]
        for owner in self._data.owners:
            if str(owner.id) == number:
                return owner
        raise Refusal(404, _OWNER_NOT_FOUND)

    def _owner_v3(self, owner: Owner) -> dict[str, Any]:
        return {"id": owner.id, "name": owner.name, "type": owner.type, "ownerRole": "Administrator", "permApps": "FULL"}


def _owner_v2(owner: Owner) -> dict[str, Any]:
    return {"id": owner.id, "name": owner.name, "type": owner.type}


def _xml(request: Request) -> bool:
    return wants_xml(request.headers.get("accept", ""))


def _parameters_of_body(body: bytes) -> Sequence[tuple[str, str]]:
    """Read the parameters of a long query, which come as ``{"data": {"tql": "...", "resultLimit": 100, "fields": [...]}}``."""
    if not body.strip():
        return []
    try:
        parameters = json.loads(body)["data"].items()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refusal(400, "The request was not properly formed") from None
    return [
        (name, item if isinstance(item, str) else json.dumps(item))
        for name, value in parameters
        for item in (value if isinstance(value, list) else [value])
    ]
