"""From Python values to what is kept in the store, and back (contract/playbooks.md section 3)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from gatepost.playbook.errors import VariableError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BinaryForm", "deserialize", "serialize"]

BinaryForm = Literal["bytes", "base64", "text"]
"""What becomes of binary values that are read: ``bytes``; their ``base64`` as text; or ``text``, of UTF-8 and else of Latin-1."""

_encode = json.JSONEncoder().encode  # ASCII only, as the field has it
_decode = json.JSONDecoder().decode


class _Unfit(Exception):
    """What is wrong with a value, and the remedy. Never leaves this module, and never holds the value."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


def serialize(type: str, value: object, variable: str = "") -> bytes | str:
    """Return what the store keeps for a value.

    Everything of a standard type is JSON in ASCII, with the bytes that incumbents write. Objects may be dicts or pydantic models,
    of which the fields count that were set.

    Args:
        type: The type of the variable. One that is not known, and ``TCEnhancedEntity``, is kept as it is given: text or bytes.
        value: The value; not None, for which nothing is written.
        variable: The variable's whole text, for errors.

    Raises:
        VariableError: The type cannot hold such a value.
    """
    try:
        return _WRITERS.get(type, _raw)(value)
    except _Unfit as unfit:
        why, remedy = unfit.why, unfit.remedy
    except RecursionError:
        why, remedy = "It is nested too deeply, or in itself", ""
    except (TypeError, ValueError) as error:  # of the JSON encoder; its words name types, never values
        why, remedy = f"It cannot be written as JSON: {error}", "Use text, numbers, true, false, None, lists and dicts"
    raise VariableError(
        f"The value is not one for {variable or type}", why=why, remedy=remedy, variable=variable or type
    ) from None


def deserialize(type: str, data: bytes | str, variable: str = "", *, binary: BinaryForm = "bytes") -> Any:
    """Return the value of what the store keeps.

    Args:
        type: The type of the variable.
        data: What is kept.
        variable: The variable's whole text, for errors.
        binary: What becomes of binary values.

    Returns:
        ``str`` for a String; ``bytes`` for a Binary, or what ``binary`` says; ``dict`` for a KeyValue, TCEntity or TCBatch; a
        list of those for an array, where texts and binaries may be None; the data itself for a ``TCEnhancedEntity`` or a custom
        type. None for JSON's null.

    Raises:
        VariableError: It is no JSON, or not of this type.
    """
    read = _READERS.get(type)
    if read is None:
        return data
    try:
        value = _decode(data if isinstance(data, str) else data.decode())
        return None if value is None else read(value, binary)
    except _Unfit as unfit:
        why = unfit.why
    except UnicodeDecodeError:
        why = "It is not UTF-8 text"
    except RecursionError:
        why = "It is JSON that is nested too deeply"
    except ValueError:
        why = "It is not JSON"
    raise VariableError(
        f"What the key-value store holds for {variable or type} cannot be read",
        why=why,
        remedy="Look at the app that wrote it",
        variable=variable or type,
    )


# -- writing -----------------------------------------------------------------------------------------------------------------


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise _unfit(value, "a text")


def _string(value: object) -> str:
    return _encode(_text(value))


def _base64(value: object) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode()
    raise _unfit(value, "bytes")


def _binary(value: object) -> str:
    return _encode(_base64(value))


def _members(value: object, *needed: str) -> dict[str, Any]:
    dump = getattr(value, "model_dump", None)
    if callable(dump) and not isinstance(value, Mapping):
        value = dump(exclude_unset=True)
    if not isinstance(value, Mapping):
        raise _unfit(value, "an object")
    missing = [name for name in needed if name not in value]
    if missing:
        raise _Unfit(f"It has no {' and no '.join(missing)}", f"Give an object with {', '.join(needed)}")
    return value if isinstance(value, dict) else dict(value)


def _key_value(value: object) -> dict[str, Any]:
    return _members(value, "key", "value")


