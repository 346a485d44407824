"""An emulated platform for a command, or the words that tell why there is none."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gatepost.emulator import ChaosProfile, Emulator

__all__ = ["load_chaos", "make_emulator"]

_EXTRA_PACKAGES = ("starlette", "uvicorn", "h11", "anyio", "python_multipart")


def make_emulator(**settings: Any) -> Emulator:
    """Return an emulated platform that is not started yet.

    Args:
        **settings: Settings by their names in `EmulatorSettings`; None takes the default.

    Raises:
        GatepostError: The extra ``emulator`` is not installed.
        UsageError: A setting cannot be.
    """
    with _explained():
        from gatepost.emulator.server import Emulator
    return Emulator(**{name: value for name, value in settings.items() if value is not None})


def load_chaos(path: Path) -> ChaosProfile:
    """Read the faults of an emulated platform.

    Args:
        path: A chaos profile, a JSON file.

    Raises:
        GatepostError: The file holds no profile, or the extra ``emulator`` is not installed.
    """
    with _explained():
        from gatepost.emulator.chaos import ChaosProfile
    return ChaosProfile.load(path)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Say which extra is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA_PACKAGES:
            raise
        raise GatepostError(
            f"The emulator needs the package {package}",
            why="It is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[emulator]'",
        ) from None
