"""What an answer of Timbr says: success is told in its body."""

from __future__ import annotations

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import PlatformError
from gatepost.secret import Secret
from gatepost.transport import timbr_data


def response(body: bytes | str, status: int = 200) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body.encode() if isinstance(body, str) else body
    return made


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ('{"data": [{"a": 1}], "status": "success"}', [{"a": 1}]),
        ('{"data": [], "status": "success"}', []),
        ('{"status": "success"}', []),
        ('{"data": {"a": 1}, "status": "success"}', [{"a": 1}]),
        ('[{"a": 1}]', [{"a": 1}]),
    ],
)
def test_a_success(body, data):
    assert timbr_data(response(body)) == data


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ('{"data": "Unknown concept", "status": "error"}', 200, "Unknown concept"),
        ('{"data": ["a", {"message": "b"}], "status": "failed"}', 200, "a; b"),
        ('{"data": "Unknown concept", "status": "success"}', 500, "Unknown concept"),
        ('{"message": "No"}', 401, "No"),
        ("Bad Gateway", 502, "Bad Gateway"),
        ("[]", 401, ""),
        ("", 500, ""),
    ],
)
def test_an_error_has_the_services_words(body, status, words):
    with pytest.raises(PlatformError) as caught:
        timbr_data(response(body, status))
    assert caught.value.status == status
    assert words in caught.value.message
    assert words in str(caught.value)


@pytest.mark.parametrize("body", ["", "<html>", "5", '{"status": 5}', '{"data": []}'])
def test_what_is_no_answer_of_timbr(body):
    with pytest.raises(PlatformError):
        timbr_data(response(body))


def test_no_secret_comes_back_with_the_words():
    key = Secret("tk_a-known-token")
    with pytest.raises(PlatformError) as caught:
        timbr_data(response(f'{{"data": "bad key {key.reveal()}", "status": "error"}}'))
    assert "a-known-token" not in str(caught.value) + caught.value.message


@settings(max_examples=50)
@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(repr), st.sampled_from([200, 403]))
def test_nothing_breaks_it(body, status):
    try:
        data = timbr_data(response(body, status))
    except PlatformError:
        return
    assert isinstance(data, list)
