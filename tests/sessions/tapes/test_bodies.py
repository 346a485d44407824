"""Bodies are on a tape as what they mean, and come back the same."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.sessions.tapes.bodies import BOUNDARY, as_bytes, charset_of, read, uncompressed, with_fixed_boundary

json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
content_types = st.sampled_from(["", "application/json", "text/plain; charset=utf-8", "application/octet-stream", "nonsense;;="])


@given(st.binary(max_size=200), st.sampled_from(["text/plain", "application/octet-stream", "multipart/form-data"]))
def test_bytes_come_back_as_they_are(data, content_type):
    assert as_bytes(read(data, content_type)) == data


@given(json_data, st.booleans())
def test_json_comes_back_as_the_same_data(data, ascii_only):
    body = read(json.dumps(data, ensure_ascii=ascii_only).encode("utf-8", "replace"), "application/json")
    assert body.kind == "json"
    back = json.loads(as_bytes(body).decode("utf-8", "surrogatepass"))
    assert back == body.content


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")), content_types)
def test_nothing_that_is_sent_brings_it_down(data, content_type):
    body = read(data, content_type)
    if body.kind != "json":
        assert as_bytes(body) == data


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', "[NaN]", "[1e999]", "[" * 100_000, "{", "[" + "9" * 5000 + "]"], ids=lambda text: text[:10]
)
def test_json_that_would_not_come_back_stays_text(text):
    body = read(text.encode(), "application/json")
    assert body.kind == "text"
    assert as_bytes(body) == text.encode()


@pytest.mark.parametrize(
    ("data", "content_type", "kind"),
    [
        (b"", "application/json", "none"),
        (b'{"a": 1}', "", "json"),
        (b'{"a": 1}', "application/problem+json; charset=utf-8", "json"),
        (b'{"a": 1}', "text/plain", "text"),
        (b"a=1&b=%C3%A4+x&a=2", "application/x-www-form-urlencoded", "form"),
        (b"just text", "application/x-www-form-urlencoded", "text"),
        (b"\xff\x00", "text/plain", "base64"),
    ],
)
def test_kinds(data, content_type, kind):
    assert read(data, content_type).kind == kind


def test_a_form_is_names_and_values():
    assert read(b"a=1&b=%C3%A4+x&a=", "application/x-www-form-urlencoded").content == (("a", "1"), ("b", "ä x"), ("a", ""))


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP", gzip.compress)])
def test_a_compressed_body_is_unpacked(encoding, pack):
    packed = pack(b"text")  # once: gzip writes the second into it
    assert uncompressed(packed, {"Content-Encoding": encoding}) == b"text"
    assert uncompressed(b"not packed", {"Content-Encoding": encoding}) == b"not packed"
    assert uncompressed(packed, {}) == packed


def test_the_boundary_of_a_multipart_body_is_always_the_same():
    data, content_type = with_fixed_boundary(b"--xyz\r\n\r\nvalue\r\n--xyz--", 'multipart/form-data; boundary="xyz"')
    assert data == f"--{BOUNDARY}\r\n\r\nvalue\r\n--{BOUNDARY}--".encode()
    assert content_type == f"multipart/form-data; boundary={BOUNDARY}"
    assert with_fixed_boundary(b"xyz", "text/plain; boundary=xyz") == (b"xyz", "text/plain; boundary=xyz")


def test_character_sets():
    assert charset_of("text/html; charset=ISO-8859-1") == "iso-8859-1"
    assert charset_of("text/html") is None
