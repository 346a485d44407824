"""How a server splits a long answer into pages: by offset, by number, by cursor, by links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from gatepost.errors import UsageError
from gatepost.redaction import redact
from gatepost.sessions.pages.errors import PagingError
from gatepost.sessions.pages.links import next_link
from gatepost.sessions.pages.members import MISSING, member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.sessions.pages.page import Page

__all__ = ["CursorPages", "LinkPages", "NumberedPages", "OffsetPages", "Paging", "Position"]

Position = dict[str, Any]
"""Where a page is, as JSON can hold it. Its members are the business of one kind of paging."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How pages follow one another.

    A kind of one's own is a frozen dataclass on top of this: it answers `first`, `fields`, `following` and `understands`, and
    keeps nothing between them. Its fields are part of the question that a checkpoint belongs to.
    """

    counts: ClassVar[bool] = False
    """Whether pages are asked for by counting: then a server that does not know the parameter gives the same page for ever."""

    def first(self) -> Position:
        """Return the position of the first page."""
        raise NotImplementedError

    def fields(self, position: Position) -> Mapping[str, Any]:
        """Return what the query, or the JSON body, of the request for a page holds besides the caller's own."""
        raise NotImplementedError

    def following(self, position: Position, page: Page) -> Position | None:
        """Return the position of the page after this one; None after the last.

        Raises:
            PagingError: The answer does not say it as it should.
        """
        raise NotImplementedError

    def end(self, position: Position, page: Page) -> Position:  # noqa: ARG002 - for subclasses
        """Return where a later read goes on once this last page was read. Default: at the last page, which is read again."""
        return position

    def understands(self, position: Position) -> bool:
        """Tell whether a position that was read from a file can be one of this kind."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class OffsetPages(Paging):
    """Pages by the number of items to leave out: ``?offset=200&limit=100``.

    The next offset counts the items that came, so that a server that gives less than it was asked for loses nothing. The last
    page is the one after which ``total`` items were read; where no total is known, the first one without items.

    Args:
        offset: Name of the parameter.
        limit: Name of the parameter with the size of a page; None sends none.
        size: Items of a page.
        start: Offset of the first item.
        where: Whether the parameters go into the query or into the JSON body.
    """

    offset: str = "offset"
    limit: str | None = "limit"
    size: int = 100
    start: int = 0
    where: Literal["query", "json"] = "query"
    counts: ClassVar[bool] = True

    def __post_init__(self) -> None:
        _check(self.size, self.where)

    def first(self) -> Position:
        """Return the position of the first page."""
        return {"offset": self.start}

    def fields(self, position: Position) -> Mapping[str, Any]:
        """Return offset and size."""
        return {self.offset: position["offset"]} | ({self.limit: self.size} if self.limit else {})

    def following(self, position: Position, page: Page) -> Position | None:
        """Return the offset after the items that came."""
        reached = position["offset"] + len(page.items)
        if not page.items or (page.total is not None and reached - self.start >= page.total):
            return None
        return {"offset": reached}

    def end(self, position: Position, page: Page) -> Position:
        """Return the offset after the last item: items that were added since come next."""
        return {"offset": position["offset"] + len(page.items)}

    def understands(self, position: Position) -> bool:
        """Tell whether this is an offset."""
        return position.keys() == {"offset"} and _is_count(position["offset"])


@dataclass(frozen=True, slots=True)
class NumberedPages(Paging):
    """Pages by their number: ``?page=3``.

    The last page is the one after which ``total`` items were read, or the one with the number that the answer has at
    ``last``; where neither is known, the first one without items.

    Args:
        page: Name of the parameter.
        limit: Name of the parameter with the size of a page; None sends none.
        size: Items of a page.
        start: Number of the first page.
        last: Path of the member that holds the number of the last page; None for none.
        where: Whether the parameters go into the query or into the JSON body.
    """

    page: str = "page"
    limit: str | None = None
    size: int = 100
    start: int = 1
    last: str | None = None
    where: Literal["query", "json"] = "query"
    counts: ClassVar[bool] = True

    def __post_init__(self) -> None:
        _check(self.size, self.where)

    def first(self) -> Position:
        """Return the position of the first page."""
        return {"page": self.start}

    def fields(self, position: Position) -> Mapping[str, Any]:
        """Return number and size."""
        return {self.page: position["page"]} | ({self.limit: self.size} if self.limit else {})

    def following(self, position: Position, page: Page) -> Position | None:
        """Return the next number."""
        if self.last is not None:
            last = member(page.answer, self.last)
            if not _is_count(last):
                raise PagingError(
                    f"The answer does not say at {self.last!r} how many pages there are",
                    why=page.describe(),
                    remedy="Correct last=, or leave it out",
                )
            return {"page": position["page"] + 1} if position["page"] < last else None
        if not page.items or (page.total is not None and page.read >= page.total):
            return None
        return {"page": position["page"] + 1}

    def end(self, position: Position, page: Page) -> Position:
        """Return the last page with items: those that were added since are on it, or on the ones after it."""
        return position if page.items else {"page": max(self.start, position["page"] - 1)}

    def understands(self, position: Position) -> bool:
        """Tell whether this is a page's number."""
        return position.keys() == {"page"} and _is_count(position["page"])


