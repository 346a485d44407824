"""The app's manifest, ``install.json``, and the files beside it: read as they are, with everything that is off reported.

The names are loaded when they are first used, because reading `Finding` must not cost pydantic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.manifest.app_spec.models import AppSpec
    from gatepost.manifest.app_spec.reading import load_app_spec
    from gatepost.manifest.attributes import Attributes, AttributeType, ValidationKind, ValidationRule, load_attributes
    from gatepost.manifest.documents.document import Document, read_document
    from gatepost.manifest.documents.editing import DocumentEdit
    from gatepost.manifest.documents.writing import write_document
    from gatepost.manifest.dumping import dump
    from gatepost.manifest.features import FEATURES, Feature, effective_features
    from gatepost.manifest.feeds import Feed, FeedDeprecation, FirstRunParam
    from gatepost.manifest.findings import RULES, Finding, Rule, Severity
    from gatepost.manifest.job import Job, JobParam, load_job
    from gatepost.manifest.layout import Layout, LayoutInput, LayoutOutput, LayoutParameter, load_layout
    from gatepost.manifest.loading import load
    from gatepost.manifest.models import Manifest, ProgramLanguage, RuntimeLevel
    from gatepost.manifest.params import Param, ParamType, input_name
    from gatepost.manifest.playbook import OutputVariable, Playbook, Retry
    from gatepost.manifest.service import Docker, Service
    from gatepost.manifest.tcex_json import LibraryVersion, TcexJson, TcexPackage, load_tcex_json

__all__ = [
    "FEATURES",
    "RULES",
    "AppSpec",
    "AttributeType",
    "Attributes",
    "Docker",
    "Document",
    "DocumentEdit",
    "Feature",
    "Feed",
    "FeedDeprecation",
    "Finding",
    "FirstRunParam",
    "Job",
    "JobParam",
    "Layout",
    "LayoutInput",
    "LayoutOutput",
    "LayoutParameter",
    "LibraryVersion",
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
    "TcexJson",
    "TcexPackage",
    "ValidationKind",
    "ValidationRule",
    "dump",
    "effective_features",
    "input_name",
    "load",
    "load_app_spec",
    "load_attributes",
    "load_job",
    "load_layout",
    "load_tcex_json",
    "read_document",
    "write_document",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "app_spec": ("AppSpec", "load_app_spec"),
        "attributes": ("AttributeType", "Attributes", "ValidationKind", "ValidationRule", "load_attributes"),
        "documents.document": ("Document", "read_document"),
        "dumping": ("dump",),
        "documents.editing": ("DocumentEdit",),
        "features": ("FEATURES", "Feature", "effective_features"),
        "feeds": ("Feed", "FeedDeprecation", "FirstRunParam"),
        "findings": ("Finding", "RULES", "Rule", "Severity"),
        "job": ("Job", "JobParam", "load_job"),
        "layout": ("Layout", "LayoutInput", "LayoutOutput", "LayoutParameter", "load_layout"),
        "loading": ("load",),
        "models": ("Manifest", "ProgramLanguage", "RuntimeLevel"),
        "params": ("Param", "ParamType", "input_name"),
        "playbook": ("OutputVariable", "Playbook", "Retry"),
        "service": ("Docker", "Service"),
        "tcex_json": ("LibraryVersion", "TcexJson", "TcexPackage", "load_tcex_json"),
        "documents.writing": ("write_document",),
    },
)
