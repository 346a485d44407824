"""Every attempt is authorized anew; refusals of credentials are repeated once for every method, faults only where that is
safe."""

from __future__ import annotations

import io
import traceback

import pytest
import requests
from urllib3.util import Retry

from gatepost.auth import FallbackAuth, HmacAuth, RenewalRefused, RenewalUnavailable, TokenAuth
from gatepost.errors import CredentialError
from gatepost.sessions import RetryBudget
from gatepost.transport.errors import CertificateError, ConnectionFailed, DeadlineExceeded, TimedOut, TransportError
from tests.refused_port import refused_port
from tests.transport.scripted_server import CLOSE, RESET, TRUNCATED, ScriptedServer, answer, drip, raw
from tests.waiting import wait_until

WRONG_SIGNATURE = answer(401, '{"message": "Signature data did not match expected result"}')


def stale(time, ahead: float = 3_600):
    from email.utils import formatdate

    return answer(401, '{"message": "Timestamp out of acceptable time range"}', Date=formatdate(time.time() + ahead, usegmt=True))


# -- faults ----------------------------------------------------------------------------------------------------------------------

FAULTS = {
    "500": answer(500),
    "502": answer(502),
    "503": answer(503),
    "504": answer(504),
    "408": answer(408),
    "429": answer(429),
    "reset": RESET,
    "closed": CLOSE,
    "truncated": TRUNCATED,
}
every_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@every_fault
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_a_fault_is_tried_again_with_a_new_timestamp(to, time, fault, method):
    with ScriptedServer(fault, fault) as server:
        assert to(server).request(method, "/x").status_code == 200

        timestamps = [float(request.header("Timestamp")) for request in server.requests]
        assert len(timestamps) == 3
        assert len(time.slept) == 2
        for request, timestamp in zip(server.requests, timestamps, strict=True):
            assert timestamp <= time.time()
            assert request.header("Authorization").startswith("TC 1234:")


def test_each_attempt_is_signed_for_its_own_time(to, time, clocks):
    with ScriptedServer(answer(429, Retry_After="100"), answer(429, Retry_After="100")) as server:
        to(server).get("/x?a=b")

        auth = HmacAuth("1234", "key", clocks=clocks)
        wanted = requests.Request("GET", f"{server.url}/x?a=b").prepare()
        for seconds, request in zip((0, 100, 200), server.requests, strict=True):
            timestamp = 1_700_000_000 + seconds
            assert request.header("Timestamp") == str(timestamp)
            assert request.header("Authorization") == auth._signed(wanted, timestamp)["Authorization"]


@every_fault
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_write_is_never_silently_done_twice(to, time, fault, method):
    with ScriptedServer(fault) as server:
        session = to(server)
        if fault.pieces and fault is not TRUNCATED:
            assert session.request(method, "/x", json={"a": 1}).status_code >= 400
        else:
            with pytest.raises(ConnectionFailed):
                session.request(method, "/x", json={"a": 1})
        assert len(server.requests) == 1
        assert time.slept == []


@every_fault
def test_unless_the_caller_allows_it(to, fault):
    with ScriptedServer(fault) as server:
        assert to(server).post("/x", json={"a": 1}, repeatable=True).status_code == 200
        assert [request.body for request in server.requests] == [b'{"a": 1}'] * 2


@every_fault
def test_a_caller_can_forbid_it_too(to, fault):
    with ScriptedServer(fault) as server:
        attempts = 1
        try:
            to(server).get("/x", repeatable=False)
        except TransportError as error:
            attempts = error.attempts
        assert attempts == 1
        assert len(server.requests) == 1


def test_a_write_is_tried_again_when_the_connection_was_never_made(to, time):
    with refused_port() as nobody:
        words = f"{nobody.url} cannot be reached, tried 4 times. Connection refused"
        with pytest.raises(ConnectionFailed, match=words) as caught:
            to(nobody).post("/x", json={})
    assert caught.value.attempts == 4
    assert len(time.slept) == 3


def test_a_write_while_handling_an_earlier_refused_connection(to):
    """The error that the caller is handling is no word about this request."""

    def ask_again(session) -> None:
        try:
            requests.get(nobody.url, timeout=60)
        except requests.ConnectionError:
            session.post("/x", json={})

    with refused_port() as nobody, ScriptedServer(RESET) as server:
        session = to(server)
        with pytest.raises(ConnectionFailed, match="broke"):
            ask_again(session)
        assert len(server.requests) == 1


def test_after_the_last_try_the_answer_is_returned(to):
    with ScriptedServer(every=answer(503, '{"message": "down"}')) as server:
        response = to(server).get("/x")

        assert response.status_code == 503
        assert response.json() == {"message": "down"}
        assert len(server.requests) == 4


