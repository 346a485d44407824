"""What a developer declares, and the runners of each kind of app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.app.app import App as App
    from gatepost.app.result import Result as Result

__all__ = [
    "App",
    "Result",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "app": ("App",),
        "result": ("Result",),
    },
)
