"""contract/tcap_timbr.md and the seed of Timbr, asked by a client that shares no code with gatepost."""

from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.fernet import Fernet

from gatepost.emulator import ChaosProfile, Rule, TimbrEmulator
from gatepost.emulator.faults import RevokeToken
from gatepost.errors import UsageError

GET_TOKEN, ONTOLOGIES, USER_TOKEN = "/timbr/api/get_token", "/timbr/api/get_ontologies/", "/timbr/get_timbr_user_token/"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def ask(timbr, asker):
    return asker(timbr)


def sealed(timbr, message, *, salt=None, ago=0):
    return Fernet(salt or timbr.credentials.salt.reveal()).encrypt_at_time(message, int(timbr.clock.now()) - ago).decode()


def bearer(timbr, *, user=None, **more):
    known = timbr.credentials
    user = user or f"{known.username}:{known.password.reveal()}"
    return sealed(timbr, b64encode(user.encode()), **more)


def with_bearer(text):
    return {**JSON, "Authorization": f"Bearer {text}"}


def with_key(timbr):
    return {**JSON, "x-api-key": timbr.issued_tokens[-1]}


class TestGetToken:
    def test_a_bearer_gives_the_token_of_its_user(self, timbr, ask):
        answer = ask("POST", GET_TOKEN, headers=with_bearer(bearer(timbr)))
        assert answer.status_code == 200
        assert answer.json() == {"data": [timbr.credentials.token.reveal()], "status": "success"}
        assert timbr.credentials.token.reveal().startswith("tk_")

    @pytest.mark.parametrize(
        ("made", "why"),
        [
            (lambda timbr: bearer(timbr, user="emulated.user:wrong"), "not those of the user"),
            (lambda timbr: bearer(timbr, salt=Fernet.generate_key()), "made with the key"),
            (lambda timbr: bearer(timbr, ago=61), "made 61 s ago, from -60 to 60"),
            (lambda timbr: bearer(timbr, ago=-61), "made -61 s ago, from -60"),
            (lambda timbr: sealed(timbr, b"emulated.user:x"), "base64"),
            (lambda timbr: timbr.credentials.token.reveal(), "no Fernet token"),
            (lambda _: "", "must be one Authorization header"),
        ],
    )
    def test_a_bearer_that_is_wrong_is_refused(self, timbr, ask, made, why):
        answer = ask("POST", GET_TOKEN, headers=with_bearer(made(timbr)))
        assert answer.status_code == 401
        assert answer.json()["status"] == "error"
        assert why in timbr.requests[0].explanation

    def test_what_belongs_on_other_calls_is_refused(self, timbr, ask):
        both = {**with_bearer(bearer(timbr)), "x-api-key": timbr.credentials.token.reveal()}
        assert ask("POST", GET_TOKEN, headers=both).status_code == 400

    def test_the_content_type_is_json(self, timbr, ask):
        assert ask("POST", GET_TOKEN, headers={"Authorization": f"Bearer {bearer(timbr)}"}).status_code == 415
        text = {**with_bearer(bearer(timbr)), "Content-Type": "text/plain"}
        assert ask("POST", GET_TOKEN, headers=text).status_code == 415

    @pytest.mark.tc_platform(join=lambda username, password: f"{password}/{username}", bearer_age=5)
    def test_how_users_are_written_is_a_setting(self, timbr, ask):
        known = timbr.credentials
        user = f"{known.password.reveal()}/{known.username}"
        assert ask("POST", GET_TOKEN, headers=with_bearer(bearer(timbr, user=user))).status_code == 200
        assert ask("POST", GET_TOKEN, headers=with_bearer(bearer(timbr))).status_code == 401
        assert ask("POST", GET_TOKEN, headers=with_bearer(bearer(timbr, user=user, ago=6))).status_code == 401


