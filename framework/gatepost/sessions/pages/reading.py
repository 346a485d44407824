"""Reading a long answer page by page: lazily, with an eye on servers that lead in a circle."""

from __future__ import annotations

import hashlib
import json as json_format
import logging
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import requests

from gatepost.errors import UsageError
from gatepost.redaction import redact
from gatepost.secret import Secret
from gatepost.sessions.pages.checkpoint import Saved
from gatepost.sessions.pages.errors import PagingError
from gatepost.sessions.pages.page import Page
from gatepost.sessions.pages.progress import Progress, default_reporter
from gatepost.sessions.refusals import refusal
from gatepost.transport.errors import OriginError
from gatepost.transport.origin import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from requests import PreparedRequest, Response

    from gatepost.sessions.pages.checkpoint import Checkpoint
    from gatepost.sessions.pages.paging import Paging, Position
    from gatepost.sessions.pages.progress import Reporter
    from gatepost.sessions.session import AuthorizedSession

__all__ = ["MOST_PAGES", "Pages", "read_pages"]

_logger = logging.getLogger("gatepost.pages")

MOST_PAGES: Final = 10_000
"""Pages that are read in one go unless the caller allows more."""


def read_pages(
    session: AuthorizedSession,
    url: str,
    paging: Paging,
    *,
    items: str | Callable[[Response], list[Any]] = "",
    total: str | Callable[[Response], int | None] | None = None,
    method: str = "GET",
    params: Mapping[str, Any] | None = None,
    json: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    checkpoint: Checkpoint | None = None,
    progress: bool | Reporter = True,
    label: str = "",
    most_pages: int = MOST_PAGES,
    repeatable: bool | None = None,
    deadline: float | None = None,
) -> Pages:
    """Read a long answer of any service: its items, one after another, each page when its first item is asked for.

    Args:
        session: Whose paths, credentials, repeats and limits are used.
        url: Path or whole URL of the first page.
        paging: How the service splits its answers: `OffsetPages`, `NumberedPages`, `CursorPages`, `LinkPages`.
        items: Path of the list in the JSON answer, names joined by ``.``; empty: the answer is the list. Or a function that
            takes them out of the response.
        total: Path of the number of all items, or a function that takes it out of the response; None where it is not told.
        method: HTTP method.
        params: Query of each request.
        json: JSON body of each request.
        headers: Further headers.
        checkpoint: Remembers how far it got, and goes on there.
        progress: False for silence; or a function that is told after each page. Default: a bar where a person watches and the
            extra ``cli`` is installed, else lines in the log ``gatepost.pages``.
        label: What is read, for the progress; default is the path.
        most_pages: Pages after which a read is taken for endless.
        repeatable: As for `AuthorizedSession.request`: True where a POST only asks.
        deadline: Seconds for each request.

    Returns:
        The items; nothing is asked for before the first one is.

    Raises:
        UsageError: The arguments do not go together.
    """
    return Pages(
        session,
        url,
        paging,
        items=items,
        total=total,
        method=method.upper(),
        params=dict(params or {}),
        json=None if json is None else dict(json),
        headers=dict(headers or {}),
        checkpoint=checkpoint,
        progress=progress,
        label=label,
        most_pages=most_pages,
        send={"repeatable": repeatable, "deadline": deadline},
    )


