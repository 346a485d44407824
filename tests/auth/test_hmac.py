"""HMAC by itself, with plain ``requests``, against a platform that verifies with code of its own."""

from __future__ import annotations

import pickle

import pytest
import requests

from gatepost.auth import NOT_OURS, TRY_AGAIN, Final, HmacAuth
from gatepost.auth.signature import sign
from gatepost.clock import Clocks
from gatepost.errors import CredentialError
from gatepost.testing import TurnedTime
from gatepost.transport.errors import OriginError


def prepared(method: str = "GET", url: str = "https://platform.example/api/v2/owners", **settings: object):
    return requests.Request(method, url, **settings).prepare()  # type: ignore[arg-type]


def refusal(request: requests.PreparedRequest, status: int, message: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.request = request
    response._content = f'{{"status": "Failure", "message": "{message}"}}'.encode()
    return response


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["", "?a=b+c&d=%7e", "/x%2Fy/ä ö", "/%7Euser?q=100%25"])
def test_the_platform_accepts_every_method_and_odd_paths(platform, get, hmac_auth, method, path):
    get(f"/v2/owners{path}", method=method, auth=hmac_auth)

    assert platform.requests[-1].verdict.accepted


@pytest.mark.tc_platform(secret_key="gehälter-🔑-'quoted'")
def test_a_key_of_any_characters(get, hmac_auth):
    assert get(auth=hmac_auth).status_code == 200


@pytest.mark.tc_platform(prefix="")
def test_the_legacy_base(get, hmac_auth):
    assert get("/v2/owners", auth=hmac_auth).status_code == 200


def test_params_are_signed_as_requests_encodes_them(get, hmac_auth):
    assert get(params={"resultLimit": 5, "x": "a b+c", "ü": "'"}, auth=hmac_auth).status_code == 200


def test_the_headers(clocks):
    auth = HmacAuth("1234", "key", clocks=clocks)
    request = prepared("PUT")
    before = dict(request.headers)

    headers = auth.headers(request)

    assert headers == {
        "Timestamp": "1700000000",
        "Authorization": f"TC 1234:{sign('key', '/api/v2/owners', 'PUT', 1_700_000_000)}",
    }
    assert dict(request.headers) == before


@pytest.mark.parametrize(
    ("access_id", "key", "words"),
    [
        ("", "key", "access id is empty"),
        ("1234", "", "secret key is empty"),
        ("12:34", "key", "up to the first colon"),
        ("12 34", "key", "swapped"),
        ("1234\r\nX: y", "key", "header"),
        ("1234ä", "key", "header"),
        ("1234", "s3cret\udcff", "UTF-8"),
    ],
)
def test_a_pair_that_cannot_be_sent_is_refused_at_once(access_id, key, words):
    with pytest.raises(CredentialError, match=words) as caught:
        HmacAuth(access_id, key)
    assert "s3cret" not in repr(caught.value)


def test_it_shows_no_secret_and_is_not_pickled():
    auth = HmacAuth("1234", "s3cret-key", origin="https://platform.example/api")

    assert repr(auth) == "HmacAuth(access_id='1234', origin='https://platform.example')"
    assert "s3cret" not in str(vars(auth))
    with pytest.raises(TypeError, match="Make one in the other process"):
        pickle.dumps(auth)


# -- clocks ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [-86_000, -3_600, -310, 310, 3_600, 86_000])
def test_a_clock_off_by_up_to_a_day_costs_one_request_and_each_later_jump_one_more(platform, get, hmac_auth, offset):
    platform.clock.offset = offset
    assert [get(auth=hmac_auth).status_code for _ in range(3)] == [200] * 3
    assert [request.status for request in platform.requests] == [401, 200, 200, 200]

    platform.clock.turn(-offset)
    platform.forget_requests()
    assert [get(auth=hmac_auth).status_code for _ in range(3)] == [200] * 3
    assert [request.status for request in platform.requests] == [401, 200, 200, 200]


def test_the_repeated_request_has_a_new_timestamp(platform, get, hmac_auth):
    platform.clock.offset = 3_600

    response = get(auth=hmac_auth)

    first, second = platform.requests
    assert int(second.header("Timestamp")) - int(first.header("Timestamp")) == pytest.approx(3_600, abs=1)
    assert [answer.status_code for answer in response.history] == [401]
    assert response.request.headers["Timestamp"] == second.header("Timestamp")


