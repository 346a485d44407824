"""A tape as a script of curl lines."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from gatepost.redaction import redact
from gatepost.sessions.curl import curl_command
from gatepost.sessions.tapes.bodies import as_bytes

if TYPE_CHECKING:
    from gatepost.sessions.tapes.exchange import Exchange
    from gatepost.sessions.tapes.tape import Tape

__all__ = ["to_curl"]

_LEFT_TO_CURL = frozenset({"content-length", "accept-encoding", "connection", "host"})


def to_curl(tape: Tape) -> str:
    """Return a tape as a shell script with one ``curl`` command for each request.

    It is masked: where a secret was, ``***`` stands. Whoever wants to run it puts credentials of their own there; an HMAC
    signature cannot be put there by hand.
    """
    lines = ["#!/bin/sh", "# Masked: *** stands where a secret was."]
    for exchange in tape.exchanges:
        lines += ["", f"# {exchange.number}: {_outcome(exchange)}", _command(exchange)]
    return redact("\n".join(lines)) + "\n"


def _outcome(exchange: Exchange) -> str:
    if exchange.response is not None:
        return _one_line(f"{exchange.response.status} {exchange.response.reason}")
    return _one_line(f"no answer, {exchange.failure.kind}" if exchange.failure is not None else "no answer")


def _command(exchange: Exchange) -> str:
    request = exchange.request
    names = {name.lower() for name in request.headers}
    # A header without a value is written with a semicolon: with a colon curl would leave it out.
    lines = [
        _one_line(f"{name}: {value}" if value else f"{name};")
        for name, value in request.headers.items()
        if name.lower() not in _LEFT_TO_CURL
    ]
    body = request.body
    before = note = ""
    text = file = None
    if body.kind == "left out":
        note = f"# the body was left out: {_one_line(body.content)}\n"
    elif body.kind == "base64":
        before = f"printf %s {base64.b64encode(body.content).decode('ascii')} | base64 -d | "
        file = "-"
    elif body.kind != "none":
        text = as_bytes(body).decode("utf-8", "replace")
    if (text is not None or file is not None) and "content-type" not in names:
        lines.append("Content-Type:")
    return note + before + curl_command(request.method, request.url, lines, body=text, body_file=file)


def _one_line(text: str) -> str:
    return " ".join(text.split())
