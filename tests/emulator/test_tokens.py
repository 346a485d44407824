from __future__ import annotations

import contextlib
import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.tokens import RenewalRefused, Tokens, TokenState, fingerprint
from gatepost.errors import UsageError

NOW = 1_700_000_000
BASE64 = r"[A-Za-z0-9+/]{43}="


def tokens(life: float = 3600, grace: float = 600) -> tuple[Tokens, PlatformClock]:
    clock = PlatformClock(lambda: NOW)
    return Tokens(clock, user_id=8, life=life, grace=grace), clock


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("API", rf"API:8:\w{{6}}:1700003600000:{BASE64}"),
        ("APIV2", rf"APIV2:8:\w{{6}}:1731536000000:{BASE64}"),
        ("SVC", rf"SVC:8:\w{{6}}:1700003600000:[0-9a-f]{{32}}:42:{BASE64}"),
        ("JOB", rf"JOB:8:\w{{6}}:1700003600000:42:null:{BASE64}"),
    ],
)
def test_shapes(kind, shape):
    issuing, _ = tokens()
    issued = issuing.issue(kind, number=42)
    assert re.fullmatch(shape, issued.token.reveal())
    assert issuing.state(issued.token.reveal()) is TokenState.LIVE


def test_expiry_is_in_whole_seconds_of_the_platforms_clock():
    issuing, clock = tokens(life=60.9)
    assert issuing.issue().expires == NOW + 60
    clock.turn(100)
    assert issuing.issue(life=5).expires == NOW + 105


def test_unknown_kind():
    with pytest.raises(UsageError, match="API, SVC, JOB, APIV2"):
        tokens()[0].issue("COOKIE")


def test_dies_at_its_expiry():
    issuing, clock = tokens(life=60)
    token = issuing.issue().token.reveal()
    clock.turn(59.9)
    assert issuing.state(token) is TokenState.LIVE
    clock.turn(0.1)
    assert issuing.state(token) is TokenState.EXPIRED


def test_renewal_kills_the_old_one_at_once():
    issuing, clock = tokens(life=60)
    old = issuing.issue("SVC", number=5).token.reveal()
    clock.turn(30)
    new = issuing.renew(old)
    assert issuing.state(old) is TokenState.SUPERSEDED
    assert issuing.state(new.token.reveal()) is TokenState.LIVE
    assert new.expires == NOW + 90
    assert new.token.reveal().split(":")[4:6] == old.split(":")[4:6]


def test_expired_token_is_renewed_within_the_grace():
    issuing, clock = tokens(life=60, grace=600)
    token = issuing.issue().token.reveal()
    clock.turn(60 + 600)
    assert issuing.renew(token).expires == NOW + 720


def test_but_not_after_it():
    issuing, clock = tokens(life=60, grace=600)
    token = issuing.issue().token.reveal()
    clock.turn(60 + 601)
    with pytest.raises(RenewalRefused, match="too long ago"):
        issuing.renew(token)


def test_token_issued_as_expired_is_renewed_to_a_live_one():
    issuing, _ = tokens()
    new = issuing.renew(issuing.issue(life=-5).token.reveal())
    assert issuing.state(new.token.reveal()) is TokenState.LIVE


def test_superseded_and_revoked_and_personal_tokens_are_not_renewed():
    issuing, _ = tokens()
    superseded = issuing.issue().token.reveal()
    issuing.renew(superseded)
    revoked = issuing.issue().token.reveal()
    issuing.revoke(revoked)
    for token, words in (
        (superseded, "superseded"),
        (revoked, "revoked"),
        (issuing.issue("APIV2").token.reveal(), "APIV2"),
        ("API:8:abcdef:1700003600000:x", "not issued"),
        ("", "not issued"),
    ):
        with pytest.raises(RenewalRefused, match=words):
            issuing.renew(token)


def test_stranger_cannot_be_revoked():
    with pytest.raises(UsageError, match="not one of this platform"):
        tokens()[0].revoke("API:8:abcdef:1700003600000:x")


def test_one_of_many_renewals_at_once_succeeds():
    issuing, _ = tokens()
    token = issuing.issue().token.reveal()
    renewed: list[str] = []

    def renew() -> None:
        with contextlib.suppress(RenewalRefused):
            renewed.append(issuing.renew(token).token.reveal())

    threads = [threading.Thread(target=renew) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(renewed) == 1


@given(text=st.text())
def test_any_text_that_was_not_issued_is_unknown(text):
    assert tokens()[0].state(text) is TokenState.UNKNOWN


@given(data=st.data())
def test_issued_token_with_one_character_changed_is_unknown(data):
    issuing, _ = tokens()
    token = issuing.issue().token.reveal()
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=0x21, max_codepoint=0x7E).filter(lambda new: new != token[place]))
    assert issuing.state(token[:place] + other + token[place + 1 :]) is TokenState.UNKNOWN


def test_fingerprint_tells_tokens_apart_and_shows_none():
    assert fingerprint("API:1") != fingerprint("API:2")
    assert re.fullmatch("[0-9a-f]{12}", fingerprint("API:1"))


def test_a_live_token_can_be_made_to_expire_early():
    issuing, _ = tokens()
    token = issuing.issue().token.reveal()
    assert issuing.expire(token)
    assert issuing.state(token) is TokenState.EXPIRED
    assert issuing.state(issuing.renew(token).token.reveal()) is TokenState.LIVE


@pytest.mark.parametrize("token", ["", "unknown", "API:8:abcdef:1700003600000:signature"])
def test_what_is_no_live_token_cannot_expire(token):
    assert not tokens()[0].expire(token)


def test_an_expired_token_cannot_expire_again():
    issuing, _ = tokens()
    assert not issuing.expire(issuing.issue(life=-5).token.reveal())
