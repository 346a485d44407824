"""What gets signed must be what goes on the wire: each of these URLs is sent to a socket that records the request line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from gatepost.sessions import AuthorizedSession
from gatepost.transport.errors import OriginError
from gatepost.transport.target import request_target
from tests.transport.scripted_server import ScriptedServer

PIECES = ["/", "//", "a", "ä", "+", "%20", "%2f", "%7E", "%7e", "%", "%zz", "~", " ", "'", '"', "<", "|", "^", ";", ":", "@",
          "=", "&", "[", "]", "{", "}", "!", "$", "(", ")", "*", ",", ".", "..", "/../", "/./", "\u2028", "😀", "%C3%A4",
          "%25", "`"]  # fmt: skip
paths = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
queries = st.none() | st.lists(st.sampled_from([*PIECES, "?", "?"]), max_size=8).map("".join)
params = st.none() | st.dictionaries(
    st.text(max_size=4), st.text(max_size=6) | st.lists(st.text(max_size=3), max_size=2), max_size=2
)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="module")
def plain() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def authorized(server: ScriptedServer) -> Iterator[AuthorizedSession]:
    with AuthorizedSession(base_url=server.url) as session:
        yield session


on_the_wire = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])


@on_the_wire
@given(paths, queries, params)
@example("v3/tags", "resultLimit=2", None)
@example("v2/indicators", "owner=Common%20Community", {"a b": "c+d"})
@example("", None, None)
@example("", "", None)
@example("a%7Eb%41", "x=%7e&y=%zz", None)
@example("//double//", None, None)
@example("a/../b", "?", None)
def test_plain_requests(server, plain, path, query, params):
    assume(not path.startswith("/"))
    url = f"{server.url}/{path}" + (f"?{query}" if query is not None else "")
    try:
        prepared = plain.prepare_request(requests.Request("GET", url, params=params))
    except (requests.exceptions.InvalidURL, UnicodeError):
        return
    target = request_target(prepared)
    server.requests.clear()

    plain.send(prepared, allow_redirects=False)

    assert server.requests[0].target == target


@on_the_wire
@given(paths, queries, params)
@example("v3/tags", "resultLimit=2", None)
@example("a%7Eb%41", "x=%7e&y=%zz", {"q": 'tql "a" > 5'})
@example("x//y", None, None)
@example("http://inside/a/path", None, None)
def test_the_session(server, authorized, path, query, params):
    url = f"/{path}" + (f"?{query}" if query is not None else "")
    try:
        prepared = authorized.prepare_request(requests.Request("GET", url, params=params))
    except (requests.exceptions.InvalidURL, UnicodeError, OriginError):
        return
    target = request_target(prepared)
    server.requests.clear()

    authorized.send(prepared)

    assert server.requests[0].target == target


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://h", "/"),
        ("https://h?a=b", "/?a=b"),
        ("https://h/api/v3/tags?resultLimit=2#fragment", "/api/v3/tags?resultLimit=2"),
        ("https://h/%7euser/%41", "/~user/A"),
        ("https://h/a%2fb", "/a%2Fb"),
        ("https://h/?", "/"),
        ("https://h/a b", "/a%20b"),
        ("https://h/?q=a+b", "/?q=a+b"),
        ("https://h/100%", "/100%25"),
    ],
)
def test_examples(url, target):
    assert request_target(requests.Request("GET", url).prepare()) == target


def test_a_url_that_was_set_without_preparing():
    prepared = requests.Request("GET", "https://h/").prepare()
    prepared.url = "https://h/grün und <gut>?q=ä b"

    assert request_target(prepared) == "/gr%C3%BCn%20und%20%3Cgut%3E?q=%C3%A4%20b"
