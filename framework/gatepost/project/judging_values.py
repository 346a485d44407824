"""What an app's own model says of values: they are packed here, and judged in the process that imports the app's code."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gatepost.errors import GatepostError, InputError, UsageError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gatepost.inputs.values import Value
    from gatepost.manifest import Manifest

__all__ = ["MODEL", "hand_over", "judge_values", "pack_values", "unpack_values"]

MODEL = "inputs"
"""The name of what is wrong with several inputs together."""

_ACTION = "tc_action"


def pack_values(values: Iterable[Value]) -> str:
    """Write values as JSON for the other process; secrets are in it, so it goes through a pipe and into no file.

    Args:
        values: What was collected.
    """
    return json.dumps([[value.name, _packed(value.value), int(value.source), value.place] for value in values])


def hand_over(values: Iterable[Value], stream: IO[bytes] | None) -> None:
    """Give the other process the values through a pipe, so that its command line and the disk never hold them.

    Args:
        values: What was collected; without any, the pipe is closed and nothing else.
        stream: The other process's standard input.
    """
    given = tuple(values)
    if stream is not None:
        with contextlib.suppress(BrokenPipeError), stream:
            stream.write(pack_values(given).encode() if given else b"")


def unpack_values(packed: str) -> dict[str, Value]:
    """Read what `pack_values` wrote.

    Args:
        packed: The JSON.

    Returns:
        The values by name.
    """
    from gatepost.inputs.values import Source, Value

    return {name: Value(name, _unpacked(value), Source(source), place) for name, value, source, place in json.loads(packed)}


def judge_values(app: Any, packed: str, folder: str) -> list[dict[str, str]]:
    """Say what the app's inputs, or those of the action that ``tc_action`` chooses, would refuse. Asks no server.

    Args:
        app: The `gatepost.App`.
        packed: What `pack_values` wrote.
        folder: The app's folder.

    Returns:
        One item for each problem: ``name`` of the input (`MODEL` for several together), ``what``, ``remedy``. No secret is in it.
    """
    from gatepost.inputs.coercion import coerce
    from gatepost.inputs.model import build, input_names
    from gatepost.inputs.values import InvalidInputs

    values = unpack_values(packed)
    action = values.get(_ACTION)
    chosen = action.text if action is not None else ""
    try:
        model = app.choose(chosen or None).inputs or app.inputs
    except InputError as error:
        what = f"names no action: {error.why}" if chosen else f"is missing: {error.why}"
        return [{"name": _ACTION, "what": what, "remedy": error.remedy}]
    except UsageError:
        model = app.inputs
    if model is None:
        return []
    wanted = input_names(model)
    manifest = _manifest(Path(folder))
    typed, problems = coerce({name: value for name, value in values.items() if name in wanted}, manifest)
    try:
        build(model, typed, manifest=manifest, problems=problems)
    except InvalidInputs as error:
        return [{"name": one.name, "what": one.what, "remedy": one.remedy} for one in error.problems]
    except Exception as error:  # noqa: BLE001 - the app's own validators may raise anything
        what = f"cannot be checked: a validator of {model.__name__} ended with {type(error).__name__}"
        return [{"name": MODEL, "what": what, "remedy": "Let validators raise nothing but ValueError"}]
    return []


def _manifest(folder: Path) -> Manifest | None:
    from gatepost.manifest import load

    try:
        return load(folder / "install.json")
    except GatepostError:
        return None


def _packed(value: object) -> list[Any]:
    if isinstance(value, Secret):
        return ["secret", value.reveal()]
    if isinstance(value, (list, tuple)):
        return ["list", [_packed(item) for item in value]]
    if isinstance(value, dict):
        return ["object", [[str(key), _packed(item)] for key, item in value.items()]]
    return ["plain", value if isinstance(value, (str, int, float, bool, type(None))) else str(value)]


def _unpacked(packed: list[Any]) -> object:
    kind, value = packed
    if kind == "secret":
        return Secret(value)
    if kind == "list":
        return [_unpacked(item) for item in value]
    if kind == "object":
        return {key: _unpacked(item) for key, item in value}
    return value
