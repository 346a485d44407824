"""Testing apps: a pytest plugin with an emulated platform and with tapes, and a time that passes when the test says so.

pytest finds the plugin by itself once gatepost is installed; see `gatepost.testing.plugin` for its fixtures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.testing.tapes import TapeOfTest as TapeOfTest
    from gatepost.testing.time import TurnedTime as TurnedTime

__all__ = ["TapeOfTest", "TurnedTime"]


def __getattr__(name: str) -> object:
    if name == "TapeOfTest":
        from gatepost.testing.tapes import TapeOfTest

        return TapeOfTest
    if name == "TurnedTime":
        from gatepost.testing.time import TurnedTime

        return TurnedTime
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
