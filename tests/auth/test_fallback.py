"""From token to HMAC, on a server that knows no tokens, and in no other case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gatepost.auth import FallbackAuth, HmacAuth, RenewalRefused, RenewalUnavailable
from gatepost.errors import CredentialError
from tests.transport.scripted_server import CLOSE, ScriptedServer, answer

NO_TOKENS = pytest.mark.tc_platform(tokens_known=False)


@pytest.fixture
def reasons() -> list[str]:
    return []


@pytest.fixture
def fallback(hmac_auth, token_auth, reasons) -> Callable[..., FallbackAuth]:
    def make(**settings: object) -> FallbackAuth:
        return FallbackAuth(token_auth(**settings), hmac_auth, when_fallen_back=reasons.append)

    return make


@NO_TOKENS
def test_a_server_that_knows_no_tokens(platform, get, fallback, reasons, renewals):
    auth = fallback()

    assert [get(auth=auth).status_code for _ in range(3)] == [200] * 3
    assert auth.active is auth.hmac
    assert reasons == ["It answered 404"]
    assert [request.scheme for request in platform.requests] == ["TC-Token", "", "TC", "TC", "TC"]


@NO_TOKENS
def test_an_expired_token_there(get, fallback, time, renewals):
    """The renewal is tried first, and cannot tell what the server thinks of the token; so the token is sent all the same."""
    auth = fallback()
    time.turn(5 * 60 * 60)

    assert get(auth=auth).status_code == 200
    assert auth.active is auth.hmac
    assert len(renewals()) == 1


@NO_TOKENS
def test_many_threads_fall_back_together(get, fallback, reasons, threads, renewals):
    auth = fallback()

    assert list(threads.map(lambda _: get(auth=auth).status_code, range(50))) == [200] * 50
    assert len(reasons) == 1
    assert len(renewals()) == 1


def test_a_good_token_stays(platform, get, fallback, reasons):
    auth = fallback()

    assert get(auth=auth).status_code == 200
    assert auth.active is auth.token
    assert reasons == []
    assert repr(auth).startswith("FallbackAuth(active=TokenAuth(")


def test_a_refused_renewal_is_no_reason(platform, get, fallback, reasons):
    platform.revoke_token(platform.credentials.token)
    auth = fallback()

    with pytest.raises(RenewalRefused, match="Retry token is invalid"):
        get(auth=auth)
    assert auth.active is auth.token
    assert reasons == []
    assert not any(request.scheme == "TC" for request in platform.requests)


@pytest.mark.parametrize("step", [answer(503), CLOSE, answer(200, "{}"), answer(404, '{"success": false, "message": "job"}')])
def test_a_renewal_in_trouble_is_no_reason(platform, get, fallback, step):
    with ScriptedServer(every=step) as trouble:
        auth = fallback()
        platform.revoke_token(platform.credentials.token)
        auth.token.renew_url = f"{trouble.url}/appAuth"

        with pytest.raises((RenewalUnavailable, RenewalRefused)):
            get(auth=auth)
        assert auth.active is auth.token


def test_after_one_success_by_token_there_is_no_falling_back(platform, get, fallback):
    auth = fallback()
    assert get(auth=auth).status_code == 200
    platform.revoke_token(platform.credentials.token)
    with ScriptedServer(every=answer(404)) as gone:
        auth.token.renew_url = f"{gone.url}/appAuth"

        with pytest.raises(CredentialError):
            get(auth=auth)
    assert auth.active is auth.token


@pytest.mark.parametrize("step", [answer(405), answer(501), answer(200, "<html>"), answer(302, "", Location="/login")])
def test_the_other_ways_of_knowing_no_renewal(platform, get, fallback, step):
    with ScriptedServer(every=step) as server:
        auth = fallback()
        platform.revoke_token(platform.credentials.token)
        auth.token.renew_url = f"{server.url}/appAuth"

        assert get(auth=auth).status_code == 200
        assert isinstance(auth.active, HmacAuth)


def test_a_token_that_is_accepted_after_all_is_renewed_after_all(get, fallback, time, renewals):
    """A page came in place of the renewal, before any request had succeeded."""
    auth = fallback()
    time.turn(4 * 60 * 60 - 300)
    renew_url = auth.token.renew_url
    with ScriptedServer(every=answer(200, "<html>")) as other:
        auth.token.renew_url = f"{other.url}/appAuth"
        assert get(auth=auth).status_code == 200
    auth.token.renew_url = renew_url
    time.turn(200)

    assert get(auth=auth).status_code == 200
    assert len(renewals()) == 1
    assert auth.active is auth.token
