"""The operators by which profiles compare (contract/logging_and_runtime.md section 9): ``eq``, ``json_eq``, ``rex``…

What the contract leaves open is decided here, once:

* An operator on single values holds for a list when it holds for each item, with the expectation at the same place if that is a
  list too. It never holds for an empty list.
* A String is text: where a number or Boolean is expected, its text is (``5`` is ``"5"``, ``true`` is ``"true"``).
* Binary values are their base64 text, but for ``hash_eq`` their bytes.
* ``exclude`` names keys of the objects that are compared: ``id`` of the outermost, ``owner.id`` deeper.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from gatepost.errors import GatepostError
from gatepost.playbook.serialization import serialize
from gatepost.testing.profiles.deep_difference import deep_difference

__all__ = ["ALIASES", "OPERATORS", "mismatch", "operator_name", "plain"]

_HASHES = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_DEEPDIFF_OPTIONS = frozenset(
    {
        "exclude_paths",
        "exclude_regex_paths",
        "ignore_numeric_type_changes",
        "ignore_order",
        "ignore_string_case",
        "ignore_string_type_changes",
        "include_paths",
        "math_epsilon",
        "report_repetition",
        "significant_digits",
        "truncate_datetime",
    }
)

Options = Mapping[str, Any]


def mismatch(operator: str, actual: object, expected: object, options: Options | None = None) -> str:
    """Say why a value is not as expected.

    Args:
        operator: One of `OPERATORS`, or a name of `ALIASES`.
        actual: The value: text, bytes, number, None, or lists and dicts of them.
        expected: What the profile says.
        options: The other keys of the entry: ``exclude``, ``exclude_paths``, ``ignore_order``, and further ones of
            ``deepdiff.DeepDiff`` for ``dd``.

    Returns:
        The reason, without the values; empty when it is as expected.

    Raises:
        GatepostError: There is no such operator, or one needs the extra ``testing``.
    """
    name = operator_name(operator)
    if name is None:
        raise GatepostError(f"There is no operator {operator!r}", remedy=f"Use one of {', '.join(OPERATORS)}")
    return OPERATORS[name](actual, expected, options or {})


def operator_name(written: str) -> str | None:
    """Return the full name of an operator, however it is written; None when there is none."""
    text = written.strip().lower()
    name = ALIASES.get(text, text)
    return name if name in OPERATORS else None


def plain(value: object) -> Any:
    """Return a value as JSON has it: bytes as base64 text."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


# -- whole values ------------------------------------------------------------------------------------------------------------


def _eq(actual: object, expected: object, options: Options) -> str:
    return "" if _equal(plain(actual), expected, options) else "it is not equal"


def _ne(actual: object, expected: object, options: Options) -> str:
    return "it is equal" if _equal(plain(actual), expected, options) else ""


def _equal(actual: object, expected: object, options: Options) -> bool:
    one, other = _without(actual, options), _without(expected, options)
    if isinstance(one, str) and isinstance(other, bool | int | float):
        other = json.loads(serialize("String", other))
    elif isinstance(one, list) and isinstance(other, list):
        other = (
            [
                json.loads(serialize("String", item)) if isinstance(item, bool | int | float) and isinstance(text, str) else item
                for item, text in zip(other, one, strict=True)
            ]
            if len(one) == len(other)
            else other
        )
    if options.get("exclude_paths"):
        return not _deep_difference(one, other, options)
    if options.get("ignore_order"):
        one, other = _sorted(one), _sorted(other)
    return _same(one, other)