def test_a_missing_license_is_returned_at_once(to, time):
    licensed = answer(503, '{"message": "API access has not been licensed for this system, please contact sales"}')
    with ScriptedServer(every=licensed) as server:
        assert to(server).get("/x").status_code == 503
        assert len(server.requests) == 1
        assert time.slept == []


@pytest.mark.parametrize(("header", "slept"), [("7", 7), ("0", None), ("120", 120)])
def test_retry_after_is_obeyed(to, time, header, slept):
    with ScriptedServer(answer(429, Retry_After=header)) as server:
        assert to(server).get("/x").status_code == 200
        assert time.slept == ([] if slept is None else [slept])


def test_retry_after_as_a_date(to, time):
    step = answer(503, Date="Tue, 14 Nov 2023 22:13:20 GMT", Retry_After="Tue, 14 Nov 2023 22:13:29 GMT")
    with ScriptedServer(step) as server:
        assert to(server).get("/x").status_code == 200
        assert time.slept == [9]


@pytest.mark.parametrize("header", ["121", "86400", "9" * 400, "Tue, 14 Nov 2099 22:13:20 GMT"])
def test_an_absurd_retry_after_returns_the_answer_at_once(to, time, header):
    with ScriptedServer(answer(429, Retry_After=header)) as server:
        assert to(server).get("/x").status_code == 429
        assert time.slept == []


@pytest.mark.parametrize("header", ["soon", "-1", ""])
def test_an_unreadable_retry_after_is_none(to, time, header):
    with ScriptedServer(answer(429, Retry_After=header)) as server:
        assert to(server).get("/x").status_code == 200
        assert 0 < time.slept[0] < 1


def test_the_policy_is_the_callers(to):
    policy = Retry(total=1, status_forcelist=[418], allowed_methods=None, backoff_factor=0)
    with ScriptedServer(every=answer(418)) as server:
        assert to(server, policy=policy).post("/x").status_code == 418
        assert len(server.requests) == 2


@pytest.mark.parametrize("total", [0, False, None])
def test_no_repeats_at_all(to, total):
    with ScriptedServer(every=answer(503)) as server:
        assert to(server, policy=Retry(total=total)).get("/x").status_code == 503
        assert len(server.requests) == 1


def test_the_budget_is_shared_by_all_calls_of_a_session(to):
    with ScriptedServer(every=answer(503)) as server:
        session = to(server, budget=RetryBudget(capacity=4))
        for _ in range(5):
            session.get("/x")
        assert len(server.requests) == 5 + 4


def test_a_body_that_cannot_be_rewound_is_sent_once(to):
    with ScriptedServer(every=answer(503)) as server:
        assert to(server).put("/x", data=iter([b"a", b"b"])).status_code == 503
        assert [request.body for request in server.requests] == [b"ab"]


def test_a_file_is_rewound_to_where_it_was(to):
    file = io.BytesIO(b"skipped|sent")
    file.seek(8)
    with ScriptedServer(answer(503), RESET) as server:
        assert to(server).put("/x", data=file).status_code == 200
        assert [request.body for request in server.requests] == [b"sent"] * 3


# -- refusals of credentials -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_a_refusal_of_credentials_is_repeated_once_for_every_method(to, time, method):
    with ScriptedServer(stale(time)) as server:
        assert to(server).request(method, "/x", data=b"body").status_code == 200

        first, second = server.requests
        assert first.body == second.body == b"body"
        assert int(second.header("Timestamp")) - int(first.header("Timestamp")) == pytest.approx(3_600, abs=1)
        assert time.slept == []


@pytest.mark.parametrize("repeatable", [True, False, None])
def test_whatever_the_caller_said_about_faults(to, time, repeatable):
    with ScriptedServer(stale(time)) as server:
        assert to(server).post("/x", repeatable=repeatable).status_code == 200


def test_it_is_returned_as_it_is_when_the_body_cannot_be_sent_again(to, time):
    with ScriptedServer(stale(time)) as server:
        response = to(server).post("/x", data=iter([b"a"]))

        assert response.status_code == 401
        assert response.json()["message"].startswith("Timestamp")
        assert len(server.requests) == 1


def test_only_once(to, time):
    with ScriptedServer(*[stale(time, hours * 3_600) for hours in (1, 2, 3)]) as server:
        assert to(server).get("/x").status_code == 401
        assert len(server.requests) == 2


def test_a_refusal_costs_no_try_and_a_fault_no_refusal(to, time):
    with ScriptedServer(answer(503), stale(time), answer(503), answer(503)) as server:
        assert to(server).get("/x").status_code == 200
        assert len(server.requests) == 5


