from __future__ import annotations

import base64
import json

import pytest

from gatepost.emulator import LogEntry
from gatepost.errors import UsageError
from gatepost.secret import Secret

JSON = {"Content-Type": "application/json"}


class TestJobParameters:
    PATH = "/internal/job/execution/parameters"

    def test_by_token(self, tc_platform, client):
        tc_platform.job_parameters = {"api_default_org": "Acme", "fail_on_error": True}
        assert client.send_token("GET", self.PATH).json == {"inputs": {"api_default_org": "Acme", "fail_on_error": True}}

    def test_not_by_signature(self, tc_platform, client):
        answer = client.send_signed("GET", self.PATH)
        assert (answer.status, answer.json["message"]) == (401, "Access Denied")
        assert tc_platform.requests[0].explanation == "this path asks for a token"

    def test_what_is_read_is_a_copy(self, tc_platform):
        tc_platform.job_parameters["x"] = 1
        assert tc_platform.job_parameters == {}


class TestVariable:
    KEY = "4dc9202e-6945-4364-aa40-4b47655046d2"

    @pytest.mark.parametrize(("type", "value"), [("TEXT", "ä text"), ("KEYCHAIN", Secret("hidden text"))])
    def test_text(self, tc_platform, client, type, value):
        tc_platform.set_variable("TC", self.KEY, type, value)
        expected = value.reveal() if isinstance(value, Secret) else value
        assert client.send_token("GET", f"/internal/variable/runtime/TC/{self.KEY}").json == {"data": expected}
        assert client.send_signed("GET", f"/internal/variable/runtime/TC/{self.KEY}").status == 200

    def test_file_is_in_base64(self, tc_platform, client):
        tc_platform.set_variable("Vault", self.KEY, "FILE", b"\x00\xff content")
        data = client.send_token("GET", f"/internal/variable/runtime/Vault/{self.KEY}").json["data"]
        assert base64.b64decode(data) == b"\x00\xff content"

    def test_key_with_every_sign_that_it_may_have(self, tc_platform, client):
        tc_platform.set_variable("TC", "a_b.c-d[0]", "TEXT", "x")
        assert client.send_token("GET", "/internal/variable/runtime/TC/a_b.c-d%5B0%5D").json["data"] == "x"

    def test_of_another_provider_is_another(self, tc_platform, client):
        tc_platform.set_variable("TC", self.KEY, "TEXT", "x")
        answer = client.send_token("GET", f"/internal/variable/runtime/Vault/{self.KEY}")
        assert answer.status == 404
        assert answer.json == {"status": "Failure", "message": "The requested resource was not found"}

    @pytest.mark.parametrize(("provider", "type", "value"), [("AWS", "TEXT", "x"), ("TC", "text", "x"), ("TC", "KEYCHAIN", b"x")])
    def test_that_cannot_be(self, tc_platform, provider, type, value):
        with pytest.raises(UsageError):
            tc_platform.set_variable(provider, self.KEY, type, value)


class TestLog:
    def test_entries_are_kept_in_order(self, tc_platform, client):
        entries = [
            {"timestamp": 1700000000123, "level": "INFO", "message": "text"},
            {"timestamp": 1700000000124, "level": "", "message": ""},
        ]
        answer = client.send_token("POST", "/v2/logs/app", JSON, json.dumps(entries))
        assert (answer.status, answer.json) == (200, {"status": "Success"})
        assert tc_platform.app_log == (
            LogEntry(1700000000123, "INFO", "text"),
            LogEntry(1700000000124, "DEBUG", ""),
        )

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "{",
            "{}",
            '"text"',
            "[1]",
            '[{"timestamp": "1700000000123", "level": "INFO", "message": "text"}]',
            '[{"timestamp": true, "level": "INFO", "message": "text"}]',
            '[{"timestamp": 1700000000123, "level": 20, "message": "text"}]',
            '[{"timestamp": 1700000000123, "level": "INFO"}]',
            '[{"timestamp": 1, "level": "INFO", "message": "good"}, {}]',
        ],
    )
    def test_wrong_shape_is_refused_as_a_whole(self, tc_platform, client, body):
        answer = client.send_token("POST", "/v2/logs/app", JSON, body)
        assert (answer.status, answer.json["message"]) == (400, "The request was not properly formed")
        assert tc_platform.app_log == ()

    @pytest.mark.parametrize("content_type", [{}, {"Content-Type": "text/plain"}])
    def test_must_say_that_it_is_json(self, client, content_type):
        assert client.send_token("POST", "/v2/logs/app", content_type, "[]").status == 400

    def test_charset_is_no_harm(self, client):
        header = {"Content-Type": "application/json; charset=utf-8"}
        assert client.send_token("POST", "/v2/logs/app", header, "[]").status == 200
