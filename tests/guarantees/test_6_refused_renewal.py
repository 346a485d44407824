"""A refused renewal reaches every waiting caller as a typed error with the platform's words, and nothing carries ``None``."""

from __future__ import annotations

import pytest

from gatepost.auth import FallbackAuth, RenewalRefused
from gatepost.emulator import ChaosProfile, Rule
from gatepost.emulator.faults import Answer

WORDS = "the job associated with this token is either invalid or does not exist"


@pytest.fixture
def refusing(platform, time) -> None:
    """The token has expired, and its renewal is refused."""
    platform.chaos = ChaosProfile(rules=[Rule(fault=Answer(401, WORDS), path="/appAuth")])
    time.turn(4 * 60 * 60 + 1)


def errors_of(ask, threads) -> list[BaseException | None]:
    return [future.exception(60) for future in [threads.submit(ask) for _ in range(50)]]


@pytest.mark.usefixtures("refusing")
def test_every_caller_hears_the_platforms_words(platform, token_auth, asking, threads, renewals):
    errors = errors_of(asking(token_auth), threads)

    assert {type(error) for error in errors} == {RenewalRefused}
    assert {error.message for error in errors} == {WORDS}
    assert len(renewals()) == 1
    assert len(platform.requests) == 1, "a request was sent without a good token"


@pytest.mark.usefixtures("refusing")
def test_a_refusal_in_words_is_no_reason_to_fall_back(platform, token_auth, hmac_auth, asking, threads):
    scheme = FallbackAuth(token_auth, hmac_auth)

    assert {type(error) for error in errors_of(asking(scheme), threads)} == {RenewalRefused}
    assert scheme.active is token_auth
    assert {request.scheme for request in platform.requests} == {""}
