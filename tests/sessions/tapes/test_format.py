"""The file of a tape: what is written comes back, and a broken file is said to be one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.sessions.tapes import Body, Exchange, Failure, Request, Response, Tape, TapeError
from gatepost.sessions.tapes.format import VERSION, exchanges_of, moment, written
from tests.sessions.tapes.test_bodies import json_data

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
pairs = st.lists(st.tuples(texts, texts), max_size=4).map(tuple)
bodies = st.one_of(
    st.just(Body()),
    json_data.map(lambda data: Body("json", data)),
    pairs.map(lambda items: Body("form", items)),
    texts.map(lambda text: Body("text", text)),
    st.binary(max_size=30).map(lambda data: Body("base64", data)),
    texts.map(lambda text: Body("left out", text)),
)
headers = st.dictionaries(texts, texts, max_size=3)
requests = st.builds(Request, texts, texts, texts, pairs, headers, bodies)
outcomes = st.one_of(
    st.builds(Response, st.integers(100, 599), texts, headers, bodies).map(lambda response: {"response": response}),
    st.builds(Failure, texts, texts).map(lambda failure: {"failure": failure}),
)
moments = st.integers(0, 4_000_000_000_000).map(lambda milliseconds: milliseconds / 1000)
exchanges = st.lists(st.tuples(moments, requests, outcomes), max_size=3).map(
    lambda items: [
        Exchange(number=number, at=at, seconds=0.25, request=request, **outcome)
        for number, (at, request, outcome) in enumerate(items, 1)
    ]
)


@given(exchanges, st.dictionaries(texts, texts, max_size=2))
def test_what_is_written_is_read(recorded, about):
    assert exchanges_of(written(about, recorded), "it") == (about, recorded)


def test_half_a_surrogate_pair_comes_back():
    exchange = Exchange(1, 0.0, 0.0, Request("GET", "https://h.example", "/"), Response(200, body=Body("json", "\ud800")))
    assert exchanges_of(written({}, [exchange]), "it")[1] == [exchange]


def test_a_person_can_read_it():
    request = Request("GET", "https://h.example", "/v3/tags", (("resultLimit", "2"),), {"Accept": "*/*"})
    exchange = Exchange(1, 1_700_000_000.5, 0.02, request, Response(200, "OK", {}, Body("json", {"data": ["ü"]})))
    text = written({}, [exchange]).decode()
    assert '"query": {\n          "resultLimit": "2"' in text
    assert '"data": [\n            "ü"' in text
    assert '"at": "2023-11-14T22:13:20.500Z"' in text


def test_moments_are_in_utc():
    assert moment(0) == "1970-01-01T00:00:00.000Z"


ENTRY = {
    "number": 1,
    "at": "2026-01-01T00:00:00Z",
    "seconds": 0.1,
    "request": {"method": "GET", "origin": "https://h.example", "path": "/"},
    "response": {"status": 200},
}


def document(**changes) -> bytes:
    return json.dumps({"gatepost_tape": VERSION, "about": {}, "exchanges": [{**ENTRY, **changes}]}).encode()


def test_what_may_be_missing_may_be_missing():
    _, [exchange] = exchanges_of(document(), "it")
    assert (exchange.request.query, exchange.request.headers, exchange.request.body) == ((), {}, Body())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", r"tape\.json is no tape.*not JSON \(line 1\)"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no member gatepost_tape"),
        (b'{"gatepost_tape": true}', "no member gatepost_tape"),
        (b'{"gatepost_tape": 2}', "a tape of version 2.*knows version 1.*Update gatepost"),
        (b'{"gatepost_tape": 1}', "exchanges is no list"),
        (document(request={}), "Exchange 1 of .*'method' is missing"),
        (document(request="text"), "Exchange 1 of"),
        (document(response=None), "it needs a response or a failure"),
        (document(failure={"kind": "Timeout"}), "it needs a response or a failure"),
        (document(response={"status": "200"}), "status is no HTTP status code"),
        (document(response={"status": 200, "base64": "%%%"}), "its base64 cannot be decoded"),
        (document(response={"status": 200, "text": 5}), "text is no text"),
        (document(at="yesterday"), "Exchange 1 of"),
        (document(seconds=[]), "Exchange 1 of"),
    ],
    ids=range(16),
)
def test_a_broken_tape_says_what_is_wrong(path, data, words):
    path.write_bytes(data)
    with pytest.raises(TapeError, match=f"(?s){words}"):
        Tape.load(path)


@given(st.binary(max_size=50) | json_data.map(lambda data: json.dumps({"gatepost_tape": 1, "exchanges": [data]}).encode()))
def test_no_file_brings_it_down(data):
    with pytest.raises(TapeError):
        exchanges_of(data, "it")
