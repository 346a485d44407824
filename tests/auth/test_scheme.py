"""A scheme's manners with plain ``requests``: redirects, bodies, other origins, and test libraries."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
import requests
import requests_mock
import responses

from gatepost.auth import NOT_OURS, TRY_AGAIN, HmacAuth, Scheme, TokenAuth
from gatepost.auth.scheme import Recovery
from gatepost.clock import Clocks
from gatepost.errors import CredentialError
from gatepost.testing import TurnedTime
from gatepost.transport.errors import OriginError
from tests.transport.scripted_server import ScriptedServer, answer, redirect

WRONG_TIME = '{"message": "Timestamp out of acceptable time range"}'
WRONG_SIGNATURE = '{"message": "Signature data did not match expected result"}'


@pytest.fixture
def auth(clocks: Clocks) -> HmacAuth:
    return HmacAuth("1234", "key", clocks=clocks)


def get(server: ScriptedServer, auth: Scheme, path: str = "/", **settings: object) -> requests.Response:
    return requests.request(settings.pop("method", "GET"), server.url + path, auth=auth, timeout=60, **settings)  # type: ignore[arg-type]


def date(time: TurnedTime, ahead: float = 3_600) -> str:
    from email.utils import formatdate

    return formatdate(time.time() + ahead, usegmt=True)


def test_each_redirect_inside_the_origin_is_signed_anew(auth):
    """``requests`` copies the first signature along; the server refuses it; the hook signs what is really asked for."""

    def refuse_or_redirect(location: str):
        def step(request):
            wanted = requests.Request("GET", server.url + request.target).prepare()
            valid = auth.headers(wanted)["Authorization"] == request.header("Authorization")
            return redirect(location) if valid and location else answer(200) if valid else answer(401, WRONG_SIGNATURE)

        return step

    with ScriptedServer(
        refuse_or_redirect("/b"), *[refuse_or_redirect("/c")] * 2, *[refuse_or_redirect("")] * 2, every=answer(500)
    ) as server:
        response = get(server, auth, "/a")

        assert response.status_code == 200
        assert [request.target for request in server.requests] == ["/a", "/b", "/b", "/c", "/c"]


def test_a_redirect_to_another_origin_carries_nothing_and_neither_does_the_way_back(auth):
    with ScriptedServer() as home, ScriptedServer(redirect(f"{home.url}/back")) as other:
        home.script = [redirect(f"http://localhost:{other.port}/away"), answer(401, WRONG_SIGNATURE)]

        response = get(home, auth, "/start")

        assert response.status_code == 401
        assert home.requests[0].has("Authorization")
        assert [request.target for request in home.requests] == ["/start", "/back"]
        assert not other.requests[0].has("Authorization")
        assert not home.requests[1].has("Authorization")


def test_a_redirect_to_a_url_with_a_user_name_is_left_to_requests(auth):
    with ScriptedServer(answer(401, WRONG_SIGNATURE)) as other:
        with ScriptedServer(redirect(f"http://user:pass@localhost:{other.port}/")) as home:
            assert get(home, auth).status_code == 401
        assert not other.requests[0].header("Authorization").startswith("TC ")


class HeaderAuth(Scheme):
    """A scheme whose header ``requests`` does not strip."""

    secret_headers = ("X-Key",)

    def headers(self, request: requests.PreparedRequest) -> Mapping[str, str]:
        return {"X-Key": "key"}

    def recover(self, request: requests.PreparedRequest, response: requests.Response) -> Recovery:
        return TRY_AGAIN if response.status_code == 401 else NOT_OURS


@pytest.mark.parametrize("first", [[], [answer(401)]], ids=["at once", "after a repeat"])
def test_another_header_does_not_follow_a_redirect_to_another_origin(first):
    with ScriptedServer() as other, ScriptedServer(*first, redirect(f"http://localhost:{other.port}/")) as home:
        with pytest.raises(OriginError, match="requests would send X-Key there"):
            get(home, HeaderAuth())
        assert other.requests == []


def test_another_header_follows_inside_the_origin():
    with ScriptedServer(redirect("/b")) as home:
        assert get(home, HeaderAuth(), "/a").status_code == 200
        assert home.requests[1].header("X-Key") == "key"


def test_another_header_and_nobody_who_follows():
    with ScriptedServer(redirect("https://elsewhere.example/")) as home, pytest.raises(OriginError):
        get(home, HeaderAuth(), allow_redirects=False)


# -- repeating -------------------------------------------------------------------------------------------------------------------


def test_a_post_is_repeated_with_its_body(auth, time):
    with ScriptedServer(answer(401, WRONG_TIME, Date=date(time))) as server:
        response = get(server, auth, method="POST", json={"a": 1})

        assert response.status_code == 200
        assert [request.body for request in server.requests] == [b'{"a": 1}'] * 2
        assert response.history[0].json()["message"].startswith("Timestamp")


def test_a_file_is_rewound(auth, time):
    with ScriptedServer(answer(401, WRONG_TIME, Date=date(time))) as server:
        assert get(server, auth, method="POST", data=io.BytesIO(b"content")).status_code == 200
        assert [request.body for request in server.requests] == [b"content"] * 2


def test_a_generator_cannot_be_and_the_answer_is_returned(auth, time):
    with ScriptedServer(answer(401, WRONG_TIME, Date=date(time))) as server:
        response = get(server, auth, method="POST", data=iter([b"a", b"b"]))

        assert response.status_code == 401
        assert response.json()["message"].startswith("Timestamp")
        assert len(server.requests) == 1


def test_it_is_repeated_once(auth, time):
    steps = [answer(401, WRONG_TIME, Date=date(time, hours * 3_600)) for hours in (1, 2, 3)]
    with ScriptedServer(*steps) as server:
        assert get(server, auth).status_code == 401
        assert len(server.requests) == 2


def test_when_the_second_answer_is_final_it_is_raised(auth, time):
    with ScriptedServer(answer(401, WRONG_TIME, Date=date(time)), answer(401, WRONG_SIGNATURE)) as server:
        with pytest.raises(CredentialError, match="Signature data did not match"):
            get(server, auth)
        assert len(server.requests) == 2


class Keeping(requests.adapters.HTTPAdapter):
    """Keeps the responses."""

    kept: list[requests.Response]

    def send(self, *arguments, **settings):
        response = super().send(*arguments, **settings)
        self.kept.append(response)
        return response


class BrokenAuth(HeaderAuth):
    """A scheme with a bug: it cannot say what a repeat must carry."""

    asked = 0

    def headers(self, request: requests.PreparedRequest) -> Mapping[str, str]:
        self.asked += 1
        if self.asked > 1:
            raise CredentialError("no")
        return {}


@pytest.mark.parametrize(
    ("scheme", "script"),
    [
        (BrokenAuth(), [answer(401)]),
        (HeaderAuth(), [redirect("https://elsewhere.example/")]),
        (HeaderAuth(), [answer(401), redirect("https://elsewhere.example/")]),
        (HmacAuth("1234", "key"), [answer(401, WRONG_SIGNATURE)]),
        (HmacAuth("1234", "key"), [answer(401, WRONG_TIME, Date="Sun, 06 Nov 1994 08:49:37 GMT"), answer(401, WRONG_SIGNATURE)]),
    ],
)
def test_what_is_raised_leaves_no_connection_open(scheme, script):
    with ScriptedServer(*script) as server, requests.Session() as session:
        adapter = Keeping()
        adapter.kept = []
        session.mount("http://", adapter)
        with pytest.raises((CredentialError, OriginError)):
            session.get(server.url, auth=scheme, timeout=60)
        assert all(response.raw.closed for response in adapter.kept)


def test_the_connection_is_used_again(auth, time):
    with ScriptedServer(answer(401, WRONG_TIME, Date=date(time))) as server:
        get(server, auth)

        assert server.connections == 1


def test_hooks_of_the_caller_run_too(auth):
    seen = []
    with ScriptedServer() as server:
        get(server, auth, hooks={"response": lambda response, **_: seen.append(response.status_code)})

    assert seen == [200]


def test_a_prepared_request_can_be_sent_twice(auth, time):
    with ScriptedServer(answer(401, WRONG_TIME, Date=date(time, 3_600))) as server, requests.Session() as session:
        request = session.prepare_request(requests.Request("GET", server.url, auth=auth))
        assert session.send(request, timeout=60).status_code == 200
        server.script = [answer(401, WRONG_TIME, Date=date(time, -3_600))]
        assert session.send(request, timeout=60).status_code == 200


# -- libraries that stand in for the network -------------------------------------------------------------------------------------


@responses.activate
def test_with_responses(auth, time):
    responses.get("https://platform.example/x", status=401, body=WRONG_TIME, headers={"Date": date(time)})
    responses.get("https://platform.example/x", json={"ok": True})

    assert requests.get("https://platform.example/x", auth=auth, timeout=60).json() == {"ok": True}
    first, second = responses.calls
    assert first.request.headers["Timestamp"] != second.request.headers["Timestamp"]


def test_with_requests_mock(auth, time):
    with requests_mock.Mocker() as mock:
        mock.get(
            "https://platform.example/x",
            [{"status_code": 401, "text": WRONG_TIME, "headers": {"Date": date(time)}}, {"json": {"ok": True}}],
        )
        assert requests.get("https://platform.example/x", auth=auth, timeout=60).json() == {"ok": True}
        assert mock.call_count == 2


def test_a_scheme_without_clocks_has_its_own():
    assert HmacAuth("1", "k").clocks is not HmacAuth("1", "k").clocks
    assert TokenAuth("t").origin is None
