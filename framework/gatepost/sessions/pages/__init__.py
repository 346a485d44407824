"""Long answers of any service, read page by page, with a checkpoint that survives the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.sessions.pages.checkpoint import Checkpoint as Checkpoint
    from gatepost.sessions.pages.errors import PagingError as PagingError
    from gatepost.sessions.pages.page import Page as Page
    from gatepost.sessions.pages.paging import CursorPages as CursorPages
    from gatepost.sessions.pages.paging import LinkPages as LinkPages
    from gatepost.sessions.pages.paging import NumberedPages as NumberedPages
    from gatepost.sessions.pages.paging import OffsetPages as OffsetPages
    from gatepost.sessions.pages.paging import Paging as Paging
    from gatepost.sessions.pages.progress import Progress as Progress
    from gatepost.sessions.pages.reading import Pages as Pages
    from gatepost.sessions.pages.reading import read_pages as read_pages

__all__ = [
    "Checkpoint",
    "CursorPages",
    "LinkPages",
    "NumberedPages",
    "OffsetPages",
    "Page",
    "Pages",
    "Paging",
    "PagingError",
    "Progress",
    "read_pages",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "checkpoint": ("Checkpoint",),
        "errors": ("PagingError",),
        "page": ("Page",),
        "paging": ("CursorPages", "LinkPages", "NumberedPages", "OffsetPages", "Paging"),
        "progress": ("Progress",),
        "reading": ("Pages", "read_pages"),
    },
)
