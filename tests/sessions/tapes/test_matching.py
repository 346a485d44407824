"""Which requests are taken for the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.sessions.tapes import Body, Matching, Request
from gatepost.sessions.tapes.matching import differences, same_text
from tests.sessions.tapes.test_format import requests

ANYTHING = Matching()


def differing(recorded: Request, asked: Request, **settings: object) -> list[str]:
    return [str(difference) for difference in differences(recorded, asked, Matching(**settings))]


def with_body(kind, content) -> Request:
    return Request("POST", "https://h.example", "/", body=Body(kind, content))


@given(requests)
def test_a_request_matches_itself(request):
    assert differing(request, request) == []
    assert differing(request, request, ordered_query=True) == []


@given(requests, requests)
def test_two_requests_differ_in_named_places_or_not_at_all(recorded, asked):
    for difference in differences(recorded, asked, ANYTHING):
        assert difference.place.split(" ")[0].split(".")[0].split("[")[0] in {"method", "path", "query", "body"}
        assert difference.text


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3), st.text(max_size=8))
def test_where_a_secret_was_taken_out_any_text_fits(text, spans, secret):
    recorded, asked = text, text
    for start, _ in sorted(spans, reverse=True):
        position = min(start, len(text))
        recorded = f"{recorded[:position]}***{recorded[position:]}"
        asked = f"{asked[:position]}{secret}{asked[position:]}"
    assert same_text(recorded, asked)


@pytest.mark.parametrize(
    ("recorded", "asked"),
    [("a", "b"), ("a***", "b"), ("***a", "b"), ("a***b***c", "abx"), ("ab***ba", "aba"), ("a***b***b***c", "axbxc")],
)
def test_the_rest_has_to_be_the_same(recorded, asked):
    assert not same_text(recorded, asked)


@pytest.mark.parametrize(
    ("recorded", "asked", "expected"),
    [
        (1, 1.0, []),
        (True, 1, ["body: recorded true, asked 1"]),
        (None, False, ["body: recorded null, asked false"]),
        ({"a": [1, {"b": "x***"}]}, {"a": [1, {"b": "xyz"}]}, []),
        ({"a": "***"}, {"a": 5}, []),
        ([1, 2], [1], ["body: recorded 2 items, asked 1"]),
        ({"a": 1}, [1], ['body: recorded {"a": 1}, asked [1]']),
    ],
)
def test_json(recorded, asked, expected):
    assert differing(with_body("json", recorded), with_body("json", asked)) == expected


def test_forms_are_compared_by_name():
    form = with_body("form", (("a", "1"), ("b", "2"), ("b", "3")))
    assert differing(form, with_body("form", (("b", "3"), ("b", "2"), ("a", "1")))) == []
    assert differing(form, with_body("form", (("a", "1"), ("b", "2")))) == ['body b: recorded ["2", "3"], asked "2"']


def test_other_bodies():
    text, data, nothing = with_body("text", "a long text"), with_body("base64", b"1234"), with_body("none", None)
    assert differing(text, with_body("text", "a song text")) == [
        'body: from character 3, recorded "a long text", asked "a song text"'
    ]
    assert differing(data, with_body("base64", b"1235")) == ["body: recorded 4 bytes, asked 4 bytes, which differ"]
    assert differing(text, nothing) == ['body: recorded the text "a long text", asked no body']
    assert differing(with_body("form", (("a", "1"),)), with_body("json", {})) == [
        "body: recorded a form of 1 fields, asked the JSON {}"
    ]


def test_a_body_that_was_left_out_fits_any():
    assert differing(with_body("left out", "longer than 5 bytes"), with_body("text", "whatever")) == []


def test_a_long_value_is_cut_after_it_was_redacted(canary):
    [difference] = differing(with_body("json", "x"), with_body("json", "y" * 95 + canary))
    assert len(difference) < 200
    assert "canary" not in difference
