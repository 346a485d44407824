"""What an emulated TCAP answers: logins, hash verification, hash lists (contract/tcap_timbr.md).

Unknown in the contract, and so chosen here: the answer of a verification is ``{"count", "results"}`` with one result for each
item, in its order; ``GET`` on it, which the vendor's own examples do, describes the service; at most 1,000 hashes are taken at
once; the page of a hash list has `page_size` items, and goes back with ``before``; a list of URL hashes has SHA256 digests.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.application import BASE_URL
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.routing import Route
from gatepost.emulator.services.tcap_hashes import HASH_TYPES, IDEOLOGIES, HashQuery, HashStore, KnownHash, hash_problem

__all__ = ["TcapApi"]

LARGEST_VERIFICATION = 1000
LARGEST_URL_PAGE = 1000
_DEFAULT_URL_PAGE = 100
_CHECKPOINT = re.compile(r"([0-9]{1,11}\.[0-9]{6}),([0-9]{1,12})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class TcapApi:
    """The calls that need a token.

    Args:
        hashes: What the service knows.
        clock: The service's clock.
        page_size: Items on a page of the hash list.
        next_base_url: The origin of ``next`` and ``previous``; None takes the one of the request.
        urls: How many URL hashes there are.
    """

    def __init__(self, hashes: HashStore, clock: PlatformClock, *, page_size: int, next_base_url: str | None, urls: int) -> None:
        self._hashes = hashes
        self._page_size = page_size
        self._next_base_url = next_base_url
        today = datetime.datetime.fromtimestamp(clock.now(), datetime.UTC).date()
        self._urls = [
            {
                "url_hash": hashlib.sha256(f"https://sample-{number}.example/".encode()).hexdigest(),
                "algorithm": "SHA256",
                "ideology": IDEOLOGIES[number % len(IDEOLOGIES)],
                "created_on": (today - datetime.timedelta(days=urls - number)).isoformat(),
            }
            for number in range(urls)
        ]

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route("GET", "/hash-verification/api/v2", self.describe),
            Route("POST", "/hash-verification/api/v2", self.verify),
            Route("GET", "/api/hash-list/v2/all", self.hash_list),
            Route("GET", "/core/url-hash-list", self.url_hash_list),
        ]

    async def describe(self, request: Request) -> Response:  # noqa: ARG002 - every handler is given the request
        """Say what the service takes."""
        return JSONResponse(
            {
                "service": "Hash Verification",
                "version": "2",
                "hash_types": list(HASH_TYPES),
                "ideologies": list(IDEOLOGIES),
                "max_hashes": LARGEST_VERIFICATION,
            }
        )

    async def verify(self, request: Request) -> Response:
        """Compare hashes with the known ones. Takes a list, and the older ``{"body": [...]}``."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refusal(415, "The content type must be application/json")
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise Refusal(400, "The body is not JSON") from None
        items = body.get("body") if isinstance(body, dict) and set(body) == {"body"} else body
        if not isinstance(items, list) or not items:
            raise Refusal(400, "The body must be a list of hashes, with at least one")
        if len(items) > LARGEST_VERIFICATION:
            raise Refusal(400, f"At most {LARGEST_VERIFICATION} hashes can be verified at once")
        errors = [{"index": index, "message": problem} for index, item in enumerate(items) if (problem := hash_problem(item))]
        if errors:
            raise Refusal(400, "Some hashes are not valid", body={"message": "Some hashes are not valid", "errors": errors})
        ideologies = _ideologies(request.query_params.getlist("ideologies"))
        results = [self._result(HashQuery(**item), ideologies) for item in items]
        return JSONResponse({"count": len(results), "results": results})

    async def hash_list(self, request: Request) -> Response:
        """List the known hashes by the time of their last change."""
        query = request.query_params
        order = query.get("order", "asc")
        if order not in ("asc", "desc"):
            raise Refusal(400, "order must be asc or desc")
        after, before = (_checkpoint(query.get(name), name) for name in ("after", "before"))
        if after and before:
            raise Refusal(400, "after and before exclude each other")
        hashes = self._hashes.all()
        if order == "desc":
            hashes = hashes[::-1]
        start, end = _window(hashes, after, before, self._page_size, newest_first=order == "desc")
        page = hashes[start:end]
        base = self._link_base(request, "/api/hash-list/v2/all")
        last = _mark(page[-1]) if page else query.get("after")
        links = {
            "next": f"{base}?{urlencode({'order': order, 'after': last})}" if end < len(hashes) and page else None,
            "previous": f"{base}?{urlencode({'order': order, 'before': _mark(page[0])})}" if start > 0 and page else None,
        }
        results = [_listed(known) for known in page]
        return JSONResponse({"count": len(hashes), **links, "checkpoint": last, "results": results})

    async def url_hash_list(self, request: Request) -> Response:
        """List hashes of URLs, by ideology and days."""
        query = request.query_params
        limit = _number(query.get("limit"), "limit", _DEFAULT_URL_PAGE, 1, LARGEST_URL_PAGE)
        offset = _number(query.get("offset"), "offset", 0, 0, 10**9)
        ideologies = _ideologies(query.getlist("ideology"))
        first, last = (_day(query.get(name), name) for name in ("from", "to"))
        found = [
            url
            for url in self._urls
            if url["ideology"] in ideologies and (first or "") <= url["created_on"] <= (last or "9999-12-31")
        ]
        base = self._link_base(request, "/core/url-hash-list")
        kept = [(name, value) for name, value in query.multi_items() if name not in ("limit", "offset")]

        def link(start: int) -> str:
            return f"{base}?{urlencode([*kept, ('limit', str(limit)), ('offset', str(start))])}"

        return JSONResponse(
            {
                "count": len(found),
                "next": link(offset + limit) if offset + limit < len(found) else None,
                "previous": link(max(offset - limit, 0)) if offset > 0 else None,
                "results": found[offset : offset + limit],
            }
        )

    def _result(self, query: HashQuery, ideologies: Sequence[str]) -> dict[str, Any]:
        known, likeness = self._hashes.best(query, ideologies)
        result: dict[str, Any] = {"hash_value": query.hash_value, "hash_type": query.hash_type, "match": known is not None}
        if known is not None:
            result |= {"ideology": known.ideology, "file_type": known.file_type, "confidence": round(likeness, 6)}
        return result

    def _link_base(self, request: Request, path: str) -> str:
        base: str = self._next_base_url or request.scope[BASE_URL]
        return f"{base.rstrip('/')}{path}"


