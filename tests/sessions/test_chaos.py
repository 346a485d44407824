"""Sessions against a platform that fails in every way it can: what fits the attempts ends well, and nothing is written twice."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from gatepost.auth import HmacAuth, TokenAuth
from gatepost.clock import Clocks
from gatepost.emulator import ChaosProfile, Emulator, Rule
from gatepost.emulator.faults import (
    Answer,
    Destination,
    Drip,
    ExpireToken,
    Fault,
    HalfClose,
    Moment,
    Pause,
    Redirect,
    Reset,
    Truncate,
    TurnClock,
)
from gatepost.errors import CredentialError
from gatepost.sessions import AuthorizedSession
from gatepost.testing.time import TurnedTime
from gatepost.transport import DeadlineExceeded, OriginError, PlainTransport, TimedOut, TransportError

pytestmark = pytest.mark.unmeasured

SEEDS = range(20)

# What may strike any attempt. Each costs a repeat at most: three in all are within the policy.
FAULTS: tuple[Fault, ...] = (
    Answer(500),
    Answer(502, body="<h1>Bad Gateway</h1>", content_type="text/html"),
    Answer(503),
    Answer(503, when=Moment.PROCESSED),
    Answer(504),
    Answer(429, retry_after="2"),
    Answer(429, retry_after_date=3),
    Answer(429, retry_after="-1"),
    Answer(429, retry_after="soon"),
    Reset(Moment.HEAD),
    Reset(Moment.READ),
    Reset(Moment.PROCESSED),
    HalfClose(Moment.READ),
    HalfClose(Moment.PROCESSED),
    Truncate(),
    Truncate(chunked=True),
    Drip(size=16, seconds=0),
    Redirect(Destination.PATH),
)

# A renewal that fails twice and then succeeds is within its own three tries. None strikes when the token is exchanged already:
# the answer would be lost, and with it the only good token.
RENEWAL_FAULTS = (
    Rule(fault=Answer(503), path="/appAuth", attempts=range(1, 100, 3)),
    Rule(fault=Answer(200, body='{"success": true}'), path="/appAuth", attempts=range(2, 100, 6)),
    Rule(fault=Reset(), path="/appAuth", attempts=range(5, 100, 6)),
)


@dataclass(frozen=True)
class Call:
    name: str
    method: str
    path: str
    repeatable: bool | None = None

    @property
    def may_repeat(self) -> bool:
        return self.repeatable or self.method != "POST"

    def send(self, session: AuthorizedSession) -> int:
        """Return the status of the final response; 0 when there was none."""
        body = None if self.method == "GET" else json.dumps({"name": self.name})
        headers = {"X-Request-Id": self.name}
        try:
            return session.request(self.method, self.path, data=body, headers=headers, repeatable=self.repeatable).status_code
        except TransportError:
            return 0


CALLS = [
    call
    for number in range(4)
    for call in (
        Call(f"read-{number}", "GET", "/v2/owners"),
        Call(f"write-{number}", "POST", "/v3/tags"),
        Call(f"change-{number}", "PUT", "/v3/tags/1"),
        Call(f"repeatable-{number}", "POST", "/v3/tags", repeatable=True),
    )
]


def mixed(seed: int, *first: Rule) -> ChaosProfile:
    share = 0.5 / len(FAULTS)
    return ChaosProfile(seed=seed, limit=3, rules=(*first, *(Rule(fault=fault, share=share, ids="*") for fault in FAULTS)))


def foretell(profile: ChaosProfile, call: Call) -> tuple[bool, int]:
    """Say by the profile alone whether a call must succeed, and how often the platform acts on it."""
    acted = 0
    for fault in profile.faults(call.method, call.path, call.name, 8):
        if fault is None or isinstance(fault, Drip):
            return True, acted + 1
        if isinstance(fault, Redirect | TurnClock | ExpireToken):
            continue
        acted += isinstance(fault, Truncate) or fault.when is Moment.PROCESSED
        if not call.may_repeat:
            return False, acted
    raise AssertionError("the faults do not fit the attempts")


def check(platform: Emulator, profile: ChaosProfile, statuses: dict[str, int]) -> None:
    acted = Counter(write.request_id for write in platform.writes)
    for call in CALLS:
        succeeds, times = foretell(profile, call)
        assert (200 <= statuses[call.name] < 300) == succeeds, f"{call} ended with {statuses[call.name]}"
        assert succeeds or not call.may_repeat
        if call.method != "GET":
            assert acted[call.name] == times, f"{call} was done {acted[call.name]} times"
        if not call.may_repeat:
            assert acted[call.name] <= 1


@pytest.fixture
def turned() -> TurnedTime:
    return TurnedTime()


@pytest.fixture
def platform(turned: TurnedTime) -> Iterator[Emulator]:
    with Emulator(time_source=turned.time, token_life=600) as running:
        yield running


def token_session(platform: Emulator, turned: TurnedTime) -> AuthorizedSession:
    clocks = Clocks(turned)
    auth = TokenAuth(
        platform.credentials.token,
        platform.credentials.token_expires,
        renew_url=f"{platform.url}/appAuth",
        transport=PlainTransport(verify=platform.ca_file),
        clocks=clocks,
    )
    return session_with(auth, platform, clocks)


def hmac_session(platform: Emulator, turned: TurnedTime) -> AuthorizedSession:
    clocks = Clocks(turned)
    auth = HmacAuth(platform.credentials.access_id, platform.credentials.secret_key, origin=platform.url, clocks=clocks)
    return session_with(auth, platform, clocks)


def session_with(auth: HmacAuth | TokenAuth, platform: Emulator, clocks: Clocks) -> AuthorizedSession:
    session = AuthorizedSession(auth, base_url=platform.url, clocks=clocks)
    session.verify = platform.ca_file
    return session


def make_tag(session: AuthorizedSession) -> None:
    """Make the tag that the calls change, before there is any chaos."""
    assert session.post("/v3/tags", json={"name": "Demo"}).json()["data"]["id"] == 1


def test_the_seeds_meet_every_fault_in_every_kind_of_call():
    met = {
        (call.method, call.repeatable, fault)
        for seed in SEEDS
        for call in CALLS
        for fault in mixed(seed).faults(call.method, call.path, call.name, 4)
        if fault is not None
    }
    assert len(met) == 4 * len(FAULTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_fits_the_attempts_succeeds_by_token(platform, turned, seed):
    profile = mixed(seed, Rule(fault=ExpireToken(), ids="read-*", attempts=[1], share=0.3), *RENEWAL_FAULTS)
    with token_session(platform, turned) as session:
        make_tag(session)
        platform.chaos = profile
        statuses = {}
        for call in CALLS:
            statuses[call.name] = call.send(session)
            turned.turn(60)
    check(platform, profile, statuses)
    renewals = [request for request in platform.requests if request.path == "/api/appAuth"]
    assert any(request.fault for request in renewals)
    assert any(request.status == 200 and not request.fault for request in renewals)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_fits_the_attempts_succeeds_by_signature(platform, turned, seed):
    """Also when the platform's clock jumps by hours, in the middle of the run."""
    jumps = (
        Rule(fault=TurnClock(7200), ids="write-*", attempts=[1], share=0.2),
        Rule(fault=TurnClock(-10_000), ids="read-*", attempts=[1], share=0.2),
    )
    profile = mixed(seed, *jumps)
    with hmac_session(platform, turned) as session:
        make_tag(session)
        platform.chaos = profile
        statuses = {call.name: call.send(session) for call in CALLS}
    check(platform, profile, statuses)
    refused = [request for request in platform.requests if not request.verdict.accepted]
    jumped = [request for request in platform.requests if request.fault.startswith("clock turned")]
    assert [request.number for request in refused] == [request.number for request in jumped]


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_threads_meet_the_same_faults_in_any_order(platform, turned, seed):
    profile = mixed(seed)
    with hmac_session(platform, turned) as session:
        make_tag(session)
        platform.chaos = profile
        with ThreadPoolExecutor(8) as pool:
            statuses = dict(zip([call.name for call in CALLS], pool.map(lambda call: call.send(session), CALLS), strict=True))
    check(platform, profile, statuses)


