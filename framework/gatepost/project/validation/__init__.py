"""Checking an app before it is packaged: numbered rules over its manifest, the files beside it, and its typed code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.project.validation.catalogue import RuleDescription, all_rules, explain
    from gatepost.project.validation.correcting import correct
    from gatepost.project.validation.fixing import Fix, FixedFile, fix_document, fix_folder
    from gatepost.project.validation.formats import as_github, as_json, as_sarif
    from gatepost.project.validation.running import Validation, validate

__all__ = [
    "Fix",
    "FixedFile",
    "RuleDescription",
    "Validation",
    "all_rules",
    "as_github",
    "as_json",
    "as_sarif",
    "correct",
    "explain",
    "fix_document",
    "fix_folder",
    "validate",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "catalogue": ("RuleDescription", "all_rules", "explain"),
        "correcting": ("correct",),
        "fixing": ("Fix", "FixedFile", "fix_document", "fix_folder"),
        "formats": ("as_github", "as_json", "as_sarif"),
        "running": ("Validation", "validate"),
    },
)
