"""Brings what only playbook apps and triggers have up to date with the code: outputs, actions, retries, features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.manifest.app_spec.advanced_request import advanced_request_params
from gatepost.manifest.documents.places import quoted
from gatepost.manifest.dumping import data_of
from gatepost.manifest.params import ParamType
from gatepost.project.generating.by_action import ACTION
from gatepost.project.generating.params_update import next_sequence
from gatepost.project.generating.python_types import STEPS
from gatepost.project.generating.wanted import wanted_outputs
from gatepost.project.validation.subject import text_of

if TYPE_CHECKING:
    from gatepost.project.app_code import AppCode
    from gatepost.project.generating.recording import RecordedEdit
    from gatepost.project.validation.subject import Subject

__all__ = ["has_advanced_request", "update_actions", "update_features", "update_outputs", "update_retry"]

_OUTPUTS = ("playbook", "outputVariables")


def update_features(app: Subject, code: AppCode, edit: RecordedEdit, *, has_layout: bool) -> None:
    """Add the features that the code names, and ``layoutEnabledApp`` for an app with a layout."""
    wanted = [*code.features, *(["layoutEnabledApp"] if has_layout and app.level in STEPS else [])]
    missing = list(dict.fromkeys(name for name in wanted if not app.manifest.has_feature(name)))
    if not missing:
        return
    listed = app.data.get("features")
    present = list(listed) if isinstance(listed, list) else list(app.manifest.features)
    edit.set(("features",), [*present, *missing], f"features added: {', '.join(missing)}")


def has_advanced_request(code: AppCode) -> bool:
    """Whether the app has the ready action Advanced Request."""
    return any(name.casefold() == "advancedrequest" for name in code.features)


def update_actions(app: Subject, code: AppCode, edit: RecordedEdit, *, prune: bool) -> None:
    """Make the choices of ``tc_action`` the actions of the code, and add the params of an advanced request."""
    if not code.actions:
        return
    names = [action.name for action in code.actions]
    found = next(((place, param) for place, param in reversed(app.params) if param.name == ACTION), None)
    if found is None:
        param = {"name": ACTION, "label": "Action", "type": "Choice", "required": True, "sequence": next_sequence(app)}
        edit.insert(("params",), 0, {**param, "validValues": names}, "the code has actions: tc_action added")
    elif found[1].type in {ParamType.CHOICE, ParamType.EDIT_CHOICE} and not any("${" in v for v in found[1].valid_values):
        _update_choices(found[0], list(found[1].valid_values), names, edit, prune=prune)
    else:
        edit.leave(found[0], f"the code has actions, and tc_action is a {found[1].type} that does not list them")


def _update_choices(place: Any, values: list[str], names: list[str], edit: RecordedEdit, *, prune: bool) -> None:
    known = {_plain(name) for name in names}
    missing = [name for name in names if _plain(name) not in map(_plain, values)]
    gone = [value for value in values if _plain(value) not in known]
    if missing:
        values = [*values, *missing]
        edit.set((*place, "validValues"), list(values), f"actions added: {', '.join(map(quoted, missing))}")
    if gone and prune:
        left = [value for value in values if value not in gone]
        edit.set((*place, "validValues"), left, f"actions removed: {', '.join(map(quoted, gone))}")
    elif gone:
        edit.leave((*place, "validValues"), f"the code has no action {', '.join(map(quoted, gone))}")


def add_advanced_request(app: Subject, code: AppCode, edit: RecordedEdit) -> None:
    """Add the params of the ready action Advanced Request that are missing."""
    if not has_advanced_request(code) or app.level not in STEPS:
        return
    known = {param.name for _, param in app.params}
    listed = edit.document().data.get("params")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    numbers = [item["sequence"] for item in items if isinstance(item.get("sequence"), int)]
    count, sequence = len(listed) if isinstance(listed, list) else 0, max([0, *numbers]) + 1
    for param in advanced_request_params():
        if param.name not in known:
            data = {key: value for key, value in data_of(param).items() if key not in {"display", "disabled"}}
            data["sequence"] = sequence
            edit.insert(("params",), count, data, f"the code has the action Advanced Request: {quoted(param.name)} added")
            count, sequence = count + 1, sequence + 1


def update_outputs(app: Subject, code: AppCode, edit: RecordedEdit, *, prune: bool) -> None:
    """Declare what the code gives out; name and type together are a variable's key."""
    wanted = [(variable.name, variable.type) for variable, _ in wanted_outputs(code)]
    if not wanted:
        return
    declared = [(place, (text_of(output, "name"), str(output.get("type") or "String"))) for place, output in app.outputs]
    keys = {key for _, key in declared}
    missing = [key for key in dict.fromkeys(wanted) if key not in keys]
    gone = [(place, key) for place, key in declared if key not in wanted and ".request." not in key[0]]
    retyped = []
    for place, key in list(gone):
        other = next((one for one in missing if one[0] == key[0]), None)
        if other is not None:
            edit.set((*place, "type"), other[1], f"{quoted(key[0])} is a {other[1]} in the code, and no {key[1]}")
            missing.remove(other)
            retyped.append((place, key))
    gone = [entry for entry in gone if entry not in retyped]
    _add_outputs(app, missing, edit)
    for place, key in reversed(gone):
        if prune:
            edit.remove(place, f"the code does not give out {quoted(key[0])}: removed")
        else:
            edit.leave(place, f"the code does not give out {quoted(key[0])}")


def _add_outputs(app: Subject, missing: list[tuple[str, str]], edit: RecordedEdit) -> None:
    if not missing:
        return
    playbook = app.data.get("playbook")
    if not isinstance(playbook, dict):
        edit.set(("playbook",), {"type": app.manifest.category or "Utility"}, "what is for playbooks added")
        playbook = {}
    listed = playbook.get("outputVariables")
    if not isinstance(listed, list):
        edit.set(_OUTPUTS, [], "a list of outputs added")
        listed = []
    for number, (name, kind) in enumerate(missing, len(listed)):
        edit.insert(_OUTPUTS, number, {"name": name, "type": kind}, f"the code gives out {quoted(name)}: added")


def update_retry(app: Subject, code: AppCode, edit: RecordedEdit) -> None:
    """Let the platform repeat the actions that the code lets it repeat, and no others."""
    may = [action.name for action in code.actions if action.retry is True]
    must_not = {_plain(action.name) for action in code.actions if action.retry is False}
    retry = app.manifest.playbook.retry if app.manifest.playbook is not None else None
    listed = list(retry.actions) if retry is not None else []
    kept = [name for name in listed if _plain(name) not in must_not]
    place = ("playbook", "retry")
    if retry is None:
        if may:
            value = {"actions": may, "allowed": True, "defaultDelayMinutes": 1, "defaultMaxRetries": 1}
            edit.set(place, value, "the code lets the platform repeat actions: allowed")
        return
    open_to_all = retry.allowed and not listed
    added = [] if open_to_all else [name for name in may if _plain(name) not in map(_plain, kept)]
    if kept != listed or added:
        edit.set((*place, "actions"), [*kept, *added], "the actions that may be repeated are those of the code")
    allowed = bool(kept or added) if kept != listed or added else retry.allowed or bool(may)
    if allowed is not retry.allowed:
        edit.set((*place, "allowed"), allowed, f"repeating is {'allowed' if allowed else 'not allowed any more'}")


def _plain(action: str) -> str:
    return action.strip().lower().replace(" ", "_")