def test_many_threads_with_a_wrong_clock_all_succeed(platform, get, hmac_auth, threads):
    """One adopts the platform's time; for the others there is nothing left to adopt, and yet another try is worth it."""
    platform.clock.offset = -7_200

    statuses = list(threads.map(lambda _: get(auth=hmac_auth).status_code, range(20)))

    assert statuses == [200] * 20
    assert len(platform.requests) <= 40


def test_a_clock_more_than_a_day_off_is_an_error_that_says_so(platform, get, hmac_auth):
    platform.clock.offset = 90_000

    with pytest.raises(CredentialError) as caught:
        get(auth=hmac_auth)

    assert "refused the time of a signature" in caught.value.what
    assert "Timestamp out of acceptable time range" in caught.value.why
    assert "Set this machine's clock" in caught.value.remedy
    assert len(platform.requests) == 1


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_an_unverified_date_of_another_machine_is_not_believed(clocks):
    auth = HmacAuth("1234", "key", clocks=clocks)
    request = auth(prepared())
    hook = request.hooks["response"][0]
    response = refusal(request, 200, "")
    response.headers["Date"] = "Tue, 14 Nov 2023 23:13:20 GMT"

    hook(response, verify=False)
    assert clocks.of(auth.check_origin("https://platform.example")).skew is None
    hook(response, verify=True)
    assert clocks.of(auth.check_origin("https://platform.example")).skew == pytest.approx(3_600, abs=1)


def test_a_slow_answer_is_no_wrong_clock():
    """It took ten minutes to say no: the timestamp is old by now, and was right when it was sent."""
    time = TurnedTime()
    auth = HmacAuth("1234", "key", clocks=Clocks(time))
    request = auth(prepared())
    time.turn(600)
    response = refusal(request, 403, "You may not")
    response.elapsed = response.elapsed.__class__(seconds=600)

    assert auth.recover(request, response) is NOT_OURS


# -- refusals --------------------------------------------------------------------------------------------------------------------


def test_a_wrong_key_is_an_error_in_the_platforms_words(platform, get):
    auth = HmacAuth(platform.credentials.access_id, "s3cret-and-wrong", clocks=Clocks(TurnedTime()))

    with pytest.raises(CredentialError) as caught:
        get(auth=auth)

    assert "Signature data did not match expected result" in caught.value.why
    assert platform.credentials.access_id in caught.value.why
    assert "s3cret" not in str(caught.value)
    assert len(platform.requests) == 1


def test_an_unknown_access_id_is_returned_as_the_platform_answered(platform, get, clocks):
    response = get(auth=HmacAuth("999", "key", clocks=clocks))

    assert response.status_code == 401
    assert response.json()["message"] == "Access Denied"
    assert len(platform.requests) == 1


@pytest.mark.parametrize("status", [200, 302, 400, 404, 429, 500, 503])
def test_other_answers_are_not_about_credentials(clocks, status):
    auth = HmacAuth("1234", "key", clocks=clocks)
    request = auth(prepared())

    assert auth.recover(request, refusal(request, status, "Signature data did not match expected result")) is NOT_OURS


@pytest.mark.parametrize("status", [401, 403])
def test_refusals_may_come_with_both_statuses(clocks, status):
    auth = HmacAuth("1234", "key", clocks=clocks)
    request = auth(prepared())

    assert auth.recover(request, refusal(request, status, "Access Denied")) is NOT_OURS
    assert isinstance(auth.recover(request, refusal(request, status, "Signature data did not match expected result")), Final)


@pytest.mark.parametrize("timestamp", ["", "soon", "1700000000"])
def test_a_signature_of_something_else_is_worth_another_try(clocks, timestamp):
    auth = HmacAuth("1234", "key", clocks=clocks)
    request = auth(prepared())
    request.headers["Timestamp"] = timestamp
    request.url = "https://platform.example/api/v2/elsewhere"

    assert auth.recover(request, refusal(request, 401, "Signature data did not match expected result")) is TRY_AGAIN


def test_another_origin_gets_no_signature():
    auth = HmacAuth("1234", "key", origin="https://platform.example/api")

    with pytest.raises(OriginError, match=r"would get the credentials of https://platform\.example\. .*runtime\.external"):
        requests.get("https://other.example/", auth=auth, timeout=60)


def test_plain_http_to_another_machine_gets_none_either():
    with pytest.raises(OriginError, match="plain HTTP"):
        requests.get("http://platform.example/", auth=HmacAuth("1234", "key"), timeout=60)
