"""One page of a long answer."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from gatepost.redaction import redact
from gatepost.sessions.pages.errors import PagingError
from gatepost.sessions.pages.members import MISSING, member

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import Response

__all__ = ["Page"]


class Page:
    """One page.

    Attributes:
        number: Its number in this read, from 1; pages of earlier, interrupted reads count.
        response: The answer.
        items: What it holds.
        total: How many items there are in all pages, as this answer says; None when it is not known.
        read: How many items were read up to the end of this page.
    """

    number: int
    response: Response
    items: list[Any]
    total: int | None
    read: int

    def __init__(
        self,
        number: int,
        response: Response,
        *,
        items: str | Callable[[Response], list[Any]],
        total: str | Callable[[Response], int | None] | None,
        before: int,
    ) -> None:
        self.number = number
        self.response = response
        self.items = self._items(items)
        self.total = self._total(total)
        self.read = before + len(self.items)

    @cached_property
    def answer(self) -> Any:
        """The answer, read from JSON.

        Raises:
            PagingError: It is not JSON.
        """
        try:
            return self.response.json()
        except (ValueError, RecursionError):
            kind = self.response.headers.get("Content-Type", "of no named type")
            raise PagingError(
                f"Page {self.number} is not JSON",
                why=f"The answer with status {self.response.status_code} is {redact(kind)}",
                remedy="Check the URL; for other formats give items= a function that reads the response",
            ) from None

    def describe(self) -> str:
        """Return in words what the answer has on its outermost level, names only."""
        answer = self.answer
        if isinstance(answer, dict):
            return redact(f"Page {self.number} has the members {', '.join(map(str, answer))}" if answer else "It is empty")
        return f"Page {self.number} is {_KINDS.get(type(answer), 'a plain value')}"

    def _items(self, items: str | Callable[[Response], list[Any]]) -> list[Any]:
        if not isinstance(items, str):
            return list(items(self.response))
        found = member(self.answer, items)
        if isinstance(found, list):
            return found
        place = f"at {items!r}" if items else "on its outermost level"
        what = "nothing" if found is MISSING else _KINDS.get(type(found), "a plain value")
        raise PagingError(
            f"The answer has {what} {place}, where the items should be",
            why=self.describe(),
            remedy="Give items= the path of the list: items='data.results'",
        )

    def _total(self, total: str | Callable[[Response], int | None] | None) -> int | None:
        if total is None:
            return None
        found = total(self.response) if callable(total) else member(self.answer, total)
        if isinstance(found, str) and found.isdecimal() and len(found) < 19:
            found = int(found)
        return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


_KINDS: dict[type, str] = {
    dict: "an object",
    list: "a list",
    type(None): "null",
    str: "a text",
    int: "a number",
    bool: "a Boolean",
}
