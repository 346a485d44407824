"""A list of things behind an emulated service's credentials, with the ways to page that services have."""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.application import BASE_URL
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.routing import Route

__all__ = ["ITEMS_PATH", "KEY_PARAMETER", "ItemsApi"]

ITEMS_PATH = "/items"
KEY_PARAMETER = "api_key"
LARGEST_PAGE = 100
_DEFAULT_PAGE = 20
_LONGEST_NAME = 200


class ItemsApi:
    """Lists items, shows one, and adds one.

    A page is named by ``offset``, by ``page`` (from 1), or by ``cursor``, each with ``limit`` (1 to 100, else 20); without any of
    them the list begins with an offset of 0. Each answer has ``items`` and ``total``; ``next``, the absolute URL of the next page
    in the same manner, or null, and the same in the header ``Link`` (RFC 8288); ``next_cursor``, or null.

    Args:
        count: How many items there are at the start.
    """

    def __init__(self, count: int) -> None:
        self._items = [{"id": number, "name": f"Item {number}"} for number in range(1, count + 1)]
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route("GET", ITEMS_PATH, self.list),
            Route("POST", ITEMS_PATH, self.add),
            Route("GET", f"{ITEMS_PATH}/{{id}}", self.one),
        ]

    async def list(self, request: Request) -> Response:
        """Return one page."""
        query = request.query_params
        named = [name for name in ("offset", "page", "cursor") if name in query]
        if len(named) > 1:
            raise Refusal(400, f"{' and '.join(named)} exclude each other")
        limit = _number(query.get("limit"), "limit", _DEFAULT_PAGE, 1, LARGEST_PAGE)
        manner = named[0] if named else "offset"
        if manner == "offset":
            start = _number(query.get("offset"), "offset", 0, 0, 10**9)
            following = str(start + limit)
        elif manner == "page":
            page = _number(query.get("page"), "page", 1, 1, 10**9)
            start, following = (page - 1) * limit, str(page + 1)
        else:
            start = _position(query["cursor"])
            following = _cursor(start + limit)
        with self._lock:
            total, items = len(self._items), self._items[start : start + limit]
        more = start + limit < total
        # A link is read and logged by more than who asked: no credential is in it.
        kept = [(name, value) for name, value in query.multi_items() if name not in ("limit", manner, KEY_PARAMETER)]
        link = f"{request.scope[BASE_URL]}{ITEMS_PATH}?{urlencode([*kept, ('limit', str(limit)), (manner, following)])}"
        body: dict[str, Any] = {
            "items": items,
            "total": total,
            "next": link if more else None,
            "next_cursor": _cursor(start + limit) if more else None,
        }
        return JSONResponse(body, headers={"Link": f'<{link}>; rel="next"'} if more else None)

    async def one(self, request: Request) -> Response:
        """Return one item."""
        number = request.path_params["id"]
        with self._lock:
            found = next((item for item in self._items if str(item["id"]) == number), None)
        if found is None:
            raise Refusal(404, "There is no such item")
        return JSONResponse(found)

    async def add(self, request: Request) -> Response:
        """Add an item; each time one more, also of a name that there is already."""
        try:
            name = json.loads(await request.body())["name"]
        except (ValueError, TypeError, KeyError, RecursionError):
            name = None
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            raise Refusal(400, f"name must be a text of 1 to {_LONGEST_NAME} characters")
        with self._lock:
            item = {"id": len(self._items) + 1, "name": name}
            self._items.append(item)
        return JSONResponse(item, 201, {"Location": f"{request.scope[BASE_URL]}{ITEMS_PATH}/{item['id']}"})


def _number(text: str | None, name: str, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,10}", text) or not least <= int(text) <= most:
        raise Refusal(400, f"{name} must be a number from {least} to {most}")
    return int(text)


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode("ascii")


def _position(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    found = re.fullmatch(r"after:([0-9]{1,10})", text)
    if found is None:
        raise Refusal(400, "cursor must be one that this service gave")
    return int(found[1])
