"""One execution: its authorization, its sessions, its way out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from gatepost import CredentialError, OriginError, Runtime, TokenAuth
from gatepost.auth.choice import choose_scheme
from gatepost.clock import SYSTEM_TIME, Time
from gatepost.emulator import Emulator, fingerprint
from gatepost.errors import AppExit, UsageError
from gatepost.inputs.collecting import collect
from gatepost.inputs.values import Collected, Source, Value
from gatepost.log import Logging, LogSettings, Record
from gatepost.manifest import Manifest
from gatepost.runtime.options import read_options
from gatepost.sessions import AuthorizedSession
from gatepost.testing import TurnedTime

API = "https://platform.example/api"
PAIR = {"api_access_id": "20000000000000000001", "api_secret_key": "canary-secret-key"}
TOKEN = {"tc_token": "API:1:canary-token"}
NOW = 1_700_000_000


def make(
    *,
    auth: str | None = "auto",
    on_platform: bool = False,
    time: Time = SYSTEM_TIME,
    manifest: Manifest | None = None,
    **inputs: Any,
) -> Runtime[None]:
    """Make a runtime of these inputs alone."""
    collected = collect(explicit={"tc_api_path": API, **inputs}, environment={})
    return Runtime(
        collected=collected,
        options=read_options(collected),
        choice=None if auth is None else choose_scheme(collected, on_platform=on_platform, auth=auth),
        logging=Logging(),
        results={},
        manifest=manifest,
        time=time,
    )


@pytest.fixture
def runtime() -> Iterator[Runtime[None]]:
    """A runtime with an HMAC pair, at a time that stands still."""
    with make(**PAIR, time=TurnedTime(NOW)) as runtime:
        yield runtime


def prepared(url: str = f"{API}/v2/owners?resultLimit=2", method: str = "GET") -> requests.PreparedRequest:
    """Prepare a request as code does that sends it by itself."""
    return requests.Request(method, url, headers={"X-Own": "1"}).prepare()


# -- authorization ---------------------------------------------------------------------------------------------------------------


def test_hmac_signs_target_method_and_time(runtime: Runtime[None]) -> None:
    text = f"/api/v2/owners?resultLimit=2:GET:{NOW}"
    signature = base64.b64encode(hmac.digest(b"canary-secret-key", text.encode(), hashlib.sha256)).decode()
    assert runtime.authorization(prepared()) == {
        "Timestamp": str(NOW),
        "Authorization": f"TC 20000000000000000001:{signature}",
    }


def test_a_token_is_one_header() -> None:
    assert make(**TOKEN).authorization(prepared()) == {"Authorization": "TC-Token API:1:canary-token"}


def test_the_request_is_not_altered(runtime: Runtime[None]) -> None:
    request = prepared()
    before = (request.method, request.url, dict(request.headers), request.body)
    runtime.authorization(request)
    runtime.authorization_hmac(request)
    assert (request.method, request.url, dict(request.headers), request.body) == before


@pytest.mark.parametrize("method", ["authorization", "authorization_hmac"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (requests.Request("GET", API), "takes a requests.PreparedRequest, not Request. Make one with"),
        (f"{API}/v2/owners", "not str"),
        (None, "not NoneType"),
        ({"url": API, "method": "GET"}, "not dict"),
        (requests.PreparedRequest(), "no URL or no method: call prepare()"),
    ],
)
def test_only_prepared_requests_are_authorized(runtime: Runtime[None], method: str, wrong: Any, words: str) -> None:
    with pytest.raises(TypeError) as caught:
        getattr(runtime, method)(wrong)
    assert words in str(caught.value)


@pytest.mark.parametrize("method", ["authorization", "authorization_hmac"])
@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example/api/v2/owners", "http://platform.example/api/v2/owners", "https://platform.example:8443/api"],
)
def test_no_other_origin_gets_a_credential(runtime: Runtime[None], method: str, url: str) -> None:
    with pytest.raises(OriginError):
        getattr(runtime, method)(prepared(url))


def test_hmac_can_be_had_beside_a_token() -> None:
    runtime = make(on_platform=True, **TOKEN, **PAIR, time=TurnedTime(NOW))
    assert runtime.authorization(prepared())["Authorization"].startswith("TC-Token ")
    assert runtime.authorization_hmac(prepared()) == make(**PAIR, time=TurnedTime(NOW)).authorization(prepared())


def test_hmac_needs_a_pair() -> None:
    with pytest.raises(CredentialError, match="Set api_access_id and api_secret_key"):
        make(**TOKEN).authorization_hmac(prepared())


def test_an_app_without_credentials_has_none_to_give() -> None:
    runtime = make(auth=None)
    with pytest.raises(CredentialError, match="This app has no credential"):
        runtime.authorization(prepared())


def test_what_the_framework_asks_for_goes_by_what_the_run_was_given() -> None:
    with make(auth=None, **TOKEN, **PAIR) as runtime:
        assert runtime.framework_session is runtime._store_session, "a token is renewed in one place"
        assert isinstance(runtime.framework_session.scheme, TokenAuth)
    with make(auth=None, **PAIR) as runtime:
        assert runtime._store_session is runtime.framework_session
    with make(auth="hmac", **TOKEN, **PAIR) as runtime:
        assert runtime.framework_session is runtime.session
        assert isinstance(runtime._store_session.scheme, TokenAuth)
    with make(auth="token", **TOKEN) as runtime:
        assert runtime._store_session is runtime.session
    with make(auth=None) as runtime, pytest.raises(CredentialError, match="There is no credential"):
        _ = runtime.framework_session


def test_what_it_was_given_goes_only_where_the_apps_own_would() -> None:
    """Outside the platform, a manifest that somebody has cloned turns no verification off."""
    values = {
        Source.ENVIRONMENT: {**TOKEN, **PAIR, "tc_api_path": API},
        Source.DEFAULT: {"tc_verify": "false"},
    }
    given = make(auth=None)
    collected = Collected(Value(name, value, source, name) for source, inputs in values.items() for name, value in inputs.items())
    with Runtime[None](collected=collected, options=given.options, choice=None, logging=given.logging, results={}) as runtime:
        for name in ("framework_session", "_store_session"):
            with pytest.raises(CredentialError, match="vouches for"):
                getattr(runtime, name)
        assert not runtime._is_given_a_credential


class AskedLock:
    """A lock that tells when another thread than its holder asks for it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.asked = threading.Event()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self.asked.set()
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.mark.parametrize("name", ["auth", "session", "framework_session", "_token_session", "_sessions"])
def test_threads_that_need_the_first_session_at_once_never_wait_for_each_other(name: str) -> None:
    """On Python 3.11, a ``cached_property`` has a lock of its own, which goes wrong with the run's."""
    with make(**TOKEN) as runtime:
        lock = AskedLock()
        runtime._lock = lock  # type: ignore[assignment]
        got: list[object] = []

        def holding() -> None:
            with lock:
                other.start()
                assert lock.asked.wait(60)
                got.append(getattr(runtime, name))

        other = threading.Thread(target=lambda: got.append(getattr(runtime, name)), daemon=True)
        one = threading.Thread(target=holding, daemon=True)
        one.start()
        one.join(60)
        assert got, "the two wait for each other"
        other.join(60)
        assert got[0] is got[1]


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_the_platform_accepts_what_it_gives(tc_platform: Emulator, auth: Any) -> None:
    with make(**tc_platform.inputs(auth)) as runtime, requests.Session() as own:
        request = own.prepare_request(requests.Request("GET", f"{tc_platform.url}/v2/owners", params={"a": "ä +~"}))
        request.headers.update(runtime.authorization(request))
        assert own.send(request, verify=tc_platform.ca_file).ok
        assert requests.get(f"{tc_platform.url}/v2/owners", auth=runtime.auth, verify=tc_platform.ca_file, timeout=60).ok
    assert [request.verdict.accepted for request in tc_platform.requests] == [True, True]


