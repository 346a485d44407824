"""HTTP sessions: the attempt loop around every request."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.sessions.policy import DEFAULT_POLICY as DEFAULT_POLICY
    from gatepost.sessions.policy import RetryBudget as RetryBudget
    from gatepost.sessions.session import AuthorizedSession as AuthorizedSession

_HOMES = {"DEFAULT_POLICY": "policy", "RetryBudget": "policy", "AuthorizedSession": "session"}

__all__ = [
    "DEFAULT_POLICY",
    "AuthorizedSession",
    "RetryBudget",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
