from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.transport.scripted_server import ScriptedServer, answer

WRONG = "canary-wrong-secret-0123456789"


@pytest.fixture
def platform(tc_platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name, value in tc_platform.environment("both").items():
        monkeypatch.setenv(name, value)
    return tc_platform


def secrets(platform) -> tuple[str, ...]:
    return platform.credentials.secret_key.reveal(), platform.credentials.token.reveal()


def test_a_good_credential_is_zero(gatepost, platform):
    said = gatepost("doctor")
    assert (said.code, said.err) == (0, "")
    assert "Used: hmac from environment" in said.out
    assert "environment: TC_API_PATH" in said.out
    assert "TLSv1.3" in said.out
    assert said.out.rstrip().endswith("The platform accepts the credential.")


def test_no_secret_is_shown(gatepost, platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("API_SECRET_KEY", WRONG)
    for options in ([], ["--json"], ["--auth", "token"], ["--offline"]):
        said = gatepost("doctor", *options)
        assert not [text for text in (WRONG, *secrets(platform)) if text in said.out + said.err]


def test_a_refusal_is_one_with_the_platforms_words_and_a_remedy(gatepost, platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("API_SECRET_KEY", WRONG)
    said = gatepost("doctor")
    assert said.code == 1
    assert "Signature data did not match expected result" in said.out
    assert "ERROR  The platform refused the credential (status 401)" in said.out
    assert "to do: Copy the secret key once more" in said.out


def test_the_token_and_its_life_are_told(gatepost, platform):
    assert "Token: of the kind API, expires" in gatepost("doctor", "--auth", "token").out


def test_an_app_is_examined_in_its_folder(gatepost, platform, app: Path):
    said = gatepost("doctor", app)
    assert said.code == 0
    assert "An App" in said.out
    assert "owner" in said.out


def test_json_holds_everything(gatepost, platform, app: Path):
    report = gatepost("doctor", app, "--json").json
    assert report["healthy"] is True
    assert report["app"] == "An App"
    assert report["credential"]["scheme"] == "hmac"
    assert {"source": "environment", "scheme": "hmac", "outcome": "chosen"}.items() <= next(
        row for row in report["credential"]["considered"] if row["outcome"] == "chosen"
    ).items()
    assert [setting["name"] for setting in report["settings"]] == ["API path", "certificate", "proxy", "TLS version"]
    assert report["probes"][0]["status"] == 200
    assert "error" not in [advice["level"] for advice in report["advice"]]


def test_offline_is_never_zero(gatepost, platform):
    said = gatepost("doctor", "--offline")
    assert said.code == 1
    assert "Nothing was sent" in said.out
    assert platform.requests == ()


def test_without_a_credential_it_says_where_it_looked(gatepost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    said = gatepost("doctor")
    assert said.code == 1
    assert "There is no credential for the platform" in said.out
    assert said.out.rstrip().endswith("Nothing was sent: there is no credential to send.")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "param file absent TC_APP_PARAM_FILE is not set TC_APP_PARAM_FILE" in lines
    assert f".env absent does not exist {tmp_path / '.env'}" in lines
    credential = gatepost("doctor", "--json").json["credential"]
    assert credential["scheme"] is None
    assert {row["outcome"] for row in credential["considered"]} == {"absent"}
    assert len(credential["considered"]) == 12


def test_the_chain_of_a_refused_choice_is_shown_whole(gatepost, platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("API_SECRET_KEY")
    (tmp_path / ".env").write_text(f"API_ACCESS_ID=1\nAPI_SECRET_KEY={WRONG}\n")
    said = gatepost("doctor", "--auth", "hmac")
    assert said.code == 1
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert any(line.startswith("environment hmac incomplete api_access_id is set") for line in lines)
    assert any(line.startswith(".env hmac complete complete, but the environment is trusted more") for line in lines)
    assert "Used:" not in said.out
    assert WRONG not in said.out
    assert platform.requests == ()


@pytest.mark.tc_platform(clock_offset=3600)
def test_a_clock_that_is_off_is_told(gatepost, platform):
    said = gatepost("doctor")
    assert said.code == 0
    assert "by the platform's time" in said.out
    assert "WARNING  This machine's clock is" in said.out


def test_a_token_of_no_known_kind_is_told(gatepost, platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TC_TOKEN", "canary-token-0123456789")
    monkeypatch.setenv("TC_TOKEN_EXPIRES", "1700000000")
    said = gatepost("doctor", "--auth", "token")
    assert "Token: of an unknown kind, expired 2023-11-14 22:13:20 UTC" in said.out
    monkeypatch.delenv("TC_TOKEN_EXPIRES")
    assert "no time of expiry is known" in gatepost("doctor", "--auth", "token").out


def test_a_folder_that_is_not_there_is_wrong(gatepost, tmp_path: Path):
    said = gatepost("doctor", tmp_path / "nowhere")
    assert said.code == 1
    assert "There is no folder" in said.err


# -- other services ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def service(platform, monkeypatch: pytest.MonkeyPatch):
    """A service that knows one key, declared by the environment."""
    accepted = answer(200, '{"status": "fine"}')
    with ScriptedServer(every=lambda asked: accepted if asked.header("X-API-Key") == WRONG[:-1] else answer(401)) as server:
        inputs = {"AUTH": "header", "URL": server.url, "API_KEY": WRONG[:-1], "PROBE": "/status"}
        for name, value in inputs.items():
            monkeypatch.setenv(f"APP_INPUT_FEED_{name}", value)
        yield server


def test_a_service_is_part_of_the_report(gatepost, service):
    said = gatepost("doctor")
    assert said.code == 0
    assert f"The service feed (header) at {service.url}:" in said.out
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "login skipped nothing to log in to: the credential goes with each request" in lines
    assert "request ok GET /status: 200" in lines
    assert lines[-2:] == ["The service feed accepts the credential.", "The platform accepts the credential."]
    assert WRONG[:-1] not in said.out


def test_a_service_that_refuses_is_one_though_the_platform_accepts(gatepost, service, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("APP_INPUT_FEED_API_KEY", WRONG)
    said = gatepost("doctor")
    assert said.code == 1
    assert "ERROR  feed refused the credential (status 401)" in said.out
    assert "The service feed cannot be used: request failed." in said.out
    report = gatepost("doctor", "--json").json
    assert (report["healthy"], report["accepted"], report["platform_asked"]) == (False, True, True)
    (found,) = report["services"]
    assert (found["name"], found["scheme"], found["healthy"]) == ("feed", "header", False)
    assert {"name": "request", "outcome": "failed", "detail": "GET /status: 401"} in found["steps"]
    assert found["advice"][0]["level"] == "error"
    assert WRONG not in said.out + json.dumps(report)


def test_services_can_be_asked_alone(gatepost, service, platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("API_SECRET_KEY")
    said = gatepost("doctor", "--service", "feed")
    assert said.code == 0
    assert said.out.rstrip().endswith("The service feed accepts the credential.")
    assert platform.requests == ()
    assert gatepost("doctor", "--service", "feed", "--offline").code == 1
    unknown = gatepost("doctor", "--service", "food")
    assert unknown.code == 1
    assert "No input declares a service 'food'" in unknown.err
