"""HTTP sessions: the attempt loop around every request, its limits and who watches it, and long answers page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.sessions.curl import curl_command as curl_command
    from gatepost.sessions.curl import curl_line as curl_line
    from gatepost.sessions.limits import LimitHeaders as LimitHeaders
    from gatepost.sessions.limits import Quota as Quota
    from gatepost.sessions.limits import RateLimit as RateLimit
    from gatepost.sessions.observers import Attempt as Attempt
    from gatepost.sessions.observers import Counters as Counters
    from gatepost.sessions.observers import ObservedCall as ObservedCall
    from gatepost.sessions.observers import Observer as Observer
    from gatepost.sessions.observers import Outcome as Outcome
    from gatepost.sessions.observers import WaitReason as WaitReason
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
    from gatepost.sessions.policy import DEFAULT_POLICY as DEFAULT_POLICY
    from gatepost.sessions.policy import RetryBudget as RetryBudget
    from gatepost.sessions.session import AuthorizedSession as AuthorizedSession
    from gatepost.sessions.tracing import Tracing as Tracing

__all__ = [
    "DEFAULT_POLICY",
    "Attempt",
    "AuthorizedSession",
    "Checkpoint",
    "Counters",
    "CursorPages",
    "LimitHeaders",
    "LinkPages",
    "NumberedPages",
    "ObservedCall",
    "Observer",
    "OffsetPages",
    "Outcome",
    "Page",
    "Pages",
    "Paging",
    "PagingError",
    "Progress",
    "Quota",
    "RateLimit",
    "RetryBudget",
    "Tracing",
    "WaitReason",
    "curl_command",
    "curl_line",
    "read_pages",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "curl": ("curl_command", "curl_line"),
        "limits": ("LimitHeaders", "Quota", "RateLimit"),
        "observers": ("Attempt", "Counters", "ObservedCall", "Observer", "Outcome", "WaitReason"),
        "pages.checkpoint": ("Checkpoint",),
        "pages.errors": ("PagingError",),
        "pages.page": ("Page",),
        "pages.paging": ("CursorPages", "LinkPages", "NumberedPages", "OffsetPages", "Paging"),
        "pages.progress": ("Progress",),
        "pages.reading": ("Pages", "read_pages"),
        "policy": ("DEFAULT_POLICY", "RetryBudget"),
        "session": ("AuthorizedSession",),
        "tracing": ("Tracing",),
    },
)
