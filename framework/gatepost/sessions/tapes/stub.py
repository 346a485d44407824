"""A tape as the beginning of a test: Python source that replays it."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.redaction import redact
from gatepost.sessions.tapes.bodies import as_bytes
from gatepost.sessions.tapes.housekeeping import is_renewal

if TYPE_CHECKING:
    from gatepost.sessions.tapes.exchange import Exchange, Request
    from gatepost.sessions.tapes.tape import Tape

__all__ = ["to_test"]

_HEAD = '''\
"""Replays the tape {name}: no server is asked. A beginning, to be changed into what the app has to do."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from gatepost.sessions.tapes import ReplayingAdapter, Tape

TAPE = Path(__file__).parent / {path!r}


@pytest.fixture
def session():
    tape = Tape.load(TAPE)
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", ReplayingAdapter(tape))
        session.mount("http://", ReplayingAdapter(tape))
        yield session
    tape.check_all_used()


def {test}(session):
'''


def to_test(tape: Tape, *, path: str = "", name: str = "") -> str:
    """Return a test that sends what was recorded and checks the status of each answer: it passes as it is.

    Args:
        tape: The tape.
        path: The tape's file as seen from the folder of the test; default is its name.
        name: Name of the test function; default is made of the tape's name.
    """
    file = path or (tape.path.name if tape.path is not None else "tape.json")
    test = name or f"test_{re.sub(r'[^a-z0-9]+', '_', Path(file).stem.lower()).strip('_') or 'tape'}"
    steps = [
        _step(exchange)
        for exchange in tape.exchanges
        if not is_renewal(exchange.request.method, exchange.request.path) and _can_be_sent(exchange)
    ]
    body = "\n".join(steps) if steps else "assert session\n"
    source = _HEAD.format(name=Path(file).name.replace("\\", "/").replace('"', "'"), path=file, test=test)
    return redact(source + textwrap.indent(body, "    ", lambda line: bool(line.strip())))


def _can_be_sent(exchange: Exchange) -> bool:
    response = exchange.response
    return response is None or response.body.kind != "left out"


def _step(exchange: Exchange) -> str:
    request = exchange.request
    arguments = [repr(request.method), repr(f"{request.origin}{request.path}")]
    if request.query:
        arguments.append(f"params={list(request.query)!r}")
    arguments += _body_arguments(request)
    arguments.append("allow_redirects=False")
    call = f"session.request({', '.join(arguments)})"
    if exchange.response is None:
        return f"with pytest.raises(requests.RequestException):\n    {call}\n"
    return f"response = {call}\nassert response.status_code == {exchange.response.status}\n"


def _body_arguments(request: Request) -> list[str]:
    body = request.body
    if body.kind in ("none", "left out"):
        return []
    if body.kind == "json" and body.content is not None:
        return [f"json={body.content!r}"]
    if body.kind == "form":
        return [f"data={list(body.content)!r}"]
    content_type = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    headers = [f"headers={{'Content-Type': {content_type!r}}}"] if content_type else []
    return [f"data={as_bytes(body)!r}", *headers]
