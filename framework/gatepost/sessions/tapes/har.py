"""A tape as an HTTP Archive (HAR 1.2), which browsers and proxies read."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from gatepost.sessions.tapes.bodies import as_bytes
from gatepost.sessions.tapes.format import moment
from gatepost.sessions.tapes.scrubbing import scrubbed
from gatepost.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.sessions.tapes.exchange import Body, Exchange, Request, Response
    from gatepost.sessions.tapes.tape import Tape

__all__ = ["to_har"]

_HTTP_VERSION = "HTTP/1.1"


def to_har(tape: Tape) -> dict[str, Any]:
    """Return a tape as the JSON data of an HTTP Archive, version 1.2: http://www.softwareishard.com/blog/har-12-spec/.

    Cookies are not listed, since their values are not on the tape. A request without an answer has the status 0 and a comment, as
    browsers write it.
    """
    har: dict[str, Any] = scrubbed(
        {
            "log": {
                "version": "1.2",
                "creator": {"name": "gatepost", "version": __version__},
                "entries": [_entry(exchange) for exchange in tape.exchanges],
            }
        }
    )
    return har


def _entry(exchange: Exchange) -> dict[str, Any]:
    milliseconds = round(exchange.seconds * 1000, 3)
    entry: dict[str, Any] = {
        "startedDateTime": moment(exchange.at - exchange.seconds),
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": _response(exchange.response),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    if exchange.failure is not None:
        entry["comment"] = f"{exchange.failure.kind}: {exchange.failure.text}"
    return entry


def _request(request: Request) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": _HTTP_VERSION,
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": [{"name": name, "value": value} for name, value in request.query],
        "headersSize": -1,
        "bodySize": -1 if request.body.kind == "left out" else len(as_bytes(request.body)),
    }
    body = request.body
    if body.kind != "none":
        data: dict[str, Any] = {"mimeType": _type_of(request.headers, body)}
        if body.kind == "form":
            data["params"] = [{"name": name, "value": value} for name, value in body.content]
        else:
            data["text"] = _text(body)
        if body.kind in ("base64", "left out"):
            data["comment"] = "base64" if body.kind == "base64" else f"left out: {body.content}"
        entry["postData"] = data
    return entry


def _response(response: Response | None) -> dict[str, Any]:
    if response is None:
        content: dict[str, Any] = {"size": 0, "mimeType": "x-unknown"}
        status, reason, location, size = 0, "", "", -1
        headers: Mapping[str, str] = {}
    else:
        status, reason, headers = response.status, response.reason, response.headers
        location = next((value for name, value in headers.items() if name.lower() == "location"), "")
        body = response.body
        size = -1 if body.kind == "left out" else len(as_bytes(body))
        content = {"size": max(size, 0), "mimeType": _type_of(headers, body)}
        if body.kind == "left out":
            content["comment"] = f"left out: {body.content}"
        elif body.kind != "none":
            content["text"] = _text(body)
            if body.kind == "base64":
                content["encoding"] = "base64"
    return {
        "status": status,
        "statusText": reason,
        "httpVersion": _HTTP_VERSION,
        "cookies": [],
        "headers": _pairs(headers),
        "content": content,
        "redirectURL": location,
        "headersSize": -1,
        "bodySize": size,
    }


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _type_of(headers: Mapping[str, str], body: Body) -> str:
    usual = {"json": "application/json", "form": "application/x-www-form-urlencoded", "text": "text/plain"}
    named = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return named or usual.get(body.kind, "application/octet-stream")


def _text(body: Body) -> str:
    if body.kind == "base64":
        return base64.b64encode(body.content).decode("ascii")
    return as_bytes(body).decode("utf-8", "surrogatepass")