def _same(one: object, other: object) -> bool:
    """Compare JSON values; unlike Python, ``true`` is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    return one == other


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda item: json.dumps(item, sort_keys=True, default=str))
    return value


def _json_eq(actual: object, expected: object, options: Options) -> str:
    if actual is None and expected is None:
        return ""
    one, reason = _parsed(plain(actual))
    other, wrong = _parsed(expected)
    if reason:
        return reason
    if wrong:
        return f"the expectation is not JSON text: {wrong}"
    return "" if _equal(one, other, options) else "the JSON is not equal"


def _keyvalue_eq(actual: object, expected: object, options: Options) -> str:
    one, other = _pairs(plain(actual), options), _pairs(expected, options)
    if one is None:
        return "it is no KeyValue and no list of them"
    if other is None:
        return "the expectation is no KeyValue and no list of them"
    return "" if _same(one, other) else "the keys and values are not equal"


def _pairs(value: object, options: Options) -> list[Any] | None:
    """Return keys and values in an order of their own; values that are JSON text as what they mean."""
    items = [value] if isinstance(value, dict) else value
    if not isinstance(items, list) or not all(isinstance(item, dict) and "key" in item for item in items):
        return None
    left_out = _names(options.get("exclude"))
    pairs = [[item["key"], _parsed(item.get("value"))[0]] for item in items if item["key"] not in left_out]
    return sorted(pairs, key=lambda pair: json.dumps(pair, sort_keys=True, default=str))


def _dd(actual: object, expected: object, options: Options) -> str:
    one, other = plain(actual), expected
    if isinstance(one, str) or isinstance(other, str):
        parsed, parsed_other = _parsed(one), _parsed(other)
        if not parsed[1] and not parsed_other[1]:
            one, other = parsed[0], parsed_other[0]
    return "it differs" if _deep_difference(_without(one, options), _without(other, options), options) else ""


def _deep_difference(actual: object, expected: object, options: Options) -> Any:
    chosen = {name: value for name, value in options.items() if name in _DEEPDIFF_OPTIONS and value is not None}
    return deep_difference(expected, actual, chosen)


def _length_eq(actual: object, expected: object, _: Options) -> str:
    if not isinstance(actual, str | bytes | list | tuple | dict):
        return "it has no length"
    if isinstance(expected, list | dict):
        wanted = len(expected)
    else:
        try:
            wanted = int(str(expected))
        except ValueError:
            wanted = len(str(expected))
    return "" if len(actual) == wanted else f"its length is {len(actual)}, not {wanted}"


def _skip(_: object, __: object, ___: Options) -> str:
    return ""


# -- single values, or each of a list ------------------------------------------------------------------------------------------


def _each(test: Callable[[Any, Any], str]) -> Callable[[object, object, Options], str]:
    def check(actual: object, expected: object, _: Options) -> str:
        if isinstance(actual, list | tuple):
            if not actual:
                return "it is an empty list"
            if isinstance(expected, list) and len(expected) != len(actual):
                return f"it has {len(actual)} items, not {len(expected)}"
            wanted: Sequence[object] = expected if isinstance(expected, list) else [expected] * len(actual)
            found = ((number, check(item, want, _)) for number, (item, want) in enumerate(zip(actual, wanted, strict=True), 1))
            return next((f"item {number}: {reason}" for number, reason in found if reason), "")
        return "there is no value" if actual is None else test(actual, expected)

    return check


def _compared(words: str, holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], str]:
    def test(actual: Any, expected: Any) -> str:
        one, other = _number(actual), _number(expected)
        if one is None:
            return "it is no number"
        if other is None:
            return "the expectation is no number"
        return "" if holds(one, other) else f"it is not {words}"

    return test


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _startswith(actual: Any, expected: Any) -> str:
    return "" if str(plain(actual)).startswith(str(expected)) else "it begins otherwise"


def _endswith(actual: Any, expected: Any) -> str:
    return "" if str(plain(actual)).endswith(str(expected)) else "it ends otherwise"


def _date_format(actual: Any, expected: Any) -> str:
    try:
        datetime.strptime(str(actual), str(expected))
    except (ValueError, re.error):
        return "it is no date in this format"
    return ""


def _is_date(actual: Any, _: Any) -> str:
    """ISO 8601 (RFC 3339), RFC 2822, or Unix time in seconds (10 digits) or milliseconds (13 digits)."""
    text = str(actual).strip()
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return ""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return ""
    return "it is no date"


def _is_json(actual: Any, _: Any) -> str:
    return _parsed(actual)[1] if isinstance(actual, str) else "" if isinstance(actual, dict) else "it is no JSON text"


def _is_number(actual: Any, _: Any) -> str:
    return "it is no number" if _number(actual) is None else ""


def _is_url(actual: Any, _: Any) -> str:
    try:
        parts = urlsplit(str(actual))
        whole = (
            parts.scheme.lower() in {"http", "https", "ftp", "ftps"}
            and bool(parts.hostname)
            and not re.search(r"\s", str(actual))
        )
        _ = parts.port
    except ValueError:
        whole = False
    return "" if whole else "it is no URL"


def _hash_eq(actual: Any, expected: Any) -> str:
    """MD5, SHA-1, SHA-256 or SHA-512 in hex, by the length of the expectation; of text its UTF-8."""
    digits = str(expected).strip().lower()
    name = _HASHES.get(len(digits))
    if name is None or not re.fullmatch("[0-9a-f]+", digits):
        return "the expectation is no MD5, SHA-1, SHA-256 or SHA-512 in hex"
    data = bytes(actual) if isinstance(actual, (bytes, bytearray)) else _text(actual).encode("utf-8", "surrogatepass")
    found = hashlib.new(name, data, usedforsecurity=False).hexdigest()
    return "" if found == digits else f"its {name} is {found}"


def _rex(actual: Any, expected: Any) -> str:
    """The pattern has to match at the beginning, as ``re.match`` has it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of brackets in brackets, which may mean something else one day
            return "" if re.match(str(expected), _text(actual)) else "the pattern does not match"
    except re.error as error:
        return f"the expectation is no regular expression: {error}"


