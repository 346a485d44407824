"""HTTP sessions: the attempt loop around every request, its limits and who watches it."""

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
    from gatepost.sessions.policy import DEFAULT_POLICY as DEFAULT_POLICY
    from gatepost.sessions.policy import RetryBudget as RetryBudget
    from gatepost.sessions.session import AuthorizedSession as AuthorizedSession
    from gatepost.sessions.tracing import Tracing as Tracing

__all__ = [
    "DEFAULT_POLICY",
    "Attempt",
    "AuthorizedSession",
    "Counters",
    "LimitHeaders",
    "ObservedCall",
    "Observer",
    "Outcome",
    "Quota",
    "RateLimit",
    "RetryBudget",
    "Tracing",
    "WaitReason",
    "curl_command",
    "curl_line",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "curl": ("curl_command", "curl_line"),
        "limits": ("LimitHeaders", "Quota", "RateLimit"),
        "observers": ("Attempt", "Counters", "ObservedCall", "Observer", "Outcome", "WaitReason"),
        "policy": ("DEFAULT_POLICY", "RetryBudget"),
        "session": ("AuthorizedSession",),
        "tracing": ("Tracing",),
    },
)
