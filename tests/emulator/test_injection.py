"""Every fault as a client meets it that shares no code with gatepost."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import threading
from email.utils import parsedate_to_datetime

import pytest

from gatepost.emulator import ChaosProfile, Emulator, Rule, Write
from gatepost.emulator.faults import (
    Answer,
    Destination,
    Drip,
    ExpireToken,
    Fault,
    HalfClose,
    Moment,
    Pause,
    Redirect,
    Reset,
    RevokeToken,
    Truncate,
    TurnClock,
)
from gatepost.errors import GatepostError, UsageError
from tests.waiting import wait_until

MOMENTS = [Moment.HEAD, Moment.READ, Moment.PROCESSED]
TAG = b'{"name": "Demo"}'


def once(fault: Fault) -> ChaosProfile:
    """The fault strikes the first attempt of each request that has an id."""
    return ChaosProfile(rules=[Rule(fault=fault, attempts=[1])])


def always(fault: Fault) -> ChaosProfile:
    return ChaosProfile(rules=[Rule(fault=fault)])


def named(name: str = "one") -> dict[str, str]:
    return {"X-Request-Id": name}


def open_raw(client) -> ssl.SSLSocket:
    plain = socket.create_connection((client.host, client.port), timeout=60)
    return client.context.wrap_socket(plain, server_hostname=client.host)


def raw_request(client, path: str = "/v2/owners", method: str = "GET", body: bytes = b"", version: str = "1.1") -> bytes:
    headers = {**client.hmac_headers(method, path), **named(), "Host": client.host, "Content-Length": str(len(body))}
    lines = [f"{method} {client.prefix}{path} HTTP/{version}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def raw_socket(secure: ssl.SSLSocket) -> socket.socket:
    """The TCP connection beneath TLS: Python's ssl tells a reset from an end by luck only."""
    raw = socket.socket(fileno=os.dup(secure.fileno()))
    raw.settimeout(60)
    return raw


def end_of(secure: ssl.SSLSocket) -> str:
    """Read until the connection ends, and tell how it did."""
    with raw_socket(secure) as raw:
        try:
            while raw.recv(65536):
                pass
        except ConnectionResetError:
            return "reset"
        return "end"


def read_all(secure: ssl.SSLSocket) -> bytes:
    received = b""
    while piece := secure.recv(65536):
        received += piece
    return received


# -- answers -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "path", "body"),
    [
        (Answer(401), "/v2/owners", {"status": "Failure", "message": "Unauthorized"}),
        (Answer(403), "/v3/tags", {"errCode": "0x1001", "status": "Error", "message": "Access Denied"}),
        (Answer(401, "Invalid timestamp"), "/v2/owners", {"status": "Failure", "message": "Invalid timestamp"}),
        (Answer(429), "/v2/owners", {"status": "Failure", "message": "Too many requests"}),
        (Answer(500), "/v2/owners", {"status": "Failure", "message": "An unknown error occurred"}),
        (Answer(418), "/v2/owners", {"status": "Failure", "message": "The request was refused"}),
        (Answer(401, "Retry token is invalid."), "/appAuth", {"success": False, "message": "Retry token is invalid."}),
        (Answer(200, body='{"success": true}'), "/appAuth", {"success": True}),
    ],
)
def test_an_answer_takes_the_place_of_the_platforms_own(tc_platform, client, fault, path, body):
    tc_platform.chaos = once(fault)
    struck = client.send_signed("GET", path, named())
    assert (struck.status, struck.json) == (fault.status, body)
    assert tc_platform.requests[0].fault == str(fault)
    tc_platform.chaos = None
    client.send_signed("GET", path, named())
    assert tc_platform.requests[1].fault == ""


def test_an_answer_in_another_form(tc_platform, client):
    tc_platform.chaos = once(Answer(502, body="<h1>Bad Gateway</h1>", content_type="text/html"))
    answer = client.send_signed("GET", "/v2/owners", named())
    assert (answer.status, answer.body) == (502, b"<h1>Bad Gateway</h1>")
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("value", ["2", "-1", "315360000", "soon", ""])
def test_retry_after_is_sent_as_it_is(tc_platform, client, value):
    tc_platform.chaos = once(Answer(429, retry_after=value))
    assert client.send_signed("GET", "/v2/owners", named()).headers["retry-after"] == value


