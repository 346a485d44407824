"""The inputs of a run: collected from every source, resolved, coerced, and checked against the app's own model.

Names are imported when they are first used: pydantic comes only with a model, cryptography only with a param file.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.inputs.coercion import coerce
    from gatepost.inputs.collecting import collect, collect_remote
    from gatepost.inputs.model import Inputs, build, input_names
    from gatepost.inputs.param_file import make_param_key, read_param_file, write_param_file
    from gatepost.inputs.protocols import ManifestLike, ParamLike
    from gatepost.inputs.report import ReportRow, inputs_report
    from gatepost.inputs.resolving import resolve
    from gatepost.inputs.standard import CREDENTIALS, STANDARD_INPUTS, StandardInput, canonical_name
    from gatepost.inputs.values import Collected, Finding, InvalidInputs, LookedAt, Problem, Source, Value

__all__ = [
    "CREDENTIALS",
    "STANDARD_INPUTS",
    "Collected",
    "Finding",
    "Inputs",
    "InvalidInputs",
    "LookedAt",
    "ManifestLike",
    "ParamLike",
    "Problem",
    "ReportRow",
    "Source",
    "StandardInput",
    "Value",
    "build",
    "canonical_name",
    "coerce",
    "collect",
    "collect_remote",
    "input_names",
    "inputs_report",
    "make_param_key",
    "read_param_file",
    "resolve",
    "write_param_file",
]

_HOMES = {
    "CREDENTIALS": "standard",
    "STANDARD_INPUTS": "standard",
    "Collected": "values",
    "Finding": "values",
    "Inputs": "model",
    "InvalidInputs": "values",
    "LookedAt": "values",
    "ManifestLike": "protocols",
    "ParamLike": "protocols",
    "Problem": "values",
    "ReportRow": "report",
    "Source": "values",
    "StandardInput": "standard",
    "Value": "values",
    "build": "model",
    "canonical_name": "standard",
    "coerce": "coercion",
    "collect": "collecting",
    "collect_remote": "collecting",
    "input_names": "model",
    "inputs_report": "report",
    "make_param_key": "param_file",
    "read_param_file": "param_file",
    "resolve": "resolving",
    "write_param_file": "param_file",
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
