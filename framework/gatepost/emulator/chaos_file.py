"""The JSON form of chaos profiles: reading it, with the place of every mistake, and writing it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from gatepost.emulator.faults import KINDS, Fault
from gatepost.errors import GatepostError, UsageError

__all__ = ["load", "read_profile", "write_profile"]

_Place = tuple[str | int, ...]
_Record = TypeVar("_Record")
_Profile = TypeVar("_Profile")
_MAXIMUM_BYTES = 10_000_000

# What the annotation of a field accepts of JSON, and how a person calls it.
_ACCEPTED: dict[str, tuple[tuple[type, ...], str]] = {
    "int": ((int,), "a whole number"),
    "int | None": ((int, type(None)), "a whole number or null"),
    "float": ((int, float), "a number"),
    "float | None": ((int, float, type(None)), "a number or null"),
    "str": ((str,), "a text"),
    "str | None": ((str, type(None)), "a text or null"),
    "bool": ((bool,), "true or false"),
    "Moment": ((str,), "a text"),
    "Destination": ((str,), "a text"),
}
_ACCEPTED_ITEMS: dict[str, tuple[type, str]] = {
    "tuple[int, ...]": (int, "a list of whole numbers"),
    "tuple[str, ...]": (str, "a list of texts"),
}


class _Wrong(Exception):
    """A mistake in a profile, with the place of the value that has it."""

    def __init__(self, place: _Place, error: UsageError) -> None:
        super().__init__(str(error))
        self.place = place
        self.error = error


def load(path: str | PathLike[str], profile: type[_Profile], rule: type[Any]) -> _Profile:
    """Read a profile from a file; see `gatepost.emulator.chaos.ChaosProfile.load`.

    Args:
        path: The file.
        profile: The dataclass of profiles.
        rule: The dataclass of their rules.
    """
    file = Path(path)
    try:
        with file.open("rb") as stream:
            raw = stream.read(_MAXIMUM_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise GatepostError(
            f"The chaos profile {str(file)!r} cannot be read", why=why, remedy="Give the path of a JSON file"
        ) from error
    if len(raw) > _MAXIMUM_BYTES:
        raise GatepostError(f"The chaos profile {str(file)!r} is too large", why="More than 10 MB is no profile")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise GatepostError(f"{file}, line {line}: the text is not UTF-8", remedy="Save the file as UTF-8") from None
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise GatepostError(
            f"{file}, line {error.lineno}, column {error.colno}: this is no JSON", why=error.msg, remedy="Correct the file"
        ) from None
    except (ValueError, RecursionError):
        raise GatepostError(f"{file}: this is no JSON that can be read", why="A number or its nesting is out of bounds") from None
    try:
        return _read(data, profile, rule)
    except _Wrong as wrong:
        from gatepost.manifest.documents.document import Document

        line = Document(file, text, {}).position(wrong.place).line
        what = f"{file}, line {line}, {_named(wrong.place)}: {wrong.error.what}"
        raise GatepostError(what, why=wrong.error.why, remedy=wrong.error.remedy) from None


def read_profile(data: Any, profile: type[_Profile], rule: type[Any]) -> _Profile:
    """Make a profile of its JSON form; see `gatepost.emulator.chaos.ChaosProfile.from_json`. Arguments as for `load`."""
    try:
        return _read(data, profile, rule)
    except _Wrong as wrong:
        error = wrong.error
        raise UsageError(f"{_named(wrong.place)}: {error.what}", why=error.why, remedy=error.remedy) from None


def write_profile(profile: Any) -> dict[str, Any]:
    """Return the JSON form of a profile; see `gatepost.emulator.chaos.ChaosProfile.to_json`."""
    data = _changed_fields(profile)
    if profile.rules:
        data["rules"] = [
            {**_changed_fields(rule), "fault": {"kind": rule.fault.kind, **_changed_fields(rule.fault)}} for rule in profile.rules
        ]
    return data


def _read(data: Any, profile: type[_Profile], rule: type[Any]) -> _Profile:
    values = _values(profile, data, ())
    rules = values.pop("rules", [])
    if not isinstance(rules, list):
        raise _Wrong(("rules",), UsageError("This must be a list of rules"))
    read = tuple(_rule(item, rule, ("rules", index)) for index, item in enumerate(rules))
    return _made(profile, {**values, "rules": read}, ())


def _rule(data: Any, rule: type[_Record], place: _Place) -> _Record:
    values = _values(rule, data, place)
    if "fault" not in values:
        raise _Wrong(place, UsageError("A rule needs a fault", remedy='Such as "fault": {"kind": "reset"}'))
    return _made(rule, {**values, "fault": _fault(values["fault"], (*place, "fault"))}, place)


def _fault(data: Any, place: _Place) -> Fault:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        where = (*place, "kind") if isinstance(data, dict) and "kind" in data else place
        raise _Wrong(where, UsageError("A fault is an object with a known kind", remedy=f"Use one of {', '.join(KINDS)}"))
    record = KINDS[kind]
    return _made(record, _values(record, {key: value for key, value in data.items() if key != "kind"}, place), place)


def _values(record: type[Any], data: Any, place: _Place) -> dict[str, Any]:
    """Return an object's members, each of the type that the field of its name has."""
    if not isinstance(data, Mapping):
        raise _Wrong(place, UsageError("This must be an object"))
    fields = {field.name: str(field.type) for field in dataclasses.fields(record)}
    for name, value in data.items():
        if name not in fields:
            raise _Wrong((*place, name), UsageError(f"There is no {name!r} here", remedy=f"Use one of {', '.join(fields)}"))
        _check(value, fields[name], (*place, name))
    return dict(data)


def _check(value: Any, annotation: str, place: _Place) -> None:
    if annotation in _ACCEPTED:
        types, words = _ACCEPTED[annotation]
        # A bool is an int to Python, and to nobody else.
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise _Wrong(place, UsageError(f"This must be {words}"))
    elif annotation in _ACCEPTED_ITEMS:
        item, words = _ACCEPTED_ITEMS[annotation]
        if not isinstance(value, list) or any(not isinstance(entry, item) or isinstance(entry, bool) for entry in value):
            raise _Wrong(place, UsageError(f"This must be {words}"))


def _made(record: type[_Record], values: Mapping[str, Any], place: _Place) -> _Record:
    missing = [
        field.name
        for field in dataclasses.fields(record)  # type: ignore[arg-type]
        if field.default is dataclasses.MISSING and field.name not in values
    ]
    if missing:
        raise _Wrong(place, UsageError(f"{' and '.join(missing)} is missing"))
    try:
        return record(**values)
    except UsageError as error:
        raise _Wrong(place, error) from None


def _changed_fields(record: Any) -> dict[str, Any]:
    return {
        field.name: list(value) if isinstance(value, tuple) else value
        for field in dataclasses.fields(record)
        if (value := getattr(record, field.name)) != field.default
    }


def _named(place: _Place) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")
    return text or "the profile"
