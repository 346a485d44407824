"""``app_spec.yml``: an app in one file, and the files that are made of it.

The names are loaded when they are first used: no launch needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.manifest.app_spec.generation import generate
    from gatepost.manifest.app_spec.models import (
        AppSpec,
        NotePerAction,
        Organization,
        OutputData,
        ReleaseNote,
        SpecFeed,
        SpecOutput,
        SpecParam,
        SpecPlaybook,
        SpecSection,
    )
    from gatepost.manifest.app_spec.reading import load_app_spec
    from gatepost.manifest.app_spec.upgrading import upgrade

__all__ = [
    "AppSpec",
    "NotePerAction",
    "Organization",
    "OutputData",
    "ReleaseNote",
    "SpecFeed",
    "SpecOutput",
    "SpecParam",
    "SpecPlaybook",
    "SpecSection",
    "generate",
    "load_app_spec",
    "upgrade",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "generation": ("generate",),
        "models": (
            "AppSpec",
            "NotePerAction",
            "Organization",
            "OutputData",
            "ReleaseNote",
            "SpecFeed",
            "SpecOutput",
            "SpecParam",
            "SpecPlaybook",
            "SpecSection",
        ),
        "reading": ("load_app_spec",),
        "upgrading": ("upgrade",),
    },
)
