"""A session is a ``requests.Session``: whatever works with one works with it, and what a pickle or a fork must not share, it
does not."""

from __future__ import annotations

import asyncio
import copy
import os
import pickle
import subprocess
import sys

import pytest
import requests
import requests_mock
import responses

from gatepost.auth import HmacAuth
from gatepost.secret import Secret
from gatepost.sessions import AuthorizedSession
from gatepost.transport.errors import CertificateError
from gatepost.version import __version__
from tests.transport.scripted_server import ScriptedServer, answer

# -- as with requests ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options"])
def test_every_method(platform, session, method):
    getattr(session, method)("/v2/owners")

    assert platform.requests[-1].method == method.upper()
    assert platform.requests[-1].verdict.accepted


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options"])
def test_every_method_takes_a_deadline_and_whether_it_may_be_repeated(platform, session, method, monkeypatch):
    calls = []
    send = session.send
    monkeypatch.setattr(session, "send", lambda request, **arguments: calls.append(arguments) or send(request, **arguments))
    getattr(session, method)("/v2/owners", deadline=7, repeatable=False)

    assert (calls[0]["deadline"], calls[0]["repeatable"]) == (7, False)
    assert calls[0]["allow_redirects"] is (method != "head")


def test_methods_in_lower_case(platform, session):
    session.request("get", "/v2/owners")
    assert platform.requests[-1].verdict.accepted


def test_bodies_params_and_headers(to):
    with ScriptedServer() as server:
        session = to(server)
        session.params = {"always": "1"}
        session.headers["X-Session"] = "s"
        session.post("/a", params={"b": ["c d", "e"]}, data={"f": "ä"}, headers={"X-Call": "c"})
        session.post("/a", json={"f": "ä"})
        session.post("/a", files={"file": ("name.txt", b"content")})
        session.post("/a", data="text")

        form, json, files, text = server.requests
        assert form.target == "/a?always=1&b=c+d&b=e"
        assert form.body == b"f=%C3%A4"
        assert (form.header("X-Session"), form.header("X-Call")) == ("s", "c")
        assert json.body == b'{"f": "\\u00e4"}'
        assert b"content" in files.body
        assert text.body == b"text"
        assert all(request.header("User-Agent") == f"gatepost/{__version__}" for request in server.requests)


def test_cookies_are_kept(to):
    with ScriptedServer(answer(200, Set_Cookie="a=b")) as server:
        session = to(server)
        session.get("/")
        session.get("/", cookies={"c": "d"})
        session.get("/")

        assert session.cookies.get("a") == "b"
        assert [request.header("Cookie") for request in server.requests] == ["", "a=b; c=d", "a=b"]


def test_final_responses_are_returned_whatever_their_status(to):
    for status in (200, 204, 400, 404, 409, 422, 501):
        with ScriptedServer(answer(status, b"" if status == 204 else b"{}")) as server:
            assert to(server).get("/x").status_code == status


def test_prepared_requests_are_authorized(platform, session):
    """Made by the session or by plain requests."""
    session.send(session.prepare_request(requests.Request("GET", "/v2/owners")))
    session.send(requests.Request("GET", f"{platform.url}/v2/owners").prepare())

    assert [request.status for request in platform.requests] == [200, 200]


def test_streams(platform, session):
    with session.get("/v2/owners", stream=True) as response:
        assert not response._content_consumed
        assert b"".join(response.iter_content(10)).startswith(b"{")


@pytest.mark.parametrize("read", [lambda r: r.content, lambda r: b"".join(r.iter_content(5)), lambda r: r.raw.read()])
def test_a_streamed_refusal_stays_readable(to, read):
    body = b'{"message": "You may not"}'
    with ScriptedServer(answer(403, body)) as server:
        assert read(to(server).get("/x", stream=True)) == body


def test_times_are_measured(to, time):
    def slow(request):
        time.turn(7)
        return answer(200)

    with ScriptedServer(slow) as server:
        assert to(server).get("/x").elapsed.total_seconds() == 7


# -- auth= -----------------------------------------------------------------------------------------------------------------------


def test_a_foreign_auth_replaces_ours(to):
    with ScriptedServer() as server:
        session = to(server)
        session.get("/", auth=("user", "password"))
        session.send(session.prepare_request(requests.Request("GET", "/", auth=("user", "password"))))
        session.get("/")

        by_call, prepared, ours = (request.header("Authorization") for request in server.requests)
        assert by_call == prepared == "Basic dXNlcjpwYXNzd29yZA=="
        assert ours.startswith("TC ")


def test_the_sessions_own_auth_replaces_it_too(to):
    with ScriptedServer() as server:
        session = to(server)
        session.auth = ("user", "password")
        session.get("/")
        assert server.requests[0].header("Authorization").startswith("Basic ")
        assert not server.requests[0].has("Timestamp")


