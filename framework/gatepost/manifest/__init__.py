"""The app's manifest, ``install.json``: read as it is in the wild, with everything that is off reported.

The names are loaded when they are first used, because reading `Finding` must not cost pydantic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.manifest.document import Document, read_document
    from gatepost.manifest.editing import DocumentEdit
    from gatepost.manifest.feeds import Feed, FeedDeprecation, FirstRunParam
    from gatepost.manifest.findings import RULES, Finding, Rule, Severity
    from gatepost.manifest.loading import load
    from gatepost.manifest.models import Manifest, ProgramLanguage, RuntimeLevel
    from gatepost.manifest.params import Param, ParamType, input_name
    from gatepost.manifest.playbook import OutputVariable, Playbook, Retry
    from gatepost.manifest.service import Docker, Service
    from gatepost.manifest.writing import write_document

__all__ = [
    "RULES",
    "Docker",
    "Document",
    "DocumentEdit",
    "Feed",
    "FeedDeprecation",
    "Finding",
    "FirstRunParam",
    "Manifest",
    "OutputVariable",
    "Param",
    "ParamType",
    "Playbook",
    "ProgramLanguage",
    "Retry",
    "Rule",
    "RuntimeLevel",
    "Service",
    "Severity",
    "input_name",
    "load",
    "read_document",
    "write_document",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "document": ("Document", "read_document"),
        "editing": ("DocumentEdit",),
        "feeds": ("Feed", "FeedDeprecation", "FirstRunParam"),
        "findings": ("Finding", "RULES", "Rule", "Severity"),
        "loading": ("load",),
        "models": ("Manifest", "ProgramLanguage", "RuntimeLevel"),
        "params": ("Param", "ParamType", "input_name"),
        "playbook": ("OutputVariable", "Playbook", "Retry"),
        "service": ("Docker", "Service"),
        "writing": ("write_document",),
    },
)
