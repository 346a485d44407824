"""The vectors of the Fernet specification: https://github.com/fernet/spec, files generate.json, verify.json and invalid.json."""

from __future__ import annotations

import base64
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.emulator.services.fernet_bearer import InvalidBearer, read_fernet, read_user

SECRET = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
TOKEN = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="
MADE = datetime.fromisoformat("1985-10-26T01:20:00-07:00").timestamp()
NOW = "1985-10-26T01:20:01-07:00"

INVALID = {
    "incorrect mac": (
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
        NOW,
        "no Fernet token",
    ),
    "too short": ("gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==", NOW, "no Fernet token"),
    "invalid base64": (
        "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
        NOW,
        "not URL-safe base64",
    ),
    "payload size not multiple of block size": (
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
        NOW,
        "no Fernet token",
    ),
    "payload padding error": (
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
        NOW,
        "no Fernet token",
    ),
    "far-future TS (unacceptable clock skew)": (
        "gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==",
        NOW,
        "it was made -36000 s ago",
    ),
    "expired TTL": (
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
        "1985-10-26T01:21:31-07:00",
        "it was made 90 s ago",
    ),
    "incorrect IV (causes padding error)": (
        "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==",
        NOW,
        "no Fernet token",
    ),
}


def test_the_valid_vector_is_read():
    assert read_fernet(TOKEN, SECRET, now=datetime.fromisoformat(NOW).timestamp(), age=60) == b"hello"


@pytest.mark.parametrize(("token", "now", "words"), INVALID.values(), ids=INVALID)
def test_the_invalid_vectors_are_refused(token: str, now: str, words: str):
    with pytest.raises(InvalidBearer, match=words):
        read_fernet(token, SECRET, now=datetime.fromisoformat(now).timestamp(), age=60)


@pytest.mark.parametrize(("seconds", "good"), [(60, True), (61, False), (-60, True), (-61, False)])
def test_a_token_is_good_for_its_age_and_a_minute_of_skew(seconds: int, good: bool):
    if good:
        assert read_fernet(TOKEN, SECRET, now=MADE + seconds, age=60) == b"hello"
    else:
        with pytest.raises(InvalidBearer, match=f"made {seconds} s ago"):
            read_fernet(TOKEN, SECRET, now=MADE + seconds, age=60)


@settings(max_examples=40)
@given(st.text(max_size=120))
def test_any_other_text_is_no_token(text):
    with pytest.raises(InvalidBearer):
        read_fernet(text, SECRET, now=MADE, age=60)


@settings(max_examples=40)
@given(st.text(max_size=30))
def test_a_user_is_read_back(user):
    assert read_user(base64.b64encode(user.encode())) == user


@pytest.mark.parametrize("message", [b"user:password", b"dXNlcg", b"/w==", b"dXNl cg=="])
def test_a_message_that_is_no_base64_of_text_is_refused(message: bytes):
    with pytest.raises(InvalidBearer, match="base64 of UTF-8"):
        read_user(message)
