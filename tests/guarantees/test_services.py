"""The guarantees, for every scheme of another service, against its emulated service. Numbers are those of the docs."""

from __future__ import annotations

import base64
import contextlib
import pickle
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from gatepost.auth import RenewalRefused, RenewalUnavailable, Scheme
from gatepost.clock import Clocks
from gatepost.emulator import ChaosProfile, OAuthEmulator, Rule
from gatepost.emulator.faults import Answer, Destination, Moment, Redirect
from gatepost.sessions import AuthorizedSession, RateLimit
from gatepost.sessions.curl import curl_line
from gatepost.sessions.tapes import RecordingAdapter, Tape
from gatepost.transport.errors import OriginError
from gatepost.transport.plain import PlainTransport
from tests.e2e.tunnel import ProxyServer, running_proxy
from tests.guarantees.clients import KINDS, Clients
from tests.guarantees.services import CERTIFICATE, ISSUED, SENT_AS_THEY_ARE, Case, Service
from tests.transport.scripted_server import ScriptedServer

issued = pytest.mark.parametrize("case", ISSUED, ids=str)
every = pytest.mark.parametrize("case", [*ISSUED, *SENT_AS_THEY_ARE], ids=str)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.fixture
def service(request: pytest.FixtureRequest, case: Case, time) -> Iterator[Service]:
    with case.emulator(time_source=time.time, **case.settings) as service:
        yield service


@pytest.fixture(scope="module")
def shared() -> Iterator[Callable[[Case], Service]]:
    """One service of each kind, for tests that only look."""
    with contextlib.ExitStack() as running:
        services: dict[type[Service], Service] = {}

        def service_of(case: Case) -> Service:
            if case.emulator not in services:
                services[case.emulator] = running.enter_context(case.emulator())
            return services[case.emulator]

        yield service_of


@pytest.fixture(params=KINDS)
def asking(request: pytest.FixtureRequest, case: Case, service: Service) -> Iterator[Clients]:
    """Make a function that asks with a scheme, by a session and by plain ``requests``."""
    clients = Clients(request.param, service.url, service.ca_file, case.path, other_origins=True)
    yield clients
    clients.close()


def session_with(scheme: Scheme, service: Service) -> AuthorizedSession:
    session = AuthorizedSession(scheme, base_url=service.url, other_origins=True)
    session.verify = service.ca_file
    return session


def issuings(case: Case, service: Service) -> list[Any]:
    return [request for request in service.requests if request.path == case.issuing]


def calls(case: Case, service: Service) -> list[Any]:
    return [request for request in service.requests if request.path != case.issuing]


def end_token(case: Case, service: Service) -> None:
    """Have the service refuse the token that is in use, long before its time."""
    if case.emulator.__name__ == "TimbrEmulator":
        service.replace_token()
    else:
        service.clock.turn(1_001)


# -- 1: every attempt is authorized anew -----------------------------------------------------------------------------------------


@issued
def test_a_repeat_carries_what_is_good_by_then(case, service, clocks):
    """While the first attempt fails, its token ends and somebody else gets a new one."""
    scheme = case.scheme(service, clocks)

    def meanwhile(request: Any, result: Any) -> None:
        if result.status_code == 503:
            end_token(case, service)
            scheme.renewal.force(scheme.renewal.snapshot())

    service.chaos = ChaosProfile(rules=[Rule(fault=Answer(503), ids="*", attempts=[1])])
    with session_with(scheme, service) as session:
        session.exchange_hook = meanwhile
        assert session.get(case.path, headers={"X-Request-Id": "one"}).ok
    first, second = (call.header(scheme.header) for call in calls(case, service))
    assert first != second


# -- 2: redirects inside the origin verify ---------------------------------------------------------------------------------------


@every
def test_a_redirect_inside_the_origin_is_authorized(case, service, clocks, asking):
    ask = asking(case.scheme(service, clocks))
    service.chaos = ChaosProfile(rules=[Rule(fault=Redirect(), ids="*", attempts=[1])])
    assert ask(headers={"X-Request-Id": "one"}).ok
    assert calls(case, service)[-1].path == f"/moved{case.path}"


# -- 3: no credential goes elsewhere ---------------------------------------------------------------------------------------------