@dataclass(frozen=True, slots=True)
class CursorPages(Paging):
    """Pages by a cursor: each answer has the one for the next request, ``?cursor=eyJ…``.

    The last page is the one without a cursor (missing, null or empty), the one that is false at ``more``, or one without items
    that repeats the cursor it was asked with.

    Args:
        cursor: Name of the parameter.
        at: Path of the member of the answer that holds the next cursor; default is the parameter's name.
        more: Path of the member that is false, null, empty or missing in the last answer; None for none.
        start: Cursor of the first page; None sends none.
        limit: Name of the parameter with the size of a page; None sends none.
        size: Items of a page.
        where: Whether the parameters go into the query or into the JSON body.
    """

    cursor: str = "cursor"
    at: str | None = None
    more: str | None = None
    start: Any = None
    limit: str | None = None
    size: int = 100
    where: Literal["query", "json"] = "query"

    def __post_init__(self) -> None:
        _check(self.size, self.where)

    def first(self) -> Position:
        """Return the position of the first page."""
        return {"cursor": self.start}

    def fields(self, position: Position) -> Mapping[str, Any]:
        """Return cursor and size."""
        cursor = {} if position["cursor"] is None else {self.cursor: position["cursor"]}
        return cursor | ({self.limit: self.size} if self.limit else {})

    def following(self, position: Position, page: Page) -> Position | None:
        """Return the cursor of the answer."""
        cursor = self._next(page)
        if self.more is not None:
            if not member(page.answer, self.more):
                return None
            if cursor is None:
                raise PagingError(
                    f"The answer promises more at {self.more!r} and has no cursor at {self._at!r}", why=page.describe()
                )
        if cursor is None or (not page.items and cursor == position["cursor"]):
            return None
        return {"cursor": cursor}

    def end(self, position: Position, page: Page) -> Position:
        """Return the last cursor: what was added since comes next."""
        cursor = self._next(page)
        return position if cursor is None else {"cursor": cursor}

    def understands(self, position: Position) -> bool:
        """Tell whether this is a cursor."""
        return position.keys() == {"cursor"}

    @property
    def _at(self) -> str:
        return self.cursor if self.at is None else self.at

    def _next(self, page: Page) -> Any:
        cursor = member(page.answer, self._at)
        return None if cursor is MISSING or cursor in ("", False) or cursor == [] else cursor


@dataclass(frozen=True, slots=True)
class LinkPages(Paging):
    """Pages by links: each answer has the URL of the next one, in its ``Link`` header (RFC 8288) or in a member.

    The last page is the one without a link. A link is used as it is: with its query, and without the caller's params and body.
    Known secrets in its query are taken out, since the scheme puts them on where they belong. A link to another origin is asked
    without credentials, cookies and the caller's headers, and so is every page after it.

    Args:
        at: Path of the member that holds the URL; None: the ``Link`` header.
    """

    at: str | None = None

    def first(self) -> Position:
        """Return the position of the first page."""
        return {"url": None}

    def fields(self, position: Position) -> Mapping[str, Any]:  # noqa: ARG002 - as every paging
        """Return nothing: links are whole."""
        return {}

    def following(self, position: Position, page: Page) -> Position | None:  # noqa: ARG002 - as every paging
        """Return the absolute URL of the next page."""
        if self.at is None:
            link: Any = next_link(page.response.headers.get("Link", ""))
        else:
            link = member(page.answer, self.at) or None
        if link is None:
            return None
        if not isinstance(link, str):
            raise PagingError(f"What the answer has at {self.at!r} is no URL, but {type(link).__name__}", why=page.describe())
        return {"url": _without_secrets(urljoin(page.response.url, link))}

    def understands(self, position: Position) -> bool:
        """Tell whether this is a link."""
        url = position.get("url", MISSING)
        return position.keys() <= {"url", "left"} and (url is None or isinstance(url, str))


def _check(size: int, where: str) -> None:
    if size < 1:
        raise UsageError(f"A page cannot have {size} items", remedy="Give size= a positive number")
    if where not in ("query", "json"):
        raise UsageError(f"A request has no place {where!r}", remedy="Give where='query' or where='json'")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _without_secrets(url: str) -> str:
    """Take the parameters out of a URL's query that hold a known secret: a key that a server repeats in its links."""
    parts = urlsplit(url)
    if not parts.query or redact(parts.query) == parts.query:
        return url
    kept = [
        pair
        for pair in parts.query.split("&")
        if redact(pair) == pair and all(redact(value) == value for _, value in parse_qsl(pair, keep_blank_values=True))
    ]
    return urlunsplit(parts._replace(query="&".join(kept)))
