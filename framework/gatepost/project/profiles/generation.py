"""Making profiles of an app's manifest and layout: one for each action, and for each form that its layout can show."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatepost.atomic import write_atomically
from gatepost.errors import GatepostError, UsageError
from gatepost.manifest.params import ParamType
from gatepost.project.generating.by_action import ACTION, value_choices
from gatepost.project.validation.display import Conditions, compared_texts
from gatepost.variables import STANDARD_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gatepost.manifest import Layout, Manifest
    from gatepost.manifest.params import Param

__all__ = ["GeneratedProfile", "generate_profiles"]

OWN_ID, STAGED_ID = "9876", "1234"
"""The ids in outputs and in staged inputs (contract/logging_and_runtime.md section 9)."""

MOST = 16
"""Profiles for one action, unless somebody says otherwise."""

_MOST_COMBINATIONS = 256
"""Combinations of values that are tried for one action."""

_SAMPLES: dict[str, object] = {
    "String": "text",
    "StringArray": ["text", "more text"],
    "Binary": "dGV4dA==",
    "BinaryArray": ["dGV4dA=="],
    "KeyValue": {"key": "key", "value": "text"},
    "KeyValueArray": [{"key": "key", "value": "text"}],
    "TCEntity": {"id": "1", "type": "Address", "value": "203.0.113.1"},
    "TCEntityArray": [{"id": "1", "type": "Address", "value": "203.0.113.1"}],
    "TCEnhancedEntity": '{"id": "1", "type": "Address", "value": "203.0.113.1"}',
    "TCEnhancedEntityArray": '[{"id": "1", "type": "Address", "value": "203.0.113.1"}]',
}
_ORDER = ("String", *(type for type in STANDARD_TYPES if type != "String"))


@dataclass(frozen=True, slots=True)
class GeneratedProfile:
    """A profile that was made, or one that was there.

    Attributes:
        path: Its file.
        written: False for one that was there: it is left alone.
        action: The value of ``tc_action``; empty for an app without actions.
        left_out: Forms of this action for which there is none, since there are too many.
    """

    path: Path
    written: bool
    action: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Form:
    """What a person sees for some values: inputs and outputs by name, and the values that make it so."""

    params: tuple[str, ...]
    outputs: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]


def generate_profiles(folder: str | Path = ".", *, most: int = MOST) -> tuple[GeneratedProfile, ...]:
    """Write profiles of an app that it does not have yet: ``tests/<action>/profiles.d/<action>.json``.

    There is one for each action, and for each further form that ``layout.json`` can show for it: other inputs or other outputs.
    Required inputs get their default, their first choice, or a staged variable with a sample; encrypted ones a template. All
    outputs that the form has are expected, and nothing is said of their values: the profiles are not initialized.

    Args:
        folder: The app's folder.
        most: Profiles for one action at most.

    Raises:
        UsageError: There is no app, or `most` is less than one.
        ManifestError: The manifest or the layout cannot be read.
        GatepostError: A file cannot be written.
    """
    from gatepost.manifest import load_layout
    from gatepost.project.app_folder import open_app

    if most < 1:
        raise UsageError("There has to be at least one profile for an action", remedy="Give a number from 1: --most 16")
    app = open_app(folder)
    layout = load_layout(app.folder) if (app.folder / "layout.json").is_file() else None
    made = []
    for action in _actions(app.manifest):
        forms = list(_forms(app.manifest, layout, action))
        left_out = max(0, len(forms) - most)
        feature = _file_name(action) or "default"
        home = app.folder / "tests" / feature / "profiles.d"
        for number, form in enumerate(forms[:most], 1):
            path = home / f"{feature}{f'_{number}' if number > 1 else ''}.json"
            made.append(GeneratedProfile(path, _write(path, _profile(app.manifest, action, form)), action, left_out))
    return tuple(made)


def _actions(manifest: Manifest) -> tuple[str, ...]:
    param = manifest.param(ACTION)
    values = param.valid_values if param is not None else ()
    actions = tuple(
        dict.fromkeys(value for value in values if "${" not in value and value.strip().lower() not in {"", "-- select --"})
    )
    return actions or ("",)


def _file_name(action: str) -> str:
    return re.sub(r"\W+", "_", action.strip().lower()).strip("_")


# -- forms -------------------------------------------------------------------------------------------------------------------


def _forms(manifest: Manifest, layout: Layout | None, action: str) -> Iterator[_Form]:
    """Yield the different forms of an action; the one that a person sees first comes first."""
    outputs = tuple((each.name, str(each.type)) for each in (manifest.playbook.output_variables if manifest.playbook else ()))
    shown = {each.name: each.display for each in layout.parameters} if layout is not None else {}
    names = tuple(param.name for param in manifest.params if layout is None or param.name in shown or param.name == ACTION)
    displays: dict[str, list[str]] = {}
    for output in layout.outputs if layout is not None else ():
        displays.setdefault(output.name, []).append(output.display)
    seen: set[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = set()
    with Conditions([param.name for param in manifest.params]) as conditions:
        expressions = [*shown.values(), *itertools.chain.from_iterable(displays.values())]
        choices = _choices(manifest, conditions, expressions)
        for values in itertools.islice(itertools.product(*choices.values()), _MOST_COMBINATIONS):
            chosen = dict(zip(choices, values, strict=True))
            params = _visible(conditions, names, shown, {**chosen, ACTION: action})
            # What is not shown has no value, so it decides nothing.
            known = {name: value if name in params else "" for name, value in chosen.items()} | {ACTION: action}
            found = tuple(
                output for output in outputs if any(_holds(conditions, each, known) for each in displays.get(output[0], [""]))
            )
            if (params, found) not in seen:
                seen.add((params, found))
                yield _Form(params, found, tuple((name, value) for name, value in known.items() if name in params))


def _choices(manifest: Manifest, conditions: Conditions, expressions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the values of the inputs on which conditions depend: the default first, then the others."""
    known = value_choices(manifest)
    texts: dict[str, list[str]] = {}
    named: dict[str, None] = {}
    for expression in expressions:
        if expression.strip() and not conditions.problem(expression):
            named |= dict.fromkeys(conditions.named(expression))
            for name, text in compared_texts(expression):
                texts.setdefault(name, []).append(text)
    choices = {}
    for param in manifest.params:
        if param.name in named and param.name != ACTION:
            default = _default(param)
            values = known.get(param.name) or ("", *texts.get(param.name, ()))
            choices[param.name] = tuple(dict.fromkeys([*([default] if default is not None else []), *values]))
    return choices


