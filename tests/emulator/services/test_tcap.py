"""contract/tcap_timbr.md and the seed of TCAP, asked by a client that shares no code with gatepost."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
import requests

from gatepost.emulator import ChaosProfile, Rule, TcapEmulator, TcapSettings, sample_content
from gatepost.emulator.faults import Answer, ExpireToken, Reset, RevokeToken
from gatepost.errors import UsageError
from gatepost.testing.time import TurnedTime

VERIFY = "/hash-verification/api/v2"
EXPIRED = "Authentication error: Token has expired. Please refresh."


@pytest.fixture
def ask(tcap, asker):
    return asker(tcap)


def user(tcap, **more):
    return {"username": tcap.credentials.username, "password": tcap.credentials.password.reveal(), **more}


def log_in(tcap, ask, service="Hash Verification"):
    return ask("POST", "/token-auth/api/login", json=user(tcap, requested_service=service))


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class TestServiceToken:
    def test_a_login_gives_a_token_that_opens_the_service(self, tcap, ask):
        answer = log_in(tcap, ask)
        assert answer.status_code == 200
        (token,) = answer.json().values()
        assert list(answer.json()) == ["service_token"]
        assert ask("GET", VERIFY, headers=bearer(token)).status_code == 200
        assert [request.verdict.outcome for request in tcap.requests] == ["accepted", "accepted"]

    def test_it_lives_five_minutes_by_the_clock_of_the_service(self, asker):
        time = TurnedTime(1_700_000_000.5)
        with TcapEmulator(time_source=time.time) as tcap:
            ask = asker(tcap)
            token = log_in(tcap, ask).json()["service_token"]
            claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
            assert (claims["iat"], claims["exp"]) == (1_700_000_000, 1_700_000_300)
            tcap.clock.turn(299)
            assert ask("GET", VERIFY, headers=bearer(token)).status_code == 200
            tcap.clock.turn(1)
            answer = ask("GET", VERIFY, headers=bearer(token))
            assert (answer.status_code, answer.text) == (403, EXPIRED)

    @pytest.mark.tc_platform(names_expiry=False, token_key="token", token_life=10)
    def test_it_may_be_without_expiry_and_under_another_name(self, tcap, ask):
        token = log_in(tcap, ask).json()["token"]
        assert "exp" not in json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        tcap.clock.turn(10)
        assert ask("GET", VERIFY, headers=bearer(token)).text == EXPIRED

    @pytest.mark.parametrize(
        ("change", "status", "words"),
        [
            ({"password": "wrong"}, 401, "Wrong username or password"),
            ({"username": "wrong"}, 401, "Wrong username or password"),
            ({"requested_service": "hash-verification"}, 403, "not available"),
            ({"requested_service": ""}, 400, "requested_service"),
            ({"password": 1}, 400, "password"),
        ],
    )
    def test_a_login_that_is_wrong_is_refused(self, tcap, ask, change, status, words):
        answer = ask("POST", "/token-auth/api/login", json={**user(tcap, requested_service="Hash Verification"), **change})
        assert answer.status_code == status
        assert words in answer.text
        assert tcap.issued_tokens == ()

    def test_a_login_is_json_by_post(self, tcap, ask):
        whole = user(tcap, requested_service="Hash Verification")
        assert ask("POST", "/token-auth/api/login", data=whole).status_code == 415
        assert ask("POST", "/token-auth/api/login", data="{", headers={"Content-Type": "application/json"}).status_code == 400
        assert ask("POST", "/token-auth/api/login", json=[whole]).status_code == 400
        assert ask("GET", "/token-auth/api/login").status_code == 405

    def test_other_refusals_have_other_words_than_an_expiry(self, tcap, ask):
        token = tcap.issue_token().token.reveal()
        other = tcap.issue_token("Hash List").token.reveal()
        revoked = tcap.issue_token().token.reveal()
        tcap.revoke_token(revoked)
        answers = {
            "none": ask("GET", VERIFY),
            "another scheme": ask("GET", VERIFY, headers={"Authorization": f"TC-Token {token}"}),
            "forged": ask("GET", VERIFY, headers=bearer(f"{token[:-4]}AAAA")),
            "revoked": ask("GET", VERIFY, headers=bearer(revoked)),
            "another service": ask("GET", VERIFY, headers=bearer(other)),
        }
        assert [answer.status_code for answer in answers.values()] == [401, 401, 403, 403, 403]
        assert all(answer.text.startswith("Authentication error") and answer.text != EXPIRED for answer in answers.values())
        assert tcap.requests[-1].explanation == "the token is for 'Hash List', this is 'Hash Verification'"

    def test_a_token_of_another_tcap_is_worthless(self, tcap, ask):
        foreign = TcapEmulator().issue_token().token.reveal()
        assert ask("GET", VERIFY, headers=bearer(foreign)).status_code == 403
        with pytest.raises(UsageError, match="not one of this service"):
            tcap.revoke_token(foreign)


class TestAccountToken:
    @pytest.mark.parametrize("form", [False, True])
    def test_a_login_gives_token_and_user(self, tcap, ask, form):
        answer = ask("POST", "/token-auth/tcap/", **{"data" if form else "json": user(tcap)})
        assert answer.status_code == 200
        assert answer.json()["user"]["username"] == tcap.credentials.username
        assert ask("GET", "/api/hash-list/v2/all", headers=bearer(answer.json()["token"])).status_code == 200

    def test_it_opens_no_service_that_wants_its_own(self, tcap, ask):
        token = tcap.issue_token("").token.reveal()
        assert "not valid for this service" in ask("GET", VERIFY, headers=bearer(token)).text

    def test_the_slash_belongs_to_the_path(self, tcap, ask):
        assert ask("POST", "/token-auth/tcap", json=user(tcap)).status_code == 401


class TestFaults:
    """The faults, the log of writes and the clock are those of the platform's emulator."""

    @pytest.mark.parametrize(("fault", "words"), [(ExpireToken(), EXPIRED), (RevokeToken(), "Token is invalid")])
    def test_a_token_can_be_ended(self, tcap, ask, fault, words):
        tcap.chaos = ChaosProfile(rules=(Rule(fault=fault, path=VERIFY, attempts=(1,)),))
        token = tcap.issue_token().token.reveal()
        answer = ask("GET", VERIFY, headers=bearer(token))
        assert answer.status_code == 403
        assert words in answer.text
        assert tcap.requests[0].fault == str(fault)

    def test_an_answer_can_be_another(self, tcap, ask):
        tcap.chaos = ChaosProfile(rules=(Rule(fault=Answer(503, retry_after="2"), path="/token-auth/*"),))
        answer = log_in(tcap, ask)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert tcap.writes == ()

    def test_a_login_that_was_not_read_is_not_judged(self, tcap, ask):
        tcap.chaos = ChaosProfile(rules=(Rule(fault=Reset("head"), path="/token-auth/*"),))
        with pytest.raises(requests.exceptions.ConnectionError):
            log_in(tcap, ask)
        assert [str(request.verdict.outcome) for request in tcap.requests] == ["not asked"]

    def test_a_call_that_was_acted_on_is_in_the_log_of_writes(self, tcap, ask):
        log_in(tcap, ask)
        assert [(write.method, write.path) for write in tcap.writes] == [("POST", "/token-auth/api/login")]


