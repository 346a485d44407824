"""One execution of an app or script."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.runtime.connecting import connect as connect
    from gatepost.runtime.runtime import Runtime as Runtime

_HOMES = {"connect": "connecting", "Runtime": "runtime"}

__all__ = [
    "Runtime",
    "connect",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
