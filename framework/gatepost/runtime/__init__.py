"""One execution of an app or script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.runtime.connecting import connect as connect
    from gatepost.runtime.runtime import Runtime as Runtime

__all__ = [
    "Runtime",
    "connect",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "connecting": ("connect",),
        "runtime": ("Runtime",),
    },
)
