from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.emulator import ChaosProfile, Rule
from gatepost.emulator import chaos as chaos_module
from gatepost.emulator.chaos import Chaos
from gatepost.emulator.faults import Answer, Drip, Reset, Truncate
from gatepost.errors import UsageError

BUSY = Answer(503)


def test_a_profile_without_rules_strikes_nobody():
    assert ChaosProfile().faults("GET", "/v2/owners", "one", 20) == (None,) * 20


def test_attempts_are_struck_by_their_numbers():
    profile = ChaosProfile(rules=[Rule(fault=BUSY, attempts=[1, 3])])
    assert profile.faults("GET", "/v2/owners", "one", 4) == (BUSY, None, BUSY, None)


def test_of_several_rules_the_first_wins():
    profile = ChaosProfile(rules=[Rule(fault=BUSY, attempts=[1]), Rule(fault=Reset())])
    assert profile.faults("GET", "/v2/owners", "one", 2) == (BUSY, Reset())


@pytest.mark.parametrize(
    ("rule", "method", "path", "request_id", "struck"),
    [
        (Rule(fault=BUSY), "GET", "/v2/owners", "one", True),
        (Rule(fault=BUSY), "GET", "/v2/owners", "", False),
        (Rule(fault=BUSY, methods=["get"]), "GET", "/v2/owners", "", True),
        (Rule(fault=BUSY, methods=["POST"]), "GET", "/v2/owners", "one", False),
        (Rule(fault=BUSY, path="/v2/owners"), "GET", "/v2/owners", "", True),
        (Rule(fault=BUSY, path="/v2/*"), "GET", "/v2/owners/1", "one", True),
        (Rule(fault=BUSY, path="/v3/*"), "GET", "/v2/owners", "one", False),
        (Rule(fault=BUSY, path="/V2/owners"), "GET", "/v2/owners", "one", False),
        (Rule(fault=BUSY, ids="write-*"), "POST", "/v3/tags", "write-7", True),
        (Rule(fault=BUSY, ids="write-*"), "POST", "/v3/tags", "read-7", False),
        (Rule(fault=BUSY, ids="*", path="/v3/tags"), "POST", "/v3/tags", "", False),
        (Rule(fault=BUSY, share=0), "GET", "/v2/owners", "one", False),
    ],
)
def test_a_rule_strikes_whom_it_names(rule, method, path, request_id, struck):
    assert ChaosProfile(rules=[rule]).fault(method, path, request_id) == (BUSY if struck else None)


def test_a_share_is_kept_over_many_requests():
    profile = ChaosProfile(seed=3, rules=[Rule(fault=BUSY, share=0.2)])
    struck = sum(profile.fault("GET", "/v2/owners", f"id-{number}") is not None for number in range(2000))
    assert 320 < struck < 480


def test_seeds_strike_different_requests():
    def struck(seed: int) -> list[int]:
        profile = ChaosProfile(seed=seed, rules=[Rule(fault=BUSY, share=0.5)])
        return [number for number in range(64) if profile.fault("GET", "/v2/owners", f"id-{number}")]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)


def test_rules_draw_apart():
    """Two rules of the same share do not strike the same requests, or the second would never get its turn."""
    profile = ChaosProfile(rules=[Rule(fault=BUSY, share=0.5), Rule(fault=Reset(), share=0.5)])
    found = {profile.fault("GET", "/v2/owners", f"id-{number}") for number in range(64)}
    assert found == {None, BUSY, Reset()}


def test_a_rule_at_the_end_changes_nothing_for_the_others():
    rules = [Rule(fault=BUSY, share=0.3), Rule(fault=Drip(), share=0.3)]
    short, long = ChaosProfile(rules=rules), ChaosProfile(rules=[*rules, Rule(fault=Truncate())])
    for number in range(64):
        before = short.fault("GET", "/v2/owners", f"id-{number}")
        assert long.fault("GET", "/v2/owners", f"id-{number}") == (before or Truncate())


@given(seed=st.integers(), name=st.text(min_size=1), share=st.floats(0.3, 1), limit=st.integers(0, 4))
def test_a_request_gets_no_more_faults_than_the_limit(seed, name, share, limit):
    profile = ChaosProfile(seed=seed, limit=limit, rules=[Rule(fault=BUSY, share=share)])
    faults = profile.faults("GET", "/v2/owners", name, 12)
    assert len([fault for fault in faults if fault]) <= limit
    unbound = ChaosProfile(seed=seed, rules=profile.rules).faults("GET", "/v2/owners", name, 12)
    first = [number for number, fault in enumerate(unbound) if fault][:limit]
    assert [number for number, fault in enumerate(faults) if fault] == first


def test_requests_without_an_id_are_not_bound_by_the_limit():
    profile = ChaosProfile(limit=1, rules=[Rule(fault=BUSY, path="/appAuth")])
    assert profile.faults("GET", "/appAuth", "", 3) == (BUSY,) * 3


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(arrivals: list[str], shuffler: random.Random):
    profile = ChaosProfile(seed=5, limit=3, rules=[Rule(fault=BUSY, share=0.4), Rule(fault=Reset(), share=0.4)])

    def met(order: list[str]) -> dict[str, list[object]]:
        chaos, faults = Chaos(profile), {}
        for name in order:
            faults.setdefault(name, []).append(chaos.decide("GET", "/v2/owners", name))
        return faults

    shuffled = arrivals.copy()
    shuffler.shuffle(shuffled)
    assert met(arrivals) == met(shuffled)


def test_requests_are_counted_by_their_id_and_others_by_method_and_path():
    chaos = Chaos(ChaosProfile())
    attempts = [
        chaos.decide(*request).attempt
        for request in [
            ("GET", "/v2/owners", "one"),
            ("POST", "/v3/tags", "one"),
            ("GET", "/v2/owners", "two"),
            ("GET", "/v2/owners", ""),
            ("GET", "/v2/owners", ""),
            ("POST", "/v2/owners", ""),
        ]
    ]
    assert attempts == [1, 2, 1, 1, 2, 1]


def test_only_the_latest_ids_are_remembered(monkeypatch):
    monkeypatch.setattr(chaos_module, "_REMEMBERED_IDS", 2)
    chaos = Chaos(ChaosProfile())
    attempts = [chaos.decide("GET", "/v2/owners", name).attempt for name in ("one", "two", "one", "three", "one", "two")]
    assert attempts == [1, 1, 2, 1, 3, 1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Rule(fault=BUSY, share=1.5), "share of 1.5"),
        (lambda: Rule(fault=BUSY, share=float("nan")), "share of nan"),
        (lambda: Rule(fault=BUSY, attempts=[0]), "attempt below 1"),
        (lambda: ChaosProfile(limit=-1), "-1 faults at most"),
        (lambda: ChaosProfile(clock_offset=float("nan")), "nan seconds off"),
        (lambda: ChaosProfile(reset_connections=[0]), "no connection below number 1"),
        (lambda: ChaosProfile(silent_connections=[1, -1]), "no connection below number 1"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(UsageError, match=words):
        make()
