"""Testing apps: a pytest plugin with an emulated platform, tapes and canaries, and a time that passes when the test says so.

pytest finds the plugin by itself once gatepost is installed; see `gatepost.testing.plugin` for its fixtures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.testing.canaries import Canaries as Canaries
    from gatepost.testing.canaries import SecretLeaked as SecretLeaked
    from gatepost.testing.playbooks import PlaybookResult as PlaybookResult
    from gatepost.testing.playbooks import PlaybookTest as PlaybookTest
    from gatepost.testing.playbooks import compare as compare
    from gatepost.testing.tapes import TapeOfTest as TapeOfTest
    from gatepost.testing.time import TurnedTime as TurnedTime

__all__ = ["Canaries", "PlaybookResult", "PlaybookTest", "SecretLeaked", "TapeOfTest", "TurnedTime", "compare"]


__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "canaries": ("Canaries", "SecretLeaked"),
        "playbooks": ("PlaybookResult", "PlaybookTest", "compare"),
        "tapes": ("TapeOfTest",),
        "time": ("TurnedTime",),
    },
)
