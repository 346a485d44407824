"""Reading requests as a strict service does: one header of a name, a body of the type that the request says."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from gatepost.emulator.envelope import Refusal
from gatepost.emulator.recording import RecordedRequest

__all__ = ["bearer_token", "media_type", "read_form", "read_json", "same", "single_header", "texts"]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def single_header(recorded: RecordedRequest, name: str) -> str | None:
    """Return the one header of a name; None when there is none, or more than one."""
    values = [value for key, value in recorded.headers if key.lower() == name]
    return values[0] if len(values) == 1 else None


def bearer_token(recorded: RecordedRequest) -> str:
    """Return the token of the one ``Authorization`` header; empty when there is none. RFC 6750 section 2.1."""
    scheme, _, token = (single_header(recorded, "authorization") or "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def media_type(recorded: RecordedRequest) -> str:
    """Return the type of the body in lower case, without parameters; empty when the request does not say."""
    return (single_header(recorded, "content-type") or "").partition(";")[0].strip().lower()


def read_json(recorded: RecordedRequest) -> Any:
    """Return the JSON of a body.

    Raises:
        Refusal: 415 when the request does not call it JSON, 400 when it is none.
    """
    if media_type(recorded) != JSON:
        raise Refusal(415, f"The content type must be {JSON}")
    try:
        return json.loads(recorded.body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not JSON") from None


def read_form(recorded: RecordedRequest) -> dict[str, str]:
    """Return the fields of a form.

    Raises:
        Refusal: 415 when the request does not call it a form, 400 when it is none, or has a field twice.
    """
    if media_type(recorded) != FORM:
        raise Refusal(415, f"The content type must be {FORM}")
    try:
        fields = parse_qsl(recorded.body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise Refusal(400, "The body is not a form") from None
    if len(dict(fields)) != len(fields):
        raise Refusal(400, "The body has a field twice")
    return dict(fields)


def texts(data: Any, *names: str) -> tuple[str, ...]:
    """Return members of an object that must be there, be text, and not be empty.

    Raises:
        Refusal: 400 when it is no object, or a member is not so.
    """
    if not isinstance(data, Mapping):
        raise Refusal(400, "The body is not an object")
    values = []
    for name in names:
        value = data.get(name)
        if not isinstance(value, str) or not value:
            raise Refusal(400, f"The field {name} is required")
        values.append(value)
    return tuple(values)


def same(one: str, other: str) -> bool:
    """Compare two texts in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
