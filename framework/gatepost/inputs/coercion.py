"""From text to the types that the manifest and the standard inputs declare (contract/inputs.md section 2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.inputs.arguments import BOOLEAN_TEXTS
from gatepost.inputs.declared import declared_params
from gatepost.inputs.standard import STANDARD_INPUTS
from gatepost.inputs.values import Problem, Source, Value
from gatepost.secret import Secret
from gatepost.variables import parse_platform_variable, parse_playbook_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gatepost.inputs.declared import DeclaredParam
    from gatepost.inputs.protocols import ManifestLike

__all__ = ["coerce"]

_NOT_CHOSEN = "-- select --"


class _Refused(Exception):
    """A value that cannot be what is declared: what is wrong with it, and the remedy. Never the value."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def coerce(values: Mapping[str, Value], manifest: ManifestLike | None = None) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Give every value the type that is declared for its name.

    - Empty text is an unset input: ``None``.
    - Params: Boolean to ``bool``; Choice and EditChoice to the declared spelling; MultiChoice and params with
      ``allowMultiple`` to a list, split at the manifest's ``listDelimiter``; KeyValueList to a list of
      ``{"key", "value"}``; String and StringMixed to ``str``; encrypted ones to `Secret`.
    - Standard inputs that are not declared: by their own kind (`StandardInput.kind`).
    - Everything else, references to variables (``&{TC:…}``, ``#App:…``), and what a resolved variable may be (``bytes``,
      an object where text is declared) stay as they are. What is secret stays secret.

    Coercing twice changes nothing.

    Args:
        values: Values by input name, `Collected.best` for example.
        manifest: The app's manifest, if it has one.

    Returns:
        The values, those with a problem left out; and the problems.
    """
    declared = declared_params(manifest)
    coerced: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        try:
            typed = _coerce_one(value, declared.get(name))
        except _Refused as refused:
            place = f"{value.source.label}: {value.place}" if value.place else value.source.label
            problems.append(Problem(name, refused.what, place, refused.remedy))
        else:
            same = typed is value.value
            coerced[name] = value if same else Value(name, typed, value.source, value.place)
    return coerced, tuple(problems)


def _coerce_one(value: Value, param: DeclaredParam | None) -> object:
    if value.empty:
        return None
    standard = STANDARD_INPUTS.get(value.name)
    if _is_reference(value.value) and not (standard is not None and standard.kind == "list"):
        return value.value
    # A param that is a standard input too (real manifests declare tc_verify or api_secret_key as String) keeps the
    # standard type, since it is the framework that reads it.
    if standard is not None and (param is None or standard.kind not in ("text", "array", "any")):
        coerced = _STANDARD_KINDS[standard.kind](value.value)
        sensitive = standard.sensitive
    elif param is not None:
        coerced = _coerce_param(value.value, param, lenient=value.source == Source.DEFAULT)
        sensitive = param.sensitive
    else:
        return value.value
    if not sensitive and not value.secret:
        return coerced
    hidden = _hidden(coerced)
    return None if isinstance(hidden, Secret) and not hidden else hidden


def _is_reference(raw: object) -> bool:
    text = raw.reveal() if isinstance(raw, Secret) else raw
    if not isinstance(text, str):
        return False
    return parse_platform_variable(text) is not None or parse_playbook_variable(text) is not None


def _hidden(value: object) -> object:
    """Wrap every text of a sensitive value; the keys of a KeyValueList stay readable."""
    if isinstance(value, str):
        return Secret(value)
    if isinstance(value, bytes):
        try:
            return Secret(value)
        except ValueError:
            raise _Refused("is encrypted, and its content is no UTF-8 text", "Store a text in it") from None
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "key" else _hidden(item) for key, item in value.items()}
    return value


# Standard inputs


def _number(raw: object) -> int:
    refused = _Refused("is not a whole number", "Give digits only")
    if isinstance(raw, bool):
        raise refused
    if isinstance(raw, int):
        return raw
    try:
        if isinstance(raw, float) and raw.is_integer():
            return int(raw)
        text = _text(raw).strip()
        # int() would also take "1_000" and digits of other scripts, which no other reader of these inputs does.
        if text.isascii() and "_" not in text:
            return int(text)
    except ValueError:
        pass
    raise refused


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int) and raw in (0, 1):
        return raw == 1
    text = (raw.reveal() if isinstance(raw, Secret) else raw if isinstance(raw, str) else "").strip().lower()
    if text in BOOLEAN_TEXTS:
        return BOOLEAN_TEXTS[text]
    raise _Refused("is not a Boolean", "Give true or false")


def _verification(raw: object) -> object:
    """A Boolean, or the path of a CA file or folder; whether it exists is for the session to say."""
    if isinstance(raw, Path):
        return str(raw)
    try:
        return _boolean(raw)
    except _Refused:
        if isinstance(raw, str) and raw.strip():
            return raw.strip()
        raise _Refused("is neither a Boolean nor a path", "Give true, false or the path of a CA file") from None


def _path(raw: object) -> Path:
    if isinstance(raw, Path):
        return raw
    text = _text(raw)
    if "\0" in text:
        raise _Refused("is not a path", "Give the path of a folder")
    return Path(text)


def _comma_list(raw: object) -> list[str]:
    """Split at ``,``; blanks around the parts and empty parts are dropped, since no variable has such a name."""
    parts = raw if isinstance(raw, (list, tuple)) else _text(raw).split(",")
    return [text for text in (_text(part).strip() for part in parts) if text]


def _text(raw: object) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, Secret):
        return raw.reveal()
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (int, float, Path)):
        try:
            return str(raw)
        except ValueError:  # an integer with more digits than Python prints
            pass
    raise _Refused("is not text", "Give a text")


def _array(raw: object) -> list[object]:
    return list(raw) if isinstance(raw, (list, tuple)) else [raw]


def _anything(raw: object) -> object:
    return raw


_STANDARD_KINDS: dict[str, Callable[[object], object]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "verification": _verification,
    "path": _path,
    "list": _comma_list,
    "array": _array,
    "any": _anything,
}


# Params of the manifest


def _coerce_param(raw: object, param: DeclaredParam, *, lenient: bool) -> object:
    """Coerce to the type of a param. A default outside the choices is let through: it is the manifest's fault."""
    raw = _revealed(raw)
    if param.kind == "boolean":
        return _boolean(raw)
    if param.kind == "keyvaluelist":
        return _key_value_list(raw)
    if param.multiple:
        parts = raw if isinstance(raw, (list, tuple)) else _split(raw, param.delimiter)
        items = [_single(part, param, lenient=lenient) for part in parts]
        # Among several choices, "-- Select --" is none; a null in a StringArray is an item of its own.
        return [item for item in items if item is not None] if param.kind in ("choice", "editchoice") else items
    return _single(raw, param, lenient=lenient)


