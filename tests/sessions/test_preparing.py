"""A request is prepared as requests would, to the last byte."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from gatepost.sessions import AuthorizedSession

BASE = "https://platform.example/api"


class Body(io.BytesIO):
    """A file, equal to itself only."""


def both(url: str, base: str = BASE, session_headers: Mapping[str, Any] | None = None, **arguments: Any):
    """Prepare a request of a path by a session, and one of the whole URL by requests."""
    ours, theirs = AuthorizedSession(base_url=base), requests.Session()
    with ours, theirs:
        for session in (ours, theirs):
            session.headers.update({"User-Agent": "same", **(session_headers or {})})
        return (
            ours.prepare_request(requests.Request(url=url, **{"method": "GET", **arguments})),
            theirs.prepare_request(requests.Request(url=f"{base}/{url.removeprefix('/')}", **{"method": "GET", **arguments})),
        )


def parts(prepared: requests.PreparedRequest) -> dict[str, Any]:
    return {
        "method": prepared.method,
        "url": prepared.url,
        "headers": list(prepared.headers.items()),
        "body": prepared.body,
        "hooks": prepared.hooks,
        "cookies": prepared._cookies.get_dict(),
        "position": prepared._body_position,
    }


printable = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="\\"), max_size=30)


@given(path=printable, query=st.none() | printable)
@example(path="v2/owners", query=None)
@example(path="v2/owners", query="")
@example(path="a/../b", query="x=1")
@example(path="a/./b/.", query=None)
@example(path="..", query="..")
@example(path="a%7Eb%2fc", query="d=%7e")
@example(path="//x", query=None)
@example(path="a;b=c", query="d?e/f")
@example(path="x#fragment", query="y")
def test_any_url(path, query):
    ours, theirs = both("/" + path.lstrip("/") + ("" if query is None else f"?{query}"))

    assert ours.url == theirs.url
    assert ours.path_url == theirs.path_url


@given(path=st.text(max_size=20).filter(lambda text: "\\" not in text))
def test_any_text_as_a_path(path):
    ours, theirs = both("/x" + path)

    assert ours.url == theirs.url


values = st.none() | st.text(max_size=8) | st.binary(max_size=8) | st.integers() | st.booleans() | st.floats()


@given(
    url=st.sampled_from(["/x", "/x?a=b", "/x?", "/x%20y", "/x?a=%7e", "/x#f"]),
    params=st.dictionaries(st.text(max_size=5) | st.binary(max_size=5), values | st.lists(values) | st.tuples(values, values)),
)
@example(url="/x", params={"owner": "My Org", "tql": 'summary like "%~é%"', "n": 1})
@example(url="/x", params={"a": [["b", "c"], {"d": 1}]})
@example(url="/x", params={"a": [], "b": None})
def test_any_params(url, params):
    ours, theirs = both(url, params=params)

    assert ours.url == theirs.url


@pytest.mark.parametrize(
    "base",
    [
        "https://platform.example",
        "https://platform.example:443/api",
        "https://PLATFORM.example/Api",
        "https://platform.example:8443",
        "https://bücher.example/api",
        "https://platform.example/a/../b",
        "https://platform.example/a%20b",
        "https://[::1]:8443/api",
        "http://localhost/api",
    ],
)
def test_any_base_url(base):
    for url in ("/v2/owners", "/v2/owners?resultLimit=10", "/a%20b", "/../x"):
        ours, theirs = both(url, base)

        assert ours.url == theirs.url


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"method": "post"},
        {"method": "POST", "json": {"name": "é"}},
        {"method": "PUT", "data": b"bytes"},
        {"method": "PUT", "data": "text"},
        {"method": "POST", "data": {"field": ["a", "b"]}},
        {"method": "POST", "data": [("field", "a")]},
        {"params": {"owner": "a b", "none": None, "many": [1, 2]}},
        {"params": [("a", "1"), ("a", "2")]},
        {"params": "a=b c"},
        {"params": b"a=b"},
        {"params": {"none": None}},
        {"headers": {"X-One": "1", "user-agent": "other"}},
        {"headers": {"Accept": None, "ACCEPT-ENCODING": None}},
        {"headers": {b"X-Bytes": b"value"}},
        {"cookies": {"a": "b"}},
        {"headers": {"Cookie": "given=1"}, "cookies": {"a": "b"}},
        {"hooks": {"response": [print]}},
        {"auth": ("user", "password")},
    ],
    ids=str,
)
@pytest.mark.parametrize("headers", [{}, {"X-Session": "1", "X-Gone": None}], ids=str)
def test_any_request(arguments, headers):
    ours, theirs = both("/v2/owners?a=b", session_headers=headers, **arguments)

    assert parts(ours) == parts(theirs)


def test_files_and_streams():
    file = Body(b"content")
    ours, theirs = both("/x", method="POST", data=file)
    assert parts(ours) == parts(theirs)

    ours, theirs = both("/x", method="POST", files={"file": ("name.txt", b"content")})
    assert b'filename="name.txt"' in ours.body
    assert len(ours.body) == len(theirs.body)


def test_params_cookies_and_hooks_of_the_session():
    ours, theirs = AuthorizedSession(base_url=BASE), requests.Session()
    with ours, theirs:
        for session in (ours, theirs):
            session.headers["User-Agent"] = "same"
            session.params = {"owner": "mine", "removed": "1"}
            session.cookies.set("a", "b")
            session.hooks["response"].append(print)
        request = requests.Request("GET", f"{BASE}/x", params={"removed": None, "page": 2})
        assert parts(ours.prepare_request(request)) == parts(theirs.prepare_request(request))
        assert parts(ours.prepare_request(request))["url"] == f"{BASE}/x?owner=mine&page=2"


@pytest.mark.parametrize("headers", [{"X": "a\r\nb: c"}, {"X\n": "a"}, {"X": 1}, {" X": "a"}], ids=str)
def test_headers_that_cannot_be_sent_are_refused(headers):
    with AuthorizedSession(base_url=BASE) as session:
        with pytest.raises(requests.exceptions.InvalidHeader):
            session.prepare_request(requests.Request("GET", "/x", headers=headers))
        session.headers.update(headers)
        with pytest.raises(requests.exceptions.InvalidHeader):
            session.prepare_request(requests.Request("GET", "/x"))


def test_a_prepared_request_keeps_nothing_of_the_next():
    with AuthorizedSession(base_url=BASE) as session:
        first, second = (session.prepare_request(requests.Request("GET", "/x")) for _ in range(2))
        first.headers["X"] = "1"
        first._cookies.set("a", "b")

        assert "X" not in second.headers
        assert not second._cookies
        assert not session.cookies
        assert "X" not in session.headers


def test_headers_of_the_session_are_its_own_at_every_request():
    with AuthorizedSession(base_url=BASE) as session:
        seen = []
        for value in ("1", "2", None, "3"):
            session.headers["X"] = value
            seen.append(session.prepare_request(requests.Request("GET", "/x")).headers.get("x"))
        session.headers = {"Y": "1"}
        assert seen == ["1", "2", None, "3"]
        assert dict(session.prepare_request(requests.Request("GET", "/x")).headers) == {"Y": "1"}
