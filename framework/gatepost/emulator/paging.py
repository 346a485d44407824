"""Pages of a list, and the links between them.

Sources: contract/rest_v2.md section 1 and contract/rest_v3.md section 3. What the platform does beyond the largest page is
unknown: this one refuses with 400, so that a client does not take a cut page for a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from gatepost.emulator.envelope import Refusal

__all__ = ["LARGEST_PAGE", "Page", "parse_page"]

LARGEST_PAGE = 10_000
_DEFAULT_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for.

    Attributes:
        start: Index of the first item, from 0.
        limit: The number of items at most.
    """

    start: int = 0
    limit: int = _DEFAULT_PAGE

    def cut(self, items: Sequence[Any]) -> list[Any]:
        """Return the items of this page."""
        return list(items[self.start : self.start + self.limit])

    def links(self, base: str, query: Sequence[tuple[str, str]], total: int) -> dict[str, str]:
        """Return ``next`` when items follow and ``prev`` when items precede.

        Args:
            base: The URL of the list, absolute, with ``https``: older clients take any other for a relative one.
            query: The parameters of the request; all of them go into the links.
            total: The number of items in the whole list.
        """
        links = {}
        if self.start + self.limit < total:
            links["next"] = _link(base, query, self.start + self.limit, self.limit)
        if self.start > 0:
            links["prev"] = _link(base, query, max(self.start - self.limit, 0), self.limit)
        return links


def parse_page(query: Sequence[tuple[str, str]], message: str) -> Page:
    """Read ``resultStart`` and ``resultLimit``.

    Raises:
        Refusal: 400 with `message` when one of them is no number that can be.
    """
    values = dict(query)
    numbers = {}
    for name, default, least in (("resultStart", 0, 0), ("resultLimit", _DEFAULT_PAGE, 1)):
        text = values.get(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
            raise Refusal(400, message)
        numbers[name] = int(text)
    if numbers["resultLimit"] > LARGEST_PAGE:
        raise Refusal(400, message)
    return Page(numbers["resultStart"], numbers["resultLimit"])


def _link(base: str, query: Sequence[tuple[str, str]], start: int, limit: int) -> str:
    kept = [(name, value) for name, value in query if name not in ("resultStart", "resultLimit")]
    return f"{base}?{urlencode([*kept, ('resultStart', str(start)), ('resultLimit', str(limit))])}"
