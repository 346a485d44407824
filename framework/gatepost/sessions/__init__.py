"""HTTP sessions: the attempt loop around every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.sessions.policy import DEFAULT_POLICY as DEFAULT_POLICY
    from gatepost.sessions.policy import RetryBudget as RetryBudget
    from gatepost.sessions.session import AuthorizedSession as AuthorizedSession

__all__ = [
    "DEFAULT_POLICY",
    "AuthorizedSession",
    "RetryBudget",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "policy": ("DEFAULT_POLICY", "RetryBudget"),
        "session": ("AuthorizedSession",),
    },
)