def _default(param: Param) -> str | None:
    if param.type is ParamType.BOOLEAN:
        return "true" if param.default in {True, "true"} else "false"
    return str(param.default) if param.default not in {None, ""} else None


def _visible(
    conditions: Conditions, names: Iterable[str], shown: Mapping[str, str], values: Mapping[str, str]
) -> tuple[str, ...]:
    visible: list[str] = []
    known = dict(values)
    for name in names:  # in the order of the manifest, in which a form is filled in
        if _holds(conditions, shown.get(name, ""), known):
            visible.append(name)
        elif name in known and name != ACTION:
            known[name] = ""
    return tuple(visible)


def _holds(conditions: Conditions, expression: str, values: Mapping[str, str]) -> bool:
    """Tell whether a condition holds; one that cannot be judged does."""
    if not expression.strip() or conditions.problem(expression):
        return True
    if not conditions.named(expression):
        return "hidden" not in expression
    verdicts = conditions.verdicts(expression, {name: (value,) for name, value in values.items()})
    return verdicts != frozenset({False})


# -- files -------------------------------------------------------------------------------------------------------------------


def _profile(manifest: Manifest, action: str, form: _Form) -> dict[str, Any]:
    staged: dict[str, object] = {}
    inputs: dict[str, dict[str, object]] = {"defaults": {}, "optional": {}, "required": {}}
    decided = {**dict(form.values), ACTION: action}
    for name in form.params:
        param = manifest.param(name)
        if param is not None:
            section = "required" if param.required else "optional"
            inputs[section][param.name] = _input(param, decided.get(name), staged)
    profile: dict[str, Any] = {
        "_comments_": [],
        "environments": ["build"],
        "stage": {"kvstore": staged, "threatconnect": {}, "vault": {}, "request": {}},
        "inputs": inputs,
        "exit_message": {"expected_output": "", "op": "eq"},
    }
    if form.outputs:
        entry = {"expected_output": None, "op": "eq"}
        profile["outputs"] = {f"#App:{OWN_ID}:{name}!{type}": dict(entry) for name, type in form.outputs}
    profile |= {"exit_codes": [0], "initialized": False}
    if manifest.playbook is None or not manifest.playbook.output_variables:
        profile["validation_criteria"] = {"count": 0, "percent": 0}
    return {**profile, "schema_version": "1.0.1"}


def _input(param: Param, decided: str | None, staged: dict[str, object]) -> object:
    """Return a value for an input, and stage the variable that it names."""
    if param.type is ParamType.BOOLEAN:
        return (decided or _default(param)) == "true"
    if param.encrypt:
        return f"${{envs:{param.name.upper()}=made-up-{param.name}}}"
    if decided:
        return decided
    if param.default not in {None, ""}:
        return param.default
    if not param.required:
        return None
    if param.type in {ParamType.CHOICE, ParamType.EDIT_CHOICE, ParamType.MULTI_CHOICE}:
        return next((value for value in param.valid_values if "${" not in value), "text")
    types = [str(type) for type in param.playbook_data_type] or (
        ["KeyValueArray"] if param.type is ParamType.KEY_VALUE_LIST else []
    )
    if not types:
        return _SAMPLES["String"]
    type = next((each for each in _ORDER if each in types), "String")
    variable = f"#App:{STAGED_ID}:{param.name}!{type}"
    staged[variable] = _SAMPLES[type]
    return variable


def _write(path: Path, profile: Mapping[str, Any]) -> bool:
    """Write a profile, unless a file is there; return whether it was written."""
    if path.exists():
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (json.dumps(profile, indent=2, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise GatepostError(f"{path} cannot be written", why=error.strerror or str(error), remedy="Check its folder") from None
    return True