def test_every_attempt_of_a_burst_is_signed_anew(platform, turned):
    platform.chaos = ChaosProfile(rules=[Rule(fault=Answer(503, retry_after="100"), attempts=[1, 2, 3])])
    with hmac_session(platform, turned) as session:
        assert session.get("/v2/owners", headers={"X-Request-Id": "one"}).status_code == 200
    assert [request.verdict.outcome for request in platform.requests] == ["accepted"] * 4
    timestamps = [int(request.header("timestamp")) for request in platform.requests]
    assert [after - before for before, after in itertools.pairwise(timestamps)] == [100, 100, 100]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Answer(503), 503),
        (Answer(429, retry_after="315360000"), 429),
        (Answer(429, retry_after_date=315_360_000), 429),
        (Answer(403), 403),
    ],
)
def test_faults_beyond_the_attempts_are_told(platform, turned, fault, status):
    platform.chaos = ChaosProfile(rules=[Rule(fault=fault)])
    with hmac_session(platform, turned) as session:
        assert session.get("/v2/owners", headers={"X-Request-Id": "one"}).status_code == status
    assert sum(turned.slept) < 60


@pytest.mark.parametrize("fault", [Reset(), Reset(Moment.HEAD), HalfClose(), Truncate(), Truncate(chunked=True)])
def test_connections_that_always_break_are_an_error_after_four_attempts(platform, turned, fault):
    platform.chaos = ChaosProfile(rules=[Rule(fault=fault)])
    with hmac_session(platform, turned) as session, pytest.raises(TransportError, match="tried 4 times"):
        session.get("/v2/owners", headers={"X-Request-Id": "one"})
    assert len(platform.requests) == 4


