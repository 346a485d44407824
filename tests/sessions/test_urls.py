"""Where a session's requests go, and where they must not."""

from __future__ import annotations

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from gatepost.auth import HmacAuth
from gatepost.sessions import AuthorizedSession
from gatepost.transport.errors import OriginError
from gatepost.transport.origin import origin_of
from tests.transport.scripted_server import ScriptedServer

BASE = "https://platform.example/api"


@pytest.fixture
def session(open_session):
    return open_session(HmacAuth("1234", "key", origin=BASE), base_url=BASE)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("/v2/owners", f"{BASE}/v2/owners"),
        ("v2/owners", f"{BASE}/v2/owners"),
        ("", f"{BASE}/"),
        ("?a=b", f"{BASE}/?a=b"),
        ("/v2/indicators/urls/http://inside.example/x", f"{BASE}/v2/indicators/urls/http://inside.example/x"),
        ("/x?next=https://other.example/", f"{BASE}/x?next=https://other.example/"),
        ("/user@host/x", f"{BASE}/user@host/x"),
        (f"{BASE}/v3/tags?resultStart=100", f"{BASE}/v3/tags?resultStart=100"),
        ("https://platform.example/elsewhere", "https://platform.example/elsewhere"),
        ("HTTPS://PLATFORM.example:443/x", "HTTPS://PLATFORM.example:443/x"),
        ("https:/platform.example", f"{BASE}/https:/platform.example"),
    ],
)
def test_paths_and_whole_urls(session, url, whole):
    assert session.url_for(url) == whole


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/",
        "http://platform.example/",
        "https://platform.example:8443/",
        "https://platform.example.other.example/",
        "https://sub.platform.example/",
        "https://platform.example@other.example/",
        "https://user:s3cret@platform.example/",
        "https://platform.example\\@other.example/",
        "https://platform.example\\.other.example/",
        "//other.example/",
        "\\\\other.example\\",
        "/\\other.example",
        "ftp://platform.example/",
        "file:///etc/passwd",
    ],
)
def test_other_places_are_refused_before_anything_is_sent(session, url):
    with pytest.raises(OriginError) as caught:
        session.get(url)
    assert "s3cret" not in str(caught.value)


def test_the_error_says_what_to_use(session):
    with pytest.raises(OriginError, match=r"https://other\.example is not https://platform\.example\. .*Use runtime\.external"):
        session.get("https://other.example/")


def test_a_prepared_request_goes_nowhere_else_either(session):
    with pytest.raises(OriginError):
        session.send(requests.Request("GET", "https://other.example/").prepare())
    with pytest.raises(TypeError, match="call prepare_request"):
        session.send(requests.Request("GET", f"{BASE}/x"))


@given(st.text(alphabet="/\\:@?#.%ahtps[]1 \t\n", max_size=16))
def test_no_text_leads_away(text):
    """Whatever is asked for: an error, or the session's own origin as urllib3 will read it."""
    with AuthorizedSession(HmacAuth("1234", "key", origin=BASE), base_url=BASE) as session:
        try:
            prepared = session.prepare_request(requests.Request("GET", text))
        except (OriginError, requests.exceptions.InvalidURL, UnicodeError):
            return
        assert origin_of(prepared.url) == session.origin


@pytest.mark.parametrize("base", ["http://platform.example", "https://user@platform.example", "platform.example", "https://h\\x"])
def test_a_base_that_cannot_be(base):
    with pytest.raises(OriginError):
        AuthorizedSession(base_url=base)


def test_credentials_and_base_belong_together():
    with pytest.raises(OriginError, match=r"https://other\.example would get the credentials of https://platform\.example"):
        AuthorizedSession(HmacAuth("1234", "key", origin=BASE), base_url="https://other.example/api")


def test_without_a_base_a_path_is_an_error(open_session):
    with pytest.raises(OriginError, match=r"is a path\. This session has no base URL"):
        open_session().get("/v2/owners")


@pytest.mark.parametrize("base", ["", "/", "/api", "/api/"])
def test_the_base_path_is_used_as_given(to, base):
    with ScriptedServer() as server:
        to(server, base).get("/v2/owners")
        assert server.requests[0].target == f"{base.rstrip('/')}/v2/owners"


def test_bytes_are_a_url_too(to):
    with ScriptedServer() as server:
        session = to(server)
        session.get(b"/v2/owners")
        session.send(session.prepare_request(requests.Request("GET", b"/v2/owners")))
        assert [request.target for request in server.requests] == ["/v2/owners"] * 2


# -- sessions for other services -------------------------------------------------------------------------------------------------


def test_a_session_for_other_services_asks_everybody_and_authorizes_its_own_origin_only(to):
    with ScriptedServer() as home, ScriptedServer() as other:
        session = to(home, other_origins=True)
        session.get("/x")
        session.get(f"{other.url}/x")

        assert home.requests[0].has("Authorization")
        assert not other.requests[0].has("Authorization")


def test_a_scheme_for_one_call_goes_where_the_caller_says(to, clocks):
    with ScriptedServer() as home, ScriptedServer() as other:
        session = to(home, other_origins=True)
        session.get(f"{other.url}/x", auth=HmacAuth("5678", "key", clocks=clocks))
        assert other.requests[0].header("Authorization").startswith("TC 5678:")

        with pytest.raises(OriginError, match="would get the credentials of"):
            session.get(f"{other.url}/x", auth=HmacAuth("5678", "key", origin=home.url, clocks=clocks))
        assert len(other.requests) == 1


def test_without_a_base_each_call_has_its_own_origin(open_session, clocks):
    with ScriptedServer() as one, ScriptedServer() as two:
        session = open_session(HmacAuth("1234", "key", clocks=clocks))
        session.get(one.url)
        session.get(two.url)
        assert one.requests[0].has("Authorization")
        assert two.requests[0].has("Authorization")
