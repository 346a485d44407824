"""The inputs of a playbook app: what they name is read, before the app's own code begins (contract/inputs.md section 3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gatepost.inputs.declared import declared_params
from gatepost.inputs.standard import CREDENTIALS
from gatepost.inputs.values import Problem, Value
from gatepost.playbook.errors import VariableError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.inputs.declared import DeclaredParam
    from gatepost.inputs.protocols import ManifestLike
    from gatepost.playbook.reading import VariableReader

__all__ = ["names_variables", "resolve_inputs"]

_UNTOUCHED = CREDENTIALS | {"tc_api_path", "tc_playbook_out_variables"}


def resolve_inputs(
    values: Mapping[str, Value], reader: VariableReader, manifest: ManifestLike | None = None
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    r"""Put values in the place of the variables that inputs name; all of them are fetched in one round trip, or two.

    A whole variable becomes its typed value; one in a longer text becomes text; in a list, each item is read by itself, and in
    its texts ``\s`` is a space. What is secret stays secret. Credentials, the API path and the list of output variables are left
    alone. The JSON of a KeyValueList is taken apart first, so that no value is read as such syntax.

    Args:
        values: Values by input name.
        reader: Reads the store.
        manifest: The app's manifest, if it has one.

    Returns:
        The values, those with a problem left out; and the problems.

    Raises:
        StoreError: The store cannot be read; that is no problem of one input.
    """
    names = [name for name, value in values.items() if name not in _UNTOUCHED and names_variables(value.value)]
    declared = declared_params(manifest)
    asked = [_apart(values[name].value, declared.get(name)) for name in names]
    results = dict(zip(names, reader.read_all(asked, spaces=False), strict=True))
    resolved: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        if name not in results:
            resolved[name] = value
        elif isinstance(found := results[name], VariableError):
            place = f"{value.source.label}: {value.place}" if value.place else value.source.label
            what = f"{found.what[:1].lower()}{found.what[1:]}: {found.why[:1].lower()}{found.why[1:]}"
            problems.append(Problem(name, what, place, found.remedy))
        else:
            resolved[name] = Value(name, found, value.source, value.place)
    return resolved, tuple(problems)


def _apart(value: object, param: DeclaredParam | None) -> object:
    """Return the entries of a KeyValueList that is given as JSON; anything else, and what is no JSON, as it is."""
    if param is None or param.kind != "keyvaluelist" or not isinstance(value, str):
        return value
    try:
        parts = json.loads(value)
    except (ValueError, RecursionError):  # one whole variable, most often
        return value
    if isinstance(parts, dict):
        return [parts] if "key" in parts else [{"key": key, "value": item} for key, item in parts.items()]
    return parts


def names_variables(value: object) -> bool:
    r"""Tell whether a value may name variables, or is a list of a playbook app, in which ``\s`` is a space."""
    if isinstance(value, list):
        return any(isinstance(item, (str, Secret, dict)) for item in value)
    text = value.reveal() if isinstance(value, Secret) else value
    return isinstance(text, str) and ("#" in text or "&{" in text)