@pytest.mark.parametrize("fault", [answer(503), RESET, TRUNCATED], ids=["503", "reset", "truncated"])
def test_after_a_fault_the_credentials_may_be_refused_once_more(to, time, fault):
    """The soak met it: a token renewed by another thread, a fault, and the next token renewed by another thread."""
    with ScriptedServer(stale(time), fault, stale(time, 7_200)) as server:
        assert to(server).get("/x").status_code == 200
        assert len(server.requests) == 4


def test_but_no_more_often_than_there_are_tries(to, time):
    script = [step for hours in range(1, 9) for step in (stale(time, hours * 3_600), answer(503))]
    with ScriptedServer(*script) as server:
        assert to(server).get("/x").status_code == 503
        assert len(server.requests) == 8


def test_a_final_refusal_is_raised(to):
    with ScriptedServer(WRONG_SIGNATURE) as server, pytest.raises(CredentialError, match="Signature data did not match"):
        to(server).get("/x")


@pytest.mark.parametrize("offset", [-80_000, 80_000])
def test_a_wrong_clock_costs_one_request_of_a_run(platform, session, offset):
    platform.clock.offset = offset

    assert [session.get("/v2/owners").status_code for _ in range(5)] == [200] * 5
    assert [request.status for request in platform.requests] == [401, 200, 200, 200, 200, 200]


# -- tokens ----------------------------------------------------------------------------------------------------------------------


def test_a_token_is_renewed_on_the_way(platform, token_session, time, renewals):
    for _ in range(10):
        assert token_session.get("/v2/owners").status_code == 200
        time.turn(3_500)
    assert len(renewals()) == 2
    assert {request.status for request in platform.requests} == {200}


def test_a_revoked_token_is_the_platforms_words_in_every_thread(platform, token_session, renewals):
    from concurrent.futures import ThreadPoolExecutor

    platform.revoke_token(platform.credentials.token)
    with ThreadPoolExecutor(30) as threads:
        errors = [threads.submit(token_session.get, "/v2/owners").exception(60) for _ in range(30)]

    assert {type(error) for error in errors} == {RenewalRefused}
    assert {str(error) for error in errors} == {str(errors[0])}
    assert len(renewals()) == 1


def test_renewal_in_trouble_is_waited_for(clocks, time, open_session):
    """Nothing was sent yet, so that every method may try again."""
    with ScriptedServer(*[answer(503)] * 2, answer(200, '{"apiToken": "new", "apiTokenExpires": 1800000000}')) as server:
        scheme = TokenAuth("old", time.time() - 1, renew_url=f"{server.url}/appAuth", clocks=clocks)
        session = open_session(scheme, base_url=server.url)

        assert session.post("/x").status_code == 200
        assert [request.target.split("?")[0] for request in server.requests] == ["/appAuth"] * 3 + ["/x"]
        assert server.requests[-1].header("Authorization") == "TC-Token new"


def test_and_told_when_it_does_not_recover(clocks, time, open_session):
    """The tries of the renewal are all there are: the session does not multiply them by its own."""
    with ScriptedServer(every=answer(503)) as server:
        scheme = TokenAuth("old", time.time() - 1, renew_url=f"{server.url}/appAuth", clocks=clocks)

        with pytest.raises(RenewalUnavailable, match="The platform answered 503"):
            open_session(scheme, base_url=server.url).get("/x")
        assert [request.target.split("?")[0] for request in server.requests] == ["/appAuth"] * 3


@pytest.mark.tc_platform(tokens_known=False)
def test_a_server_that_knows_no_tokens(platform, token_session, clocks, renewals):
    hmac = HmacAuth(platform.credentials.access_id, platform.credentials.secret_key, origin=platform.url, clocks=clocks)
    token_session.scheme = FallbackAuth(token_session.scheme, hmac)

    assert [token_session.post("/v2/owners").status_code for _ in range(3)] == [405] * 3
    assert [request.scheme for request in platform.requests] == ["TC-Token", "", "TC", "TC", "TC"]


# -- time ------------------------------------------------------------------------------------------------------------------------


def test_a_deadline_leaves_no_time_for_another_try(to, time):
    with ScriptedServer(every=answer(503, Retry_After="10")) as server:
        assert to(server).get("/x", deadline=5).status_code == 503
        assert len(server.requests) == 1
        assert time.slept == []


def test_a_deadline_covers_the_whole_call(to, time):
    with ScriptedServer(every=answer(503, Retry_After="10")) as server:
        assert to(server, deadline=25).get("/x").status_code == 503
        assert time.slept == [10, 10]


@pytest.mark.parametrize("then", [RESET, TRUNCATED])
def test_a_fault_within_a_deadline(to, time, then):
    with ScriptedServer(then) as server:
        assert to(server).get("/x", deadline=60).status_code == 200


