"""Keys, users and tokens that are sent as they are: where they go, and where they do not."""

from __future__ import annotations

import base64

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from gatepost.auth import NOT_OURS, ApiKeyAuth, BasicAuth, BearerAuth, Scheme
from gatepost.errors import CredentialError, UsageError
from gatepost.redaction import redact
from gatepost.secret import Secret
from gatepost.sessions import AuthorizedSession
from gatepost.sessions.curl import curl_line
from gatepost.transport.errors import ConnectionFailed, OriginError
from tests.transport.scripted_server import CLOSE, ScriptedServer, answer, redirect

KEY = "k3y+with/odd=signs"
WRITTEN = "api_key=k3y%2Bwith%2Fodd%3Dsigns"


def get(server: ScriptedServer, auth: Scheme, path: str = "/", **settings) -> requests.Response:
    return requests.get(server.url + path, auth=auth, timeout=60, **settings)


def headers_of(scheme: Scheme) -> dict[str, str]:
    return dict(scheme.headers(requests.Request("GET", "https://service.example/").prepare()))


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        (BearerAuth("abc"), {"Authorization": "Bearer abc"}),
        (BearerAuth(Secret("abc")), {"Authorization": "Bearer abc"}),
        (BasicAuth("Aladdin", "open sesame"), {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}),  # RFC 7617 section 2
        (BasicAuth("test", "123£"), {"Authorization": "Basic dGVzdDoxMjPCow=="}),  # RFC 7617 section 2.1
        (ApiKeyAuth("abc"), {"X-API-Key": "abc"}),
        (ApiKeyAuth("abc", header="Authorization", prefix="ApiKey "), {"Authorization": "ApiKey abc"}),
        (ApiKeyAuth("abc", query="api_key"), {}),
    ],
    ids=repr,
)
def test_what_is_sent(scheme, headers):
    assert headers_of(scheme) == headers


@given(st.text(st.characters(exclude_characters=":", exclude_categories=("Cc", "Cs")), min_size=1), st.text())
def test_basic_comes_back_the_same_or_is_refused(username, password):
    try:
        header = headers_of(BasicAuth(username, password))["Authorization"]
    except CredentialError:
        assert any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in password)
    else:
        assert base64.b64decode(header.removeprefix("Basic ")).decode() == f"{username}:{password}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: BearerAuth(""),
        lambda: BearerAuth("two words"),
        lambda: BearerAuth("line\nbreak"),
        lambda: BasicAuth("", ""),
        lambda: BasicAuth("user:name", "a-static-password"),
        lambda: BasicAuth("user", "pass\nword"),
        lambda: BasicAuth("user", "\ud800"),
        lambda: ApiKeyAuth(""),
        lambda: ApiKeyAuth("kéy", query="key"),
    ],
)
def test_what_cannot_be_a_credential(make):
    with pytest.raises(CredentialError) as caught:
        make()
    assert caught.value.remedy


@pytest.mark.parametrize("settings", [{"header": "a", "query": "b"}, {"header": "not a header"}, {"query": "k", "prefix": "p"}])
def test_what_cannot_be_asked_for(settings):
    with pytest.raises(UsageError):
        ApiKeyAuth("key", **settings)


@pytest.mark.parametrize(
    "scheme", [BearerAuth(KEY), BasicAuth("user", KEY), ApiKeyAuth(KEY), ApiKeyAuth(KEY, query="key")], ids=repr
)
def test_it_shows_no_secret_and_a_refusal_is_the_callers(scheme):
    assert KEY not in repr(scheme)
    with ScriptedServer(answer(401, "no")) as server:
        assert get(server, scheme).status_code == 401
        assert len(server.requests) == 1
    response = requests.Response()
    response.status_code = 403
    prepared = requests.Request("GET", "https://service.example/").prepare()
    scheme.authorize(prepared)
    assert scheme.recover(prepared, response) is NOT_OURS


def test_what_a_log_would_show_of_basic():
    scheme = BasicAuth("user", "a long password")
    assert redact(headers_of(scheme)["Authorization"]).endswith("***")


# -- a key in the query ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def auth() -> ApiKeyAuth:
    return ApiKeyAuth(KEY, query="api_key")


@pytest.fixture
def session(auth):
    with AuthorizedSession(auth, other_origins=True) as session:
        yield session


def home(session: AuthorizedSession, server: ScriptedServer) -> AuthorizedSession:
    """Make the server the session's own."""
    other = AuthorizedSession(session.scheme, base_url=server.url, other_origins=True)
    other.policy = other.policy.new(backoff_factor=0)
    return other


