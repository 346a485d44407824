"""The file of a tape: JSON with a version, indented, so that a person can read it and a review shows what changed.

```json
{
  "gatepost_tape": 1,
  "about": {"recorded_with": "gatepost/…", "recorded_at": "2026-…", "api_path": "https://…/api", "auth": "token"},
  "exchanges": [
    {
      "number": 1, "at": "2026-…", "seconds": 0.02,
      "request": {"method": "GET", "origin": "https://…", "path": "/api/v3/tags", "query": {"resultLimit": "2"}, "headers": {…}},
      "response": {"status": 200, "reason": "OK", "headers": {…}, "json": {…}}
    }
  ]
}
```

A body is a member ``json``, ``form``, ``text``, ``base64`` or ``left out``; without one there was none. Names that come
twice make ``query`` and ``form`` lists of pairs. In place of ``response`` there may be a ``failure`` with its ``kind`` and
``text``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from gatepost.redaction import redact
from gatepost.sessions.tapes.errors import TapeError
from gatepost.sessions.tapes.exchange import Body, Exchange, Failure, Pairs, Request, Response
from gatepost.sessions.tapes.scrubbing import scrubbed

__all__ = ["VERSION", "document_of", "exchanges_of", "moment", "written"]

VERSION: Final = 1
"""Of the format; a tape of a later one is refused."""


def written(about: Mapping[str, str], exchanges: Sequence[Exchange]) -> bytes:
    """Return the file of a tape: without the text of any secret that is known now."""
    document = document_of(about, exchanges)
    text = _dumped(document)
    if redact(text) != text:
        # Entry by entry, since the redacted text of the whole may be no JSON any more.
        document["about"] = scrubbed(document["about"])
        document["exchanges"] = [_entry_scrubbed(entry) for entry in document["exchanges"]]
        text = _dumped(document)
    return text.encode("utf-8")


def document_of(about: Mapping[str, str], exchanges: Sequence[Exchange]) -> dict[str, Any]:
    """Return a tape as JSON data."""
    return {"gatepost_tape": VERSION, "about": dict(about), "exchanges": [_entry(exchange) for exchange in exchanges]}


def exchanges_of(data: bytes, name: str) -> tuple[dict[str, str], list[Exchange]]:
    """Read the file of a tape.

    Args:
        data: Its content.
        name: How to call it in an error.

    Returns:
        What is said about the tape, and its exchanges.

    Raises:
        TapeError: It is no tape, or one of a later version, or an entry cannot be read: the error names it.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise TapeError(f"{name} is no tape", why=f"It is not JSON{place}", remedy="Record it again") from None
    version = document.get("gatepost_tape") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise TapeError(f"{name} is no tape", why="It has no member gatepost_tape", remedy="Record it again")
    if version > VERSION:
        raise TapeError(
            f"{name} is a tape of version {version}", why=f"This gatepost knows version {VERSION}", remedy="Update gatepost"
        )
    about = document.get("about")
    entries = document.get("exchanges")
    if not isinstance(entries, list):
        raise TapeError(f"{name} is no tape", why="Its member exchanges is no list", remedy="Record it again")
    exchanges = []
    for number, entry in enumerate(entries, 1):
        try:
            exchanges.append(_exchange(entry, number))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            problem = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise TapeError(f"Exchange {number} of {name} cannot be read", why=problem, remedy="Record it again") from None
    return {str(key): str(value) for key, value in about.items()} if isinstance(about, dict) else {}, exchanges


def moment(seconds: float) -> str:
    """Return seconds since the epoch as ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _dumped(document: dict[str, Any]) -> str:
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can hold and UTF-8 cannot
        return json.dumps(document, indent=2) + "\n"
    return text


def _entry(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    entry: dict[str, Any] = {
        "number": exchange.number,
        "at": moment(exchange.at),
        "seconds": round(exchange.seconds, 6),
        "request": {"method": request.method, "origin": request.origin, "path": request.path},
    }
    if request.query:
        entry["request"]["query"] = _from_pairs(request.query)
    entry["request"] |= {"headers": dict(request.headers), **_from_body(request.body)}
    if exchange.response is not None:
        response = exchange.response
        entry["response"] = {
            "status": response.status,
            "reason": response.reason,
            "headers": dict(response.headers),
            **_from_body(response.body),
        }
    if exchange.failure is not None:
        entry["failure"] = {"kind": exchange.failure.kind, "text": exchange.failure.text}
    return entry


def _entry_scrubbed(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry without the text of known secrets; its member names and times are no secrets, whatever their text."""
    clean = dict(entry)
    for part in ("request", "response", "failure"):
        if part in entry:
            clean[part] = {
                name: value if name in ("method", "status", "kind") else _body_scrubbed(name, value)
                for name, value in entry[part].items()
            }
    return clean


def _body_scrubbed(name: str, value: Any) -> Any:
    if name != "base64":
        return scrubbed(value)
    from gatepost.sessions.tapes.scrubbing import redact_bytes

    return base64.b64encode(redact_bytes(base64.b64decode(value))).decode("ascii")


def _exchange(entry: Any, number: int) -> Exchange:
    request = entry["request"]
    response, failure = entry.get("response"), entry.get("failure")
    if (response is None) == (failure is None):
        raise ValueError("it needs a response or a failure")
    return Exchange(
        number=number,
        at=datetime.fromisoformat(entry["at"]).timestamp(),
        seconds=float(entry["seconds"]),
        request=Request(
            method=_text(request, "method"),
            origin=_text(request, "origin"),
            path=_text(request, "path"),
            query=_to_pairs(request.get("query", {})),
            headers=_to_headers(request),
            body=_to_body(request),
        ),
        response=None
        if response is None
        else Response(_status(response["status"]), str(response.get("reason", "")), _to_headers(response), _to_body(response)),
        failure=None if failure is None else Failure(_text(failure, "kind"), str(failure.get("text", ""))),
    )


def _status(value: Any) -> int:
    if not isinstance(value, int) or not 100 <= value <= 999:
        raise ValueError("status is no HTTP status code")
    return value


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _to_headers(part: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in part.get("headers", {}).items()}


def _from_pairs(pairs: Pairs) -> dict[str, str] | list[list[str]]:
    named = dict(pairs)
    return named if len(named) == len(pairs) else [list(pair) for pair in pairs]


def _to_pairs(value: Any) -> Pairs:
    items = value.items() if isinstance(value, dict) else value
    return tuple((str(name), str(content)) for name, content in items)


def _from_body(body: Body) -> dict[str, Any]:
    if body.kind == "none":
        return {}
    if body.kind == "form":
        return {"form": _from_pairs(body.content)}
    if body.kind == "base64":
        return {"base64": base64.b64encode(body.content).decode("ascii")}
    return {body.kind: body.content}


def _to_body(part: Mapping[str, Any]) -> Body:
    if "json" in part:
        return Body("json", part["json"])
    if "form" in part:
        return Body("form", _to_pairs(part["form"]))
    if "text" in part:
        return Body("text", _text(part, "text"))
    if "left out" in part:
        return Body("left out", _text(part, "left out"))
    if "base64" not in part:
        return Body()
    try:
        return Body("base64", base64.b64decode(_text(part, "base64"), validate=True))
    except binascii.Error:
        raise ValueError("its base64 cannot be decoded") from None
