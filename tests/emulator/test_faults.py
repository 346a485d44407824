from __future__ import annotations

import pytest

from gatepost.emulator.faults import (
    KINDS,
    Answer,
    Destination,
    Drip,
    ExpireToken,
    HalfClose,
    Moment,
    Pause,
    Redirect,
    Reset,
    RevokeToken,
    Truncate,
    TurnClock,
)
from gatepost.errors import UsageError


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Answer(503), "answer 503"),
        (Answer(429, retry_after="2"), "answer 429, Retry-After 2"),
        (Answer(429, retry_after_date=-5), "answer 429, Retry-After a date -5 s from now"),
        (Answer(502, when=Moment.PROCESSED), "answer 502, after the platform has acted"),
        (Reset(Moment.HEAD), "connection reset at head"),
        (HalfClose(), "connection half-closed at read"),
        (Pause(0.5), "0.5 s late at read"),
        (Pause(None, Moment.PROCESSED), "silent at processed"),
        (Drip(), "body dripping"),
        (Drip(pieces=2), "body dripping, silent after 2 pieces"),
        (Truncate(), "body shorter than its Content-Length"),
        (Truncate(chunked=True), "chunked body cut off"),
        (Redirect(), "redirect 307 to another path"),
        (Redirect(Destination.ORIGIN, "https://127.0.0.1:1/api", 302), "redirect 302 to https://127.0.0.1:1/api"),
        (Redirect(Destination.HTTP), "redirect 307 to plain HTTP"),
        (Redirect(Destination.LOOP), "redirect 307 to a loop"),
        (ExpireToken(), "token expired early"),
        (RevokeToken(), "token revoked"),
        (TurnClock(-3600), "clock turned by -3600 s"),
    ],
)
def test_says_what_it_does(fault, words):
    assert str(fault) == words


def test_every_kind_is_known_by_its_name():
    assert {name: kind.kind for name, kind in KINDS.items()} == {name: name for name in KINDS}
    assert len(KINDS) == 10


def test_moments_and_destinations_may_be_given_as_text():
    assert Reset("processed") == Reset(Moment.PROCESSED)
    assert Redirect("http") == Redirect(Destination.HTTP)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Answer(100), "cannot answer 100"),
        (lambda: Answer(302), "cannot answer 302.*redirect"),
        (lambda: Answer(600), "cannot answer 600"),
        (lambda: Answer(503, when=Moment.HEAD), "not strike at the moment.*read, processed"),
        (lambda: Answer(429, retry_after="1\r\nX: y"), "retry_after of a fault cannot be sent"),
        (lambda: Answer(429, content_type="text/ä"), "content_type of a fault cannot be sent"),
        (lambda: Answer(429, retry_after="1", retry_after_date=1), "one Retry-After"),
        (lambda: Answer(429, retry_after_date=float("nan")), "no date nan seconds"),
        (lambda: Answer(429, "\ud800"), "text of a fault cannot be sent"),
        (lambda: Answer(429, body="\udfff"), "text of a fault cannot be sent"),
        (lambda: Reset("later"), "not strike at the moment 'later'"),
        (lambda: Pause(-1), "pause cannot be -1 seconds"),
        (lambda: Pause(float("inf")), "pause cannot be inf seconds"),
        (lambda: Drip(size=0), "drop cannot have 0 bytes"),
        (lambda: Drip(seconds=-1), "between drops cannot be -1"),
        (lambda: Drip(pieces=-1), "cannot be -1 drops"),
        (lambda: Redirect("moon"), "leads to 'moon'.*path, origin, http, loop"),
        (lambda: Redirect(status=304), "304 is not the status of a redirect"),
        (lambda: Redirect(Destination.ORIGIN), "redirect to origin has a url"),
        (lambda: Redirect(Destination.LOOP, "https://127.0.0.1"), "redirect to loop has no url"),
        (lambda: Redirect(Destination.ORIGIN, "https://127.0.0.1/ x"), "url of a redirect cannot be sent"),
        (lambda: TurnClock(float("inf")), "cannot jump by inf"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(UsageError, match=words):
        make()