def test_a_platform_that_was_down_is_found_again(platform, turned, monkeypatch):
    """Nothing was sent to a platform that refuses connections, so that a POST may be tried again too."""
    sleep = turned.sleep

    def comes_back(seconds: float) -> None:
        platform.refuse_connections = False
        sleep(seconds)

    monkeypatch.setattr(turned, "sleep", comes_back)
    platform.refuse_connections = True
    with hmac_session(platform, turned) as session:
        assert session.post("/v3/tags", json={"name": "Demo"}, headers={"X-Request-Id": "one"}).status_code == 201
    assert [write.request_id for write in platform.writes] == ["one"]


def test_a_renewal_that_is_refused_tells_the_platforms_words(platform, turned):
    words = "the job associated with this token is either invalid or does not exist"
    platform.chaos = ChaosProfile(rules=[Rule(fault=Answer(401, words), path="/appAuth")])
    turned.turn(601)
    with token_session(platform, turned) as session, pytest.raises(CredentialError, match=words):
        session.get("/v2/owners")


def test_a_silent_platform_is_an_error_at_the_timeout(platform, turned):
    platform.chaos = ChaosProfile(rules=[Rule(fault=Pause(None))])
    with hmac_session(platform, turned) as session, pytest.raises(TimedOut):
        session.post("/v3/tags", json={"name": "Demo"}, headers={"X-Request-Id": "one"}, timeout=0.2)
    assert platform.writes == ()


def test_a_body_that_stops_dripping_is_an_error_at_the_deadline(platform):
    platform.chaos = ChaosProfile(rules=[Rule(fault=Drip(seconds=0, pieces=5))])
    clocks = Clocks()
    auth = HmacAuth(platform.credentials.access_id, platform.credentials.secret_key, origin=platform.url, clocks=clocks)
    with session_with(auth, platform, clocks) as session, pytest.raises((DeadlineExceeded, TimedOut)):
        session.get("/v2/owners", headers={"X-Request-Id": "one"}, deadline=0.3)


def test_a_loop_ends_at_the_limit_of_redirects(platform, turned):
    platform.chaos = ChaosProfile(rules=[Rule(fault=Redirect(Destination.LOOP), attempts=[1])])
    with hmac_session(platform, turned) as session, pytest.raises(requests.TooManyRedirects):
        session.get("/v2/owners", headers={"X-Request-Id": "one"})
    assert {request.verdict.outcome for request in platform.requests} == {"accepted"}


def test_a_redirect_to_another_platform_carries_no_credential(platform, turned, tmp_path):
    with Emulator() as other:
        platform.chaos = ChaosProfile(rules=[Rule(fault=Redirect(Destination.ORIGIN, other.url), attempts=[1])])
        with token_session(platform, turned) as session:
            both = tmp_path / "both.pem"
            both.write_text(Path(platform.ca_file).read_text() + Path(other.ca_file).read_text())
            session.get("/v2/owners", headers={"X-Request-Id": "one"}, verify=str(both))
        (request,) = other.requests
        assert (request.header("authorization"), request.header("cookie"), request.status) == ("", "", 401)


def test_a_redirect_to_plain_http_off_this_machine_is_not_followed(platform, turned):
    platform.chaos = ChaosProfile(rules=[Rule(fault=Redirect(Destination.ORIGIN, "http://192.0.2.1"), attempts=[1])])
    with token_session(platform, turned) as session, pytest.raises(OriginError, match="plain HTTP"):
        session.get("/v2/owners", headers={"X-Request-Id": "one"})
