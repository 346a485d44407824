from __future__ import annotations

import base64
import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.emulator.services.json_web_token import InvalidToken, decode, encode

KEY = b"0123456789abcdef0123456789abcdef"

# RFC 7515 appendix A.1: the key, and the token that it signs.
RFC_KEY = base64.urlsafe_b64decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==")
RFC_TOKEN = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


def part(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def test_the_published_example_is_read():
    assert decode(RFC_TOKEN, RFC_KEY) == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}


@pytest.mark.programs("openssl")
def test_openssl_makes_the_same_signature():
    token = encode({"sub": "user", "exp": 1}, KEY)
    signed, _, signature = token.rpartition(".")
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{KEY.hex()}", "-binary"]
    digest = subprocess.run(command, input=signed.encode(), capture_output=True, check=True).stdout
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == signature


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20) | st.booleans(), max_size=5))
def test_what_is_signed_is_read_back(claims):
    assert decode(encode(claims, KEY), KEY) == claims


@settings(max_examples=40)
@given(st.data())
def test_a_changed_character_is_noticed(data):
    token = encode({"sub": "user"}, KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.=! ").filter(lambda character: character != token[place]))
    with pytest.raises(InvalidToken):
        decode(token[:place] + other + token[place + 1 :], KEY)


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_other_text_is_none(text):
    with pytest.raises(InvalidToken):
        decode(text, KEY)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"alg": "none"}, "algorithm"),
        ({"alg": "HS512"}, "algorithm"),
        ({"alg": "HS256", "crit": ["b64"]}, "demands"),
        ([], "object"),
    ],
)
def test_another_algorithm_is_not_tried(header, words):
    _, claims, signature = encode({"sub": "user"}, KEY).split(".")
    with pytest.raises(InvalidToken, match=words):
        decode(f"{part(header)}.{claims}.{signature}", KEY)
    with pytest.raises(InvalidToken):
        decode(f"{part(header)}.{claims}.", KEY)


def test_another_key_and_padding_are_refused():
    token = encode({"sub": "user"}, KEY)
    with pytest.raises(InvalidToken, match="signature is wrong"):
        decode(token, KEY + b"0")
    with pytest.raises(InvalidToken, match=r"not base64url|not written"):
        decode(f"{token}=", KEY)
