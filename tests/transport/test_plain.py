from __future__ import annotations

import traceback

import pytest

from gatepost.transport.deadline import Deadline, current_deadline
from gatepost.transport.errors import ConnectionFailed, DeadlineExceeded, OriginError, TransportError
from gatepost.transport.plain import MAXIMUM_ANSWER, PlainTransport
from tests.transport.scripted_server import RESET, ScriptedServer, answer, drip, raw, redirect


@pytest.fixture
def transport() -> PlainTransport:
    return PlainTransport()


def test_an_answer_is_read_whole(transport):
    with ScriptedServer(answer(401, '{"success": false}', Date="Tue, 14 Nov 2023 22:13:20 GMT")) as server:
        got = transport.send("GET", f"{server.url}/appAuth?expiredToken=a%2Bb")

    assert repr(got) == "Answer(status=401, 18 bytes)"
    assert got.status == 401
    assert got.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert got.body == b'{"success": false}'
    assert server.requests[0].target == "/appAuth?expiredToken=a%2Bb"
    assert not server.requests[0].has("Authorization")


def test_it_sends_once_and_follows_nothing(transport):
    with ScriptedServer(redirect("/elsewhere"), answer(503)) as server:
        assert transport.send("GET", server.url).status == 302
        assert transport.send("GET", server.url).status == 503
        assert len(server.requests) == 2


def test_bodies(transport):
    with ScriptedServer() as server:
        transport.send("POST", server.url, json={"a": 1})
        transport.send("POST", server.url, data={"a": "1"}, headers={"X-Extra": "yes"})

    assert [request.body for request in server.requests] == [b'{"a": 1}', b"a=1"]
    assert server.requests[1].header("X-Extra") == "yes"


@pytest.mark.parametrize("step", [RESET, raw(b"nonsense\r\n\r\n"), answer(200, b"x" * (MAXIMUM_ANSWER + 1))])
def test_no_failure_tells_the_query(transport, step):
    with ScriptedServer(step) as server, pytest.raises(ConnectionFailed) as caught:
        transport.send("GET", f"{server.url}/appAuth?expiredToken=s3cret-token")

    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in "".join(traceback.format_exception_only(error))
        assert getattr(error, "request", None) is None
        error = error.__cause__ or error.__context__


def test_a_deadline_bounds_it(transport):
    with ScriptedServer(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x")) as server:
        token = current_deadline.set(Deadline(0.1))
        try:
            with pytest.raises(DeadlineExceeded):
                transport.send("GET", server.url)
        finally:
            current_deadline.reset(token)


def test_plain_http_to_another_machine_is_refused(transport):
    with pytest.raises(OriginError, match="plain HTTP"):
        transport.send("GET", "http://platform.example/appAuth")


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_verification(transport, tc_platform):
    with pytest.raises(TransportError, match="certificate was not accepted"):
        transport.send("GET", f"{tc_platform.url}/appAuth")
    assert PlainTransport(verify=tc_platform.ca_file).send("GET", f"{tc_platform.url}/appAuth").status == 401
    assert PlainTransport(verify=False).send("GET", f"{tc_platform.url}/appAuth").status == 401


def test_the_environment_names_the_authority(transport, tc_platform, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tc_platform.ca_file)

    assert transport.send("GET", f"{tc_platform.url}/appAuth").status == 401
    with pytest.raises(TransportError):
        PlainTransport(trust_env=False).send("GET", f"{tc_platform.url}/appAuth")
