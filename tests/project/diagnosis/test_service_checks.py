"""What doctor says of other services: each step of the way, and why it ends where it ends."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatepost.emulator import OAuthEmulator, TcapEmulator
from gatepost.errors import UsageError
from gatepost.project.diagnosis.doctor import Diagnosis, Level, diagnose
from gatepost.project.diagnosis.service_checks import STEPS, ServiceCheck
from tests.e2e.tunnel import running_proxy
from tests.transport.scripted_server import CLOSE, Received, ScriptedServer, Step, answer

PROBE = "/api/hash-list/v2/all"
KEYS = {"feed_auth": "header", "feed_api_key": "canary-key"}


@pytest.fixture(scope="module")
def tcap() -> Iterator[TcapEmulator]:
    with TcapEmulator() as service:
        yield service


@pytest.fixture
def tcap_inputs(tcap: TcapEmulator) -> dict[str, str]:
    return {**tcap.inputs(), "tcap_verify": tcap.ca_file}


@pytest.fixture(scope="module")
def items() -> Iterator[OAuthEmulator]:
    with OAuthEmulator() as service:
        yield service


def look(folder: Path, inputs: dict[str, str], **arguments: Any) -> Diagnosis:
    names = {name.removesuffix("_auth") for name in inputs if name.endswith("_auth")}
    arguments = {"services": sorted(names), "environment": {}, **arguments}
    diagnosis = diagnose(folder, inputs=inputs, **arguments)
    assert "canary" not in repr(diagnosis)
    return diagnosis


def check(folder: Path, inputs: dict[str, str], **arguments: Any) -> ServiceCheck:
    (service,) = look(folder, inputs, **arguments).services
    assert [step.name for step in service.steps] == list(STEPS)
    return service


def outcomes(service: ServiceCheck) -> dict[str, str]:
    return {step.name: step.outcome for step in service.steps}


def detail(service: ServiceCheck, name: str) -> str:
    return next(step.detail for step in service.steps if step.name == name)


def only_advice(service: ServiceCheck, level: Level = Level.ERROR) -> str:
    (advice,) = service.advice
    assert advice.level is level
    return f"{advice.what} | {advice.why} | {advice.remedy}"


# -- a service that works --------------------------------------------------------------------------------------------------------


def test_every_step_is_taken(tmp_path: Path, tcap: TcapEmulator, tcap_inputs: dict[str, str]) -> None:
    before = len(tcap.requests)
    service = check(tmp_path, {**tcap_inputs, "tcap_auth": "tcap_account", "tcap_probe": PROBE})
    assert set(outcomes(service).values()) == {"ok"}
    assert service.healthy
    assert service.advice == []
    assert detail(service, "resolve") == "127.0.0.1 is 127.0.0.1"
    assert detail(service, "TLS") == "TLSv1.3, verified"
    assert detail(service, "login") == f"{tcap.url} gave a token"
    assert detail(service, "request") == f"GET {PROBE}: 200, TLSv1.3"
    asked = tcap.requests[before:]
    assert [request.path for request in asked] == ["/token-auth/tcap/", PROBE]
    assert all(request.header("User-Agent").endswith(" doctor") for request in asked)


def test_without_a_probe_the_login_is_as_far_as_it_goes(tmp_path: Path, tcap_inputs: dict[str, str]) -> None:
    service = check(tmp_path, {**tcap_inputs, "tcap_probe": ""})
    assert outcomes(service) | {"request": "skipped"} == outcomes(service)
    assert outcomes(service)["login"] == "ok"
    assert service.healthy
    assert "Add a param tcap_probe" in only_advice(service, Level.NOTE)


def test_a_key_goes_with_the_request_and_not_into_the_report(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        inputs = {**KEYS, "feed_auth": "query", "feed_url": server.url, "feed_probe": "status?x=1"}
        service = check(tmp_path, inputs)
        assert service.healthy
        assert outcomes(service) == dict.fromkeys(STEPS, "ok") | {"TLS": "skipped", "login": "skipped"}
        assert detail(service, "TLS") == "plain HTTP to this machine"
        assert [request.target for request in server.requests] == ["/status?x=1&api_key=canary-key"]


def test_a_refresh_token_is_not_used_up(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        inputs = {"feed_auth": "oauth2_refresh", "feed_url": server.url, "feed_token_url": "/token", "feed_probe": "/x"}
        service = check(tmp_path, {**inputs, "feed_client_id": "app", "feed_refresh_token": "canary-refresh"})
        assert (outcomes(service)["login"], outcomes(service)["request"]) == ("skipped", "skipped")
        assert detail(service, "login") == "it would use up the refresh token"
        assert server.requests == []


@pytest.mark.parametrize("scheme", ["mutual_tls", "oauth2", "login", "bearer"])
def test_general_schemes(tmp_path: Path, items: OAuthEmulator, scheme: str) -> None:
    service = check(tmp_path, {**items.inputs("feed", scheme), "feed_verify": items.ca_file, "feed_probe": "/items?limit=1"})
    assert service.healthy, service.steps
    assert outcomes(service)["request"] == "ok"
    assert outcomes(service)["login"] == ("ok" if scheme in ("oauth2", "login") else "skipped")


def test_the_way_through_a_proxy(tmp_path: Path, tcap: TcapEmulator, tcap_inputs: dict[str, str]) -> None:
    with running_proxy() as server:
        proxy = {"tc_proxy_host": "localhost", "tc_proxy_port": str(server.server_address[1]), "tc_proxy_external": "true"}
        service = check(tmp_path, {**tcap_inputs, **proxy})
    assert service.healthy
    assert "(the proxy: " in detail(service, "resolve")
    assert "the proxy is in between" in detail(service, "TLS")
    assert [target for target, _ in server.seen] == [tcap.url.removeprefix("https://")]


@pytest.mark.parametrize(("proxy", "words"), [("http://127.0.0.1:99999", "a port that is none"), ("127.0.0.1:9", "takes no")])
def test_a_proxy_of_the_environment_that_is_none(tmp_path: Path, proxy: str, words: str) -> None:
    service = check(tmp_path, {**KEYS, "feed_url": "https://feed.example"}, environment={"HTTPS_PROXY": proxy})
    assert not service.healthy
    assert words in only_advice(service)


# -- where it ends ---------------------------------------------------------------------------------------------------------------


def test_missing_inputs_are_named_and_nothing_is_sent(tmp_path: Path, tcap: TcapEmulator, tcap_inputs: dict[str, str]) -> None:
    before = len(tcap.requests)
    service = check(tmp_path, {**tcap_inputs, "tcap_password": ""})
    assert outcomes(service) == dict.fromkeys(STEPS, "skipped") | {"inputs": "failed"}
    assert "tcap_password: is missing" in detail(service, "inputs")
    assert "Set tcap_password" in only_advice(service)
    assert detail(service, "request") == "after inputs failed"
    assert len(tcap.requests) == before
    assert not service.healthy


def test_a_credential_that_cannot_be_one(tmp_path: Path) -> None:
    service = check(tmp_path, {"feed_auth": "mutual_tls", "feed_url": "https://feed.example", "feed_certificate": "/none.pem"})
    assert outcomes(service)["inputs"] == "failed"
    assert "/none.pem" in only_advice(service)


def test_plain_http_to_another_machine_is_refused(tmp_path: Path) -> None:
    service = check(tmp_path, {**KEYS, "feed_url": "http://feed.example"})
    assert outcomes(service)["inputs"] == "failed"


@pytest.mark.parametrize("before", ["", "Key "])
def test_a_variable_of_the_platform_is_not_resolved_here(tmp_path: Path, before: str) -> None:
    key = before + "&{TC:KEYCHAIN:3f2504e0-4f89-41d3-9a0c-0305e82c3301}"
    service = check(tmp_path, {**KEYS, "feed_url": "https://feed.example", "feed_api_key": key})
    assert "feed_api_key refers to a variable of the platform" in only_advice(service, Level.WARNING)
    assert not service.healthy


def test_a_name_that_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    service = check(tmp_path, {**KEYS, "feed_url": "https://feed.example"})
    assert outcomes(service)["resolve"] == "failed"
    assert only_advice(service).startswith("The name feed.example is not known | Name or service not known | Check feed_url")


def test_a_port_where_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as taken:  # held, so that nobody else listens there
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        service = check(tmp_path, {**KEYS, "feed_url": f"https://127.0.0.1:{port}"})
    assert outcomes(service)["connect"] == "failed"
    assert f"takes no connection at port {port} | Connection refused | Check feed_url" in only_advice(service)


def test_a_certificate_that_is_not_trusted(tmp_path: Path, tcap_inputs: dict[str, str]) -> None:
    service = check(tmp_path, {**tcap_inputs, "tcap_verify": "true"})
    assert outcomes(service)["TLS"] == "failed"
    assert "Its certificate was not accepted" in only_advice(service)
    assert "let tcap_verify name the CA's file" in only_advice(service)


def test_a_ca_that_is_no_file(tmp_path: Path, tcap_inputs: dict[str, str]) -> None:
    service = check(tmp_path, {**tcap_inputs, "tcap_verify": str(tmp_path / "none.pem")})
    assert "No such file" in only_advice(service)


def test_verification_that_is_off_is_told(tmp_path: Path, tcap_inputs: dict[str, str]) -> None:
    service = check(tmp_path, {**tcap_inputs, "tcap_verify": "false"})
    assert detail(service, "TLS") == "TLSv1.3, not verified: tcap_verify is false"
    assert outcomes(service)["login"] == "ok"


def test_a_port_that_speaks_no_tls(tmp_path: Path) -> None:
    with ScriptedServer(every=CLOSE) as server:
        service = check(tmp_path, {**KEYS, "feed_url": server.url.replace("http:", "https:")})
    assert outcomes(service)["TLS"] == "failed"
    assert "speaks TLS" in only_advice(service)


def test_a_refused_login_has_the_services_words(tmp_path: Path, tcap_inputs: dict[str, str]) -> None:
    service = check(tmp_path, {**tcap_inputs, "tcap_password": "canary-wrong-password"})
    assert outcomes(service)["login"] == "failed"
    assert "Wrong username or password" in only_advice(service)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            answer(401, '{"message": "Unknown key"}'),
            "refused the credential (status 401) | It said: Unknown key | Check feed_api_key",
        ),
        (answer(403), "refused the credential (status 403) | It gave no reason"),
        (answer(404), "has nothing at /status | It gave no reason | Check feed_url and feed_probe"),
        (answer(302, Location="https://other.example/login?token=canary-key"), "redirects to https://other.example/login |"),
        (answer(429), "could not answer (status 429) | It gave no reason | Wait"),
        (answer(503, "Maintenance"), "could not answer (status 503) | It said: Maintenance | Wait"),
        (answer(405), "did not take the request (status 405) | It gave no reason | Check feed_probe"),
        (answer(401, '{"message": "No such key: canary-key"}'), "It said: No such key: ***"),
        (CLOSE, "The connection to"),
    ],
)
def test_what_a_refused_request_means(tmp_path: Path, step: Step, words: str) -> None:
    with ScriptedServer(every=step) as server:
        service = check(tmp_path, {**KEYS, "feed_url": server.url, "feed_probe": "/status"})
    assert outcomes(service)["request"] == "failed"
    assert words in only_advice(service)


def test_timbr_says_in_the_body_that_it_failed(tmp_path: Path) -> None:
    with ScriptedServer(every=answer(200, '{"status": "error", "data": "No such ontology"}')) as server:
        inputs = {"timbr_auth": "timbr", "timbr_url": server.url, "timbr_token": "canary-token", "timbr_probe": "/timbr/api/x"}
        service = check(tmp_path, inputs)
    assert detail(service, "login") == "a token is given"
    assert "No such ontology" in only_advice(service)


# -- several, and the platform ---------------------------------------------------------------------------------------------------


def script(request: Received) -> Step:
    return answer(200 if request.header("X-API-Key") else 401)


def test_several_services_are_one_report(tmp_path: Path, tc_platform: Any) -> None:
    with ScriptedServer(every=script) as server:
        inputs = {"a_auth": "none", "a_url": server.url, "a_probe": "/", "b_probe": "/", "b_auth": "header", "b_url": server.url}
        inputs |= {"b_api_key": "canary-key"}
        environment = tc_platform.environment("hmac")
        whole = look(tmp_path, inputs, services=(), environment=environment)
        assert whole.accepted
        assert {service.name: service.healthy for service in whole.services} == {"a": False, "b": True}
        assert not whole.healthy
        assert look(tmp_path, {**inputs, "a_auth": ""}, services=(), environment=environment).healthy
        asked = len(tc_platform.requests)
        alone = look(tmp_path, inputs, services=("b",), environment=environment)
        assert (alone.healthy, alone.platform_asked, len(alone.services)) == (True, False, 1)
        assert len(tc_platform.requests) == asked
        assert not look(tmp_path, inputs, services=("b",), environment={}, offline=True).healthy


def test_a_platform_that_refuses_does_not_hide_the_services(tmp_path: Path) -> None:
    with ScriptedServer(every=script) as server:
        whole = look(tmp_path, {**KEYS, "feed_url": server.url, "feed_probe": "/"}, services=())
    assert not whole.healthy
    assert whole.services[0].healthy


def test_a_service_that_nobody_declares_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No input declares a service 'food'.*declare feed"):
        look(tmp_path, {**KEYS, "feed_url": "https://feed.example"}, services=("food",))


def test_a_manifest_declares_services_too(tmp_path: Path) -> None:
    with ScriptedServer(every=script) as server:
        manifest = {
            "displayName": "An App",
            "programMain": "run.py",
            "params": [
                {"name": "feed_auth", "type": "String", "default": "header", "hidden": True},
                {"name": "feed_url", "type": "String", "default": server.url},
                {"name": "feed_probe", "type": "String", "default": "/status", "hidden": True},
                {"name": "feed_api_key", "type": "String"},
            ],
        }
        (tmp_path / "install.json").write_text(json.dumps(manifest))
        (tmp_path / ".env").write_text("APP_INPUT_FEED_API_KEY=canary-key\n")
        diagnosis = diagnose(tmp_path, environment={}, services=("feed",))
    assert diagnosis.healthy
    (advice,) = diagnosis.services[0].advice
    assert advice.what == "feed_api_key is a secret, and its param does not say so"
