"""The platform's signature, against its published vector, the contract's examples, and openssl."""

from __future__ import annotations

import base64
import hashlib
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatepost.auth.signature import sign, string_to_sign

TIMESTAMP = 1_700_000_000

methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"])
keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
targets = st.text(alphabet="abcXYZ019/?&=+%~.:;@!'()*-_", max_size=60).map(lambda text: "/" + text)
timestamps = st.integers(min_value=0, max_value=10**11)


def test_the_published_vector():
    assert sign("test", "test", "GET", 1_587_340_800) == "p5a/YiTRs7sNMp/PEDgZxky8lJDRLbza1pi8erjURrU="


@pytest.mark.parametrize(
    ("method", "target", "text", "signature"),
    [
        (
            "GET",
            "/api/v2/indicators?owner=Common%20Community",
            "/api/v2/indicators?owner=Common%20Community:GET:1700000000",
            "V1+Of1sIZAIMiHWvjyWm9gC5Gxai8hson/wbjAF0vFQ=",
        ),
        (
            "POST",
            "/api/v3/indicators",
            "/api/v3/indicators:POST:1700000000",
            "VmyPOsrUey1+MnLYGTI872un94QpKF7sKOhs/8bKz0M=",
        ),
    ],
)
def test_the_contracts_examples(method, target, text, signature):
    assert string_to_sign(target, method, TIMESTAMP) == text
    assert sign("s3cr3t-Key!", target, method, TIMESTAMP) == signature


def test_the_method_is_signed_in_upper_case():
    assert sign("key", "/x", "post", TIMESTAMP) == sign("key", "/x", "POST", TIMESTAMP)


@given(keys, targets, methods, timestamps)
def test_it_is_hmac_as_rfc_2104_writes_it(key, target, method, timestamp):
    """By hand: the inner and the outer hash, the key hashed when it is longer than a block."""
    secret = key.encode()
    if len(secret) > 64:
        secret = hashlib.sha256(secret).digest()
    secret = secret.ljust(64, b"\0")
    text = f"{target}:{method}:{timestamp}".encode()
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in secret) + text).digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in secret) + inner).digest()

    assert sign(key, target, method, timestamp) == base64.b64encode(outer).decode()


@pytest.mark.programs("openssl")
@settings(max_examples=25)
@given(keys, targets, methods, timestamps)
@example("pässwörd-🔑", "/api/v2/x?a=b+c%20d%7E", "PATCH", TIMESTAMP)
@example("k" * 65, "/", "GET", 0)
def test_openssl_agrees(key, target, method, timestamp):
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.encode().hex()}", "-binary"],
        input=f"{target}:{method}:{timestamp}".encode(),
        capture_output=True,
        check=True,
    )

    assert sign(key, target, method, timestamp) == base64.b64encode(done.stdout).decode()
