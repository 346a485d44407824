"""A platform in one process, for tests and for apps that run without one.

It verifies with code of its own what the platform verifies: signatures, timestamps, tokens. Needs the extra ``emulator``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatepost.emulator.data import LogEntry
    from gatepost.emulator.recording import RecordedRequest
    from gatepost.emulator.server import Credentials, Emulator
    from gatepost.emulator.settings import EmulatorSettings, Owner, OwnerKind
    from gatepost.emulator.tokens import IssuedToken, fingerprint
    from gatepost.emulator.verification import Outcome, Verdict

__all__ = [
    "Credentials",
    "Emulator",
    "EmulatorSettings",
    "IssuedToken",
    "LogEntry",
    "Outcome",
    "Owner",
    "OwnerKind",
    "RecordedRequest",
    "Verdict",
    "fingerprint",
]

_MODULES = {
    "Credentials": "server",
    "Emulator": "server",
    "EmulatorSettings": "settings",
    "IssuedToken": "tokens",
    "LogEntry": "data",
    "Outcome": "verification",
    "Owner": "settings",
    "OwnerKind": "settings",
    "RecordedRequest": "recording",
    "Verdict": "verification",
    "fingerprint": "tokens",
}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return __all__
