"""One source of truth for an app's inputs and outputs: typed code written from its manifest, and its manifest from typed code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.project.generating.model_source import ModelSource, model_source

__all__ = [
    "ModelSource",
    "model_source",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "model_source": ("ModelSource", "model_source"),
    },
)
