"""Tags: ``/v3/tags``, the simplest thing that can be written."""

from __future__ import annotations

import dataclasses
import itertools
import json
import threading
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.application import BASE_URL
from gatepost.emulator.data import PlatformData
from gatepost.emulator.envelope import Refusal, success_v3
from gatepost.emulator.paging import LARGEST_PAGE, parse_page
from gatepost.emulator.routing import Route

__all__ = ["TagsApi"]

_LONGEST_NAME = 128
_NOT_FOUND = "The requested tag was not found"
_MALFORMED = "The request was not properly formed"
_PAGE_MESSAGE = f"resultStart and resultLimit must be integers, and resultLimit at most {LARGEST_PAGE}"
_UNSUPPORTED = ("tql", "sorting", "owner")


@dataclasses.dataclass(frozen=True, slots=True)
class _Tag:
    id: int
    name: str
    description: str | None = None


class TagsApi:
    """Keeps the tags of the API user's own organization (contract/rest_v3.md sections 1, 2 and 9).

    What the contract does not say, and this platform's choice: to create a name that exists is 200 and makes no second tag, as
    with indicators (the write log holds it nevertheless); a name that is too long is 400.

    Args:
        data: What the platform knows.
    """

    def __init__(self, data: PlatformData) -> None:
        self._data = data
        self._tags: dict[int, _Tag] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route("GET", "/v3/tags", self.all_tags),
            Route("POST", "/v3/tags", self.create),
            Route("GET", "/v3/tags/{id}", self.one),
            Route("PUT", "/v3/tags/{id}", self.update),
            Route("DELETE", "/v3/tags/{id}", self.delete),
        ]

    async def all_tags(self, request: Request) -> Response:
        """List the tags, page by page. Filters are refused: an unfiltered answer would be wrong without showing it."""
        query = request.query_params.multi_items()
        for name in _UNSUPPORTED:
            if any(key == name for key, _ in query):
                raise Refusal(400, f"This emulated platform does not evaluate {name} on tags")
        page = parse_page(query, _PAGE_MESSAGE)
        with self._lock:
            tags = tuple(self._tags.values())
        extra: dict[str, Any] = page.links(f"{request.scope[BASE_URL]}/v3/tags", query, len(tags))
        if page.start == 0 and dict(query).get("count", "").lower() == "true":
            extra["count"] = len(tags)
        return success_v3([self._json(tag) for tag in page.cut(tags)], **extra)

    async def one(self, request: Request) -> Response:
        """Return one tag."""
        with self._lock:
            return success_v3(self._json(self._tag(request)))

    async def create(self, request: Request) -> Response:
        """Create a tag."""
        fields = await _fields(request)
        if "name" not in fields:
            raise Refusal(400, _MALFORMED)
        with self._lock:
            for tag in self._tags.values():
                if tag.name == fields["name"]:
                    return self._updated(dataclasses.replace(tag, **fields))
            number = next(self._numbers)
            tag = self._tags[number] = _Tag(number, **fields)
        return JSONResponse({"data": self._json(tag), "message": "Created", "status": "Success"}, 201)

    async def update(self, request: Request) -> Response:
        """Change a tag."""
        fields = await _fields(request)
        with self._lock:
            tag = self._tag(request)
            if any(other.name == fields.get("name") and other is not tag for other in self._tags.values()):
                raise Refusal(400, "A tag with this name exists already")
            return self._updated(dataclasses.replace(tag, **fields))

    async def delete(self, request: Request) -> Response:
        """Delete a tag."""
        with self._lock:
            del self._tags[self._tag(request).id]
        return JSONResponse({"message": "Deleted", "status": "Success"})

    def _updated(self, tag: _Tag) -> Response:
        self._tags[tag.id] = tag
        return JSONResponse({"data": self._json(tag), "message": "Updated", "status": "Success"})

    def _tag(self, request: Request) -> _Tag:
        number = request.path_params["id"]
        tag = self._tags.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 10 else None
        if tag is None:
            raise Refusal(404, _NOT_FOUND)
        return tag

    def _json(self, tag: _Tag) -> dict[str, Any]:
        owner = self._data.organization
        fields = {"id": tag.id, "name": tag.name, "owner": None if owner is None else owner.name, "description": tag.description}
        return {name: value for name, value in fields.items() if value is not None}


async def _fields(request: Request) -> dict[str, Any]:
    """Return the writable members of the body; others are ignored, as clients send back what they have read."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refusal(400, _MALFORMED) from None
    if not isinstance(body, dict):
        raise Refusal(400, _MALFORMED)
    fields = {name: body[name] for name in ("name", "description") if name in body}
    if not all(isinstance(value, str) for value in fields.values()):
        raise Refusal(400, _MALFORMED)
    if "name" in fields and not 1 <= len(fields["name"]) <= _LONGEST_NAME:
        raise Refusal(400, f"The name of a tag has 1 to {_LONGEST_NAME} characters")
    return fields
