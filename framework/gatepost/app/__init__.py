"""What a developer declares, and the runners of each kind of app."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.app.app import App as App
    from gatepost.app.result import Result as Result

_HOMES = {"App": "app", "Result": "result"}

__all__ = [
    "App",
    "Result",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
