"""Sessions with other services: the way they go, what they never carry, and schemes made of inputs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from requests.auth import HTTPBasicAuth

import gatepost
from gatepost import CredentialError, InputError, Runtime, auth
from gatepost.auth import LoginAuth
from gatepost.auth.choice import choose_scheme
from gatepost.emulator import Emulator, OAuthEmulator, TcapEmulator, TimbrEmulator
from gatepost.errors import PlatformError, UsageError
from gatepost.inputs.collecting import collect
from gatepost.inputs.values import Collected
from gatepost.log import Logging, LogSettings, Record
from gatepost.manifest import Manifest
from gatepost.runtime.external import find_service, make_service_scheme
from gatepost.runtime.external_inputs import EXTERNAL_SCHEMES
from gatepost.runtime.options import read_options
from gatepost.sessions import Checkpoint, CursorPages, LinkPages, read_pages
from tests.e2e.tunnel import ProxyServer, running_proxy
from tests.runtime.test_external_inputs import WHOLE, values
from tests.transport.scripted_server import Received, ScriptedServer, Step, answer

HASH = {"hash_value": "d41d8cd98f00b204e9800998ecf8427e", "hash_type": "MD5"}
PAIR = {"api_access_id": "20000000000000000001", "api_secret_key": "canary-secret-key"}


def make(manifest: Manifest | None = None, **inputs: Any) -> Runtime[None]:
    """Make a runtime of these inputs alone, with a credential for the platform."""
    collected = collect(explicit={"tc_api_path": "https://platform.example/api", **PAIR, **inputs}, environment={})
    return Runtime(
        collected=collected,
        options=read_options(collected),
        choice=choose_scheme(collected, on_platform=False),
        logging=Logging(),
        results={},
        manifest=manifest,
    )


@pytest.fixture(scope="module")
def tcap() -> Iterator[TcapEmulator]:
    """An emulated TCAP, shared: tests look at what was asked since they began."""
    with TcapEmulator() as service:
        yield service


def asked_since(service: Any, before: int) -> list[str]:
    return [request.path for request in service.requests[before:]]


def logins(request: Received) -> Step:
    """Hand out a token at /login; else say what was sent."""
    if request.target == "/login":
        return answer(200, '{"token": "canary-issued-token"}', Set_Cookie="session=canary-cookie; Path=/")
    return answer(200, json.dumps(request.headers))


def scheme_for(server: ScriptedServer) -> LoginAuth:
    return LoginAuth(f"{server.url}/login", json={"username": "anna", "password": "canary-password"})


# -- the way -------------------------------------------------------------------------------------------------------------------


def test_logins_go_as_the_session_goes(tcap: TcapEmulator) -> None:
    before = len(tcap.requests)
    scheme = auth.TcapAuth(tcap.credentials.username, tcap.credentials.password, base_url=tcap.url)
    with make(Manifest(display_name="Feed", program_version="1.2.3")) as runtime:
        session = runtime.external(tcap.url, auth=scheme, verify=tcap.ca_file)
        assert session.post("/hash-verification/api/v2", json=[HASH]).ok
        login, call = tcap.requests[before:]
        assert login.path == "/token-auth/api/login"
        assert login.header("User-Agent") == call.header("User-Agent") == runtime.user_agent


@pytest.fixture
def proxy() -> Iterator[ProxyServer]:
    with running_proxy() as server:
        yield server


def test_they_go_through_the_proxy_for_third_parties(tcap: TcapEmulator, proxy: ProxyServer) -> None:
    inputs = {"tc_proxy_host": "127.0.0.1", "tc_proxy_port": str(proxy.server_address[1]), "tc_proxy_external": "true"}
    inputs |= {"tc_proxy_username": "anna", "tc_proxy_password": "canary-proxy"}
    scheme = auth.TcapAuth(tcap.credentials.username, tcap.credentials.password, base_url=tcap.url)
    with make(**inputs) as runtime:
        assert runtime.external(tcap.url, auth=scheme, verify=tcap.ca_file).post("/hash-verification/api/v2", json=[HASH]).ok
    assert [target for target, _ in proxy.seen] == [tcap.url.removeprefix("https://")] * 2
    assert all(credentials and credentials.startswith("Basic ") for _, credentials in proxy.seen)


def test_two_sessions_with_one_scheme_log_in_once() -> None:
    with ScriptedServer(every=logins) as server, make() as runtime:
        scheme = scheme_for(server)
        for _ in range(2):
            assert runtime.external(server.url, auth=scheme).get("/rows").ok
        assert [request.target for request in server.requests] == ["/login", "/rows", "/rows"]


def test_the_first_session_says_how_a_shared_scheme_logs_in(tcap: TcapEmulator) -> None:
    scheme = auth.TcapAuth(tcap.credentials.username, tcap.credentials.password, base_url=tcap.url)
    with make() as runtime:
        first = runtime.external(tcap.url, auth=scheme, verify=tcap.ca_file)
        runtime.external(tcap.url, auth=scheme)
        assert first.post("/hash-verification/api/v2", json=[HASH]).ok


def test_a_scheme_outlives_a_run(tcap: TcapEmulator) -> None:
    before = len(tcap.requests)
    scheme = auth.TcapAuth(tcap.credentials.username, tcap.credentials.password, base_url=tcap.url)
    for _ in range(2):
        with make() as runtime:
            assert runtime.external(tcap.url, auth=scheme, verify=tcap.ca_file).post("/hash-verification/api/v2", json=[HASH]).ok
    assert len(asked_since(tcap, before)) == 3


# -- what is never carried -------------------------------------------------------------------------------------------------------


def test_neither_credentials_nor_cookies_of_the_platform_go_along(tc_platform: Emulator) -> None:
    with ScriptedServer(every=logins) as server, make(**tc_platform.inputs("hmac")) as runtime:
        assert runtime.session.get("/v2/owners").ok
        runtime.session.cookies.set("JSESSIONID", "canary-platform")
        for scheme in (None, scheme_for(server)):
            assert runtime.external(server.url, auth=scheme).get("/rows").ok
        sent = repr([(request.target, request.headers, request.body) for request in server.requests])
        assert "canary-platform" not in sent
        assert "Timestamp" not in sent
        assert tc_platform.credentials.secret_key.reveal() not in sent
        assert "TC " not in sent


@pytest.mark.parametrize(
    ("given", "word"),
    [(("anna", "canary"), "tuple"), ("canary", "str"), (auth.BasicAuth, "class"), (HTTPBasicAuth("a", "b"), "HTTPB")],
)
def test_what_is_no_scheme_is_refused_with_what_there_is(given: Any, word: str) -> None:
    with make() as runtime, pytest.raises(UsageError, match=f"{word}.*BasicAuth") as caught:
        runtime.external("https://service.example", auth=given)
    assert "canary" not in str(caught.value)


def test_the_platforms_own_schemes_are_refused() -> None:
    with make() as runtime:
        for scheme in (runtime.auth, runtime._hmac):
            with pytest.raises(UsageError, match="not for other services"):
                runtime.external("https://elsewhere.example", auth=scheme)


def test_nothing_of_a_login_is_in_the_log() -> None:
    records: list[Record] = []
    with ScriptedServer(every=logins) as server, make(tc_log_curl="true") as runtime:
        runtime.logging.configure(LogSettings(level="trace", console=False))
        runtime.logging.add_sink(records.append)
        session = runtime.external(server.url, auth=scheme_for(server))
        assert session.get("/rows").ok
        assert "canary-issued-token" in str(server.requests[1].headers)
    curl = [record.message for record in records if "curl" in record.message]
    assert len(curl) == 1
    assert "/rows" in curl[0]
    assert "canary" not in repr(records)


# -- tapes -----------------------------------------------------------------------------------------------------------------------


def test_a_tape_has_the_logins_too_and_replays_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.json"
    with ScriptedServer(every=logins) as server:
        monkeypatch.setenv("GATEPOST_TAPE", f"record:{tape}")
        with make() as runtime:
            assert runtime.external(server.url, auth=scheme_for(server)).get("/rows").ok
    asked = len(server.requests)
    text = tape.read_text()
    assert "canary" not in text
    assert '"/login"' in text
    monkeypatch.setenv("GATEPOST_TAPE", f"replay:{tape}")
    with make() as runtime:
        assert runtime.external(server.url, auth=scheme_for(server)).get("/rows").ok
    assert len(server.requests) == asked == 2


# -- services of inputs ----------------------------------------------------------------------------------------------------------


def test_two_lines_are_enough(tcap: TcapEmulator) -> None:
    with make(tcap_verify=tcap.ca_file, **tcap.inputs()) as runtime:
        session = runtime.service("tcap")
        assert session.post("/hash-verification/api/v2", json=[HASH]).ok
        assert session is runtime.service("tcap")
        assert session.base_url == tcap.url


def test_a_service_is_made_once_for_all_threads() -> None:
    with make(feed_auth="header", feed_url="https://feed.example", feed_api_key="canary-key") as runtime:
        start, made = threading.Barrier(8), []

        def ask() -> None:
            start.wait()
            made.append(id(runtime.service("feed")))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 8
        assert len(set(made)) == 1


def test_pages_of_tcap_follow_its_checkpoint_and_take_no_token_to_another_host(tmp_path: Path) -> None:
    with TcapEmulator() as other, TcapEmulator(page_size=20, next_base_url=other.url) as service:
        authorities = tmp_path / "ca.pem"
        authorities.write_text("".join(Path(server.ca_file).read_text() for server in (other, service)))
        inputs = {**service.inputs(scheme="tcap_account"), "tcap_verify": str(authorities)}
        with make(**inputs) as runtime:
            session, path = runtime.service("tcap"), "/api/hash-list/v2/all"
            arguments: dict[str, Any] = {"params": {"order": "asc"}, "items": "results", "progress": False}
            by_cursor = CursorPages("after", at="checkpoint", more="next")
            hashes = list(
                read_pages(session, path, by_cursor, checkpoint=Checkpoint(tmp_path / "c.json", keep=True), **arguments)
            )
            assert len(hashes) == len({item["id"] for item in hashes}) > 20
            assert (
                list(read_pages(session, path, by_cursor, checkpoint=Checkpoint(tmp_path / "c.json", keep=True), **arguments))
                == []
            )
            with pytest.raises(PlatformError):
                list(read_pages(session, path, LinkPages(at="next"), **arguments))
            (elsewhere,) = other.requests
            assert elsewhere.header("Authorization") == ""


def test_timbr_by_user_password_and_salt() -> None:
    with TimbrEmulator() as service, make(timbr_verify=service.ca_file, **service.inputs()) as runtime:
        answered = runtime.service("timbr").get("/timbr/api/get_ontologies/")
        assert answered.json()["status"] == "success"


@pytest.fixture(scope="module")
def items() -> Iterator[OAuthEmulator]:
    """A service that knows every general scheme."""
    with OAuthEmulator() as service:
        yield service


@pytest.mark.parametrize("scheme", sorted(set(EXTERNAL_SCHEMES) - {"none", "tcap", "tcap_account", "timbr"}))
def test_every_general_scheme_is_accepted(items: OAuthEmulator, scheme: str) -> None:
    with make(feed_verify=items.ca_file, **items.inputs("feed", scheme)) as runtime:
        assert runtime.service("feed").get("/items").json()["total"] == 45


def test_a_service_that_is_closed_is_made_anew() -> None:
    with make(feed_auth="none", feed_url="https://feed.example") as runtime:
        first = runtime.service("feed")
        runtime.close()
        assert runtime.service("feed") is not first


def test_an_undeclared_service_says_what_is_declared() -> None:
    with make(tcap_auth="tcap", tcap_username="a", tcap_password="b") as runtime:
        with pytest.raises(UsageError, match="Did you mean 'tcap'") as caught:
            runtime.service("tcep")
        assert "declare tcap" in str(caught.value)
    with make() as runtime, pytest.raises(UsageError, match=r"Add a param feed_auth to install\.json"):
        runtime.service("feed")


def test_missing_inputs_are_all_named() -> None:
    with make(feed_auth="oauth2", feed_client_id="x") as runtime, pytest.raises(InputError) as caught:
        runtime.service("feed")
    for name in ("feed_url", "feed_token_url", "feed_client_secret"):
        assert f"{name}: is missing" in str(caught.value)


def test_variables_of_the_platform_are_resolved(tc_platform: Emulator) -> None:
    key = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    tc_platform.set_variable("TC", key, "KEYCHAIN", "canary-from-the-keychain")
    inputs = {"feed_auth": "header", "feed_api_key": f"&{{TC:KEYCHAIN:{key}}}"}
    with ScriptedServer(every=logins) as server, make(**tc_platform.inputs("hmac"), feed_url=server.url, **inputs) as runtime:
        sent = dict(runtime.service("feed").get("/rows").json())
        assert sent["X-API-Key"] == "canary-from-the-keychain"
        missing = inputs | {"feed_api_key": "&{TC:KEYCHAIN:00000000-0000-4000-8000-000000000000}"}
        with (
            make(**tc_platform.inputs("hmac"), feed_url=server.url, **missing) as other,
            pytest.raises(InputError, match="feed_api_key"),
        ):
            other.service("feed")


def test_a_secret_that_is_not_encrypted_is_a_warning() -> None:
    records: list[Record] = []
    with make() as runtime:
        declared = values(feed_auth="bearer", feed_url="https://feed.example", feed_token="canary-token")
        runtime.collected = Collected([*runtime.collected.best.values(), *declared.values()])
        runtime.logging.configure(LogSettings(console=False))
        runtime.logging.add_sink(records.append)
        for _ in range(2):
            runtime.service("feed")
    (record,) = records
    assert "feed_token is a secret, and its param does not say so" in record.message
    assert "canary" not in repr(records)


def test_no_log_shows_a_secret_of_a_service_though_its_param_is_not_encrypted() -> None:
    records: list[Record] = []
    with make(feed_auth="bearer", feed_url="https://feed.example", feed_token="canary-token") as runtime:
        runtime.logging.configure(LogSettings(console=False))
        runtime.logging.add_sink(records.append)
        runtime.log.warning("before the service is used: canary-token")
    assert "before the service is used: ***" in records[0].message


@pytest.mark.parametrize("scheme", sorted(set(WHOLE) - {"none", "mutual_tls"}))
def test_every_scheme_can_be_made(scheme: str) -> None:
    given = {f"feed_{suffix}": value for suffix, value in WHOLE[scheme].items()}
    found = find_service(values(feed_auth=scheme, feed_url="https://feed.example", **given), "feed")
    made = make_service_scheme(found)
    assert made is not None
    assert str(made.origin) == "https://feed.example"
    assert "canary" not in repr(made)


def test_a_service_without_credentials_has_no_scheme() -> None:
    assert make_service_scheme(find_service(values(feed_auth="none", feed_url="https://feed.example"), "feed")) is None


def test_a_scheme_that_is_none_is_said_to_whoever_asks_for_the_service() -> None:
    with pytest.raises(InputError, match=r"feed_auth: names no scheme .*Choose one of none, header"):
        find_service(values(feed_auth="heder"), "feed")


def test_a_certificate_that_is_none_is_said() -> None:
    found = find_service(values(feed_auth="mutual_tls", feed_url="https://feed.example", feed_certificate="/none.pem"), "feed")
    with pytest.raises(CredentialError, match=r"/none\.pem"):
        make_service_scheme(found)


def headers_of(server: ScriptedServer, **inputs: str) -> dict[str, str]:
    """Return what a service got with a request."""
    with make(feed_url=server.url, **{f"feed_{suffix}": value for suffix, value in inputs.items()}) as runtime:
        return dict(runtime.service("feed").get("/rows").json())


def test_options_of_a_scheme_reach_it() -> None:
    with ScriptedServer(every=logins) as server:
        assert headers_of(server, auth="header", api_key="canary", header="X-Own", prefix="Key")["X-Own"] == "Key canary"
        assert headers_of(server, auth="basic", username="anna", password="canary")["Authorization"].startswith("Basic ")
        assert headers_of(server, auth="bearer", token="canary-token")["Authorization"] == "Bearer canary-token"
        login = {"auth": "login", "login_url": "/login", "username": "anna", "password": "canary"}
        assert headers_of(server, **login)["Authorization"] == "Bearer canary-issued-token"
        headers_of(server, auth="query", api_key="canary", parameter="k")
        assert server.requests[-1].target == "/rows?k=canary"


# -- refresh tokens --------------------------------------------------------------------------------------------------------------


def rotating() -> Callable[[Received], Step]:
    """A service that hands out a new refresh token each time, and takes each but once."""
    good = ["canary-refresh-0"]

    def give(request: Received) -> Step:
        if request.target != "/token":
            return logins(request)
        if f"refresh_token={good[0]}" not in request.body.decode():
            return answer(400, '{"error": "invalid_grant"}', Content_Type="application/json")
        good[0] = f"canary-refresh-{int(good[0].rpartition('-')[2]) + 1}"
        body = {"access_token": "canary-access", "token_type": "Bearer", "expires_in": 3600, "refresh_token": good[0]}
        return answer(200, json.dumps(body), Content_Type="application/json")

    return give


REFRESH = {"auth": "oauth2_refresh", "token_url": "/token", "client_id": "app", "refresh_token": "canary-refresh-0"}


def test_a_new_refresh_token_is_kept_for_the_next_run(tmp_path: Path) -> None:
    with ScriptedServer(every=rotating()) as server:
        for _ in range(3):
            sent = headers_of(server, **REFRESH, token_file=str(tmp_path / "token.json"))
            assert sent["Authorization"] == "Bearer canary-access"


def test_a_new_refresh_token_that_nobody_keeps_is_a_warning() -> None:
    records: list[Record] = []
    with ScriptedServer(every=rotating()) as server:
        inputs = {f"feed_{suffix}": value for suffix, value in REFRESH.items()}
        with make(feed_url=server.url, **inputs) as runtime:
            runtime.logging.configure(LogSettings(console=False))
            runtime.logging.add_sink(records.append)
            assert runtime.service("feed").get("/rows").ok
    (record,) = (record for record in records if "nobody keeps it" in record.message)
    assert "feed_token_file" in record.message
    assert record.level_name == "WARNING"
    assert "canary" not in repr(records)


# -- scripts ---------------------------------------------------------------------------------------------------------------------


def test_a_script_needs_no_credential_of_the_platform(
    tcap: TcapEmulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in tcap.environment().items():
        monkeypatch.setenv(name, value)
    with gatepost.connect(auth=None) as runtime:
        assert runtime.service("tcap").post("/hash-verification/api/v2", json=[HASH]).ok
        with pytest.raises(CredentialError, match="no credential"):
            runtime.session.get("/v2/owners")