@pytest.mark.tc_platform(time_source=lambda: 1_700_000_000.0)
@pytest.mark.parametrize("offset", [30, -30, 315_360_000])
def test_retry_after_as_a_date_goes_by_the_platforms_clock(tc_platform, client, offset):
    tc_platform.chaos = once(Answer(503, retry_after_date=offset))
    date = client.send_signed("GET", "/v2/owners", named()).headers["retry-after"]
    assert parsedate_to_datetime(date).timestamp() == 1_700_000_000 + offset


def test_an_answer_without_retry_after_has_none(tc_platform, client):
    tc_platform.chaos = once(Answer(429))
    assert "retry-after" not in client.send_signed("GET", "/v2/owners", named()).headers


def test_a_burst_ends_when_its_attempts_are_over(tc_platform, client):
    tc_platform.chaos = ChaosProfile(rules=[Rule(fault=Answer(503), attempts=[1, 2]), Rule(fault=Answer(504), attempts=[3])])
    assert [client.send_signed("GET", "/v2/owners", named()).status for _ in range(4)] == [503, 503, 504, 200]
    assert [request.attempt for request in tc_platform.requests] == [1, 2, 3, 4]


def test_the_credential_is_judged_although_the_platform_does_not_act(tc_platform, client):
    tc_platform.chaos = always(Answer(503))
    client.send_signed("GET", "/v2/owners", named())
    client.send("GET", "/v2/owners", {**named("two"), "Authorization": "TC-Token unknown"})
    assert [request.verdict.outcome for request in tc_platform.requests] == ["accepted", "refused"]


def test_requests_without_an_id_are_left_alone(tc_platform, client):
    tc_platform.chaos = always(Answer(503))
    assert client.send_signed("GET", "/v2/owners").status == 200
    assert tc_platform.requests[0].attempt == 1


def test_requests_without_an_id_are_struck_by_path_and_their_own_count(tc_platform, client):
    tc_platform.chaos = ChaosProfile(rules=[Rule(fault=Answer(500), path="/v2/whoami", attempts=[2])])
    assert [client.send_signed("GET", "/v2/whoami").status for _ in range(3)] == [200, 500, 200]
    assert client.send_signed("GET", "/v2/owners").status == 200


def test_threads_meet_the_faults_that_the_profile_foretells(tc_platform, make_client):
    profile = ChaosProfile(seed=11, rules=[Rule(fault=Answer(503), share=0.3), Rule(fault=Answer(429), share=0.3)])
    tc_platform.chaos = profile
    met: dict[str, tuple[int, ...]] = {}

    def work(worker: int) -> None:
        client = make_client()
        for number in range(8):
            name = f"{worker}-{number}"
            met[name] = tuple(client.send_signed("GET", "/v2/owners", named(name)).status for _ in range(3))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(met) == 32
    for name, statuses in met.items():
        foretold = profile.faults("GET", "/v2/owners", name, 3)
        assert statuses == tuple(fault.status if isinstance(fault, Answer) else 200 for fault in foretold)


# -- connections -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_reset_leaves_the_client_without_an_answer(tc_platform, client, moment):
    tc_platform.chaos = once(Reset(moment))
    with open_raw(client) as secure:
        secure.sendall(raw_request(client, "/v3/tags", "POST", TAG))
        assert end_of(secure) == "reset"
    (request,) = tc_platform.requests
    assert (request.status, request.fault, request.verdict.accepted) == (0, f"connection reset at {moment}", True)
    assert request.body == (b"" if moment is Moment.HEAD else TAG)
    assert [write.request_id for write in tc_platform.writes] == (["one"] if moment is Moment.PROCESSED else [])


def test_a_reset_at_the_head_does_not_wait_for_the_body(tc_platform, client):
    tc_platform.chaos = once(Reset(Moment.HEAD))
    with open_raw(client) as secure:
        secure.sendall(raw_request(client, "/v3/tags", "POST", TAG)[: -len(TAG)])
        assert end_of(secure) == "reset"


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_half_closed_connection_ends_without_a_goodbye(tc_platform, client, moment):
    tc_platform.chaos = once(HalfClose(moment))
    # Early releases of Python 3.11 take an end without a goodbye for one with it, unless told not to.
    client.context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    with open_raw(client) as secure:
        secure.suppress_ragged_eofs = False
        secure.sendall(raw_request(client, "/v3/tags", "POST", TAG))
        with pytest.raises(ssl.SSLError, match=r"(?i)\beof\b"):
            secure.recv(1)
        # The other direction is open still. On a closed one the second byte would fail.
        with raw_socket(secure) as raw:
            raw.sendall(b"\x17")
            raw.sendall(b"\x03")
    assert tc_platform.requests[0].fault == f"connection half-closed at {moment}"
    assert len(tc_platform.writes) == (1 if moment is Moment.PROCESSED else 0)


