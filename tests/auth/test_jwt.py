"""The expiry that a JSON Web Token names: read where it is there, and nothing that a server sends breaks the reading."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.auth.jwt import expiry_of


def token(payload: object) -> str:
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return f"eyJhbGciOiJIUzI1NiJ9.{urlsafe_b64encode(text).rstrip(b'=').decode()}.c2ln"


def test_the_one_of_the_rfc():
    """RFC 7519 section 3.1."""
    rfc = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    assert expiry_of(rfc) == 1_300_819_380


@given(st.integers(1, 253_402_300_799) | st.floats(1, 1e11))
def test_it_is_read(expiry):
    assert expiry_of(token({"exp": expiry, "sub": "x" * 3})) == pytest.approx(expiry)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c.d",
        "..",
        token([1]),
        token({}),
        token({"exp": True}),
        token({"exp": "1300819380"}),
        token({"exp": -1}),
        token({"exp": 1e300}),
        token(b'{"exp": NaN}'),
        token(b"\xff"),
        token(b"[" * 100_000),
    ],
)
def test_what_says_nothing(text):
    assert expiry_of(text) is None


@given(st.text() | st.text("ab.=-_", max_size=20) | st.binary().map(token))
def test_nothing_breaks_it(text):
    assert expiry_of(text) is None or expiry_of(text) > 0
