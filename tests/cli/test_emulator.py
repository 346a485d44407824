from __future__ import annotations

import pytest
import requests

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
    ],
)
def test_settings_that_cannot_be_are_explained(options: list[str], words: str, gatepost):
    said = gatepost("emulator", *options)
    assert said.code == 1
    assert words in said.err
    assert "Traceback" not in said.err