def _mark(known: KnownHash) -> str:
    return f"{known.updated_on:.6f},{known.id}"


def _listed(known: KnownHash) -> dict[str, Any]:
    return {
        "hash_digest": known.hash_digest,
        "algorithm": known.algorithm,
        "ideology": known.ideology,
        "file_type": known.file_type,
        "deleted": known.deleted,
        "updated_on": _iso(known.updated_on),
        "created_on": _iso(known.created_on),
        "id": known.id,
    }


def _iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _window(
    hashes: Sequence[KnownHash],
    after: tuple[float, int] | None,
    before: tuple[float, int] | None,
    size: int,
    *,
    newest_first: bool,
) -> tuple[int, int]:
    """Return start and end of a page."""

    def passed(known: KnownHash, mark: tuple[float, int]) -> bool:
        """Whether the hash comes before the mark, or at it."""
        place = (known.updated_on, known.id)
        return place >= mark if newest_first else place <= mark

    if before:
        end = sum(passed(known, before) and (known.updated_on, known.id) != before for known in hashes)
        return max(end - size, 0), end
    start = sum(passed(known, after) for known in hashes) if after else 0
    return start, min(start + size, len(hashes))


def _checkpoint(text: str | None, name: str) -> tuple[float, int] | None:
    if not text:
        return None
    found = _CHECKPOINT.fullmatch(text)
    if found is None:
        raise Refusal(400, f"{name} must be a checkpoint")
    return float(found[1]), int(found[2])


def _ideologies(values: Sequence[str]) -> tuple[str, ...]:
    """Return the ideologies that a query names, one or several with commas; all when it names none."""
    named = tuple(part for value in values for part in value.split(",") if part)
    if unknown := [name for name in named if name not in IDEOLOGIES]:
        raise Refusal(400, f"{unknown[0]!r} is not one of {', '.join(IDEOLOGIES)}")
    return named or IDEOLOGIES


def _number(text: str | None, name: str, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise Refusal(400, f"{name} must be a number from {least} to {most}")
    return int(text)


def _day(text: str | None, name: str) -> str | None:
    if not text:
        return None
    if _DATE.fullmatch(text):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(text).isoformat()
    raise Refusal(400, f"{name} must be a day, YYYY-MM-DD")