def secrets_of(service: Service) -> set[str]:
    """Every credential of a service, as it is and as headers and URLs have it."""
    known = service.credentials
    names = ("password", "salt", "token", "api_key", "client_secret", "refresh_token")
    texts = {getattr(known, name).reveal() for name in names if hasattr(known, name)} | set(service.issued_tokens)
    encoded = {quote(text, safe="") for text in texts}
    pairs = {f"{getattr(known, 'username', '')}:{text}" for text in texts}
    return texts | encoded | {base64.b64encode(pair.encode()).decode() for pair in pairs}


@every
def test_no_credential_goes_elsewhere(case, service, clocks, asking):
    """Neither by a redirect nor by a link of the service, whatever these say."""
    ask = asking(case.scheme(service, clocks))
    assert ask().ok
    with ScriptedServer() as other:
        service.chaos = ChaosProfile(rules=[Rule(fault=Redirect(Destination.ORIGIN, other.url), ids="*")])
        with contextlib.suppress(OriginError):  # that is, plain requests do not follow at all
            ask(headers={"X-Request-Id": "one"})
        with session_with(case.scheme(service, clocks), service) as session:
            session.get(f"{other.url}/next")
        assert "/next" in [request.target for request in other.requests]
        received = "\n".join(f"{one.target} {one.headers} {one.body!r}" for one in other.requests)
    assert not [secret for secret in secrets_of(service) if secret in received]
    assert "authorization" not in received.lower()


@every
def test_another_origin_is_refused_before_anything_is_sent(case, shared, clocks):
    service = shared(case)
    service.forget_requests()
    with ScriptedServer() as other:
        with pytest.raises(OriginError):
            requests.get(other.url, auth=case.scheme(service, clocks), timeout=5)
        with pytest.raises(OriginError):
            AuthorizedSession(case.scheme(service, clocks), base_url=other.url)
        assert other.requests == []
    assert service.requests == ()


# -- 4: one renewal for everybody ------------------------------------------------------------------------------------------------


@issued
def test_many_threads_share_one_login_and_one_renewal(case, service, clocks, asking, threads, time):
    ask = asking(case.scheme(service, clocks))
    assert service.requests == ()

    assert list(threads.map(lambda _: ask().status_code, range(8))) == [200] * 8
    assert len(issuings(case, service)) == 1
    if case.expires:
        time.turn(1_001)
        assert list(threads.map(lambda _: ask().status_code, range(8))) == [200] * 8
        assert len(issuings(case, service)) == 2
    assert len(calls(case, service)) == (16 if case.expires else 8), "a call was refused"
    assert time.slept == []


# -- 5: nobody waits in the advisory window --------------------------------------------------------------------------------------


class HeldTransport(PlainTransport):
    """Sends a login only when the test lets it."""

    def __init__(self, ca_file: str) -> None:
        super().__init__(verify=ca_file)
        self.entered, self.may_send = threading.Event(), threading.Event()
        self.may_send.set()

    def send(self, method: str, url: str, **settings: Any) -> Any:
        self.entered.set()
        assert self.may_send.wait(60)
        return super().send(method, url, **settings)


@pytest.mark.parametrize("case", [case for case in ISSUED if case.expires], ids=str)
def test_nobody_waits_for_the_one_who_logs_in(case, service, clocks, asking, threads, time):
    held = HeldTransport(service.ca_file)
    scheme = case.scheme(service, clocks, transport=held)
    ask = asking(scheme)
    ask()
    expires = scheme.renewal.snapshot().expires
    time.turn((expires - time.time()) * 0.85)
    held.entered.clear()
    held.may_send.clear()
    first = threads.submit(ask)
    assert held.entered.wait(60)

    assert [future.result(60).status_code for future in [threads.submit(ask) for _ in range(7)]] == [200] * 7
    assert not first.done()
    assert len(issuings(case, service)) == 1

    held.may_send.set()
    assert first.result(60).status_code == 200
    assert len(issuings(case, service)) == 2


# -- 6: a refused login is told in the service's words ---------------------------------------------------------------------------


@issued
def test_every_caller_hears_the_services_words_and_nobody_asks_again(case, service, clocks, asking, threads):
    ask = asking(case.wrong_scheme(service, clocks))

    errors = [future.exception(60) for future in [threads.submit(ask) for _ in range(8)]]
    assert {type(error) for error in errors} == {RenewalRefused}
    assert all(case.words in error.message for error in errors)
    assert len(service.requests) == 1, "a refused credential was sent again, or a call without a token"