def _revealed(raw: object) -> object:
    if isinstance(raw, Secret):
        return raw.reveal()
    if isinstance(raw, list):
        return [_revealed(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _revealed(item) for key, item in raw.items()}
    return raw


def _split(raw: object, delimiter: str) -> list[object]:
    return list(raw.split(delimiter)) if isinstance(raw, str) else [raw]


def _single(raw: object, param: DeclaredParam, *, lenient: bool) -> object:
    if param.kind in ("choice", "editchoice", "multichoice"):
        return _choice(raw, param, lenient=lenient)
    return _text(raw) if isinstance(raw, (str, bool, int, float, Path)) else raw


def _choice(raw: object, param: DeclaredParam, *, lenient: bool) -> object:
    if _is_reference(raw):
        return raw
    text = _text(raw).strip()
    if param.kind != "multichoice" and text.lower() in ("", _NOT_CHOSEN) and text not in param.choices:
        return None
    if text in param.choices:
        return text
    for choice in param.choices:
        if choice.strip().lower() == text.lower():
            return choice
    if param.choices and param.kind != "editchoice" and not lenient:
        raise _Refused("is none of the choices", f"Choose one of: {', '.join(param.choices)}")
    return text


def _key_value_list(raw: object) -> list[object]:
    refused = _Refused("is not a list of keys and values", 'Give JSON like [{"key": "name", "value": "text"}], or an object')
    parsed = raw
    if isinstance(raw, str):
        try:
            parsed = json.loads(raw)
        except (ValueError, RecursionError):
            raise refused from None
    if isinstance(parsed, dict):
        entries: list[object]
        entries = [parsed] if "key" in parsed else [{"key": key, "value": item} for key, item in parsed.items()]
    elif isinstance(parsed, (list, tuple)):
        entries = list(parsed)
    else:
        raise refused
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and isinstance(entry.get("key"), str):
            entries[index] = {"value": None, **entry}
        elif not _is_reference(entry):
            raise refused
    return entries
