"""The inputs of a playbook app: what they name is read, before the app's own code begins (contract/inputs.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.inputs.standard import CREDENTIALS
from gatepost.inputs.values import Problem, Value
from gatepost.playbook.errors import VariableError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.playbook.reading import VariableReader

__all__ = ["names_variables", "resolve_inputs"]

_UNTOUCHED = CREDENTIALS | {"tc_api_path", "tc_playbook_out_variables"}


def resolve_inputs(values: Mapping[str, Value], reader: VariableReader) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    r"""Put values in the place of the variables that inputs name; all of them are fetched in one round trip, or two.

    A whole variable becomes its typed value; one in a longer text becomes text; in a list, each item is read by itself, and in
    its texts ``\s`` is a space. What is secret stays secret. Credentials, the API path and the list of output variables are left
    alone.

    Args:
        values: Values by input name.
        reader: Reads the store.

    Returns:
        The values, those with a problem left out; and the problems.

    Raises:
        StoreError: The store cannot be read; that is no problem of one input.
    """
    names = [name for name, value in values.items() if name not in _UNTOUCHED and names_variables(value.value)]
    results = dict(zip(names, reader.read_all([values[name].value for name in names], spaces=False), strict=True))
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


def names_variables(value: object) -> bool:
    r"""Tell whether a value may name variables, or is a list of a playbook app, in which ``\s`` is a space."""
    if isinstance(value, list):
        return any(isinstance(item, (str, Secret)) for item in value)
    text = value.reveal() if isinstance(value, Secret) else value
    return isinstance(text, str) and ("#" in text or "&{" in text)