class Pages:
    """The items of a long answer, made by `read_pages`: an iterator that is used once.

    Attributes:
        items_read: Items of all pages that were read, those of earlier, interrupted reads included.
        pages_read: Pages that were read, likewise.
        total: Items that there are, as the last answer says; None when that is not known.
        resumed: Whether a checkpoint was gone on from.
        position: Where a later read would go on, as a checkpoint holds it: ``{"cursor": "eyJ…"}``, ``{"offset": 200}``. It
            changes when the item after a page's last one is asked for; None before that.
    """

    def __init__(
        self,
        session: AuthorizedSession,
        url: str,
        paging: Paging,
        *,
        items: str | Callable[[Response], list[Any]],
        total: str | Callable[[Response], int | None] | None,
        method: str,
        params: dict[str, Any],
        json: dict[str, Any] | None,
        headers: dict[str, str],
        checkpoint: Checkpoint | None,
        progress: bool | Reporter,
        label: str,
        most_pages: int,
        send: dict[str, Any],
    ) -> None:
        if most_pages < 1:
            raise UsageError(f"{most_pages} pages are none", remedy="Give most_pages= a positive number")
        self._session = session
        self._url = session.url_for(url)
        self._home = origin_of(self._url)
        self._paging = paging
        self._items, self._total = items, total
        self._method, self._params, self._json, self._headers = method, params, json, headers
        self._checkpoint = checkpoint
        self._progress = progress
        self._label = label or redact(self._url.partition("?")[0].removeprefix(str(self._home)))
        self._most_pages = most_pages
        self._send_arguments = send
        self.items_read = 0
        self.pages_read = 0
        self.total: int | None = None
        self.resumed = False
        self.position: Position | None = None
        self._reading = self._read()
        self._flat = self._flattened()

    def __iter__(self) -> Iterator[Any]:
        return self._flat

    def __next__(self) -> Any:
        return next(self._flat)

    def by_page(self) -> Iterator[Page]:
        """Return the pages in place of their items, for work that is done a page at a time."""
        return self._reading

    def close(self) -> None:
        """Give up reading: the bar ends. What was read completely is in the checkpoint."""
        self._flat.close()
        self._reading.close()

    def _flattened(self) -> Generator[Any, None, None]:
        for page in self._reading:
            yield from page.items

    # -- one page after another ----------------------------------------------------------------------------------------------

    def _read(self) -> Generator[Page, None, None]:
        key = self._key()
        position = self._begin(key)
        report = self._reporter()
        seen: dict[bytes, int] = {}
        pages, earlier = 0, b""
        try:
            while True:
                number = self.pages_read + 1
                self._check_circle(position, number, seen)
                page = Page(number, self._answer(position), items=self._items, total=self._total, before=self.items_read)
                earlier = self._check_repetition(page, earlier)
                following = self._paging.following(position, page)
                self.pages_read, self.items_read, self.total = number, page.read, page.total
                pages += 1
                report(Progress(self._label, self.pages_read, self.items_read, self.total, following is None))
                yield page
                if following is None:
                    break
                self.position = position = self._with_origin(position, following)
                if self._checkpoint is not None:
                    self._checkpoint.save(key, Saved(position, self.pages_read, self.items_read))
                if pages >= self._most_pages:
                    raise PagingError(
                        f"{redact(self._label)} has more than {self._most_pages} pages",
                        why="A server that leads in a circle looks like that",
                        remedy="Check what its answers say of the next page; if all is well, allow more by most_pages=",
                    )
            self._check_whole(page)
            self._end(key, position, page)
        finally:
            if callable(close := getattr(report, "close", None)):
                close()

    def _begin(self, key: str) -> Position:
        """Return the page to begin with: the first one, or where a checkpoint says."""
        if self._checkpoint is None:
            return self._paging.first()
        saved = self._checkpoint.load(key, self._paging)
        if self._checkpoint.finding:
            _logger.warning("%s", redact(self._checkpoint.finding))
        if saved is None or (saved.ended and not self._checkpoint.keep):
            return self._paging.first()
        self.resumed = True
        if not saved.ended:
            self.pages_read, self.items_read = saved.pages, saved.items
            _logger.info("%s: going on after %d items in %d pages", self._label, saved.items, saved.pages)
        return saved.position

    def _end(self, key: str, position: Position, page: Page) -> None:
        self.position = self._paging.end(position, page)
        if self._checkpoint is None:
            return
        if self._checkpoint.keep:
            self._checkpoint.save(key, Saved(self.position, self.pages_read, self.items_read, ended=True))
        else:
            self._checkpoint.remove()

    def _reporter(self) -> Reporter:
        if self._progress is True:
            return default_reporter(self._session.clocks.time)
        return self._progress or (lambda _: None)

    # -- guards --------------------------------------------------------------------------------------------------------------

    def _check_circle(self, position: Position, number: int, seen: dict[bytes, int]) -> None:
        digest = hashlib.sha256(json_format.dumps(position, sort_keys=True).encode()).digest()
        if digest in seen:
            raise PagingError(
                f"The server leads in a circle: after page {number - 1} it names page {seen[digest]} again",
                why=redact(f"{', '.join(position)} is the same"),
                remedy="Check the kind of paging and where its answers tell the next page",
            )
        seen[digest] = number

    def _check_repetition(self, page: Page, earlier: bytes) -> bytes:
        """Refuse the same page twice in a row from a server that was asked for different ones."""
        if not self._paging.counts or not page.items:
            return b""
        # Objects tell pages apart by themselves, whatever else an answer has that is new each time. Plain values may well repeat.
        objects = all(isinstance(item, dict) and item for item in page.items)
        digest = hashlib.sha256(repr(page.items).encode() if objects else page.response.content).digest()
        if digest == earlier:
            names = ", ".join(self._paging.fields(self._paging.first()))
            raise PagingError(
                f"Page {page.number} is the same as the one before",
                why=f"The server takes no notice of {names}, perhaps",
                remedy="Check the names of the parameters, and whether they go into the query or the body (where=)",
            )
        return digest

    def _check_whole(self, page: Page) -> None:
        """Warn where an answer that names no further page knows of more items: it may be looked for in the wrong place."""
        whole = not self.resumed and not self._paging.counts and self._paging.first().get("cursor") is None
        if whole and page.total is not None and page.read < page.total:
            _logger.warning("%s: %d of %d items, and the last answer names no further page", self._label, page.read, page.total)

    # -- requests ------------------------------------------------------------------------------------------------------------

    def _answer(self, position: Position) -> Response:
        """Ask for a page.

        Raises:
            PlatformError: The server refuses.
        """
        url = position.get("url")
        if position.get("left"):
            # Where another server leads is no longer the caller's wish: nothing of theirs goes there, nor back from there.
            if self._method != "GET" or not isinstance(url, str):
                raise OriginError(
                    f"The next page is at another origin than {self._home}",
                    why=f"What a {self._method} carries is for that server alone",
                    remedy="Ask the service for links to itself",
                )
            prepared = requests.PreparedRequest()
            agent = self._session.headers.get("User-Agent", "gatepost")
            prepared.prepare(method="GET", url=url, headers={"User-Agent": agent, "Accept": "application/json"})
            response = self._session.send(prepared, scheme=None, **self._send_arguments)
        else:
            response = self._session.send(self._prepared(position, url), **self._send_arguments)
        if response.status_code >= 400:
            problem = refusal(response)
            response.close()
            raise problem
        return response

    def _prepared(self, position: Position, url: object) -> PreparedRequest:
        fields = dict(self._paging.fields(position))
        if isinstance(url, str):  # a link is whole: it has the caller's params in it
            request = requests.Request(self._method, url, headers=self._headers, json=self._json)
        elif getattr(self._paging, "where", "query") == "json":
            body = {**(self._json or {}), **fields}
            request = requests.Request(self._method, self._url, headers=self._headers, params=self._params, json=body)
        else:
            params = {**self._params, **fields}
            request = requests.Request(self._method, self._url, headers=self._headers, params=params, json=self._json)
        return self._session.prepare_request(request)

    def _with_origin(self, before: Position, position: Position) -> Position:
        """Note at a link that it leads, or has led, away from the origin that was asked."""
        url = position.get("url")
        if not isinstance(url, str):
            return position
        away = bool(before.get("left")) or origin_of(url) != self._home
        return {**position, "left": True} if away else position

    def _key(self) -> str:
        """Return what stands for the question: nothing can be read out of it."""
        paging = self._paging
        settings = {field.name: repr(getattr(paging, field.name)) for field in fields(paging)}
        items = self._items if isinstance(self._items, str) else getattr(self._items, "__qualname__", "")
        asked = [self._method, self._url, self._params, self._json, type(paging).__qualname__, settings, items]
        text = json_format.dumps(asked, sort_keys=True, default=_as_text)
        return hashlib.sha256(redact(text).encode()).hexdigest()


def _as_text(value: object) -> str:
    return "" if isinstance(value, Secret) else str(value)
