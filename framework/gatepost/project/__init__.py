"""An app's project on a developer's machine: launching it as the platform does, making a new one, finding out what is wrong."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.project.app_folder import AppFolder, open_app
    from gatepost.project.ca_bundle import write_ca_bundle
    from gatepost.project.launching import Launch, launch, launch_emulated

__all__ = [
    "AppFolder",
    "Launch",
    "launch",
    "launch_emulated",
    "open_app",
    "write_ca_bundle",
]

_HOMES = {
    "AppFolder": "app_folder",
    "Launch": "launching",
    "launch": "launching",
    "launch_emulated": "launching",
    "open_app": "app_folder",
    "write_ca_bundle": "ca_bundle",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
