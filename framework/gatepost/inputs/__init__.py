"""The inputs of a run: collected from every source, resolved, coerced, and checked against the app's own model.

Names are imported when they are first used: pydantic comes only with a model, cryptography only with a param file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.inputs.aot import RedisLists, push_exit_code, wait_for_action
    from gatepost.inputs.coercion import coerce
    from gatepost.inputs.collecting import collect, collect_aot, collect_remote
    from gatepost.inputs.features import AdvancedRequestInputs, CalInputs, SmtpInputs
    from gatepost.inputs.in_files import read_in_files
    from gatepost.inputs.model import Inputs, build, bytes_names, input_names
    from gatepost.inputs.param_file import make_param_key, read_param_file, write_param_file
    from gatepost.inputs.protocols import ManifestLike, ParamLike
    from gatepost.inputs.report import ReportRow, inputs_report
    from gatepost.inputs.resolving import Resolver, resolve
    from gatepost.inputs.scenarios import SCENARIO_VARIABLE, SCENARIOS, find_scenario, scenario_names
    from gatepost.inputs.standard import CREDENTIALS, STANDARD_INPUTS, StandardInput, canonical_name
    from gatepost.inputs.values import Collected, Finding, InvalidInputs, LookedAt, Problem, Source, Value

__all__ = [
    "CREDENTIALS",
    "SCENARIOS",
    "SCENARIO_VARIABLE",
    "STANDARD_INPUTS",
    "AdvancedRequestInputs",
    "CalInputs",
    "Collected",
    "Finding",
    "Inputs",
    "InvalidInputs",
    "LookedAt",
    "ManifestLike",
    "ParamLike",
    "Problem",
    "RedisLists",
    "ReportRow",
    "Resolver",
    "SmtpInputs",
    "Source",
    "StandardInput",
    "Value",
    "build",
    "bytes_names",
    "canonical_name",
    "coerce",
    "collect",
    "collect_aot",
    "collect_remote",
    "find_scenario",
    "input_names",
    "inputs_report",
    "make_param_key",
    "push_exit_code",
    "read_in_files",
    "read_param_file",
    "resolve",
    "scenario_names",
    "wait_for_action",
    "write_param_file",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "aot": ("RedisLists", "push_exit_code", "wait_for_action"),
        "coercion": ("coerce",),
        "collecting": ("collect", "collect_aot", "collect_remote"),
        "features": ("AdvancedRequestInputs", "CalInputs", "SmtpInputs"),
        "in_files": ("read_in_files",),
        "model": ("Inputs", "build", "bytes_names", "input_names"),
        "param_file": ("make_param_key", "read_param_file", "write_param_file"),
        "protocols": ("ManifestLike", "ParamLike"),
        "report": ("ReportRow", "inputs_report"),
        "resolving": ("Resolver", "resolve"),
        "scenarios": ("SCENARIOS", "SCENARIO_VARIABLE", "find_scenario", "scenario_names"),
        "standard": ("CREDENTIALS", "STANDARD_INPUTS", "StandardInput", "canonical_name"),
        "values": ("Collected", "Finding", "InvalidInputs", "LookedAt", "Problem", "Source", "Value"),
    },
)
