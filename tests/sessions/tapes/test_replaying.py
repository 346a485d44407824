"""What a replayed answer looks like to the one who gets it."""

from __future__ import annotations

from email.utils import formatdate

import pytest
import requests

from gatepost.sessions.tapes import Body, Exchange, ReplayingAdapter, Request, Response, Tape
from gatepost.sessions.tapes.replaying import TOKEN_LIFE
from gatepost.testing import TurnedTime

URL = "https://h.example"


def replayed(response: Response, *, path: str = "/", time: TurnedTime | None = None, at: float = 0.0) -> requests.Response:
    tape = Tape([Exchange(1, at, 0.1, Request("GET", URL, path), response)])
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", ReplayingAdapter(tape, time=time or TurnedTime()))
        return session.get(URL + path)


def test_it_is_a_response_like_any_other():
    headers = {"Content-Type": "text/plain; charset=ISO-8859-1", "X-One": "1"}
    response = replayed(Response(404, "Nowhere", headers, Body("base64", "ä".encode("latin-1"))))
    assert (response.status_code, response.reason, response.text) == (404, "Nowhere", "ä")
    assert response.headers["x-one"] == "1"
    assert response.headers["Content-Length"] == "1"
    assert response.url == f"{URL}/"
    assert response.request.method == "GET"
    assert response.raw.version == 11
    with pytest.raises(requests.HTTPError, match="404 Client Error: Nowhere"):
        response.raise_for_status()


def test_json_without_a_charset_is_utf8():
    response = replayed(Response(200, "OK", {"Content-Type": "application/json"}, Body("json", {"a": "ü"})))
    assert response.json() == {"a": "ü"}


def test_the_date_is_as_far_off_as_it_was():
    time = TurnedTime(2_000_000_000)
    recorded_at = 1_700_000_000.0
    headers = {"Date": formatdate(recorded_at + 500, usegmt=True)}
    assert replayed(Response(200, headers=headers), time=time, at=recorded_at).headers["Date"] == formatdate(
        2_000_000_500, usegmt=True
    )
    assert replayed(Response(200, headers={"Date": "soon"}), time=time).headers["Date"] == "soon"
    assert "Date" not in replayed(Response(200), time=time).headers


@pytest.mark.parametrize("kind", [int, str])
def test_a_token_lives_long(kind):
    time = TurnedTime(1_700_000_000)
    body = Body("json", {"apiToken": "API:tape:1", "apiTokenExpires": kind(5)})
    answer = replayed(Response(200, "OK", {"Content-Type": "application/json"}, body), path="/api/appAuth", time=time).json()
    assert answer == {"apiToken": "API:tape:1", "apiTokenExpires": kind(1_700_000_000 + TOKEN_LIFE)}


def test_an_expiry_that_no_token_endpoint_gave_stays():
    body = Body("json", {"apiTokenExpires": 5})
    assert replayed(Response(200, body=body), path="/v2/other").json() == {"apiTokenExpires": 5}


def test_only_links_to_the_recorded_server_are_moved():
    body = Body("json", {"a": f"{URL}/x", "b": URL, "c": f"{URL}.org/x", "d": f"{URL}:8443/x", "e": [f"see {URL}?q"]})
    headers = {"Location": URL, "X-Other": f"{URL}.org", "Content-Type": "application/json"}
    tape = Tape([Exchange(1, 0.0, 0.1, Request("GET", URL, "/"), Response(200, headers=headers, body=body))])
    request = requests.Request("GET", "https://new.example/").prepare()
    answer = ReplayingAdapter(tape).send(request)
    assert answer.json() == {
        "a": "https://new.example/x",
        "b": "https://new.example",
        "c": f"{URL}.org/x",
        "d": f"{URL}:8443/x",
        "e": ["see https://new.example?q"],
    }
    assert (answer.headers["Location"], answer.headers["X-Other"]) == ("https://new.example", f"{URL}.org")