def test_a_token_that_has_run_out_is_renewed_first(tc_platform: Emulator) -> None:
    stale = tc_platform.issue_token(life=-1)
    with make(**{**tc_platform.inputs(), "tc_token": stale.token, "tc_token_expires": stale.expires}) as runtime:
        headers = [runtime.authorization(prepared(f"{tc_platform.url}/v2/owners")) for _ in range(2)]
    assert headers[0] == headers[1]
    assert stale.token.reveal() not in headers[0]["Authorization"]
    assert [request.path for request in tc_platform.requests] == ["/api/appAuth"]


@responses.activate
def test_a_renewal_that_fails_while_there_is_time_is_a_warning() -> None:
    responses.get(f"{API}/appAuth", status=503, json={"message": "Maintenance"})
    time, records = TurnedTime(NOW), list[Record]()
    with make(**TOKEN, tc_token_expires=str(NOW + 1000), time=time) as runtime:
        runtime.logging.configure(LogSettings(console=False))
        runtime.logging.add_sink(records.append)
        runtime.authorization(prepared())
        time.turn(850)
        assert runtime.authorization(prepared()) == {"Authorization": "TC-Token API:1:canary-token"}
    assert [record.level_name for record in records] == ["WARNING"]
    assert "503" in records[0].message
    assert "Maintenance" in records[0].message
    assert "canary" not in records[0].message


def test_a_refused_request_is_recovered_by_the_scheme(tc_platform: Emulator) -> None:
    inputs = tc_platform.inputs()
    tc_platform.clock.turn(tc_platform.settings.token_life + 1)
    with make(**{**inputs, "tc_token_expires": ""}) as runtime, requests.Session() as own:
        request = prepared(f"{tc_platform.url}/v2/owners")
        statuses = []
        for _ in range(2):
            request.headers.update(runtime.authorization(request))
            answer = own.send(request, verify=tc_platform.ca_file)
            statuses.append(answer.status_code)
            runtime.auth.recover(request, answer)
    assert statuses == [401, 200]


