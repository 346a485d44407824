from __future__ import annotations

import pytest

from gatepost.secret_names import (
    is_secret,
    is_secret_header,
    is_secret_in_request,
    is_secret_input,
    looks_secret,
    masked_header,
    may_be_secret,
    plain_name,
)

QUESTIONS = (is_secret, is_secret_in_request, looks_secret, may_be_secret)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("password", (True, True, True, True)),
        ("clientSecret", (True, True, True, True)),
        ("api-key", (True, True, True, True)),
        ("pwd", (True, True, True, True)),
        ("client_assertion", (False, True, True, True)),
        ("expiredToken", (False, True, True, True)),
        ("next_page_token", (False, False, True, True)),
        ("token_type", (False, False, True, True)),
        ("key", (False, False, True, True)),
        ("session-id", (False, False, True, False)),
        ("keyword", (False, False, False, True)),
        ("salt", (False, False, False, True)),
        ("owner", (False, False, False, False)),
    ],
)
def test_what_a_name_says_depends_on_who_asks(name: str, answers: tuple[bool, ...]):
    assert tuple(question(name) for question in QUESTIONS) == answers


@pytest.mark.parametrize("name", ["Authorization", "proxy-authorization", "Set-Cookie", "X-API-Key", "X-Auth", "Auth-X"])
def test_headers_that_carry_credentials(name: str):
    assert is_secret_header(name)


@pytest.mark.parametrize("name", ["Accept", "Date", "Author", "X-Authored-By", "Timestamp"])
def test_headers_that_do_not(name: str):
    assert not is_secret_header(name)


def test_an_input_says_it_with_its_last_word():
    assert [name for name in ("api_token", "token_url", "apikey", "my_secret_key", "secrets_file") if is_secret_input(name)] == [
        "api_token",
        "apikey",
        "my_secret_key",
    ]


def test_joints_and_capitals_make_no_difference():
    assert {plain_name(name) for name in ("clientSecret", "client-secret", "CLIENT_SECRET", "client.secret")} == {"clientsecret"}


@pytest.mark.parametrize(
    ("value", "shown"), [("Bearer abc", "Bearer ***"), ("tc-token SVC:1", "tc-token ***"), ("abc", "***"), ("", "***")]
)
def test_the_scheme_of_a_credential_is_shown(value: str, shown: str):
    assert masked_header(value, "***") == shown
