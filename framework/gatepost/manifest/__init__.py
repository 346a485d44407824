"""The app's manifest, ``install.json``: read as it is in the wild, with everything that is off reported.

The names are loaded when they are first used, because reading `Finding` must not cost pydantic.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.manifest.document import Document
    from gatepost.manifest.feeds import Feed, FeedDeprecation, FirstRunParam
    from gatepost.manifest.findings import RULES, Finding, Rule, Severity
    from gatepost.manifest.loading import load
    from gatepost.manifest.models import Manifest, ProgramLanguage, RuntimeLevel
    from gatepost.manifest.params import Param, ParamType, input_name
    from gatepost.manifest.playbook import OutputVariable, Playbook, Retry
    from gatepost.manifest.service import Docker, Service

__all__ = [
    "RULES",
    "Docker",
    "Document",
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
]

_HOMES = {
    "RULES": "findings",
    "Docker": "service",
    "Document": "document",
    "Feed": "feeds",
    "FeedDeprecation": "feeds",
    "Finding": "findings",
    "FirstRunParam": "feeds",
    "Manifest": "models",
    "OutputVariable": "playbook",
    "Param": "params",
    "ParamType": "params",
    "Playbook": "playbook",
    "ProgramLanguage": "models",
    "Retry": "playbook",
    "Rule": "findings",
    "RuntimeLevel": "models",
    "Service": "service",
    "Severity": "findings",
    "input_name": "params",
    "load": "loading",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
