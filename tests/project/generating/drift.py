"""Manifests of every kind, and what the rules about code and manifest say of a model that was written from one."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import gatepost
from gatepost.manifest.documents.document import parse_document
from gatepost.manifest.layout import Layout, read_layout
from gatepost.manifest.loading import read_manifest
from gatepost.manifest.models import Manifest
from gatepost.project.app_code import AppCode, _app_code
from gatepost.project.describing import describe_app
from gatepost.project.generating import ModelSource
from gatepost.project.generating.by_action import action_names
from gatepost.project.validation.rule import CheckedRule
from gatepost.project.validation.rules import code as rules
from gatepost.project.validation.subject import Subject

DRIFT = [rule for rule in vars(rules).values() if isinstance(rule, CheckedRule) and rule.number != "GP901"]


def manifest_of(text: str, folder: Path = Path()) -> Manifest:
    return read_manifest(parse_document(folder / "install.json", text))


def layout_of(text: str, folder: Path = Path()) -> Layout:
    return read_layout(parse_document(folder / "layout.json", text))


def module_of(source: str) -> types.ModuleType:
    module = types.ModuleType("generated_app_inputs")
    sys.modules[module.__name__] = module
    exec(compile(source, "app_inputs.py", "exec"), module.__dict__)
    return module


def code_of(model: ModelSource, manifest: Manifest) -> AppCode:
    """What `describe` says of an app that uses a model: the same description, in this process."""
    module = module_of(model.text)
    inputs, outputs = (
        {action: getattr(module, name) for action, name in named.items()} for named in (model.inputs, model.outputs)
    )
    app = gatepost.App(inputs[""], outputs=outputs.get(""), folder=".")

    def run(runtime: Any) -> None: ...

    if actions := action_names(manifest) if "Playbook" in manifest.runtime_level else ():
        for action in actions:
            app.action(action, inputs=inputs.get(action), outputs=outputs.get(action))(run)
    elif manifest.runtime_level.is_job:
        app.job(run)
    else:
        app.playbook(run)
    return _app_code(describe_app(app))


def drift(manifest: Manifest, code: AppCode) -> list[tuple[str, str]]:
    """What the rules about code and manifest find: numbers and messages."""
    subject = Subject(manifest, lambda: code)
    return [(rule.number, problem.message) for rule in DRIFT for problem in rule.check(subject)]


WORDS = st.text(max_size=30) | st.sampled_from(
    ["class", "copy", "json", "str", "model_x", "a b", "x", "Kind", "Any", '"', '"""', "'", "\\", "w" * 100, "-- Select --"]
)
NAMES = st.from_regex(r"[A-Za-z0-9_ ]{0,8}[a-z]", fullmatch=True) | st.sampled_from(
    ["class", "copy", "str", "list", "model_x", "tc_verify", "api_secret_key", "KeyValue", "feed_auth", "feed_url", "w" * 100]
)
CHOICES = WORDS | st.sampled_from(["${OWNERS}", "${TEXT}", "low", "High"])
TYPES = ("Any", "Binary", "BinaryArray", "KeyValue", "String", "StringArray", "TCEntity", "TCEntityArray", "TCEnhancedEntity")


@st.composite
def params(draw: st.DrawFn) -> dict[str, object]:
    kind = draw(st.sampled_from(["Boolean", "Choice", "EditChoice", "KeyValueList", "MultiChoice", "String", "StringMixed"]))
    param: dict[str, object] = {"name": draw(NAMES), "label": draw(WORDS), "type": kind}
    if draw(st.booleans()):
        param["default"] = draw(st.sampled_from(["true", "false", True, False])) if kind == "Boolean" else draw(CHOICES)
    if "Choice" in kind:
        param["validValues"] = draw(st.lists(CHOICES, max_size=8))
        if param["validValues"] and draw(st.booleans()):
            param["default"] = draw(st.sampled_from(param["validValues"]))  # type: ignore[arg-type]
    for key, values in {
        "required": st.booleans(),
        "note": st.text(max_size=150),
        "encrypt": st.booleans(),
        "hidden": st.booleans(),
        "allowMultiple": st.booleans(),
        "playbookDataType": st.lists(st.sampled_from(TYPES), max_size=5),
    }.items():
        if draw(st.booleans()):
            param[key] = draw(values)
    return param


OUTPUTS = st.fixed_dictionaries(
    {
        "name": st.from_regex(r"[a-z]{1,30}(\.[a-zA-Z0-9_]{1,60}){0,3}", fullmatch=True) | WORDS,
        "type": st.sampled_from(["String", "StringArray", "Binary", "KeyValueArray", "TCEntity", "TCEnhancedEntity", "Custom"]),
    },
    optional={"note": WORDS},
)
MANIFESTS = st.fixed_dictionaries(
    {
        "params": st.lists(params(), max_size=6),
        "runtimeLevel": st.sampled_from(["Organization", "Playbook", "TriggerService"]),
        "playbook": st.fixed_dictionaries({"type": st.just("x"), "outputVariables": st.lists(OUTPUTS, max_size=6)}),
    }
)
ACTIONS = st.lists(
    st.sampled_from(["Get Indicator", "Append", "App", "Field", "1st", "Delete It's", "Größe", "列"]), min_size=1, unique=True
)