def _entity(value: object) -> dict[str, Any]:
    return _members(value, "id", "value", "type")


def _batch(value: object) -> str:
    members = _members(value)
    for name in ("indicator", "group"):
        if not isinstance(members.get(name, []), list):
            raise _Unfit(f"Its {name} is no list")
    return _encode(members)


def _object(one: Callable[[object], dict[str, Any]]) -> Callable[[object], str]:
    return lambda value: _encode(one(value))


def _array(one: Callable[[object], object], *, nulls: bool) -> Callable[[object], str]:
    def write(value: object) -> str:
        single = isinstance(value, (str, bytes, bytearray, memoryview, Mapping, Secret)) or hasattr(value, "model_dump")
        if single or not isinstance(value, Iterable):
            raise _Unfit(f"It is a single {_kind(value)}, not a list", "Put it into a list")
        return _encode([None if item is None and nulls else one(item) for item in value])

    return write


def _raw(value: object) -> bytes | str:
    if isinstance(value, (str, bytes)):
        return value
    if isinstance(value, (int, float)):
        return _text(value)
    raise _unfit(value, "text or bytes, which is all that is kept as it is")


def _unfit(value: object, expected: str) -> _Unfit:
    if isinstance(value, Secret):
        return _Unfit("It is a secret", "Write the result of its reveal(), if it is meant to leave the app")
    return _Unfit(f"It is or holds a {_kind(value)}, not {expected}")


def _kind(value: object) -> str:
    return "None" if value is None else value.__class__.__name__


_WRITERS: dict[str, Callable[[object], bytes | str]] = {
    "String": _string,
    "StringArray": _array(_text, nulls=True),
    "Binary": _binary,
    "BinaryArray": _array(_base64, nulls=True),
    "KeyValue": _object(_key_value),
    "KeyValueArray": _array(_key_value, nulls=False),
    "TCEntity": _object(_entity),
    "TCEntityArray": _array(_entity, nulls=False),
    "TCBatch": _batch,
}


# -- reading -----------------------------------------------------------------------------------------------------------------


def _read_text(value: object, binary: BinaryForm) -> str:  # noqa: ARG001 - one signature for all
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return _text(value)
    raise _Unfit(f"It is JSON of another type: {_json_kind(value)}")


def _read_binary(value: object, binary: BinaryForm) -> bytes | str:
    if not isinstance(value, str):
        raise _Unfit(f"It is JSON of another type: {_json_kind(value)}")
    if binary == "base64":
        return value
    try:
        content = base64.b64decode(value)
    except (binascii.Error, ValueError):
        raise _Unfit("It is not base64") from None
    if binary == "bytes":
        return content
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _read_object(value: object, binary: BinaryForm) -> dict[str, Any]:  # noqa: ARG001 - one signature for all
    if isinstance(value, dict):
        return value
    raise _Unfit(f"It is JSON of another type: {_json_kind(value)}")


def _read_array(one: Callable[[object, BinaryForm], object], *, nulls: bool = True) -> Callable[[object, BinaryForm], list[Any]]:
    def read(value: object, binary: BinaryForm) -> list[Any]:
        if not isinstance(value, list):
            raise _Unfit(f"It is JSON of another type: {_json_kind(value)}")
        return [None if item is None and nulls else one(item, binary) for item in value]

    return read


def _json_kind(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return "null" if value is None else "text" if isinstance(value, str) else "a number or Boolean"


_READERS: dict[str, Callable[[Any, BinaryForm], Any]] = {
    "String": _read_text,
    "StringArray": _read_array(_read_text),
    "Binary": _read_binary,
    "BinaryArray": _read_array(_read_binary),
    "KeyValue": _read_object,
    "KeyValueArray": _read_array(_read_object, nulls=False),
    "TCEntity": _read_object,
    "TCEntityArray": _read_array(_read_object, nulls=False),
    "TCBatch": _read_object,
}
