"""What every emulated service beside the platform can be told."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any, Self

from gatepost.emulator.chaos import ChaosProfile
from gatepost.emulator.settings import LOOPBACK_HOSTS
from gatepost.errors import UsageError

__all__ = ["ServiceSettings", "at_least"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Where a service listens, what time it has, what goes wrong.

    Attributes:
        host: Where to listen: ``127.0.0.1``, ``::1`` or ``localhost``.
        port: The TCP port; 0 takes a free one.
        clock_offset: Seconds that the service's clock is ahead of `time_source`.
        time_source: Returns epoch seconds. A test hands in its own to turn the time.
        chaos: The faults; None for none.
    """

    host: str = "127.0.0.1"
    port: int = 0
    clock_offset: float = 0.0
    time_source: Callable[[], float] = time.time
    chaos: ChaosProfile | None = None

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK_HOSTS:
            raise UsageError(
                f"The emulated service does not listen on {self.host!r}",
                why="It is for one machine, with made-up credentials and a certificate for loopback only",
                remedy=f"Use one of {', '.join(LOOPBACK_HOSTS)}",
            )
        if not 0 <= self.port <= 65535:
            raise UsageError(f"There is no TCP port {self.port}", remedy="Use 0 (a free port) to 65535")

    def changed(self, **overrides: Any) -> Self:
        """Return these settings with some of them changed.

        Raises:
            UsageError: An override is no setting, or its value cannot be.
        """
        names = [field.name for field in dataclasses.fields(self)]
        unknown = sorted(set(overrides) - set(names))
        if unknown:
            raise UsageError(
                f"The emulated service has no setting {', '.join(unknown)}", remedy=f"The settings are: {', '.join(names)}"
            )
        return dataclasses.replace(self, **overrides)


def at_least(settings: ServiceSettings, **least: float) -> None:
    """Check numbers among settings.

    Raises:
        UsageError: One is smaller than it can be.
    """
    for name, bound in least.items():
        value = getattr(settings, name)
        if not value >= bound:
            raise UsageError(f"The setting {name} cannot be {value}", remedy=f"Use a number from {bound:g}")
