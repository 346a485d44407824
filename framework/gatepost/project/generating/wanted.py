"""What the typed code of an app asks of its manifest: params, outputs, actions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS
from gatepost.manifest.params import ParamType
from gatepost.project.generating.by_action import ACTION
from gatepost.project.generating.python_types import STEPS

if TYPE_CHECKING:
    from collections.abc import Collection

    from gatepost.manifest.models import RuntimeLevel
    from gatepost.project.app_code import AppCode, InputField, OutputVariable

__all__ = [
    "WantedParam",
    "as_text",
    "default_text",
    "label_of",
    "new_param",
    "param_type",
    "stored_variables",
    "wanted_outputs",
    "wanted_params",
]

_LIST = re.compile(r"(?:\w+\.)*(?:list|tuple|set|frozenset|Sequence|Iterable|Collection)\[[^|]*\](?: \| None)?$")
_KINDS = {"binary": "Binary", "key value": "KeyValue", "entity": "TCEntity"}


@dataclass(frozen=True, slots=True)
class WantedParam:
    """A param that the code reads.

    Attributes:
        name: The name of the input.
        field: How the code reads it; of several fields the first, with all their choices, and required where one of them is.
        actions: The actions that read it; None: all, or an app without actions.
    """

    name: str
    field: InputField
    actions: tuple[str, ...] | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that the code takes; empty where it takes others, too."""
        return self.field.choices if self.field.kinds == {"choice"} and not self.field.lenient else ()

    @property
    def needed(self) -> bool:
        """Whether the app fails without a value."""
        return self.field.required and not self.field.optional


def wanted_params(code: AppCode, known: Collection[str]) -> tuple[WantedParam, ...]:
    """Return the params that an app's code asks for, in the order of its fields; not those that the framework reads.

    Args:
        code: What the code declares.
        known: The names of the params that there are: of the names of a field, one of these is meant first.
    """
    found: dict[str, WantedParam] = {}
    readers: dict[str, list[str]] = {}
    base = [(field, "") for field in code.inputs]
    of_actions = [(field, action.name) for action in code.actions for field in (action.inputs or code.inputs)]
    for field, action in [*base, *of_actions]:
        if any(name in STANDARD_INPUTS or name in ALIASES or name.startswith("tc_adv_req_") for name in field.names):
            continue
        name = next((name for name in field.names if name in known), field.name)
        if name == ACTION and code.actions:
            continue
        found[name] = _both(found[name], field) if name in found else WantedParam(name, field)
        if action:
            readers.setdefault(name, []).append(action)
    everyone = {action.name for action in code.actions}
    return tuple(
        replace(param, actions=tuple(readers[name])) if name in readers and set(readers[name]) != everyone else param
        for name, param in found.items()
    )


def _both(known: WantedParam, field: InputField) -> WantedParam:
    first = known.field
    choices = tuple(dict.fromkeys((*first.choices, *field.choices)))
    required = field if field.required and not field.optional and not known.needed else first
    return WantedParam(known.name, replace(first, choices=choices, required=required.required, optional=required.optional))


def wanted_outputs(code: AppCode) -> tuple[tuple[OutputVariable, tuple[str, ...] | None], ...]:
    """Return the variables that an app's code gives out, each with the actions that do so; None for all of them."""
    givers: dict[OutputVariable, list[str]] = {variable: [] for variable in code.outputs}
    for action in code.actions:
        for variable in action.outputs or code.outputs:
            givers.setdefault(variable, []).append(action.name)
    everyone = {action.name for action in code.actions}
    return tuple((variable, tuple(names) if names and set(names) != everyone else None) for variable, names in givers.items())


def new_param(wanted: WantedParam, level: RuntimeLevel, delimiter: str) -> dict[str, Any]:
    """Return a whole param for a field of the code, but for its sequence number.

    Args:
        wanted: What the code reads.
        level: The kind of app.
        delimiter: What stands between the values of a list.
    """
    field = wanted.field
    kind = param_type(wanted)
    param: dict[str, Any] = {"name": wanted.name, "label": field.title or label_of(wanted.name), "type": kind.value}
    if field.documentation:
        param["note"] = " ".join(field.documentation.split())
    secret = "secret" in field.kinds
    default = "" if secret else default_text(field, delimiter)
    if default and kind is not ParamType.KEY_VALUE_LIST:
        param["default"] = default == "true" if kind is ParamType.BOOLEAN else default
    param["required"] = wanted.needed
    if secret:
        param["encrypt"] = True
    if wanted.choices:
        param["validValues"] = list(wanted.choices)
    elif kind is ParamType.STRING:
        param["validValues"] = list(stored_variables(level, secret=secret))
    elif kind is ParamType.KEY_VALUE_LIST:
        param["validValues"] = list(stored_variables(level, secret=False))
    if kind is ParamType.STRING and level in STEPS:
        param["playbookDataType"] = list(_data_types(field))
    elif kind is ParamType.STRING and field.many:
        param["allowMultiple"] = True
    return param


def param_type(wanted: WantedParam) -> ParamType:
    """Return the type of the param that fits a field of the code."""
    field = wanted.field
    if "key value" in field.kinds and field.many:
        return ParamType.KEY_VALUE_LIST
    if field.kinds == {"boolean"} and not field.many:
        return ParamType.BOOLEAN
    if wanted.choices:
        return ParamType.MULTI_CHOICE if field.many else ParamType.CHOICE
    return ParamType.STRING


def _data_types(field: InputField) -> list[str]:
    """Return the types of variables that a field of a step takes."""
    if "any" in field.kinds or not field.kinds or field.kinds == {"other"}:
        return ["Any"]
    plain = sorted({_KINDS.get(kind, "String") for kind in field.kinds - {"other"}})
    if not field.many:
        return plain
    arrays = [f"{name}Array" for name in plain]
    return arrays if _LIST.match(field.annotation) and not field.lenient else [*plain, *arrays]


def stored_variables(level: RuntimeLevel, *, secret: bool) -> tuple[str, ...]:
    """Return the values that offer a person what is stored on the platform (contract/install_json.md section 6)."""
    store = "KEYCHAIN" if secret else "TEXT"
    return (f"${{{store}}}",) if level in STEPS else (f"${{USER:{store}}}", f"${{ORGANIZATION:{store}}}")


def label_of(name: str) -> str:
    """Return a label for a name: ``last_run`` is ``Last Run``."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split("_") if word) or name


def default_text(field: InputField, delimiter: str) -> str:
    """Return the default of a field as a manifest has it; empty where there is none, or nothing in it."""
    if field.required or not field.default_known or field.default in (None, "", False) or field.default == []:
        return ""
    return as_text(field.default, delimiter)


def as_text(value: object, delimiter: str) -> str:
    """Return a value of a program as the text that a manifest has for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return delimiter.join(as_text(item, delimiter) for item in value)
    return str(value)
