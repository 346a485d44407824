from __future__ import annotations

import json

import pytest
import requests

import gatepost.cli.emulator as command
from gatepost.cli.emulator import request_line
from gatepost.emulator import Outcome, RecordedRequest, Verdict


def request(number: int, status: int = 200, **more) -> RecordedRequest:
    return RecordedRequest(number, 0.0, "GET", "/api/v2/owners", status=status, **more)


def test_a_request_is_one_line():
    verdict = Verdict(Outcome.REFUSED, scheme="TC", access_id="1")
    line = request_line(request(3, 401, verdict=verdict, explanation="the signature is wrong"))
    assert line == "3 GET /api/v2/owners 401 refused, TC 1 (the signature is wrong)"


def test_a_token_is_shown_by_its_fingerprint():
    verdict = Verdict(Outcome.ACCEPTED, scheme="TC-Token", token_fingerprint="0123456789ab")
    assert request_line(request(1, verdict=verdict)).endswith("200 accepted, TC-Token 0123456789ab")


def test_a_fault_and_a_missing_answer_are_said():
    assert request_line(request(1, 0, fault="reset")).endswith("no answer not asked, no credential (reset)")


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_what_was_shown_is_forgotten(options: list[str], gatepost, monkeypatch: pytest.MonkeyPatch):
    seen = []

    def introduce(platform, *_, **__) -> None:
        seen.append(platform)
        for _ in range(3):
            requests.get(f"{platform.url}/v2/owners", verify=platform.ca_file, timeout=60)
        raise KeyboardInterrupt

    monkeypatch.setattr("gatepost.cli.emulator._introduce", introduce)
    said = gatepost("emulator", *options)
    (platform,) = seen
    assert (said.code, platform.requests) == (0, ())
    assert said.err.count("GET /api/v2/owners 401 refused") == (0 if options else 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--host", "0.0.0.0"], "does not listen on"),
        (["--port", "70000"], "There is no TCP port 70000"),
        (["--prefix", "api"], "cannot be the path"),
        (["--chaos", "/nowhere.json"], "/nowhere.json"),
        (["--with", "tcap,tcup"], "There is no emulated service 'tcup'"),
    ],
)
def test_settings_that_cannot_be_are_explained(options: list[str], words: str, gatepost):
    said = gatepost("emulator", *options)
    assert said.code == 1
    assert words in said.err
    assert "Traceback" not in said.err


def test_services_run_beside_the_platform(gatepost, monkeypatch: pytest.MonkeyPatch):
    introduce = command._introduce

    def ask_first(platform, services, bundle, *arguments, **options) -> None:
        for server in services:
            requests.get(f"{server.url}/nothing?api_key=canary", verify=str(bundle), timeout=60)
        requests.get(f"{platform.url}/v2/owners", verify=str(bundle), timeout=60)
        introduce(platform, services, bundle, *arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr("gatepost.cli.emulator._introduce", ask_first)
    said = gatepost("emulator", "--json", "--with", "tcap,timbr", "--with", "oauth")
    told = json.loads(said.out)
    assert list(told["services"]) == ["tcap", "timbr", "oauth"]
    assert len({told["url"], *(service["url"] for service in told["services"].values())}) == 4
    assert told["environment"]["APP_INPUT_TCAP_USERNAME"] == "emulated.user"
    assert told["environment"]["APP_INPUT_TIMBR_SALT"]
    assert told["environment"]["TC_API_PATH"] == told["url"]
    assert told["services"]["oauth"]["schemes"]["basic"]["APP_INPUT_OAUTH_AUTH"] == "basic"
    for name in ("tcap", "timbr", "oauth"):
        assert f"{name} 1 GET /nothing?api_key=*** 401 refused" in said.err
    assert "platform 1 GET /api/v2/owners 401 refused" in said.err
    assert "canary" not in said.err


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("env", ["export APP_INPUT_TCAP_USERNAME=emulated.user\n", "export TC_API_PATH=https://"]),
        ("text", ["tcap at https://", "  APP_INPUT_TCAP_USERNAME  emulated.user\n", "Ctrl-C ends them."]),
    ],
)
def test_services_are_told_to_shells_and_people(form: str, words: list[str], gatepost, monkeypatch: pytest.MonkeyPatch):
    introduce = command._introduce

    def introduce_and_end(*arguments, **options) -> None:
        introduce(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr("gatepost.cli.emulator._introduce", introduce_and_end)
    said = gatepost("emulator", "--with", "tcap", "--format", form)
    assert not [text for text in words if text not in said.out]
    assert said.out.count("SSL_CERT_FILE") == 1