@pytest.mark.parametrize("path", ["/a", "/a?x=1", "/a?api_key=old&x=1", "/a?api_key=old#fragment"])
def test_it_is_written_for_each_attempt_and_taken_out_again(session, path):
    with ScriptedServer(answer(503), answer(200)) as server, home(session, server) as own:
        response = own.get(path)

        target = f"/a?{'x=1&' if 'x=1' in path else ''}{WRITTEN}"
        assert [request.target for request in server.requests] == [target, target]
        assert "api_key" not in response.url
        assert "api_key" not in (response.request.url or "")


def test_plain_requests_send_it_too(auth):
    with ScriptedServer() as server:
        response = get(server, auth, "/a", params={"x": "1"})

        assert server.requests[0].target == f"/a?x=1&{WRITTEN}"
        assert "api_key" not in response.url


def test_a_refusal_that_is_raised_does_not_show_it(auth, session):
    with ScriptedServer(every=answer(404)) as server, home(session, server) as own:
        for response in (get(server, auth), own.get("/")):
            with pytest.raises(requests.HTTPError) as caught:
                response.raise_for_status()
            assert "k3y" not in str(caught.value)


def test_an_error_does_not_show_it(session):
    with ScriptedServer(every=CLOSE) as server, home(session, server) as own:
        own.policy = own.policy.new(total=0)
        with pytest.raises(ConnectionFailed) as caught:
            own.get("/a?x=1")
    assert caught.value.request.url.endswith("/a?x=1")


def test_a_curl_line_masks_it(auth):
    prepared = requests.Request("GET", "https://service.example/a?x=1").prepare()
    auth.authorize(prepared)
    assert curl_line(prepared).endswith("'https://service.example/a?x=1&api_key=**********'")


def test_a_curl_line_masks_it_below_an_innocent_name():
    auth = ApiKeyAuth(KEY, query="q")
    prepared = requests.Request("GET", "https://service.example/a").prepare()
    auth.authorize(prepared)
    assert "k3y" not in curl_line(prepared)


def test_inside_the_origin_it_is_written_on_each_hop(session):
    with ScriptedServer(redirect("/b"), redirect("/c?x=1")) as server, home(session, server) as own:
        response = own.get("/a")

        assert [request.target for request in server.requests] == [f"/a?{WRITTEN}", f"/b?{WRITTEN}", f"/c?x=1&{WRITTEN}"]
        assert not any("api_key" in hop.url for hop in (response, *response.history))


def test_inside_the_origin_plain_requests_write_it_after_a_refusal(auth):
    def refuse_without_it(request):
        return answer(200 if WRITTEN in request.target else 401)

    with ScriptedServer(redirect("/b"), every=refuse_without_it) as server:
        assert get(server, auth, "/a").status_code == 200
        assert [request.target for request in server.requests] == [f"/a?{WRITTEN}", "/b", f"/b?{WRITTEN}"]


@pytest.mark.parametrize("echo", ["", f"?{WRITTEN}", f"?x=1&{WRITTEN}"])
def test_another_origin_never_gets_it(session, echo):
    """Not even where the service writes the query that it was asked with into its redirect, as many do."""
    with ScriptedServer() as other, ScriptedServer() as server, home(session, server) as own:
        other.script = [redirect(f"{server.url}/back")]
        server.script = [redirect(f"http://localhost:{other.port}/away{echo}")]
        own.get("/a")

        assert other.requests[0].target == "/away" + ("?x=1" if "x=1" in echo else "")
        assert server.requests[1].target == "/back"


@pytest.mark.parametrize(
    "echo", [f"?next=%2Fa%3F{WRITTEN.replace('%', '%25').replace('=', '%3D')}", f"?other={WRITTEN[8:]}", f"/{KEY}"]
)
def test_a_redirect_that_would_tell_it_is_not_followed(auth, session, echo):
    with ScriptedServer() as other:
        away = redirect(f"http://localhost:{other.port}/away{echo}")
        with ScriptedServer(every=away) as server, home(session, server) as own:
            with pytest.raises(OriginError, match="key in the URL"):
                own.get("/a")
            with pytest.raises(OriginError, match="api_key"):
                get(server, auth, "/a")
        assert other.requests == []


def test_plain_requests_follow_elsewhere_without_it(auth):
    with ScriptedServer() as other, ScriptedServer(redirect(f"http://localhost:{other.port}/away")) as server:
        assert get(server, auth, "/a").status_code == 200
        assert other.requests[0].target == "/away"


def test_a_link_of_the_service_to_another_host_loses_it(session):
    with ScriptedServer() as other, ScriptedServer() as server, home(session, server) as own:
        own.get(f"{other.url}/next?page=2&{WRITTEN}")

        assert other.requests[0].target == "/next?page=2"
        assert server.requests == []