def test_digest_works(to):
    challenge = answer(401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')
    with ScriptedServer(challenge) as server:
        assert to(server).get("/", auth=requests.auth.HTTPDigestAuth("user", "password")).status_code == 200
        assert server.requests[1].header("Authorization").startswith("Digest ")


def test_another_scheme_for_one_call(to, time, clocks):
    from email.utils import formatdate

    other = HmacAuth("5678", "key", clocks=clocks)
    stale = answer(401, '{"message": "Timestamp out of acceptable"}', Date=formatdate(time.time() + 3_600, usegmt=True))
    with ScriptedServer(stale) as server:
        session = to(server)
        assert session.get("/", auth=other).status_code == 200
        session.send(session.prepare_request(requests.Request("GET", "/", auth=other)))
        session.send(session.prepare_request(requests.Request("GET", "/")), scheme=other)
        session.send(session.prepare_request(requests.Request("GET", "/")), scheme=None)
        session.get("/")

        ids = [request.header("Authorization").partition(":")[0] for request in server.requests]
        assert ids == ["TC 5678", "TC 5678", "TC 5678", "TC 5678", "", "TC 1234"]


def test_without_a_scheme_nothing_is_added(open_session):
    with ScriptedServer() as server:
        open_session(base_url=server.url).get("/")
        assert not server.requests[0].has("Authorization")


def test_netrc_is_never_read(to, open_session, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with ScriptedServer() as server:
        assert requests.get(server.url, timeout=60).request.headers["Authorization"].startswith("Basic ")
        server.requests.clear()
        open_session(base_url=server.url).get("/")
        assert not server.requests[0].has("Authorization")


# -- what was said explicitly beats the environment ------------------------------------------------------------------------------


@pytest.fixture
def wrong_ca(tmp_path) -> str:
    from gatepost.emulator.certificates import make_certificates

    path = tmp_path / "wrong.pem"
    path.write_bytes(make_certificates().authority)
    return str(path)


def test_the_authority(platform, session, wrong_ca, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", wrong_ca)
    assert session.get("/v2/owners").ok

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", platform.ca_file)
    assert session.get("/v2/owners", verify=platform.ca_file).ok
    with pytest.raises(CertificateError):
        session.get("/v2/owners", verify=wrong_ca)
    session.verify = True
    assert session.get("/v2/owners").ok


def test_a_route_is_resolved_once(platform, session, wrong_ca, monkeypatch):
    """Per origin and settings, not per request."""
    session.verify = True
    monkeypatch.setenv("SSL_CERT_FILE", platform.ca_file)
    assert session.get("/v2/owners").ok
    monkeypatch.setenv("SSL_CERT_FILE", wrong_ca)
    assert session.get("/v2/owners").ok

    session.trust_env = False
    with pytest.raises(CertificateError):
        session.get("/v2/owners")


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_no_verification_at_all(platform, session, wrong_ca, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", wrong_ca)
    session.verify = False

    assert session.get("/v2/owners").ok


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("how", ["session", "call"])
def test_an_explicit_proxy(open_session, monkeypatch, how):
    """A proxy that records who asks it for a tunnel, and gives none."""
    no = answer(407)
    with ScriptedServer(every=no) as explicit, ScriptedServer(every=no) as environment:
        monkeypatch.setenv("HTTPS_PROXY", environment.url)
        session = open_session(base_url="https://platform.example")
        if how == "session":
            session.proxies["https"] = explicit.url
        with pytest.raises(requests.ConnectionError, match=r"The proxy on the way to https://platform\.example"):
            session.get("/x", proxies={"https": explicit.url} if how == "call" else None, repeatable=False)
        assert [(request.method, request.target) for request in explicit.requests] == [("CONNECT", "platform.example:443")]
        assert environment.requests == []
        assert not explicit.requests[0].has("Authorization")


def test_the_environments_proxy(open_session, monkeypatch):
    with ScriptedServer(every=answer(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(requests.ConnectionError):
            open_session(base_url="https://platform.example").get("/x", repeatable=False)
        assert len(proxy.requests) == 1


def test_this_machine_is_asked_directly(to, platform, session, monkeypatch):
    with ScriptedServer() as proxy, ScriptedServer() as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert to(server).get("/").ok
        assert session.get("/v2/owners").ok
        assert proxy.requests == []


def test_a_client_certificate_as_requests_takes_it(to, session, platform):
    with pytest.raises(requests.RequestException, match="No such file"):
        session.get("/v2/owners", cert=["/nowhere/certificate.pem", "/nowhere/key.pem"])


# -- what must not be shared -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_session_is_not_pickled_or_copied(session, act):
    with pytest.raises(TypeError, match="Make one in the other process, from the same inputs"):
        act(session)


def test_a_secret_is_not_pickled():
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps({"key": Secret("s3cret")})


def test_it_shows_no_secret(session, platform):
    shown = repr(session) + str(vars(session)) + repr(session.scheme)

    assert platform.credentials.secret_key.reveal() not in shown


def test_threads_of_an_event_loop(platform, session):
    async def work() -> list[int]:
        answers = await asyncio.gather(*(asyncio.to_thread(session.get, "/v2/owners", deadline=60) for _ in range(10)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(work()) == [200] * 10


FORKED = """
import os, sys
from gatepost.auth import HmacAuth, TokenAuth
from gatepost.errors import CredentialError
from gatepost.sessions import AuthorizedSession

url, ca, access_id, key, token, expires = sys.argv[1:]
by_hmac = AuthorizedSession(HmacAuth(access_id, key, origin=url), base_url=url)
by_token = AuthorizedSession(TokenAuth(token, float(expires), renew_url=url + "/appAuth"), base_url=url)
for session in (by_hmac, by_token):
    session.verify = ca
    assert session.get("/v2/owners").ok
if (child := os.fork()) == 0:
    try:
        for session in (by_hmac, by_token):
            assert session.get("/v2/owners").ok
        by_token.scheme.renewal.snapshot().expires = 1.0
        try:
            by_token.get("/v2/owners")
        except CredentialError as error:
            assert "forked" in str(error)
        else:
            raise AssertionError("the child renewed the token of its parent")
    except BaseException:
        import traceback; traceback.print_exc()
        os._exit(1)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
for session in (by_hmac, by_token):
    assert session.get("/v2/owners").ok
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_works_on_and_renews_nothing(tc_platform):
    credentials = tc_platform.credentials
    arguments = [tc_platform.url, tc_platform.ca_file, credentials.access_id, credentials.secret_key.reveal()]
    arguments += [credentials.token.reveal(), str(credentials.token_expires)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED, *arguments], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert not any(request.path.endswith("/appAuth") for request in tc_platform.requests)
    assert [request.status for request in tc_platform.requests] == [200] * 6


# -- what grows ------------------------------------------------------------------------------------------------------------------


def test_many_origins_are_not_remembered_for_ever():
    with AuthorizedSession() as session:
        from gatepost.transport.origin import origin_of

        call = type("Call", (), {"proxies": None, "verify": None, "cert": None, "scheme": None})()
        for number in range(1_000):
            session._route(origin_of(f"https://h{number}.example/"), call)
        assert len(session._routes) <= 256


def test_other_origins_leave_no_clocks(open_session, clocks):
    with ScriptedServer() as server:
        open_session(other_origins=True).get(server.url)
    assert clocks._clocks == {}


# -- libraries that stand in for the network -------------------------------------------------------------------------------------


@responses.activate
def test_with_responses(open_session, clocks):
    responses.get("https://platform.example/api/v2/owners", status=503)
    responses.get("https://platform.example/api/v2/owners", json={"ok": True}, headers={"Set-Cookie": "a=b"})
    session = open_session(HmacAuth("1234", "key", clocks=clocks), base_url="https://platform.example/api")

    assert session.get("/v2/owners").json() == {"ok": True}
    assert [call.request.headers["Authorization"][:7] for call in responses.calls] == ["TC 1234"] * 2


@responses.activate
def test_with_responses_that_raise(open_session):
    responses.get("https://platform.example/x", body=requests.ConnectionError("made up"))

    with pytest.raises(requests.ConnectionError, match="made up"):
        open_session(base_url="https://platform.example").get("/x")
    assert len(responses.calls) == 4


def test_with_requests_mock(open_session, clocks):
    session = open_session(HmacAuth("1234", "key", clocks=clocks), base_url="https://platform.example/api")
    with requests_mock.Mocker() as mock:
        mock.get("https://platform.example/api/v2/owners", [{"status_code": 502}, {"json": {"ok": True}}])
        mock.get("https://platform.example/api/moved", status_code=302, headers={"Location": "/api/v2/owners"})
        assert session.get("/v2/owners", deadline=60).json() == {"ok": True}
        assert session.get("/moved").json() == {"ok": True}
        assert all(request.headers["Authorization"].startswith("TC 1234:") for request in mock.request_history)


def test_hooks_run_once_where_send_was_replaced(open_session):
    seen = []
    with requests_mock.Mocker() as mock:
        mock.get("https://platform.example/x", [{"status_code": 503}, {"text": "ok"}])
        session = open_session(base_url="https://platform.example")
        session.get("/x", hooks={"response": lambda response, **_: seen.append(response.status_code)})
    assert seen == [503, 200]


def test_with_a_mocked_session_only(open_session):
    session = open_session(base_url="https://platform.example")
    with requests_mock.Mocker(session=session) as mock:
        mock.post("https://platform.example/x", status_code=403, json={"message": "no"})
        assert session.post("/x", stream=True).json() == {"message": "no"}


def test_a_mounted_adapter_is_used(open_session):
    class Canned(requests.adapters.BaseAdapter):
        def send(self, request, **settings):
            assert settings["timeout"] == (5, 5)
            response = requests.Response()
            response.status_code, response.url, response.request = 200, request.url, request
            response._content = b"canned"
            return response

        def close(self) -> None:
            """There is nothing to close."""

    session = open_session(base_url="https://platform.example")
    session.mount("https://platform.example", Canned())

    assert session.get("/x", deadline=5).content == b"canned"
