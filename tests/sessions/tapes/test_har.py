"""An exported tape has the shape of an HTTP Archive 1.2: http://www.softwareishard.com/blog/har-12-spec/."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hypothesis import given

from gatepost.sessions.tapes import Body, Exchange, Request, Response, Tape, to_har
from tests.sessions.tapes.recorded_tape import everything
from tests.sessions.tapes.test_format import exchanges

NUMBER = (int, float)
PAIR = {"name": str, "value": str}
SHAPE = {
    "log": {
        "version": str,
        "creator": {"name": str, "version": str},
        "entries": [
            {
                "startedDateTime": str,
                "time": NUMBER,
                "request": {
                    "method": str,
                    "url": str,
                    "httpVersion": str,
                    "cookies": [],
                    "headers": [PAIR],
                    "queryString": [PAIR],
                    "headersSize": int,
                    "bodySize": int,
                    "postData?": {"mimeType": str, "text?": str, "params?": [PAIR], "comment?": str},
                },
                "response": {
                    "status": int,
                    "statusText": str,
                    "httpVersion": str,
                    "cookies": [],
                    "headers": [PAIR],
                    "content": {"size": int, "mimeType": str, "text?": str, "encoding?": str, "comment?": str},
                    "redirectURL": str,
                    "headersSize": int,
                    "bodySize": int,
                },
                "cache": {},
                "timings": {"send": NUMBER, "wait": NUMBER, "receive": NUMBER},
                "comment?": str,
            }
        ],
    }
}


def assert_shaped(value: Any, shape: Any, place: str = "har") -> None:
    if isinstance(shape, dict):
        assert isinstance(value, dict), place
        names = {name.removesuffix("?") for name in shape}
        assert set(value) <= names, place
        for name, inner in shape.items():
            if name.removesuffix("?") in value or not name.endswith("?"):
                assert_shaped(value[name.removesuffix("?")], inner, f"{place}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), place
        for number, item in enumerate(value):
            assert_shaped(item, shape[0], f"{place}[{number}]")
    else:
        assert isinstance(value, shape), place
        assert not isinstance(value, bool), place


@given(exchanges)
def test_every_tape_has_the_shape(recorded):
    har = to_har(Tape(recorded))
    assert_shaped(har, SHAPE)
    assert har["log"]["version"] == "1.2"
    assert len(har["log"]["entries"]) == len(recorded)
    for entry in har["log"]["entries"]:
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
        assert entry["time"] == sum(entry["timings"].values())


def test_it_holds_what_was_said():
    entries = to_har(everything())["log"]["entries"]
    first, made, broken = entries[0], entries[1], entries[9]
    assert first["startedDateTime"] == "2023-11-14T22:13:20.000Z"
    assert first["time"] == 250
    assert first["request"]["url"] == "https://h.example/api/v3/tags?tql=name%20%3D%20%22it%27s%22&a%5B%5D=1&a%5B%5D=2"
    assert first["request"]["queryString"][1:] == [{"name": "a[]", "value": "1"}, {"name": "a[]", "value": "2"}]
    assert json.loads(first["response"]["content"]["text"]) == {"data": ["ü"]}
    assert first["response"]["content"]["mimeType"] == "application/json"
    assert made["request"]["postData"] == {"mimeType": "application/json", "text": '{"ä":["\'",1]}'}
    assert made["response"]["redirectURL"] == "/json/1"
    assert entries[3]["request"]["postData"]["params"][0] == {"name": "a", "value": "1 & 2"}
    assert entries[3]["response"]["content"]["encoding"] == "base64"
    assert (broken["response"]["status"], broken["comment"]) == (0, "ReadTimeout: it took too long")


def test_what_is_secret_now_is_not_in_it(canary):
    request = Request("POST", "https://h.example", "/", body=Body("json", {"a": canary}))
    har = to_har(Tape([Exchange(1, 0.0, 0.0, request, Response(200, body=Body("text", canary)))]))
    assert canary not in str(har)