def test_the_next_connection_after_a_reset_works(tc_platform, make_client):
    tc_platform.chaos = once(Reset())
    with pytest.raises(ConnectionResetError):
        make_client().send_signed("GET", "/v2/owners", named())
    assert make_client().send_signed("GET", "/v2/owners", named()).status == 200


@pytest.mark.tc_platform(chaos=ChaosProfile(reset_connections=[1, 3]))
def test_connections_are_reset_before_tls_by_their_number(tc_platform, make_client):
    outcomes = []
    for _ in range(4):
        try:
            outcomes.append(make_client().send_signed("GET", "/v2/owners").status)
        except ConnectionResetError:
            outcomes.append(0)
    assert outcomes == [0, 200, 0, 200]
    faults = [(request.method, request.fault) for request in tc_platform.requests]
    assert faults == [("", "connection 1 reset at once"), ("GET", ""), ("", "connection 3 reset at once"), ("GET", "")]
    assert repr(tc_platform.requests[0]) == "<connection 1, fault: connection 1 reset at once>"


@pytest.mark.tc_platform(chaos=ChaosProfile(silent_connections=[1]))
def test_a_silent_connection_says_no_word(tc_platform, client, make_client):
    plain = socket.create_connection((client.host, client.port), timeout=60)
    assert make_client().send_signed("GET", "/v2/owners").status == 200
    assert tc_platform.requests[0].fault == "connection 1 never answered"
    plain.setblocking(False)
    plain.send(b"anything")
    with pytest.raises(BlockingIOError):
        plain.recv(1)
    plain.close()


@pytest.mark.tc_platform(chaos=ChaosProfile(silent_connections=[1]))
def test_a_silent_connection_ends_with_the_platform(tc_platform, client, make_client):
    plain = socket.create_connection((client.host, client.port), timeout=60)
    make_client().send_signed("GET", "/v2/owners")
    tc_platform.stop()
    assert plain.recv(1) == b""
    plain.close()


# -- the platform is down ----------------------------------------------------------------------------------------------------


def test_a_platform_that_is_down_refuses_connections_and_ends_those_there_are(tc_platform, client, make_client):
    assert client.send_signed("GET", "/v2/owners").status == 200
    tc_platform.refuse_connections = True
    assert tc_platform.refuse_connections
    with pytest.raises(ConnectionRefusedError):
        make_client().send_signed("GET", "/v2/owners")
    with pytest.raises((ConnectionError, ssl.SSLError)):
        client.send_signed("GET", "/v2/owners")
    tc_platform.refuse_connections = False
    assert make_client().send_signed("GET", "/v2/owners").status == 200
    assert [request.fault for request in tc_platform.requests] == ["", "connections refused from here on", ""]


def test_a_platform_may_be_down_more_than_once(tc_platform, make_client):
    for _ in range(3):
        tc_platform.refuse_connections = True
        tc_platform.refuse_connections = True
        with pytest.raises(ConnectionRefusedError):
            make_client().send_signed("GET", "/v2/owners")
        tc_platform.refuse_connections = False
        assert make_client().send_signed("GET", "/v2/owners").status == 200


