"""Tokens: sent, renewed at ``/appAuth``, and what a refusal means. With plain ``requests``, against the emulated platform."""

from __future__ import annotations

import pickle
import traceback

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from gatepost.auth import NOT_OURS, TRY_AGAIN, FallbackAuth, Final, HmacAuth, RenewalRefused, RenewalUnavailable, TokenAuth
from gatepost.auth.expiring import RenewalUnsupported
from gatepost.auth.token import read_renewal, renewal_url
from gatepost.clock import Clocks
from gatepost.emulator import fingerprint
from gatepost.errors import CredentialError, GatepostError
from gatepost.secret import Secret
from gatepost.testing import TurnedTime
from gatepost.transport.deadline import Deadline, current_deadline
from gatepost.transport.errors import DeadlineExceeded, OriginError
from gatepost.transport.plain import Answer, PlainTransport
from tests.transport.scripted_server import CLOSE, ScriptedServer, answer, drip


def marks(platform) -> list[str]:
    return [request.token_fingerprint for request in platform.requests if request.scheme == "TC-Token"]


def test_a_token_is_sent_with_every_request(platform, get, token_auth):
    auth = token_auth()

    assert [get(auth=auth).status_code for _ in range(3)] == [200] * 3
    assert set(marks(platform)) == {fingerprint(platform.credentials.token.reveal())}
    assert not any(request.header("Timestamp") for request in platform.requests)


@pytest.mark.tc_platform(token_life=1_000)
def test_it_is_renewed_before_it_expires_for_as_long_as_the_run_lasts(platform, get, token_auth, time, renewals):
    auth = token_auth()
    for _ in range(40):
        assert get(auth=auth).status_code == 200
        time.turn(95)
    assert len(renewals()) == 4
    assert {request.status for request in platform.requests} == {200}


def test_a_token_that_expires_on_the_way_is_renewed_once(platform, get, token_auth, time, renewals):
    auth = token_auth()
    assert get(auth=auth).status_code == 200
    platform.clock.turn(4 * 60 * 60)

    assert get(auth=auth).status_code == 200
    assert len(renewals()) == 1


def test_missing_permission_costs_no_renewal(platform, get, token_auth, renewals):
    """The platform says 401 there too: one of its paths is not for this token."""
    auth = token_auth()
    assert get(auth=auth).status_code == 200
    current = auth.renewal.snapshot()

    forbidden = requests.Response()
    forbidden.status_code = 401
    forbidden._content = b'{"status": "Failure", "message": "You do not have permission"}'
    for _ in range(1_000):
        request = requests.Request("GET", f"{platform.url}/v3/secret").prepare()
        request.headers.update(auth.headers(request))
        assert auth.recover(request, forbidden) is NOT_OURS

    assert auth.renewal.snapshot() is current
    assert renewals() == []


@pytest.mark.tc_platform(exchange_administrator=False)
def test_a_run_that_only_asks_what_is_forbidden_renews_once_at_most(platform, get, token_auth, renewals):
    auth = token_auth()

    for _ in range(10):
        assert get("/v3/token/api", method="POST", auth=auth).status_code == 401

    assert len(renewals()) == 1


def test_a_revoked_token_is_an_error_in_the_platforms_words_for_everybody(platform, get, token_auth, threads, renewals):
    platform.revoke_token(platform.credentials.token)
    auth = token_auth()

    def ask(_: int) -> BaseException | None:
        try:
            get(auth=auth)
        except CredentialError as error:
            return error
        return None

    errors = list(threads.map(ask, range(50)))

    assert {type(error) for error in errors} == {RenewalRefused}
    assert {error.message for error in errors} == {"Retry token is invalid."}
    assert len(renewals()) == 1
    assert not any("None" in request.header("Authorization") for request in platform.requests)


def test_a_token_fresh_from_renewal_that_is_refused_is_refused_for_good(platform, get, token_auth, renewals):
    auth = token_auth()
    auth.renewal.force(auth.renewal.snapshot())
    platform.revoke_token(auth.renewal.snapshot().secret)

    with pytest.raises(CredentialError, match=r"Unauthorized\. It had been renewed just before"):
        get(auth=auth)
    assert len(renewals()) == 1


@pytest.mark.parametrize("expires", [None, 1])
def test_a_long_lived_token_is_renewed_only_when_refused(platform, get, token_auth, time, renewals, expires):
    issued = platform.issue_token("APIV2")
    auth = token_auth(issued.token, expires)
    time.turn(300 * 86_400)

    assert get(auth=auth).status_code == 200
    assert renewals() == []

    platform.revoke_token(issued.token)
    with pytest.raises(RenewalRefused):
        get(auth=auth)
    assert len(renewals()) == 1


def test_without_a_place_to_renew_it_it_is_sent_until_it_is_refused(platform, get, time):
    auth = TokenAuth(platform.credentials.token, platform.credentials.token_expires)
    assert get(auth=auth).status_code == 200
    time.turn(5 * 60 * 60)

    with pytest.raises(CredentialError, match=r"Unauthorized\. It cannot be renewed here"):
        get(auth=auth)


