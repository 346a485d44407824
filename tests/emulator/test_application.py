from __future__ import annotations

import logging

import pytest


class TestRefusals:
    """contract/authorization.md section 2.5, rest_v2.md section 1, rest_v3.md section 2."""

    @pytest.mark.parametrize("path", ["/v2/owners", "/v2", "/internal/variable/runtime/TC/x", "/elsewhere"])
    def test_have_the_shape_of_v2(self, client, path):
        answer = client.send("GET", path)
        assert (answer.status, answer.json) == (401, {"status": "Failure", "message": "Access Denied"})

    @pytest.mark.parametrize("path", ["/v3/security/owners", "/v3", "/v3/nowhere"])
    def test_have_the_shape_of_v3_below_v3(self, client, path):
        answer = client.send("GET", path)
        assert answer.status == 401
        assert answer.json == {"errCode": "0x1001", "message": "Access Denied", "status": "Error"}

    def test_in_xml_when_asked(self, client):
        answer = client.send("GET", "/v2/owners", {"Accept": "application/xml"})
        assert answer.status == 401
        assert b"<Status>Failure</Status>\n <Message>Access Denied</Message>" in answer.body

    def test_unknown_path(self, client):
        answer = client.send_signed("GET", "/v2/nowhere")
        assert (answer.status, answer.json["message"]) == (404, "The requested resource was not found")

    @pytest.mark.parametrize("path", ["/v2/owners/", "/v2/owners/1/2", "//v2/owners", "/"])
    def test_path_that_only_resembles_one(self, client, path):
        assert client.send_token("GET", path).status == 404

    def test_unknown_method(self, client):
        answer = client.send_signed("DELETE", "/v2/owners")
        assert (answer.status, answer.headers["allow"]) == (405, "GET")

    def test_stranger_does_not_learn_which_paths_exist(self, client):
        assert client.send("GET", "/v2/nowhere").body == client.send("GET", "/v2/owners").body
        assert client.send("DELETE", "/v2/owners").status == 401

    def test_path_outside_of_the_base(self, tc_platform, client):
        client.prefix = ""
        for path in ("/", "/v2/owners", "/apiary/v2/owners", "/api"):
            assert client.send_signed("GET", path).status == 404
        assert {request.verdict.outcome for request in tc_platform.requests} == {"not asked"}

    @pytest.mark.tc_platform(licensed=False)
    def test_platform_without_a_licence(self, client):
        answer = client.send_token("GET", "/v2/owners")
        assert answer.status == 503
        assert answer.json["message"].startswith("API access has not been licensed for this system")


def test_mistake_of_the_emulator_is_an_answer_and_a_log_line(client, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("gatepost.emulator.owners.success_v2", fail)
    with caplog.at_level(logging.ERROR, "gatepost.emulator"):
        answer = client.send_token("GET", "/v2/owners")
    assert (answer.status, answer.json["message"]) == (500, "An unknown error occurred")
    assert "the emulator failed at GET /v2/owners" in caplog.text