class TestServer:
    def test_it_tells_apps_how_to_reach_it(self, tcap):
        assert tcap.inputs()["tcap_auth"] == "tcap"
        inputs = tcap.inputs("hashes", "tcap_account")
        assert set(inputs) == {"hashes_auth", "hashes_url", "hashes_probe", "hashes_username", "hashes_password"}
        assert (inputs["hashes_auth"], inputs["hashes_url"]) == ("tcap_account", tcap.url)
        assert tcap.environment()["APP_INPUT_TCAP_PASSWORD"] == tcap.credentials.password.reveal()
        with pytest.raises(UsageError, match="does not know the scheme 'oauth2'"):
            tcap.inputs(scheme="oauth2")

    def test_no_secret_is_in_what_is_shown(self, tcap, ask):
        token = log_in(tcap, ask).json()["service_token"]
        ask("GET", VERIFY, headers=bearer(token))
        shown = f"{tcap!r} {tcap.credentials!r} {tcap.requests!r}"
        assert token not in shown
        assert tcap.credentials.password.reveal() not in shown

    @pytest.mark.parametrize(
        "settings",
        [
            {"token_life": 0},
            {"page_size": 0},
            {"password": ""},
            {"username": ""},
            {"token_key": "jwt"},
            {"host": "0.0.0.0"},
            {"port": 70000},
            {"tokens": 1},
        ],
    )
    def test_settings_that_cannot_be_are_refused(self, settings):
        with pytest.raises(UsageError):
            TcapEmulator(**settings)

    def test_settings_can_be_made_once_and_changed(self):
        tcap = TcapEmulator(TcapSettings(username="anna", password="known"), samples=1)
        assert (tcap.credentials.username, tcap.credentials.password.reveal(), len(tcap.known_hashes)) == ("anna", "known", 4)


def test_what_is_known_can_be_changed(tcap, ask):
    headers = bearer(tcap.issue_token().token.reveal())
    digest = hashlib.sha256(b"mine").hexdigest()
    added = tcap.add_hash(digest.upper(), "SHA256", "islamist", "video")

    def verified():
        return ask("POST", VERIFY, headers=headers, json=[{"hash_value": digest, "hash_type": "SHA256"}]).json()["results"][0]

    assert verified() == {
        "hash_value": digest,
        "hash_type": "SHA256",
        "match": True,
        "ideology": "islamist",
        "file_type": "video",
        "confidence": 1.0,
    }
    tcap.delete_hash(added.id)
    assert verified()["match"] is False
    with pytest.raises(UsageError, match="no hash with the id"):
        tcap.delete_hash(1)
    assert hashlib.md5(sample_content(0)).hexdigest() in {known.hash_digest for known in tcap.known_hashes}


@pytest.mark.parametrize(
    ("entry", "words"),
    [(("0" * 31, "MD5"), "cannot be known"), (("0" * 32, "SHA1"), "cannot be known"), (("0" * 32, "MD5", "none"), "no ideology")],
)
def test_what_is_no_hash_cannot_be_known(tcap, entry, words):
    with pytest.raises(UsageError, match=words):
        tcap.add_hash(*entry)


def test_it_can_be_stopped_and_started_again(tcap, asker):
    token = tcap.issue_token().token.reveal()
    tcap.stop()
    with pytest.raises(UsageError, match="no certificate now"):
        tcap.environment()
    tcap.start()
    assert asker(tcap)("GET", VERIFY, headers=bearer(token)).status_code == 200


def test_it_can_refuse_connections(tcap, ask):
    tcap.refuse_connections = True
    with pytest.raises(requests.exceptions.ConnectionError):
        ask("GET", VERIFY)
    tcap.refuse_connections = False
    assert ask("GET", VERIFY).status_code == 401