def _text(value: object) -> str:
    value = plain(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# -- parts -------------------------------------------------------------------------------------------------------------------


def _parsed(value: object) -> tuple[Any, str]:
    """Return what JSON text means, and why it means nothing; of a list, what each of its texts does, or the text itself."""
    if isinstance(value, list):
        return [_parsed(item)[0] for item in value], ""
    if not isinstance(value, str):
        return value, ""
    try:
        return json.loads(value), ""
    except (ValueError, RecursionError):
        return value, "it is not JSON"


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _without(value: object, options: Options) -> object:
    for name in _names(options.get("exclude")):
        value = _without_key(value, name.split("."))
    return value


def _without_key(value: object, path: list[str]) -> object:
    if isinstance(value, list):
        return [_without_key(item, path) for item in value]
    if not isinstance(value, dict):
        return value
    if len(path) == 1 or ".".join(path) in value:
        return {key: item for key, item in value.items() if key != ".".join(path)}
    return {key: _without_key(item, path[1:]) if key == path[0] else item for key, item in value.items()}


OPERATORS: dict[str, Callable[[object, object, Options], str]] = {
    "eq": _eq,
    "ne": _ne,
    "gt": _each(_compared("greater", lambda one, other: one > other)),
    "ge": _each(_compared("greater or equal", lambda one, other: one >= other)),
    "lt": _each(_compared("less", lambda one, other: one < other)),
    "le": _each(_compared("less or equal", lambda one, other: one <= other)),
    "startswith": _each(_startswith),
    "endswith": _each(_endswith),
    "length_eq": _length_eq,
    "date_format": _each(_date_format),
    "is_date": _each(_is_date),
    "is_json": _each(_is_json),
    "is_number": _each(_is_number),
    "is_url": _each(_is_url),
    "hash_eq": _each(_hash_eq),
    "json_eq": _json_eq,
    "keyvalue_eq": _keyvalue_eq,
    "dd": _dd,
    "rex": _each(_rex),
    "skip": _skip,
}
"""The operators by name. ``is_date``, ``is_json``, ``is_number`` and ``is_url`` take no notice of ``expected_output``."""

ALIASES = {
    "=": "eq",
    "==": "eq",
    "!=": "ne",
    ">": "gt",
    ">=": "ge",
    "<": "lt",
    "<=": "le",
    "sw": "startswith",
    "ew": "endswith",
    "leq": "length_eq",
    "df": "date_format",
    "heq": "hash_eq",
    "jeq": "json_eq",
    "kveq": "keyvalue_eq",
    "deepdiff": "dd",
}
"""Their other names."""
