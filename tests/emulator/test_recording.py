from __future__ import annotations

import threading

import pytest

from gatepost.emulator.recording import RecordedRequest, Recorder


def test_holds_everything_that_was_sent(tc_platform, client):
    client.send_token("POST", "/v2/logs/app", {"Content-Type": "application/json", "X-Mark": "here"}, b"[]")
    (request,) = tc_platform.requests
    assert (request.number, request.method, request.path, request.status) == (1, "POST", "/api/v2/logs/app", 200)
    assert request.header("x-mark") == request.header("X-Mark") == "here"
    assert request.header("x-other", "none") == "none"
    assert request.body == b"[]"


def test_is_complete_when_the_client_has_its_answer(tc_platform, client):
    for number in range(1, 20):
        client.send_token("GET", "/v2/whoami")
        assert [request.status for request in tc_platform.requests] == [200] * number


def test_text_form_shows_no_secret(tc_platform, client):
    token = tc_platform.issue_token().token.reveal()
    client.send_token("GET", "/v2/owners", token=token)
    client.send("GET", f"/appAuth?expiredToken={token}&x=1")
    text = repr(tc_platform.requests)
    assert token not in text
    assert token.rpartition(":")[2] not in text
    assert "GET /api/v2/owners, TC-Token, accepted, 200" in text
    assert "expiredToken=**********&x=1, no scheme, not asked" in text


def test_text_form_says_why_a_request_was_refused(tc_platform, client):
    client.send("GET", "/v2/owners")
    assert "refused (there is no Authorization header), 401" in repr(tc_platform.requests[0])


def test_forgetting_keeps_the_numbers_going(tc_platform, client):
    client.send("GET", "/v2/owners")
    tc_platform.forget_requests()
    assert tc_platform.requests == ()
    client.send("GET", "/v2/owners")
    assert [request.number for request in tc_platform.requests] == [2]


def test_answer_to_a_forgotten_request_is_dropped():
    recorder = Recorder()
    request = recorder.arrived(0.0, "GET", "/", (), b"")
    recorder.forget()
    recorder.answered(request.number, 200)
    assert recorder.requests() == ()


def test_a_listener_is_told_when_nothing_will_be_added():
    recorder = Recorder()
    told: list[RecordedRequest] = []
    recorder.listener = told.append
    first, second = (recorder.arrived(0.0, "GET", target, (), b"") for target in ("/1", "/2"))
    recorder.answered(second.number, 200)
    assert told == []
    recorder.finished(second.number)
    recorder.struck(first.number, "reset")
    recorder.finished(first.number)
    recorder.connection_struck(0.0, "refused")
    assert [(request.number, request.status, request.fault) for request in told] == [
        (2, 200, ""),
        (1, 0, "reset"),
        (3, 0, "refused"),
    ]
    assert len(recorder.requests()) == 3


def test_what_is_finished_need_not_be_kept():
    recorder = Recorder()
    recorder.keeps_finished = False
    numbers = [recorder.arrived(0.0, "GET", "/", (), b"").number for _ in range(3)]
    for number in numbers[:2]:
        recorder.finished(number)
    recorder.finished(numbers[0])
    assert [request.number for request in recorder.requests()] == [3]


def test_a_listener_that_fails_stops_nobody(caplog: pytest.LogCaptureFixture):
    recorder = Recorder()
    recorder.listener = lambda request: 1 / 0
    recorder.finished(recorder.arrived(0.0, "GET", "/", (), b"").number)
    assert "the listener failed at request 1" in caplog.text


def test_numbers_are_unique_over_threads():
    recorder = Recorder()

    def work() -> None:
        for _ in range(200):
            recorder.answered(recorder.arrived(0.0, "GET", "/", (), b"").number, 200)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [request.number for request in recorder.requests()] == list(range(1, 801))
    assert {request.status for request in recorder.requests()} == {200}


@pytest.mark.parametrize("field", ["target", "status"])
def test_record_does_not_change(tc_platform, client, field):
    client.send("GET", "/v2/owners")
    with pytest.raises(AttributeError):
        setattr(tc_platform.requests[0], field, "")
