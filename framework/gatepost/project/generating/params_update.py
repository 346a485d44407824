"""Brings the params of a manifest up to date with the fields of the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS
from gatepost.manifest.documents.places import quoted
from gatepost.manifest.params import Param, ParamType
from gatepost.project.generating.by_action import ACTION
from gatepost.project.generating.python_types import STEPS, is_magic
from gatepost.project.generating.wanted import WantedParam, as_text, default_text, new_param, param_type, stored_variables
from gatepost.project.validation.rules.code import type_problem
from gatepost.project.validation.services import params_of_services

if TYPE_CHECKING:
    from gatepost.manifest.documents.places import Place
    from gatepost.project.generating.recording import RecordedEdit
    from gatepost.project.validation.subject import Subject

__all__ = ["add_params", "next_sequence", "update_params", "without_reader"]

_CHOICES = {ParamType.CHOICE, ParamType.MULTI_CHOICE}
_OFFERED = {*_CHOICES, ParamType.EDIT_CHOICE}


def update_params(app: Subject, wanted: tuple[WantedParam, ...], edit: RecordedEdit, *, prune: bool) -> None:
    """Change the params that the code reads otherwise than they are declared. What nobody can decide is noted.

    Args:
        app: The app.
        wanted: What its code reads.
        edit: Takes the changes.
        prune: Whether choices that the code refuses are removed.
    """
    params = {param.name: (place, param) for place, param in app.params}
    for each in wanted:
        if each.name in params:
            place, param = params[each.name]
            param = _update_type(app, param, each, place, edit)
            _update_secret(param, each, place, edit)
            param = _update_choices(param, each, place, edit, prune=prune)
            param = _update_default(param, each, place, edit, app.manifest.list_delimiter)
            _update_required(param, each, place, edit)


def _update_secret(param: Param, wanted: WantedParam, place: Place, edit: RecordedEdit) -> None:
    field = wanted.field
    stays_readable = {ParamType.BOOLEAN, ParamType.KEY_VALUE_LIST}
    if field.kinds == {"secret"} and not param.encrypt:
        edit.set((*place, "encrypt"), True, f"{quoted(param.name)} is a secret in the code: encrypted")
        values = [value.replace("TEXT}", "KEYCHAIN}") for value in param.valid_values]
        if values != list(param.valid_values):
            edit.set((*place, "validValues"), values, f"{quoted(param.name)} offers stored secrets in place of texts")
    elif (
        param.is_secret
        and param.type not in stays_readable
        and not field.lenient
        and not field.kinds & {"secret", "any", "other"}
    ):
        edit.leave(place, f"{quoted(param.name)} is encrypted, and the code would show it: write {field.field}: Secret")


def _update_type(app: Subject, param: Param, wanted: WantedParam, place: Place, edit: RecordedEdit) -> Param:
    """Return the param with the type that fits the code."""
    takes_variables = app.level in STEPS and bool(param.playbook_data_type)
    free_text = param.type is ParamType.STRING and not param.encrypt and not param.is_list
    only_magic = all(map(is_magic, param.valid_values))
    becomes_choice = bool(wanted.choices) and free_text and only_magic and not takes_variables and not wanted.field.many
    problem = type_problem(app, param, wanted.field)
    if not problem and not becomes_choice:
        return param
    kind = param_type(wanted)
    many = kind is ParamType.STRING and wanted.field.many and app.level not in STEPS
    if kind is param.type and many is param.allow_multiple:
        edit.leave(place, f"{quoted(param.name)} gives {problem}, and the code's field is {quoted(wanted.field.annotation)}")
        return param
    changes: dict[str, Any] = {}
    if kind is not param.type:
        edit.set((*place, "type"), kind.value, f"{quoted(param.name)} is a {kind} for the code, and no {param.type}")
        changes["type"] = kind
    if many is not param.allow_multiple:
        edit.set((*place, "allowMultiple"), many, f"{quoted(param.name)} has {'several values' if many else 'one value'}")
        changes["allow_multiple"] = many
    if kind is ParamType.STRING and app.level in STEPS and not param.playbook_data_type:
        types = new_param(wanted, app.level, app.manifest.list_delimiter)["playbookDataType"]
        edit.set((*place, "playbookDataType"), types, f"{quoted(param.name)} takes variables of the types {', '.join(types)}")
        changes["playbook_data_type"] = tuple(types)
    if becomes_choice or (kind in _CHOICES and param.type not in _OFFERED):
        edit.set((*place, "validValues"), list(wanted.choices), f"{quoted(param.name)} offers what the code takes")
        changes["valid_values"] = wanted.choices
    elif kind is ParamType.STRING and param.type is ParamType.BOOLEAN and not param.valid_values:
        values = stored_variables(app.level, secret="secret" in wanted.field.kinds)
        edit.set((*place, "validValues"), list(values), f"{quoted(param.name)} offers stored values")
        changes["valid_values"] = values
    if (kind is ParamType.BOOLEAN) is not isinstance(param.default, bool) and param.default is not None:
        edit.remove((*place, "default"), f"{quoted(param.name)} had a default of another type")
        changes["default"] = None
    return param.model_copy(update=changes)


def _update_choices(param: Param, wanted: WantedParam, place: Place, edit: RecordedEdit, *, prune: bool) -> Param:
    """Return the param with the choices of the code."""
    if param.type not in _OFFERED or not wanted.choices:
        return param
    values = list(param.valid_values)
    if param.type in _CHOICES and not any(map(is_magic, values)):
        missing = [choice for choice in wanted.choices if choice not in values]
        if missing:
            values += missing
            edit.set((*place, "validValues"), list(values), f"{quoted(param.name)} also offers {_listed(missing)}")
    refused = [value for value in values if value not in wanted.choices and not is_magic(value)]
    if refused and not prune:
        edit.leave((*place, "validValues"), f"the code refuses {_listed(refused)} of {quoted(param.name)}")
    elif refused:
        values = [value for value in values if value not in refused]
        edit.set((*place, "validValues"), list(values), f"{quoted(param.name)} no longer offers {_listed(refused)}")
        if param.default in refused:
            edit.remove((*place, "default"), f"the default of {quoted(param.name)} is no choice any more")
            return param.model_copy(update={"valid_values": tuple(values), "default": None})
    return param.model_copy(update={"valid_values": tuple(values)})


def _update_default(param: Param, wanted: WantedParam, place: Place, edit: RecordedEdit, delimiter: str) -> Param:
    """Return the param with the default of the code, if that has one."""
    field = wanted.field
    unknown = field.required or not field.default_known or field.default is None
    if unknown or param.is_secret or "secret" in field.kinds or param.type is ParamType.KEY_VALUE_LIST:
        return param
    code = as_text(field.default, delimiter)
    if param.default is None and not default_text(field, delimiter):
        return param
    if param.default is not None and as_text(param.default, delimiter).casefold() == code.casefold():
        return param
    if param.type is ParamType.BOOLEAN and code.casefold() not in {"true", "false"}:
        return param
    value = code.casefold() == "true" if param.type is ParamType.BOOLEAN else code
    edit.set((*place, "default"), value, f"the default of {quoted(param.name)} is that of the code")
    return param.model_copy(update={"default": value})


def _update_required(param: Param, wanted: WantedParam, place: Place, edit: RecordedEdit) -> None:
    may_be_empty = not param.required and param.default in (None, "") and param.type is not ParamType.BOOLEAN
    if wanted.needed and may_be_empty and not param.hidden:
        edit.set((*place, "required"), True, f"the code needs {quoted(param.name)}: required")


def add_params(app: Subject, wanted: tuple[WantedParam, ...], edit: RecordedEdit) -> None:
    """Add the params that only the code has, behind the others."""
    known = {param.name for _, param in app.params}
    count, sequence = _listed_params(app), next_sequence(app)
    for each in wanted:
        if each.name not in known:
            param = {**new_param(each, app.level, app.manifest.list_delimiter), "sequence": sequence}
            edit.insert(("params",), count, param, f"the code reads {quoted(each.name)}: added")
            count, sequence = count + 1, sequence + 1


def _listed_params(app: Subject) -> int:
    listed = app.data.get("params")
    return len(listed) if isinstance(listed, list) else 0


def next_sequence(app: Subject) -> int:
    """Return the number that a new param gets."""
    return max((param.sequence for _, param in app.params), default=0) + 1


def without_reader(app: Subject, wanted: tuple[WantedParam, ...]) -> list[tuple[Place, Param]]:
    """Return the params that nobody reads: neither the code nor the framework. Hidden ones are kept for what only they know."""
    read = {each.name for each in wanted} | {name for each in wanted for name in each.field.names} | params_of_services(app)
    return [
        (place, param)
        for place, param in app.params
        if param.name not in read
        and not param.hidden
        and param.name != ACTION
        and not (param.name in STANDARD_INPUTS or param.name in ALIASES or param.name.startswith("tc_adv_req_"))
    ]


def _listed(values: list[str]) -> str:
    return ", ".join(map(quoted, values))