DRIPPING = {
    "headers": drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "nothing": raw(b"", then="keep"),
}


@pytest.mark.parametrize("step", DRIPPING.values(), ids=DRIPPING)
def test_a_dripping_server_is_left_at_the_deadline(open_session, step):
    """In the machine's own time; without a deadline these would never end."""
    from gatepost.clock import Clocks

    with ScriptedServer(every=step) as server:
        session = open_session(base_url=server.url, clocks=Clocks())
        with pytest.raises(DeadlineExceeded, match=r"deadline of 0\.1 s"):
            session.get("/x", deadline=0.1)


def test_a_streamed_body_is_read_after_the_deadline(open_session):
    from gatepost.clock import Clocks

    with ScriptedServer(answer(200, b"x" * 500_000)) as server:
        response = open_session(base_url=server.url, clocks=Clocks()).get("/x", deadline=60, stream=True)
        deadline_over = response.content

        assert len(deadline_over) == 500_000


def test_a_silent_server_is_left_at_the_timeout(to, time):
    with ScriptedServer(every=raw(b"", then="keep")) as server:
        with pytest.raises(TimedOut, match="did not answer in time, tried 4 times"):
            to(server, timeout=0.02).get("/x")
        wait_until(lambda: len(server.requests) == 4)  # the client did not wait until the last one was read


@pytest.mark.parametrize("timeout", [0.02, (5, 0.02)])
def test_a_timeout_for_one_call(to, timeout):
    with ScriptedServer(every=raw(b"", then="keep")) as server, pytest.raises(TimedOut):
        to(server).post("/x", timeout=timeout)


# -- errors ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [RESET, CLOSE, TRUNCATED, raw(b"", then="keep")])
def test_an_error_shows_no_credential_however_one_looks(to, step):
    with ScriptedServer(every=step) as server, pytest.raises(TransportError) as caught:
        to(server, timeout=0.05).post("/x?key=s3cret-query", cookies={"c": "s3cret-cookie"})

    error: BaseException | None = caught.value
    assert caught.value.request.url.endswith("/x?key=s3cret-query")  # the caller's own request, less what was added
    seen = 0
    while error is not None:
        seen += 1
        assert "s3cret" not in "".join(traceback.format_exception_only(error))
        request = getattr(error, "request", None)
        if request is not None:
            assert not {"Authorization", "Timestamp", "Cookie"} & set(request.headers)
        error = error.__cause__ or error.__context__
    assert seen <= 2


def test_errors_are_errors_of_requests(to):
    with ScriptedServer(every=RESET) as server:
        with pytest.raises(requests.ConnectionError):
            to(server).get("/x")
        with pytest.raises(requests.RequestException):
            to(server).post("/x")


def test_a_certificate_that_is_not_trusted_is_not_tried_again(platform, session, time):
    session.verify = True

    with pytest.raises(CertificateError, match="tc_verify"):
        session.get("/v2/owners")
    assert time.slept == []


def test_a_ca_file_that_is_missing_is_not_tried_again(session, time):
    session.verify = "/nowhere/ca.pem"

    with pytest.raises(TransportError, match=r"The CA file /nowhere/ca\.pem does not exist.*tc_verify"):
        session.get("/v2/owners")
    assert time.slept == []


# -- hooks -----------------------------------------------------------------------------------------------------------------------


def test_what_a_hook_raises_is_not_taken_for_a_fault(to, time):
    def refuse(response, **_):
        response.raise_for_status()

    with ScriptedServer(answer(404)) as server, pytest.raises(requests.HTTPError):
        to(server).get("/x", hooks={"response": refuse})
    assert len(server.requests) == 1

    def lose(response, **_):
        raise requests.ConnectionError("of the hook's own making")

    with ScriptedServer() as server, pytest.raises(requests.ConnectionError, match="of the hook's own making"):
        to(server).get("/x", hooks={"response": lose})
    assert len(server.requests) == 1


def test_hooks_see_every_attempt(to):
    seen = []
    with ScriptedServer(answer(503), answer(502)) as server:
        session = to(server)
        session.hooks["response"].append(lambda response, **_: seen.append(response.status_code))
        session.get("/x")

    assert seen == [503, 502, 200]


def test_a_hook_can_read_the_body(to):
    seen = []
    with ScriptedServer(answer(200, '{"a": 1}')) as server:
        response = to(server).get("/x", deadline=60, hooks={"response": lambda response, **_: seen.append(response.json())})

    assert response.json() == seen[0] == {"a": 1}


def test_a_hook_can_replace_the_answer(to):
    other = requests.Response()
    other.status_code = 204
    other._content = b""
    with ScriptedServer() as server:
        assert to(server).get("/x", hooks={"response": lambda response, **_: other}) is other
