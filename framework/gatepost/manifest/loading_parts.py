"""Reads the parts of ``install.json`` that only some apps have: outputs, container, service."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.playbook import DATA_TYPES, OutputVariable, Playbook, Retry
from gatepost.manifest.reading import Reading, as_text, build, squash

if TYPE_CHECKING:
    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.service import Docker, Service

__all__ = ["read_container_or_service", "read_output", "read_playbook", "read_retry"]

AnyOutput = TypeVar("AnyOutput", bound=OutputVariable)

_DATA_TYPE_OF = {squash(name): name for name in DATA_TYPES}


def read_playbook(reading: Reading, value: object, place: Place) -> Playbook | None:
    """Read ``playbook``; None when there is nothing that can be read."""
    data = reading.read_object(value, place)
    if data is None:
        return None
    values, unknown = reading.fields(Playbook, data, place, elsewhere={"outputVariables", "retry"})
    if "outputVariables" in data:
        items = reading.read_objects(data["outputVariables"], (*place, "outputVariables"))
        outputs = (read_output(OutputVariable, reading, item, where) for where, item in items)
        values["output_variables"] = tuple(output for output in outputs if output is not None)
    if "retry" in data:
        values["retry"] = read_retry(reading, data["retry"], (*place, "retry"))
    return build(Playbook, values, unknown)


def read_output(
    model: type[AnyOutput], reading: Reading, data: dict[str, object], place: Place, *, is_complete: bool = True
) -> AnyOutput | None:
    """Read an output variable; None when it has no name.

    Args:
        model: `OutputVariable`, or a kind of it.
        reading: Where to report what is off.
        data: The object.
        place: Where it stands.
        is_complete: Whether a type is expected to be there.
    """
    if not as_text(data.get("name")):
        reading.report("GP202", place, "this output variable has no name; ignored", 'Add "name"')
        return None
    values, unknown = reading.fields(model, data, place, elsewhere={"type"})
    values["type"] = _output_type(reading, data, place) if is_complete or data.get("type") else "String"
    return build(model, values, unknown)


def _output_type(reading: Reading, data: dict[str, object], place: Place) -> str:
    value = data.get("type")
    if value is None or value == "":
        what = "this output variable has no type; read as String"
        reading.report("GP502", place, what, 'Add "type": "String"', correction=((*place, "type"), "String"))
        return "String"
    where = (*place, "type")
    if not isinstance(value, str):
        reading.report("GP204", where, "the type is no text; read as String", "Write the name of a type")
        return "String"
    known = _DATA_TYPE_OF.get(squash(value))
    if known is None:
        reading.report(
            "GP503",
            where,
            f"{quoted(value)} is a type of the app's own",
            f"If it is not meant so: one of {', '.join(DATA_TYPES[1:])}",
        )
        return value
    if known != value:
        what = f"{quoted(value)} is written {known!r}"
        reading.report("GP206", where, what, f"Write {known!r}", correction=(where, known))
    return known


def read_retry(reading: Reading, value: object, place: Place) -> Retry | None:
    """Read ``retry``; None when there is nothing that can be read."""
    data = reading.read_object(value, place)
    if data is None:
        return None
    missing = [key for key in ("defaultDelayMinutes", "defaultMaxRetries") if data.get(key) is None]
    if missing:
        reading.report("GP501", place, f"retry lacks {' and '.join(missing)}; left to the platform", "Add both numbers")
    values, unknown = reading.fields(Retry, data, place)
    return build(Retry, values, unknown)


def read_container_or_service(reading: Reading, key: str, value: object, place: Place) -> Docker | Service | None:
    """Read ``docker`` or ``service``; None when there is nothing that can be read."""
    data = reading.read_object(value, place)
    if data is None:
        return None
    from gatepost.manifest.service import Docker, Service

    model: type[Docker | Service] = Docker if key == "docker" else Service
    return build(model, *reading.fields(model, data, place))
