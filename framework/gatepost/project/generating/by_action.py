"""Which params and outputs belong to which action: what the conditions of ``layout.json`` say of ``tc_action``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.manifest.params import ParamType
from gatepost.project.validation.display import Conditions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gatepost.manifest.models import Manifest

__all__ = ["ACTION", "ADVANCED_REQUEST", "Shown", "action_names", "shown_for", "value_choices"]

ACTION = "tc_action"
"""The param that chooses an action."""

ADVANCED_REQUEST = "Advanced Request"
"""The action that the framework itself has."""


@dataclass(frozen=True, slots=True)
class Shown:
    """When something is shown.

    Attributes:
        actions: The actions for which it can be; None: for all.
        always: Whether it is shown in every case, as far as its actions go.
    """

    actions: tuple[str, ...] | None = None
    always: bool = True


def action_names(manifest: Manifest) -> tuple[str, ...]:
    """Return the values of ``tc_action``, without those that are none of the app's own code; empty for an app without actions."""
    param = manifest.param(ACTION)
    if param is None or param.type not in {ParamType.CHOICE, ParamType.EDIT_CHOICE} or any("${" in v for v in param.valid_values):
        return ()
    left_out = {"", "-- select --", ADVANCED_REQUEST.lower()}
    return tuple(dict.fromkeys(value for value in param.valid_values if value.strip().lower() not in left_out))


def value_choices(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """Return the values that inputs may have, by name, where there is a small number of them."""
    choices: dict[str, tuple[str, ...]] = {}
    for param in manifest.params:
        if param.type is ParamType.BOOLEAN:
            choices[param.name] = ("true", "false")
        elif param.type is ParamType.CHOICE and param.valid_values and not any("${" in value for value in param.valid_values):
            choices[param.name] = param.valid_values if param.required else ("", *param.valid_values)
    return choices


def shown_for(manifest: Manifest, displays: Mapping[str, Sequence[str]]) -> dict[str, Shown]:
    """Tell for what the form shows each thing.

    Args:
        manifest: The app's manifest.
        displays: The conditions of each thing, by name; an empty one is always true. One that holds is enough.

    Returns:
        What is known, by name. A condition that cannot be judged says nothing: the thing may be shown for every action.
    """
    actions = action_names(manifest)
    choices = value_choices(manifest)
    result = {}
    with Conditions([param.name for param in manifest.params]) as conditions:
        for name, expressions in displays.items():
            verdicts = {action: _verdict(conditions, expressions, {**choices, ACTION: (action,)}) for action in actions}
            everywhere = not actions and all(not expression.strip() for expression in expressions)
            possible = tuple(action for action, verdict in verdicts.items() if verdict is not False)
            always = everywhere or (bool(actions) and all(verdicts[action] is True for action in possible))
            result[name] = Shown(possible if 0 < len(possible) < len(actions) else None, always)
    return result


def _verdict(conditions: Conditions, expressions: Sequence[str], choices: Mapping[str, Sequence[str]]) -> bool | None:
    """Whether a thing is shown: True, False, or None for sometimes, or where nobody can say."""
    found: list[bool | None] = []
    for expression in expressions:
        if not expression.strip():
            return True
        if conditions.problem(expression):
            return None
        verdicts = conditions.verdicts(expression, choices)
        named = conditions.named(expression)
        if not named:
            return None if "hidden" in expression else True
        found.append(next(iter(verdicts)) if len(verdicts) == 1 else None)
    if any(verdict is True for verdict in found):
        return True
    return False if found and all(verdict is False for verdict in found) else None
