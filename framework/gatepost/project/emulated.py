"""An emulated platform for a command, or the words that tell why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError

if TYPE_CHECKING:
    from gatepost.emulator import Emulator

__all__ = ["make_emulator"]

_EXTRA_PACKAGES = ("starlette", "uvicorn", "h11", "anyio")


def make_emulator(**settings: Any) -> Emulator:
    """Return an emulated platform that is not started yet.

    Args:
        **settings: Settings by their names in `EmulatorSettings`; None takes the default.

    Raises:
        GatepostError: The extra ``emulator`` is not installed.
        UsageError: A setting cannot be.
    """
    try:
        from gatepost.emulator.server import Emulator
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA_PACKAGES:
            raise
        raise GatepostError(
            f"The emulator needs the package {package}",
            why="It is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[emulator]'",
        ) from None
    return Emulator(**{name: value for name, value in settings.items() if value is not None})