class TestKey:
    def test_every_other_call_asks_for_key_and_content_type(self, timbr, ask):
        assert ask("GET", ONTOLOGIES, headers=with_key(timbr)).status_code == 200
        assert ask("GET", ONTOLOGIES, headers=JSON).status_code == 401
        assert ask("GET", ONTOLOGIES, headers={**JSON, "x-api-key": "tk_wrong"}).status_code == 401
        assert ask("GET", ONTOLOGIES, headers=with_bearer(bearer(timbr))).status_code == 401
        assert ask("GET", ONTOLOGIES, headers={"x-api-key": timbr.credentials.token.reveal()}).status_code == 415

    def test_a_stranger_does_not_learn_which_paths_exist(self, timbr, ask):
        assert ask("GET", "/nothing").status_code == ask("GET", ONTOLOGIES).status_code == 401
        assert ask("GET", "/nothing", headers=with_key(timbr)).status_code == 404

    def test_it_lives_until_it_is_replaced(self, timbr, ask):
        timbr.clock.turn(10 * 365 * 86400)
        assert ask("GET", ONTOLOGIES, headers=with_key(timbr)).status_code == 200
        old = with_key(timbr)
        new = timbr.replace_token()
        assert ask("GET", ONTOLOGIES, headers=old).status_code == 401
        assert timbr.requests[-1].explanation == "the token was replaced"
        assert ask("GET", ONTOLOGIES, headers={**JSON, "x-api-key": new.reveal()}).status_code == 200

    def test_a_fault_revokes_it_and_get_token_gives_another(self, timbr, ask):
        timbr.chaos = ChaosProfile(rules=(Rule(fault=RevokeToken(), path=ONTOLOGIES, attempts=(1,)),))
        assert ask("GET", ONTOLOGIES, headers=with_key(timbr)).status_code == 401
        (token,) = ask("POST", GET_TOKEN, headers=with_bearer(bearer(timbr))).json()["data"]
        assert ask("GET", ONTOLOGIES, headers={**JSON, "x-api-key": token}).status_code == 200
        assert timbr.issued_tokens == (timbr.credentials.token.reveal(), token)


class TestBrowser:
    def test_a_session_gets_the_token_of_its_user(self, timbr, ask):
        assert ask("GET", USER_TOKEN).headers["Location"] == "/login/"
        user = {"username": timbr.credentials.username, "password": timbr.credentials.password.reveal()}
        assert ask("POST", "/login/", data={**user, "password": "wrong"}).status_code == 401
        assert ask("POST", "/login/", json=user).status_code == 415
        assert ask("POST", "/login/", data=user).status_code == 302
        assert ask("GET", USER_TOKEN).json() == {"token": timbr.credentials.token.reveal()}


class TestJsonWebToken:
    def test_it_opens_the_open_api_only(self, timbr, ask):
        headers = {"x-jwt-token": timbr.issue_json_web_token(60).reveal(), "Content-Type": "application/text"}
        path = "/timbr/openapi/ontology/supply_chain/query"
        assert ask("POST", path, headers=headers, data="SELECT 1 AS one").json() == [{"one": 1}]
        assert ask("POST", path, headers={**headers, "x-jwt-tenant-id": "other"}, data="SELECT 1").status_code == 401
        assert ask("POST", path, headers={**headers, "x-jwt-token": "forged"}, data="SELECT 1").status_code == 401
        assert ask("GET", ONTOLOGIES, headers={**headers, **JSON}).status_code == 401
        timbr.clock.turn(60)
        assert ask("POST", path, headers=headers, data="SELECT 1").status_code == 401


def test_settings_that_cannot_be_are_refused():
    for settings in ({"salt": "short"}, {"salt": ""}, {"password": ""}, {"username": ""}, {"bearer_age": -1}, {"host": "::"}):
        with pytest.raises(UsageError):
            TimbrEmulator(**settings)
    assert TimbrEmulator(password="known", salt=Fernet.generate_key()).credentials.password.reveal() == "known"


def test_no_secret_is_in_what_is_shown(timbr, ask):
    text = bearer(timbr)
    ask("POST", GET_TOKEN, headers=with_bearer(text))
    shown = f"{timbr!r} {timbr.credentials!r} {timbr.requests!r}"
    known = timbr.credentials
    assert not [
        secret for secret in (text, known.token, known.salt, known.password) if str(getattr(secret, "_text", secret)) in shown
    ]