def test_renewal_down_for_a_while(platform, get, token_auth, time, renewals):
    """The run goes on with the old token, then fails, then recovers by itself."""
    warned = []
    auth = token_auth(warn=lambda event, reason: warned.append((event, reason)))
    transport = auth._transport
    with ScriptedServer(every=answer(503)) as down:
        auth.renew_url = f"{down.url}/appAuth"
        time.turn(4 * 60 * 60 - 400)
        assert [get(auth=auth).status_code for _ in range(5)] == [200] * 5
        assert len(down.requests) == 1
        assert "503" in warned[0][1]

        time.turn(401)
        with pytest.raises(RenewalUnavailable, match="The platform answered 503"):
            get(auth=auth)

        auth.renew_url = f"{platform.url}/appAuth"
        assert get(auth=auth).status_code == 200
    assert auth._transport is transport
    assert len(renewals()) == 1


def test_a_platform_that_has_accepted_tokens_knows_them(get, token_auth, time):
    """A page in place of JSON is a proxy or a deployment then, and passes."""
    auth = token_auth()
    assert get(auth=auth).status_code == 200
    time.turn(4 * 60 * 60 + 1)
    renew_url = auth.renew_url
    with ScriptedServer(every=answer(404, "<html>", Content_Type="text/html")) as deploying:
        auth.renew_url = f"{deploying.url}/appAuth"
        with pytest.raises(RenewalUnavailable, match="It answered 404"):
            get(auth=auth)
    auth.renew_url = renew_url

    assert get(auth=auth).status_code == 200


def test_the_request_for_a_new_token(platform, token_auth, renewals):
    auth = token_auth()
    auth.renewal.force(auth.renewal.snapshot())

    request = renewals()[0]
    assert request.method == "GET"
    assert request.header("Authorization") == ""
    assert "+" not in request.target.partition("?")[2]  # base64 in a query: as it is, it would arrive as a space


def test_a_deadline_bounds_the_renewal():
    with ScriptedServer(every=drip(b"HTTP/1.1 200 OK\r\nX: ", b"x")) as server:
        time = TurnedTime()
        auth = TokenAuth("t", time.time() - 1, renew_url=f"{server.url}/appAuth", clocks=Clocks(time))
        token = current_deadline.set(Deadline(0.1))
        try:
            with pytest.raises(DeadlineExceeded):
                auth.headers(requests.Request("GET", server.url).prepare())
        finally:
            current_deadline.reset(token)


@pytest.mark.parametrize("step", [CLOSE, answer(503), answer(401, "no"), answer(200, "{}"), answer(404)])
def test_no_failure_shows_the_token(step):
    time = TurnedTime()
    with ScriptedServer(every=step) as server:
        auth = TokenAuth("s3cret-token", time.time() - 1, renew_url=f"{server.url}/appAuth", clocks=Clocks(time))
        with pytest.raises(CredentialError) as caught:
            auth.headers(requests.Request("GET", server.url).prepare())

    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in repr(error)
        assert "s3cret" not in str(vars(error))
        error = error.__cause__ or error.__context__


# -- making one ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "a b", "a\n", "a\r\nX: y", "tökén", Secret("")])
def test_a_token_that_cannot_be_sent_is_refused_at_once(token):
    with pytest.raises(CredentialError, match="token"):
        TokenAuth(token)


def test_the_token_is_renewed_at_its_own_origin_only():
    with pytest.raises(OriginError, match="would get the credentials of"):
        TokenAuth("t", origin="https://platform.example", renew_url="https://other.example/appAuth")
    with pytest.raises(OriginError, match="plain HTTP"):
        TokenAuth("t", renew_url="http://platform.example/appAuth")


def test_it_is_pinned_to_where_it_is_renewed(platform, token_auth):
    with pytest.raises(OriginError):
        requests.get("https://other.example/", auth=token_auth(), timeout=60)


def test_it_shows_no_secret_and_is_not_pickled():
    auth = TokenAuth("s3cret-token", 1_700_000_000, renew_url="https://platform.example/api/appAuth", warn=lambda *_: None)

    assert "s3cret" not in repr(auth) + str(vars(auth)) + repr(vars(auth.renewal)) + repr(auth.renewal.snapshot())
    with pytest.raises(TypeError, match="Make one in the other process"):
        pickle.dumps(auth)


def test_the_place_of_renewal():
    assert renewal_url("https://platform.example/api/") == "https://platform.example/api/appAuth"


def test_a_token_replaced_meanwhile_is_simply_used(token_auth):
    auth = token_auth()
    request = requests.Request("GET", "https://x/").prepare()
    request.headers["Authorization"] = "TC-Token an older one"
    response = requests.Response()
    response.status_code = 401
    response._content = b"{}"

    assert auth.recover(request, response) is TRY_AGAIN


def test_a_redirect_to_a_login_page_does_not_show_that_a_token_is_good(token_auth, platform):
    auth = token_auth()
    request = requests.Request("GET", platform.url).prepare()
    request.headers.update(auth.headers(request))
    response = requests.Response()
    for status in (302, 403, 404, 500):
        response.status_code = status
        assert auth.recover(request, response) is NOT_OURS
    assert not auth.renewal.ever_accepted
    response.status_code = 200
    auth.recover(request, response)
    assert auth.renewal.ever_accepted


