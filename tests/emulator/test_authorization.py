from __future__ import annotations

from urllib.parse import quote

import pytest

REFUSED = {"success": False, "message": "Retry token is invalid."}


def renew(client, token: str, path: str = "/appAuth"):
    return client.send("GET", f"{path}?expiredToken={quote(token, safe='')}")


class TestRenewal:
    @pytest.mark.parametrize("path", ["/appAuth", "/appAuth/"])
    def test_needs_no_credential_and_accepts_both_paths(self, tc_platform, client, path):
        issued = tc_platform.issue_token(life=60)
        answer = renew(client, issued.token.reveal(), path)
        assert answer.status == 200
        assert answer.json["success"] is True
        assert answer.json["apiToken"].startswith("API:")
        assert answer.json["apiTokenExpires"] >= issued.expires
        assert answer.headers["content-type"] == "application/json"

    def test_old_token_is_dead_at_once_and_the_new_one_lives(self, tc_platform, client):
        old = tc_platform.credentials.token.reveal()
        new = renew(client, old).json["apiToken"]
        refused = client.send_token("GET", "/v2/owners", token=old)
        assert (refused.status, refused.json["message"]) == (401, "Unauthorized")
        assert client.send_token("GET", "/v2/owners", token=new).status == 200

    def test_new_token_can_be_renewed_again(self, tc_platform, client):
        token = tc_platform.credentials.token.reveal()
        for _ in range(3):
            token = renew(client, token).json["apiToken"]
        assert client.send_token("GET", "/v2/owners", token=token).status == 200

    @pytest.mark.parametrize("query", ["", "?", "?expiredToken=", "?expiredToken=API:1:x:1:y", "?token=API"])
    def test_unknown_token(self, client, query):
        answer = client.send("GET", f"/appAuth{query}")
        assert (answer.status, answer.json) == (401, REFUSED)
        assert answer.headers["content-type"] == "application/json"

    def test_reason_is_in_the_record_and_not_in_the_answer(self, tc_platform, client):
        token = tc_platform.credentials.token.reveal()
        renew(client, token)
        assert renew(client, token).json == REFUSED
        assert tc_platform.requests[1].explanation == "the token is superseded by a renewal"

    def test_plus_that_is_not_encoded_is_a_space(self, tc_platform, client):
        token = next(text for _ in range(1000) if "+" in (text := tc_platform.issue_token().token.reveal()))
        assert client.send("GET", f"/appAuth?expiredToken={quote(token, safe=':/+=')}").status == 401
        assert client.send("GET", f"/appAuth?expiredToken={quote(token, safe=':/=')}").status == 200

    def test_is_a_get(self, tc_platform, client):
        token = quote(tc_platform.credentials.token.reveal(), safe="")
        answer = client.send("POST", f"/appAuth?expiredToken={token}")
        assert (answer.status, answer.headers["allow"]) == (405, "GET")
        assert client.send_token("GET", "/v2/owners").status == 200

    @pytest.mark.tc_platform(token_life=60, token_grace=0)
    def test_life_and_grace_are_settings(self, tc_platform, client):
        token = tc_platform.credentials.token.reveal()
        tc_platform.clock.turn(61)
        assert renew(client, token).status == 401

    @pytest.mark.tc_platform(tokens_known=False)
    def test_is_not_found_on_a_server_that_knows_no_tokens(self, tc_platform, client):
        assert renew(client, tc_platform.credentials.token.reveal()).status == 404


class TestIssue:
    @pytest.mark.parametrize("path", ["/v3/token/api", "/internal/token/api"])
    def test_api_token(self, client, path):
        answer = client.send_signed("POST", path)
        assert (answer.status, answer.json["status"]) == (200, "Success")
        assert answer.json["data"].startswith("API:")
        assert client.send_token("GET", "/v2/owners", token=answer.json["data"]).status == 200

    @pytest.mark.parametrize("path", ["/v3/token/svc", "/internal/token/svc"])
    def test_service_token_names_the_service(self, client, path):
        token = client.send_signed("POST", path, body='{"serviceId": 12345}').json["data"]
        assert token.split(":")[0] == "SVC"
        assert token.split(":")[5] == "12345"

    @pytest.mark.parametrize("body", ["", "{}", "[]", "{", '{"serviceId": "12345"}', '{"serviceId": true}'])
    def test_service_must_be_a_number(self, client, body):
        answer = client.send_signed("POST", "/v3/token/svc", body=body)
        assert (answer.status, answer.json["errCode"]) == (400, "0x1001")

    def test_lives_four_hours(self, tc_platform, client):
        token = client.send_signed("POST", "/v3/token/api").json["data"]
        tc_platform.clock.turn(4 * 3600 - 60)
        assert client.send_token("GET", "/v2/owners", token=token).status == 200
        tc_platform.clock.turn(120)
        assert client.send_token("GET", "/v2/owners", token=token).status == 401

    def test_needs_a_credential(self, client):
        assert client.send("POST", "/v3/token/api").status == 401

    @pytest.mark.tc_platform(exchange_administrator=False)
    def test_needs_the_role_and_answers_401_without_it(self, tc_platform, client):
        answer = client.send_signed("POST", "/v3/token/api")
        assert (answer.status, answer.json["message"]) == (401, "Access Denied")
        assert tc_platform.requests[0].verdict.accepted
