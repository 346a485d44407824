"""A tape with one of everything, for what is made of tapes."""

from __future__ import annotations

from gatepost.sessions.tapes import Body, Exchange, Failure, Request, Response, Tape

ORIGIN = "https://h.example"


def everything(origin: str = ORIGIN) -> Tape:
    """Return a tape whose requests go to an origin."""
    json, text = {"Content-Type": "application/json"}, {"Content-Type": "text/plain; it's"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    requests = [
        Request("GET", origin, "/api/v3/tags", (("tql", 'name = "it\'s"'), ("a[]", "1"), ("a[]", "2")), {"Accept": "*/*"}),
        Request(
            "POST", origin, "/json", (), {**json, "Authorization": "TC-Token ***", "X-Empty": ""}, Body("json", {"ä": ["'", 1]})
        ),
        Request("POST", origin, "/null", (), json, Body("json", None)),
        Request("POST", origin, "/form", (), form, Body("form", (("a", "1 & 2"), ("a", "***")))),
        Request("PUT", origin, "/text", (), text, Body("text", "@file\n$(echo no) `no` 'x'")),
        Request("PATCH", origin, "/binary", (), {}, Body("base64", b"\x00\xff'\n")),
        Request("DELETE", origin, "/nothing"),
        Request("HEAD", origin, "/head"),
        Request("POST", origin, "/long", (), {}, Body("left out", "longer than 10 bytes")),
        Request("GET", origin, "/broken"),
        Request("GET", origin, "/appAuth", (("expiredToken", "***"),)),
    ]
    answers = [
        Response(200, "OK", json, Body("json", {"data": ["ü"]})),
        Response(201, "Created", {"Location": "/json/1"}),
        Response(200, "OK", {}, Body("text", "text")),
        Response(200, "OK", {}, Body("base64", b"\xff\x00")),
        Response(404, "Not\nFound"),
        Response(204, ""),
        Response(200, "OK", {}, Body("left out", "longer than 10 bytes")),
        Response(200, "OK"),
        Response(200, "OK"),
        None,
        Response(200, "OK", json, Body("json", {"apiToken": "API:tape:1"})),
    ]
    exchanges = [
        Exchange(
            number=number,
            at=1_700_000_000.25,
            seconds=0.25,
            request=request,
            response=response,
            failure=None if response else Failure("ReadTimeout", "it took too long"),
        )
        for number, (request, response) in enumerate(zip(requests, answers, strict=True), 1)
    ]
    return Tape(exchanges, path="everything.json")