# -- reading the answer ----------------------------------------------------------------------------------------------------------


def renewal(status: int, body: str) -> tuple[str, float | None]:
    secret, expires = read_renewal(Answer(status, {}, body.encode()))
    return secret.reveal(), expires


@pytest.mark.parametrize(
    ("body", "expires"),
    [
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": 1700014400}', 1_700_014_400),
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": "1700014400"}', 1_700_014_400),
        ('{"apiToken": "SVC:8:x", "apiTokenExpires": 1700014400}', 1_700_014_400),
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": 1700014400000}', 1_700_014_400),
        # The old token is dead by now: better a token of unknown age than none.
        ('{"success": true, "apiToken": "SVC:8:x"}', None),
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": null}', None),
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": "soon"}', None),
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": true}', None),
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": NaN}', None),
        ('{"success": true, "apiToken": "SVC:8:x", "apiTokenExpires": -1}', None),
    ],
)
def test_a_new_token(body, expires):
    assert renewal(200, body) == ("SVC:8:x", expires)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, '{"success": false, "message": "Retry token is invalid."}', RenewalRefused, "Retry token is invalid"),
        (200, '{"success": false, "message": "job is invalid"}', RenewalRefused, "It said: job is invalid"),
        (404, '{"success": false, "message": "no such job"}', RenewalRefused, "It said: no such job"),
        (200, '{"success": false}', RenewalRefused, "gave no reason"),
        (400, "", RenewalRefused, "It answered 400"),
        (403, "<html>", RenewalRefused, "It answered 403"),
        (404, "<html>", RenewalUnsupported, "It answered 404"),
        (405, "", RenewalUnsupported, "It answered 405"),
        (501, "", RenewalUnsupported, "It answered 501"),
        (200, "<html>", RenewalUnsupported, "not JSON"),
        (302, "", RenewalUnsupported, "not JSON"),
        (200, "[" * 10_000, RenewalUnsupported, "not JSON"),
        (408, "", RenewalUnavailable, "408"),
        (429, '{"success": false, "message": "slow down"}', RenewalUnavailable, "slow down"),
        (500, '{"success": false, "message": "oops"}', RenewalUnavailable, "oops"),
        (503, "", RenewalUnavailable, "503"),
        (200, "{}", RenewalUnavailable, "without a token"),
        (200, '{"success": true, "apiToken": null, "apiTokenExpires": 1}', RenewalUnavailable, "without a token"),
        (200, '{"success": true, "apiToken": "", "apiTokenExpires": 1}', RenewalUnavailable, "without a token"),
        (200, '{"success": true, "apiToken": "a b", "apiTokenExpires": 1}', RenewalUnavailable, "cannot have"),
    ],
)
def test_no_new_token(status, body, kind, words):
    with pytest.raises(kind, match=words) as caught:
        renewal(status, body)
    assert type(caught.value) is kind


@given(st.integers(200, 599), st.binary() | st.from_regex(rb'\{"apiToken": .*, "apiTokenExpires": .*\}', fullmatch=True))
def test_whatever_the_answer_it_is_a_token_or_a_typed_error(status, body):
    try:
        secret, expires = read_renewal(Answer(status, {}, body))
    except GatepostError:
        return
    assert secret.reveal()
    assert expires is None or expires > 0


def test_final_errors_are_not_raised_by_recover(platform, token_auth):
    platform.revoke_token(platform.credentials.token)
    auth = token_auth()
    request = requests.Request("GET", platform.url).prepare()
    request.headers.update(auth.headers(request))
    response = requests.Response()
    response.status_code = 401
    response._content = b'{"message": "Unauthorized"}'

    verdict = auth.recover(request, response)

    assert isinstance(verdict, Final)
    assert isinstance(verdict.error, RenewalRefused)


# -- a transport of the run ------------------------------------------------------------------------------------------------------


class Noting(PlainTransport):
    """Counts what it sends."""

    sent = 0

    def send(self, *arguments, **settings):
        self.sent += 1
        return super().send(*arguments, **settings)


def test_a_transport_of_the_run_is_used_unless_there_is_one(platform, clocks):
    own, run = Noting(verify=platform.ca_file), Noting(verify=platform.ca_file)
    for brought, fallback in ((None, False), (own, False), (None, True)):
        issued = platform.issue_token()
        auth = TokenAuth(issued.token, issued.expires, renew_url=f"{platform.url}/appAuth", clocks=clocks, transport=brought)
        (FallbackAuth(auth, HmacAuth("1", "k")) if fallback else auth).use_transport(run)
        auth.renewal.force(auth.renewal.snapshot())
    assert (own.sent, run.sent) == (1, 2)


def test_schemes_that_send_nothing_take_none():
    auth = HmacAuth("1", "k")
    auth.use_transport(PlainTransport())
    assert "PlainTransport" not in str(vars(auth))