def test_a_platform_can_be_down_from_its_first_moment():
    platform = Emulator()
    with pytest.raises(UsageError, match="Start it first"):
        platform.refuse_connections = True
    platform.start()
    platform.refuse_connections = True
    port = int(platform.url.removesuffix("/api").rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    platform.stop()


def test_a_platform_that_lost_its_port_says_so(tc_platform, monkeypatch):
    def taken(*address, listen):
        raise OSError(98, "Address already in use")

    monkeypatch.setattr("gatepost.emulator.listener.bind", taken)
    with pytest.raises(GatepostError, match=r"lost its port\. Address already in use"):
        tc_platform.refuse_connections = True


def test_a_platform_that_is_down_stops_like_any_other():
    with Emulator() as platform:
        platform.refuse_connections = True
    platform.start()
    assert not platform.refuse_connections
    platform.stop()


# -- time --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [Moment.READ, Moment.PROCESSED])
def test_a_pause_delays_the_answer(tc_platform, client, moment):
    tc_platform.chaos = once(Pause(0.01, moment))
    assert client.send_signed("POST", "/v3/tags", named(), TAG).status == 201
    assert tc_platform.requests[0].fault == f"0.01 s late at {moment}"
    assert len(tc_platform.writes) == 1


@pytest.mark.parametrize(("moment", "writes"), [(Moment.READ, 0), (Moment.PROCESSED, 1)])
def test_what_a_client_that_leaves_during_a_pause_has_had_done(tc_platform, client, moment, writes):
    tc_platform.chaos = once(Pause(None, moment))
    with open_raw(client) as secure:
        secure.sendall(raw_request(client, "/v3/tags", "POST", TAG))
        secure.settimeout(0.1)
        with pytest.raises(TimeoutError):
            secure.recv(1)
    # Each answer is a turn of the platform's loop, in one of which it notices that the client has gone.
    for _ in range(20):
        client.send("GET", "/appAuth")
    assert len(tc_platform.writes) == writes
    assert tc_platform.requests[0].status == 0


def test_a_body_that_drips_is_whole(tc_platform, client):
    whole = client.send_signed("GET", "/v2/owners").body
    tc_platform.chaos = once(Drip(size=7, seconds=0))
    assert client.send_signed("GET", "/v2/owners", named()).body == whole
    assert tc_platform.requests[1].fault == "body dripping"


def test_a_drop_has_the_size_that_was_asked_for(tc_platform, client):
    tc_platform.chaos = once(Drip(size=5, seconds=0, pieces=2))
    with open_raw(client) as secure:
        secure.sendall(raw_request(client))
        received = b""
        while not received.partition(b"\r\n\r\n")[2][9:]:
            received += secure.recv(65536)
        secure.settimeout(0.1)
        with pytest.raises(TimeoutError):
            secure.recv(1)
    assert len(received.partition(b"\r\n\r\n")[2]) == 10


def test_a_client_that_leaves_a_dripping_body_harms_nobody(tc_platform, client, make_client):
    tc_platform.chaos = once(Drip(seconds=0.002))
    with open_raw(client) as secure:
        secure.sendall(raw_request(client))
        assert secure.recv(1) == b"H"
    other = make_client()
    for _ in range(20):
        assert other.send_signed("GET", "/v2/owners").status == 200


@pytest.mark.parametrize("fault", [Pause(None), Pause(3600), Drip(seconds=3600), Drip(pieces=0), HalfClose()])
def test_a_platform_stops_at_once_in_the_middle_of_a_fault(make_client, tc_platform, fault):
    tc_platform.chaos = always(fault)
    client = make_client()
    with open_raw(client) as secure:
        secure.sendall(raw_request(client))
        wait_until(lambda: any(request.fault for request in tc_platform.requests))
        tc_platform.stop()
        assert end_of(secure) in ("reset", "end")


# -- bodies ------------------------------------------------------------------------------------------------------------------


def test_a_truncated_body_is_shorter_than_promised(tc_platform, client):
    whole = client.send_signed("GET", "/v2/owners").body
    tc_platform.chaos = once(Truncate())
    with pytest.raises(http.client.IncompleteRead) as caught:
        client.send_signed("GET", "/v2/owners", named())
    assert caught.value.partial == whole[: len(whole) // 2]
    assert len(caught.value.partial) + (caught.value.expected or 0) == len(whole)
    assert tc_platform.requests[1].status == 200


def test_a_chunked_body_is_cut_off_before_its_last_chunk(tc_platform, client):
    tc_platform.chaos = once(Truncate(chunked=True))
    with open_raw(client) as secure:
        secure.sendall(raw_request(client))
        head, _, body = read_all(secure).partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head.lower()
    assert b"content-length" not in head.lower()
    assert b'{"status":"Success"' in body
    assert not body.endswith(b"0\r\n\r\n")


def test_http_1_0_has_no_chunks_to_cut(tc_platform, client):
    tc_platform.chaos = once(Truncate(chunked=True))
    with open_raw(client) as secure:
        secure.sendall(raw_request(client, version="1.0"))
        head, _, body = read_all(secure).partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert len(body) == length // 2


def test_a_truncated_write_was_done(tc_platform, client):
    tc_platform.chaos = once(Truncate())
    with pytest.raises(http.client.IncompleteRead):
        client.send_signed("POST", "/v3/tags", named(), TAG)
    assert tc_platform.writes == (Write(1, "one", "POST", "/v3/tags", 201),)


@pytest.mark.parametrize("fault", [Truncate(), Drip()])
def test_an_answer_without_a_body_passes_unharmed_and_unrecorded(tc_platform, client, fault):
    tc_platform.chaos = once(fault)
    assert client.send_signed("HEAD", "/v2/owners", named()).status == 405
    assert tc_platform.requests[0].fault == ""


# -- redirects ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_to_a_path_that_answers_the_same(tc_platform, client, status):
    path = "/v2/owners?resultLimit=1&x=%c3%a4"
    assert client.send_signed("GET", "/moved/v2/owners").status == 404
    whole = client.send_signed("GET", path)
    tc_platform.chaos = once(Redirect(status=status))
    redirect = client.send_signed("GET", path, named())
    assert redirect.status == status
    assert redirect.headers["location"] == f"{tc_platform.url}/moved{path}"
    assert client.send_signed("GET", f"/moved{path}", named()).body == whole.body
    assert [(request.attempt, request.fault) for request in tc_platform.requests[2:]] == [
        (1, f"redirect {status} to another path"),
        (2, ""),
    ]


def test_a_detour_is_signed_as_it_is_sent(tc_platform, client):
    tc_platform.chaos = once(Redirect())
    client.send_signed("GET", "/v2/owners", named())
    headers = client.hmac_headers("GET", "/v2/owners")
    assert client.send("GET", "/moved/v2/owners", {**headers, **named()}).status == 401


def test_a_write_by_a_detour_is_logged_under_its_own_path(tc_platform, client):
    tc_platform.chaos = once(Redirect(status=307))
    client.send_signed("POST", "/v3/tags", named(), TAG)
    assert tc_platform.writes == ()
    assert client.send_signed("POST", "/moved/v3/tags", named(), TAG).status == 201
    assert tc_platform.writes == (Write(2, "one", "POST", "/v3/tags", 201),)


def test_a_redirect_leads_to_another_platform(tc_platform, client):
    with Emulator() as other:
        tc_platform.chaos = once(Redirect(Destination.ORIGIN, other.url))
        redirect = client.send_signed("GET", "/v2/owners?resultLimit=1", named())
        assert redirect.headers["location"] == f"{other.url}/v2/owners?resultLimit=1"


def test_a_redirect_leads_to_plain_http(tc_platform, client):
    tc_platform.chaos = once(Redirect(Destination.HTTP))
    redirect = client.send_signed("GET", "/v2/owners", named())
    assert redirect.headers["location"] == f"http://{client.host}:{client.port}/api/v2/owners"


def test_a_loop_has_no_end(tc_platform, client):
    tc_platform.chaos = ChaosProfile(rules=[Rule(fault=Redirect(Destination.LOOP, status=302), attempts=[1])])
    path = "/v2/owners?x=1"
    for _ in range(4):
        answer = client.send_signed("GET", path, named())
        assert answer.status == 302
        assert answer.headers["location"] == f"{tc_platform.url}/loop/302/v2/owners?x=1"
        path = "/loop/302/v2/owners?x=1"
    assert {request.verdict.outcome for request in tc_platform.requests} == {"accepted"}
    words = [request.fault for request in tc_platform.requests]
    assert words == ["redirect 302 to a loop", *["redirect 302 round a loop"] * 3]


# -- clocks and tokens -------------------------------------------------------------------------------------------------------


@pytest.mark.tc_platform(time_source=lambda: 1_700_000_000.0)
def test_a_profile_sets_the_clock_off_while_it_is_in_force(tc_platform):
    tc_platform.chaos = ChaosProfile(clock_offset=3600)
    assert tc_platform.clock.now() == 1_700_003_600
    tc_platform.chaos = ChaosProfile(clock_offset=-7200)
    assert tc_platform.clock.now() == 1_699_992_800
    tc_platform.chaos = None
    assert tc_platform.clock.now() == 1_700_000_000


@pytest.mark.tc_platform(time_source=lambda: 1_700_000_000.0)
def test_the_clock_jumps_at_the_nth_request(tc_platform, client):
    tc_platform.chaos = ChaosProfile(rules=[Rule(fault=TurnClock(7200), path="/v2/*", attempts=[3])])
    statuses = [client.send_signed("GET", "/v2/owners", timestamp=1_700_000_000).status for _ in range(4)]
    assert statuses == [200, 200, 401, 401]
    assert [request.fault for request in tc_platform.requests] == ["", "", "clock turned by +7200 s", ""]
    assert client.send_signed("GET", "/v2/owners", timestamp=1_700_007_200).status == 200


def test_a_token_expires_early_and_can_be_renewed(tc_platform, client):
    token = tc_platform.issue_token().token.reveal()
    tc_platform.chaos = ChaosProfile(rules=[Rule(fault=ExpireToken(), attempts=[2])])
    statuses = [client.send_token("GET", "/v2/owners", named(), token=token).status for _ in range(3)]
    assert statuses == [200, 401, 401]
    assert [request.fault for request in tc_platform.requests] == ["", "token expired early", ""]
    renewed = client.send("GET", f"/appAuth?expiredToken={token.replace('+', '%2B')}").json["apiToken"]
    assert client.send_token("GET", "/v2/owners", named(), token=renewed).status == 200


def test_a_revoked_token_cannot_be_renewed(tc_platform, client):
    token = tc_platform.issue_token().token.reveal()
    tc_platform.chaos = once(RevokeToken())
    answer = client.send_token("GET", "/v2/owners", named(), token=token)
    assert (answer.status, answer.json["message"]) == (401, "Unauthorized")
    assert tc_platform.requests[0].fault == "token revoked"
    assert client.send("GET", f"/appAuth?expiredToken={token.replace('+', '%2B')}").status == 401


@pytest.mark.parametrize("fault", [ExpireToken(), RevokeToken()])
def test_a_request_without_a_live_token_is_not_struck(tc_platform, client, fault):
    tc_platform.chaos = always(fault)
    assert client.send_signed("GET", "/v2/owners", named()).status == 200
    assert client.send_token("GET", "/v2/owners", named(), token="unknown").status == 401
    assert [request.fault for request in tc_platform.requests] == ["", ""]


# -- the record and the write log --------------------------------------------------------------------------------------------


def test_the_record_says_what_chaos_did(tc_platform, client):
    tc_platform.chaos = once(Answer(503))
    client.send_signed("GET", "/v2/owners", named())
    (request,) = tc_platform.requests
    assert request.request_id == "one"
    assert repr(request) == "<request 1: GET /api/v2/owners, TC, accepted, 503, fault: answer 503>"


def test_a_write_is_what_the_platform_acted_on(tc_platform, client):
    tc_platform.chaos = ChaosProfile(
        rules=[
            Rule(fault=Answer(503), ids="refused"),
            Rule(fault=Answer(502, when=Moment.PROCESSED), ids="lost"),
        ]
    )
    for name in ("refused", "lost", "clean"):
        client.send_signed("POST", "/v3/tags", named(name), json.dumps({"name": name}))
    client.send_signed("POST", "/v3/tags", named("malformed"), b"{")
    client.send("POST", "/v3/tags", named("stranger"), TAG)
    client.send_signed("GET", "/v3/tags", named("read"))
    client.send_signed("DELETE", "/v3/tags/1")
    assert [(write.request_id, write.method, write.status) for write in tc_platform.writes] == [
        ("lost", "POST", 201),
        ("clean", "POST", 201),
        ("", "DELETE", 200),
    ]


def test_a_profile_counts_anew_when_it_is_set(tc_platform, client):
    tc_platform.chaos = once(Answer(503))
    assert [client.send_signed("GET", "/v2/owners", named()).status for _ in range(2)] == [503, 200]
    tc_platform.chaos = tc_platform.chaos
    assert client.send_signed("GET", "/v2/owners", named()).status == 503
    tc_platform.chaos = None
    assert tc_platform.chaos is None
    assert client.send_signed("GET", "/v2/owners", named()).status == 200


def test_without_chaos_nothing_is_counted(tc_platform, client):
    client.send_signed("GET", "/v2/owners", named())
    assert (tc_platform.requests[0].attempt, tc_platform.requests[0].fault) == (0, "")
