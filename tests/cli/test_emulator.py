from __future__ import annotations

from types import SimpleNamespace

import pytest

from gatepost.cli.emulator import _Shown, request_line
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


def test_each_request_is_shown_once_in_order():
    shown = _Shown()
    assert [found.number for found in shown.more([request(1), request(2)])] == [1, 2]
    assert [found.number for found in shown.more([request(1), request(2), request(3)])] == [3]


def test_an_answer_is_waited_for_but_not_for_ever(monkeypatch: pytest.MonkeyPatch):
    moment = SimpleNamespace(now=0.0)
    monkeypatch.setattr("time.monotonic", lambda: moment.now)
    shown = _Shown()
    waiting = [request(1, 0), request(2)]
    assert not list(shown.more(waiting))
    moment.now = 2.0
    assert [found.number for found in shown.more(waiting)] == [1, 2]


def test_at_the_end_everything_is_shown():
    shown = _Shown()
    requests = [request(1), request(2, 0), request(3)]
    assert [found.number for found in shown.more(requests)] == [1]
    assert [found.number for found in shown.rest(requests)] == [2, 3]


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
