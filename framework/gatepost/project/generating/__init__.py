"""One source of truth for an app's inputs and outputs: typed code written from its manifest, and its manifest from typed code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.project.generating.from_app_spec import from_spec
    from gatepost.project.generating.modelling import ModelSource, model_source
    from gatepost.project.generating.recording import Note
    from gatepost.project.generating.synchronizing import Synchronization, SynchronizedFile, synchronize, synchronized

__all__ = [
    "ModelSource",
    "Note",
    "Synchronization",
    "SynchronizedFile",
    "from_spec",
    "model_source",
    "synchronize",
    "synchronized",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "from_app_spec": ("from_spec",),
        "modelling": ("ModelSource", "model_source"),
        "recording": ("Note",),
        "synchronizing": ("SynchronizedFile", "Synchronization", "synchronize", "synchronized"),
    },
)