# -- 7: a run outlives a login that is down --------------------------------------------------------------------------------------


@issued
def test_the_run_recovers_by_itself(case, service, clocks, asking, time):
    scheme = case.scheme(service, clocks)
    ask = asking(scheme)
    ask()
    service.chaos = ChaosProfile(rules=[Rule(fault=Answer(503), path=case.issuing)])
    if case.expires:
        expires = scheme.renewal.snapshot().expires
        for share in (0.2, 0.08, 0.01):
            time.turn(expires - time.time() - share * 300)
            assert ask().status_code == 200
        assert len(issuings(case, service)) > 1, "no renewal was tried"
        time.turn(20)
    else:
        end_token(case, service)
    with pytest.raises(RenewalUnavailable, match="503"):
        ask()

    service.chaos = None
    time.turn(31)
    assert [ask().status_code for _ in range(3)] == [200] * 3


# -- 8: a wrong clock ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [7_200, -7_200])
@issued
def test_a_wrong_clock_costs_no_call(case, time, offset):
    """Only Timbr sends a time: it refuses one bearer."""
    clocks = Clocks(time)
    with case.emulator(time_source=time.time, clock_offset=offset, **case.settings) as service:
        with session_with(case.scheme(service, clocks), service) as session:
            for _ in range(6):
                assert session.get(case.path).ok
                time.turn(220)
        refused = [request.path for request in service.requests if request.status != 200]
        assert refused == ([case.issuing] if case.name == "TimbrAuth" else [])
        assert len(issuings(case, service)) <= 6


# -- 9: a refusal forces one renewal at most -------------------------------------------------------------------------------------


@issued
def test_threads_with_a_token_that_the_service_no_longer_takes(case, service, clocks, asking, threads):
    scheme = case.scheme(service, clocks)
    ask = asking(scheme)
    ask()
    scheme.renewal._clock.note = lambda date: None  # its expiry here is far away: only the refusals can tell
    end_token(case, service)

    sent = range(8)
    assert list(threads.map(lambda number: ask(headers={"X-Request-Id": str(number)}).status_code, sent)) == [200] * 8
    assert len(issuings(case, service)) == 2
    assert max(Counter(request.request_id for request in calls(case, service) if request.request_id).values()) <= 2


@issued
def test_missing_permission_costs_one_login_at_most(case, service, clocks, asking):
    """Among calls that are allowed, so that every new token turns out to be good."""
    ask = asking(case.scheme(service, clocks))
    forbidden = Answer(403 if case.name in ("TcapAuth", "TimbrAuth") else 401, "You may not do this")
    service.chaos = ChaosProfile(rules=[Rule(fault=forbidden, ids="forbidden")])
    for _ in range(6):
        assert ask().ok
        assert ask(headers={"X-Request-Id": "forbidden"}).status_code in (401, 403)

    assert len(issuings(case, service)) <= (1 if case.name == "TcapAuth" else 2)


# -- 10: no silent double write --------------------------------------------------------------------------------------------------


@every
def test_nothing_is_written_twice(case, service, clocks):
    """Neither after a fault that hides that it was written, nor where the credential was refused before."""
    path, body = case.write
    lost = Rule(fault=Answer(503, when=Moment.PROCESSED), ids="lost")
    service.chaos = ChaosProfile(rules=[lost])
    with session_with(case.scheme(service, clocks), service) as session:
        assert session.post(path, json=body, headers={"X-Request-Id": "lost"}).status_code == 503
        if case.issuing:
            end_token(case, service)
        assert session.post(path, json=body, headers={"X-Request-Id": "refused"}).ok
    written = Counter(write.request_id for write in service.writes)
    assert (written["lost"], written["refused"]) == (1, 1)
    assert len(calls(case, service)) == (3 if case.issuing else 2)


# -- 11: rate limits count retries -----------------------------------------------------------------------------------------------


@issued
def test_a_repeat_with_a_new_token_waits_for_its_turn(case, service, clocks, time):
    with session_with(case.scheme(service, clocks), service) as session:
        session.limits = RateLimit(0.5, burst=1)
        assert session.get(case.path).ok
        end_token(case, service)
        assert session.get(case.path).ok
    assert len(calls(case, service)) == 3
    assert sum(time.slept) == pytest.approx(4)