def test_a_scheme_is_made_once_for_all_threads() -> None:
    runtime = make(**TOKEN, tc_token_expires="1800000000")
    start, made = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        made.append((id(runtime.auth), id(runtime.session)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert isinstance(runtime.auth, TokenAuth)


# -- sessions --------------------------------------------------------------------------------------------------------------------


def test_the_session_is_the_platforms(runtime: Runtime[None]) -> None:
    session = runtime.session
    assert session is runtime.session
    assert session.scheme is runtime.auth
    assert session.base_url == API
    assert session.headers["User-Agent"] == runtime.user_agent


def test_the_session_goes_the_way_that_the_inputs_say() -> None:
    proxy = {"tc_proxy_host": "proxy.example", "tc_proxy_port": "3128", "tc_proxy_tc": "true"}
    session = make(**PAIR, tc_verify="/etc/own-ca.pem", **proxy).session
    assert session.verify == "/etc/own-ca.pem"
    assert session.proxies == {"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"}


def test_renewals_go_the_same_way() -> None:
    proxy = {"tc_proxy_host": "proxy.example", "tc_proxy_port": "3128", "tc_proxy_tc": "true"}
    scheme = make(**TOKEN, tc_verify="/etc/own-ca.pem", **proxy).auth
    assert isinstance(scheme, TokenAuth)
    transport = scheme._transport
    assert transport is not None
    assert transport.verify == "/etc/own-ca.pem"
    assert transport.proxies == {"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"}


@responses.activate
def test_another_service_never_gets_the_platforms_credentials(runtime: Runtime[None]) -> None:
    elsewhere = responses.get("https://elsewhere.example/v1/feed", json={})
    assert runtime.external("https://elsewhere.example/v1").get("/feed").ok
    headers = elsewhere.calls[0].request.headers
    assert "Authorization" not in headers
    assert "Timestamp" not in headers


def test_the_platforms_scheme_is_refused_for_another_service(runtime: Runtime[None]) -> None:
    with pytest.raises(UsageError, match="not for other services"):
        runtime.external("https://elsewhere.example", auth=runtime.auth)


@responses.activate
def test_another_service_may_have_a_scheme_of_its_own(runtime: Runtime[None]) -> None:
    elsewhere = responses.get("https://elsewhere.example/feed", json={})
    own = TokenAuth("its-own-token", origin="https://elsewhere.example")
    assert runtime.external("https://elsewhere.example", auth=own).get("/feed").ok
    assert elsewhere.calls[0].request.headers["Authorization"] == "TC-Token its-own-token"


def test_another_service_has_a_way_of_its_own() -> None:
    proxy = {"tc_proxy_host": "proxy.example", "tc_proxy_port": "3128", "tc_proxy_external": "true"}
    runtime = make(**PAIR, tc_verify="false", **proxy)
    external = runtime.external(verify="/etc/its-ca.pem")
    assert external.verify == "/etc/its-ca.pem"
    assert external.proxies["https"] == "http://proxy.example:3128"
    assert runtime.external().verify is True
    assert runtime.session.proxies == {}


def test_the_user_agent_names_gatepost_and_the_app(runtime: Runtime[None]) -> None:
    assert runtime.user_agent.startswith("gatepost/")
    assert " " not in runtime.user_agent
    app = make(**PAIR, manifest=Manifest(display_name="Blue Feed (β)", program_version="1.2.0"))
    assert app.user_agent == f"{runtime.user_agent} Blue-Feed----/1.2.0"


# -- the way out -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [(0, "", "Success"), (1, "", "Failure"), (3, "", "Partial Failure"), (4, "", "Hard Failure"), (3, "2 of 3", "2 of 3")],
)
def test_it_ends_with_a_code_and_a_message(runtime: Runtime[None], code: int, message: str, expected: str) -> None:
    with pytest.raises(AppExit) as caught:
        runtime.exit(code, message)
    assert (caught.value.code, caught.value.message) == (code, expected)


@pytest.mark.parametrize("code", [2, -1, 255, "1"])
def test_other_codes_are_refused(runtime: Runtime[None], code: Any) -> None:
    with pytest.raises(UsageError, match="is no exit code of an app"):
        runtime.exit(code)


def test_closing_closes_all_sessions_once(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[AuthorizedSession] = []
    monkeypatch.setattr(AuthorizedSession, "close", lambda session: closed.append(session))
    with make(**PAIR) as runtime:
        sessions = [runtime.session, runtime.external(), runtime.external("https://elsewhere.example")]
    runtime.close()
    assert sorted(map(id, closed)) == sorted(map(id, sessions))


def test_its_text_form_shows_no_secret(runtime: Runtime[None]) -> None:
    assert repr(runtime) == f"<Runtime of {API} by hmac>"
    assert repr(make(auth=None)) == f"<Runtime of {API} by no credential>"
    shown = repr([runtime.auth, runtime.choice, runtime.collected, runtime.options, runtime.session, make(**TOKEN).auth])
    assert "canary" not in shown
    assert fingerprint("API:1:canary-token") not in shown
