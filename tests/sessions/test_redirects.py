"""Redirects are followed once, by the session: freshly authorized inside the origin, without anything private outside of it."""

from __future__ import annotations

import io

import pytest
import requests

from gatepost.auth import HmacAuth
from gatepost.transport.errors import DeadlineExceeded, OriginError, TransportError
from tests.refused_port import refused_port
from tests.transport.scripted_server import Received, ScriptedServer, answer, redirect


def away(server: ScriptedServer, path: str = "/away") -> str:
    """The same machine under another name is another origin, as is another port."""
    return f"http://localhost:{server.port}{path}"


def verifies(request: Received, server: ScriptedServer, auth: HmacAuth) -> bool:
    wanted = requests.Request(request.method, server.url + request.target).prepare()
    signed = auth._signed(wanted, int(request.header("Timestamp")))
    return request.header("Authorization") == signed["Authorization"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("absolute", [True, False])
def test_inside_the_origin_each_hop_is_signed_anew(to, status, absolute):
    with ScriptedServer() as server:
        base = server.url if absolute else ""
        server.script = [redirect(f"{base}/b?x=1", status), redirect("c%20d", status), answer(200)]
        session = to(server)
        response = session.get("/a")

        assert response.url == f"{server.url}/c%20d"
        assert [hop.status_code for hop in response.history] == [status, status]
        assert [request.target for request in server.requests] == ["/a", "/b?x=1", "/c%20d"]
        assert all(verifies(request, server, session.scheme) for request in server.requests)


def test_each_hop_has_the_time_of_its_own(to, time):
    def slow(request: Received):
        time.turn(100)
        return redirect("/b")

    with ScriptedServer(slow) as server:
        to(server).get("/a")
        first, second = server.requests
        assert int(second.header("Timestamp")) - int(first.header("Timestamp")) == 100


def test_the_emulated_platform_accepts_it(platform, session):
    with ScriptedServer(redirect("/b")):
        response = session.get("/v2/owners")
    prepared = session.prepare_request(requests.Request("GET", "/v2/owners/mine"))
    assert response.ok
    assert session.send(prepared).ok
    assert all(request.verdict.accepted for request in platform.requests)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_another_origin_gets_nothing_private_and_neither_does_the_way_back(to, status):
    with ScriptedServer() as home, ScriptedServer() as other:
        home.script = [
            answer(200, Set_Cookie="session=s3cret"),
            redirect(away(other), status, Set_Cookie="more=s3cret"),
            redirect("/back-again"),
            answer(401),
        ]
        other.script = [redirect("/still-away"), redirect(f"{home.url}/back")]
        session = to(home)
        session.get("/login")
        response = session.get("/start", headers={"Proxy-Authorization": "Basic s3cret"}, cookies={"mine": "s3cret"})

        assert response.status_code == 401
        assert [request.target for request in other.requests] == ["/away", "/still-away"]
        assert [request.target for request in home.requests] == ["/login", "/start", "/back", "/back-again"]
        assert home.requests[1].has("Authorization")
        assert home.requests[1].has("Cookie")
        for request in (*other.requests, *home.requests[2:]):
            assert not {name.lower() for name, _ in request.headers} & {
                "authorization",
                "timestamp",
                "cookie",
                "proxy-authorization",
            }


def test_the_credentials_of_the_next_call_are_there_again(to):
    with ScriptedServer() as other, ScriptedServer(redirect(away(other))) as home:
        session = to(home)
        session.get("/a")
        session.get("/b")
        assert home.requests[1].has("Authorization")


def test_another_port_and_another_scheme_are_other_origins(to):
    with ScriptedServer() as other, ScriptedServer(redirect(f"{other.url}/x")) as home:
        assert to(home).get("/a").ok
        assert not other.requests[0].has("Authorization")


@pytest.mark.parametrize(
    "location",
    [
        "http://platform.example/",
        "http://127.0.0.1.example/",
        "//platform.example/",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "http://user:s3cret@127.0.0.1/",
    ],
)
def test_a_redirect_that_must_not_be_followed_is_an_error(to, location):
    with ScriptedServer(redirect(location)) as home:
        with pytest.raises(OriginError) as caught:
            to(home).get("/a")
        assert "s3cret" not in str(caught.value)
        assert len(home.requests) == 1


def test_a_redirect_from_the_platform_to_plain_http_names_both(to):
    with ScriptedServer(redirect("http://platform.example/x?token=s3cret")) as home, pytest.raises(OriginError) as caught:
        to(home).get("/a")
    assert str(caught.value).startswith(f"{home.url} redirects to http://platform.example, plain HTTP. Everybody")


@pytest.mark.parametrize("location", ["http://platform.example/", "//evil\\", "http://user@h/", "/fine"])
def test_who_does_not_follow_gets_the_answer(to, location):
    with ScriptedServer(redirect(location)) as home:
        response = to(home).get("/a", allow_redirects=False)

        assert response.status_code == 302
        assert response.headers["Location"] == location
        assert (response.next is not None) == (location == "/fine")


@pytest.mark.parametrize(
    ("status", "method", "becomes", "body"),
    [
        (301, "POST", "GET", b""),
        (302, "POST", "GET", b""),
        (303, "PUT", "GET", b""),
        (307, "POST", "POST", b"content"),
        (308, "PATCH", "PATCH", b"content"),
        (302, "HEAD", "HEAD", b""),
    ],
)
def test_methods_and_bodies(to, status, method, becomes, body):
    with ScriptedServer(redirect("/b", status)) as server:
        session = to(server)
        session.request(method, "/a", data=None if method == "HEAD" else io.BytesIO(b"content"), allow_redirects=True)

        second = server.requests[1]
        assert (second.method, second.body) == (becomes, body)
        assert second.has("Content-Length") == bool(body)
        assert verifies(second, server, session.scheme)


def test_a_body_that_cannot_be_sent_again_returns_the_redirect(to):
    with ScriptedServer(redirect("/b", 307)) as server:
        assert to(server).post("/a", data=iter([b"x"])).status_code == 307
        assert len(server.requests) == 1


def test_a_loop_ends(to):
    with ScriptedServer(every=redirect("/again")) as server:
        session = to(server)
        session.max_redirects = 5
        with pytest.raises(requests.TooManyRedirects, match="more than 5 times"):
            session.get("/a")
        assert len(server.requests) == 6


def test_faults_are_counted_over_the_whole_chain(to):
    steps = [answer(503), redirect("/b"), answer(503), redirect("/c"), answer(503), answer(503)]
    with ScriptedServer(*steps, every=answer(500)) as server:
        assert to(server).get("/a").status_code == 503
        assert len(server.requests) == 6


def test_a_deadline_covers_the_whole_chain(to, time):
    def slow(request: Received):
        time.turn(10)
        return redirect("/again")

    with ScriptedServer(every=slow) as server:
        with pytest.raises(DeadlineExceeded):
            to(server).get("/a", deadline=35)
        assert len(server.requests) == 4


def test_a_refusal_is_recovered_from_at_each_hop(to, time):
    from email.utils import formatdate

    def stale(ahead: float):
        message = '{"message": "Timestamp out of acceptable time range"}'
        return answer(401, message, Date=formatdate(time.time() + ahead, usegmt=True))

    with ScriptedServer(stale(3_600), redirect("/b"), stale(-3_600)) as server:
        assert to(server).get("/a").status_code == 200
        assert [request.target for request in server.requests] == ["/a", "/a", "/b", "/b"]


def test_streamed_hops_do_not_pile_up(to):
    with ScriptedServer(redirect("/b"), answer(200, b"x" * 100_000)) as server:
        response = to(server).get("/a", stream=True)
        assert len(response.content) == 100_000


def test_a_fragment_is_kept_and_not_sent(to):
    with ScriptedServer(redirect("/b")) as server:
        assert to(server).get("/a#part").url == f"{server.url}/b#part"
        assert [request.target for request in server.requests] == ["/a", "/b"]


def test_cookies_follow_inside_the_origin(to):
    with ScriptedServer(redirect("/b", Set_Cookie="a=b")) as server:
        to(server).get("/a", cookies={"mine": "yes"})
        assert set(server.requests[1].header("Cookie").split("; ")) == {"a=b", "mine=yes"}


def test_a_foreign_auth_follows_inside_and_not_outside(to):
    with ScriptedServer() as other, ScriptedServer(redirect("/b"), redirect(away(other))) as home:
        to(home).get("/a", auth=("user", "s3cret"))
        assert home.requests[1].header("Authorization").startswith("Basic ")
        assert not other.requests[0].has("Authorization")


def test_an_unreachable_target_is_named(to):
    with (
        refused_port() as nobody,
        ScriptedServer(redirect(f"{nobody.url}/away")) as home,
        pytest.raises(TransportError, match=f"{nobody.url} cannot be reached"),
    ):
        to(home).get("/a")