# -- 12: what is said explicitly beats the environment ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other_authority() -> Iterator[str]:
    with OAuthEmulator() as other:
        yield other.ca_file


@pytest.fixture(scope="module")
def proxy() -> Iterator[ProxyServer]:
    with running_proxy() as server:
        yield server


@every
def test_calls_and_logins_go_as_was_said_and_not_as_the_environment_has_it(
    case, shared, proxy, other_authority, time, monkeypatch
):
    """The environment names a proxy that is none, and an authority that has nothing to do with the service."""
    service, clocks = shared(case), Clocks()
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other_authority)
    proxies = {"https": f"http://127.0.0.1:{proxy.server_address[1]}"}
    given = {"transport": PlainTransport(verify=service.ca_file, proxies=proxies)} if case.issuing else {}
    proxy.seen.clear()
    with session_with(case.scheme(service, clocks, **given), service) as session:
        session.proxies = proxies
        assert session.get(case.path).ok
    assert len(proxy.seen) == (2 if case.issuing else 1)

    if case.issuing:
        untold = case.scheme(service, Clocks(time), transport=PlainTransport(proxies=proxies))
        with session_with(untold, service) as session, pytest.raises(RenewalUnavailable, match="certificate"):
            session.get(case.path)
        assert len(proxy.seen) == 3, "a certificate that is not trusted was asked for again"
        assert time.slept == []


# -- 13: no secret is shown ------------------------------------------------------------------------------------------------------


@every
def test_no_secret_is_shown(case, service, clocks, tmp_path):
    tape = Tape.record(tmp_path / "tape.json")
    adapter = RecordingAdapter(tape=tape)
    transport = PlainTransport(verify=service.ca_file, adapter=adapter)
    scheme = case.make(service, {"clocks": clocks} | ({"transport": transport} if case.issuing else {}))
    shown = [repr(scheme)]
    with session_with(scheme, service) as session:
        session.mount("https://", adapter)
        session.exchange_hook = lambda request, result: shown.append(f"{curl_line(request)} {result!r}")
        response = session.get(case.path)
        assert response.ok
        shown += [response.url, *(one.url for one in response.history), repr(response)]
        service.chaos = ChaosProfile(rules=[Rule(fault=Answer(403, "No"), ids="*")])
        refusal = session.get(case.path, headers={"X-Request-Id": "one"})
        with pytest.raises(requests.HTTPError) as caught:
            refusal.raise_for_status()
        shown.append(str(caught.value))
        tape.save()
    shown.append((tmp_path / "tape.json").read_text())
    everything = "\n".join(shown)
    assert case.path in everything
    assert not [secret for secret in secrets_of(service) if secret in everything]


# -- 14: a deadline is kept ------------------------------------------------------------------------------------------------------


@issued
def test_a_login_ends_at_the_deadline_of_the_call_that_needs_it(case, service, clocks, time):
    service.chaos = ChaosProfile(rules=[Rule(fault=Answer(503), path=case.issuing)])
    with session_with(case.scheme(service, clocks), service) as session, pytest.raises(RenewalUnavailable, match="503"):
        session.get(case.path, deadline=1)
    assert sum(time.slept) < 1
    assert len(service.requests) == 2, "it was not tried again while there was time"


# -- 15: pickles -----------------------------------------------------------------------------------------------------------------


@every
def test_no_scheme_is_pickled(case, shared, clocks):
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(case.scheme(shared(case), clocks))


# -- a client certificate --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [CERTIFICATE], ids=str)
def test_a_certificate_is_for_its_own_origin(case, service, clocks, tmp_path):
    """A service of the same kind elsewhere asks for one, too, and is not shown any."""
    with case.emulator() as other:
        both = tmp_path / "both.pem"
        both.write_text("".join(Path(one.ca_file).read_text() for one in (service, other)))
        with AuthorizedSession(case.scheme(service, clocks), base_url=service.url, other_origins=True) as session:
            session.verify = str(both)
            assert session.get(case.path).status_code == 200
            assert session.get(other.url + case.path).status_code == 401
            service.chaos = ChaosProfile(rules=[Rule(fault=Redirect(Destination.ORIGIN, other.url), ids="*")])
            session.get(case.path, headers={"X-Request-Id": "one"})
        assert len(other.requests) == 2
        assert all(not request.certificate for request in other.requests)
        assert all(request.certificate for request in service.requests)
