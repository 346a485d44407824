from __future__ import annotations

import dataclasses
import json
import socket
import time
from pathlib import Path

import pytest

from gatepost.errors import UsageError
from gatepost.inputs.param_file import write_param_file
from gatepost.project.diagnosis.doctor import Diagnosis, Level, diagnose

WRONG = "canary-wrong-secret-0123456789"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def look(folder: Path, environment: dict[str, str] | None = None, **arguments) -> Diagnosis:
    diagnosis = diagnose(folder, environment=environment or {}, **arguments)
    assert "canary" not in repr(diagnosis)
    return diagnosis


def advice(diagnosis: Diagnosis, level: Level = Level.ERROR) -> list[str]:
    return [f"{item.what} | {item.why} | {item.remedy}" for item in diagnosis.advice if item.level is level]


def setting(diagnosis: Diagnosis, name: str) -> tuple[str, str]:
    return next((found.value, found.place) for found in diagnosis.settings if found.name == name)


# -- a credential that is accepted ---------------------------------------------------------------------------------------------


def test_a_good_credential_is_healthy_and_explained(folder: Path, tc_platform):
    diagnosis = look(folder, tc_platform.environment("both"))
    assert diagnosis.healthy
    assert advice(diagnosis) == advice(diagnosis, Level.WARNING) == []
    assert (diagnosis.scheme, diagnosis.source) == ("hmac", "environment")
    assert "outside the platform an HMAC pair comes before a token" in diagnosis.reason
    outcomes = {(row.source.label, row.scheme): row.outcome for row in diagnosis.considered}
    assert outcomes["environment", "hmac"] == "chosen"
    assert outcomes["environment", "token"] == "complete"
    assert outcomes[".env", "token"] == "absent"


def test_what_was_asked_and_answered_is_told(folder: Path, tc_platform):
    (probe,) = look(folder, tc_platform.environment("token")).probes
    assert probe.url == f"{tc_platform.url}/v2/owners?resultLimit=1"
    assert (probe.status, probe.words, probe.tls_version) == (200, "", "TLSv1.3")
    assert setting(look(folder, tc_platform.environment("token")), "TLS version") == (
        "TLSv1.3",
        "agreed on with whoever answered",
    )
    assert probe.skew is not None
    assert abs(probe.skew) < 30
    assert tc_platform.requests[0].header("user-agent").endswith("doctor")


def test_settings_say_where_they_came_from(folder: Path, tc_platform):
    environment = tc_platform.environment("token")
    diagnosis = look(folder, environment)
    assert setting(diagnosis, "API path") == (tc_platform.url, "environment: TC_API_PATH")
    assert setting(diagnosis, "certificate") == (f"verified with {tc_platform.ca_file}", "environment: TC_VERIFY")
    del environment["TC_VERIFY"]
    assert setting(look(folder, environment), "certificate")[1] == "environment REQUESTS_CA_BUNDLE"


def test_inputs_say_where_they_came_from_and_what_lost(folder: Path, tc_platform):
    (folder / ".env").write_text("TC_API_PATH=https://elsewhere.example\n")
    row = next(row for row in look(folder, tc_platform.environment("token")).inputs if row.name == "tc_api_path")
    assert (row.source, row.place) == ("environment", "TC_API_PATH")
    assert row.overridden[0][0] == ".env"


def test_an_app_is_known_by_its_manifest(folder: Path, tc_platform):
    manifest = {"displayName": "An App", "programMain": "run.py", "params": [{"name": "x", "type": "Sting"}]}
    (folder / "install.json").write_text(json.dumps(manifest))
    diagnosis = look(folder, tc_platform.environment("token"))
    assert diagnosis.app == "An App"
    assert any(found.startswith("install.json: ") for found in advice(diagnosis, Level.WARNING))
    assert diagnosis.healthy


def test_a_script_has_no_app(folder: Path, tc_platform):
    assert look(folder, tc_platform.environment("token")).app is None


def test_a_param_file_is_read_and_left_where_it_is(folder: Path, tc_platform):
    write_param_file(folder / "params", "k" * 16, tc_platform.inputs("both"))
    diagnosis = look(folder, {"TC_APP_PARAM_FILE": str(folder / "params"), "TC_APP_PARAM_KEY": "k" * 16})
    assert (folder / "params").is_file()
    assert diagnosis.healthy
    assert (diagnosis.scheme, diagnosis.source, diagnosis.fallback) == ("token", "param file", True)


def test_given_inputs_come_first(folder: Path, tc_platform):
    inputs = {**tc_platform.inputs("hmac")}
    assert look(folder, {"TC_API_PATH": "https://elsewhere.example"}, inputs=inputs).source == "explicit"


# -- tokens --------------------------------------------------------------------------------------------------------------------


def test_the_life_of_a_token_is_told(folder: Path, tc_platform):
    token = look(folder, tc_platform.environment("token")).token
    assert token is not None
    assert token.kind == "API"
    assert token.life_left == pytest.approx(4 * 3600, abs=60)


@pytest.mark.tc_platform(token_life=300)
def test_a_token_that_ends_soon_is_a_note(folder: Path, tc_platform):
    assert "A run renews it" in advice(look(folder, tc_platform.environment("token")), Level.NOTE)[0]


def test_an_expired_token_is_refused_and_not_renewed(folder: Path, tc_platform):
    stale = tc_platform.issue_token(life=-2.5 * 3600)
    environment = tc_platform.environment("token")
    environment |= {"TC_TOKEN": stale.token.reveal(), "TC_TOKEN_EXPIRES": str(stale.expires)}
    diagnosis = look(folder, environment)
    assert not diagnosis.healthy
    assert diagnosis.probes[0].words == "Unauthorized"
    assert any("The token expired 2 h" in text for text in advice(diagnosis))
    assert any("It said: Unauthorized" in text and "kills the token" in text for text in advice(diagnosis))
    assert [request.path for request in tc_platform.requests] == ["/api/v2/owners"]


def test_a_token_whose_expiry_is_told_wrong_is_a_warning(folder: Path, tc_platform):
    environment = {**tc_platform.environment("token"), "TC_TOKEN_EXPIRES": str(int(time.time()) - 7200)}
    diagnosis = look(folder, environment)
    assert diagnosis.healthy
    assert "but the platform accepts it" in advice(diagnosis, Level.WARNING)[0]


def test_a_token_without_an_expiry_is_said(folder: Path, tc_platform):
    environment = tc_platform.environment("token")
    del environment["TC_TOKEN_EXPIRES"]
    diagnosis = look(folder, environment)
    assert diagnosis.token is not None
    assert diagnosis.token.life_left is None
    assert "without tc_token_expires" in advice(diagnosis, Level.WARNING)[0]


@pytest.mark.tc_platform(tokens_known=False)
def test_a_pair_behind_a_refused_token_is_pointed_at(folder: Path, tc_platform):
    write_param_file(folder / "params", "k" * 16, tc_platform.inputs("both"))
    diagnosis = look(folder, {"TC_APP_PARAM_FILE": str(folder / "params"), "TC_APP_PARAM_KEY": "k" * 16})
    assert not diagnosis.healthy
    assert "gatepost doctor --auth hmac" in advice(diagnosis, Level.NOTE)[0]


# -- what goes wrong -------------------------------------------------------------------------------------------------------------


def test_a_wrong_secret_is_told_with_the_platforms_words(folder: Path, tc_platform):
    diagnosis = look(folder, {**tc_platform.environment("hmac"), "API_SECRET_KEY": WRONG})
    assert not diagnosis.healthy
    assert diagnosis.probes[0].words == "Signature data did not match expected result"
    assert "Copy the secret key once more" in advice(diagnosis)[0]


def test_an_unknown_access_id_is_told(folder: Path, tc_platform):
    diagnosis = look(folder, {**tc_platform.environment("hmac"), "API_ACCESS_ID": "1"})
    assert "It said: Access Denied" in advice(diagnosis)[0]
    assert "Check the access id" in advice(diagnosis)[0]


@pytest.mark.tc_platform(clock_offset=7200)
def test_a_clock_that_is_off_is_measured_and_corrected(folder: Path, tc_platform):
    diagnosis = look(folder, tc_platform.environment("hmac"))
    assert diagnosis.healthy
    assert [(probe.status, probe.corrected_clock) for probe in diagnosis.probes] == [(401, False), (200, True)]
    assert diagnosis.probes[0].words == "Timestamp out of acceptable time range"
    assert diagnosis.probes[0].skew == pytest.approx(7200, abs=30)
    assert "behind the platform's" in advice(diagnosis, Level.WARNING)[0]


@pytest.mark.tc_platform(clock_offset=-3 * 86_400)
def test_a_clock_that_is_days_off_is_an_error(folder: Path, tc_platform):
    diagnosis = look(folder, tc_platform.environment("hmac"))
    assert not diagnosis.healthy
    assert any("3 d" in text and "ahead of the platform's" in text for text in advice(diagnosis))


@pytest.mark.tc_platform(licensed=False)
def test_a_missing_licence_is_told(folder: Path, tc_platform):
    assert "no licence" in advice(look(folder, tc_platform.environment("hmac")))[0]


def test_a_wrong_api_path_is_told(folder: Path, tc_platform):
    environment = {**tc_platform.environment("hmac"), "TC_API_PATH": tc_platform.url.removesuffix("/api")}
    diagnosis = look(folder, environment)
    assert not diagnosis.healthy
    assert "https://HOST/api" in advice(diagnosis)[0]


def test_a_platform_that_is_not_there_is_told(folder: Path, tc_platform):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        environment = {**tc_platform.environment("hmac"), "TC_API_PATH": f"https://127.0.0.1:{free.getsockname()[1]}/api"}
        diagnosis = look(folder, environment)
    assert diagnosis.probes == ()
    assert "cannot be reached" in advice(diagnosis)[0]


def test_a_certificate_that_is_not_trusted_is_told(folder: Path, tc_platform):
    environment = tc_platform.environment("hmac")
    for name in ("TC_VERIFY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        del environment[name]
    diagnosis = look(folder, environment)
    assert not diagnosis.healthy
    assert "certificate was not accepted" in advice(diagnosis)[0]
    assert "tc_verify" in advice(diagnosis)[0]


def test_a_certificate_that_is_not_looked_at_is_a_warning(folder: Path, tc_platform):
    diagnosis = look(folder, {**tc_platform.environment("hmac"), "TC_VERIFY": "false"})
    assert diagnosis.healthy
    assert setting(diagnosis, "certificate")[0] == "not verified"
    assert "is not verified" in advice(diagnosis, Level.WARNING)[0]


def outcomes(diagnosis: Diagnosis) -> dict[tuple[str, str], str]:
    return {(row.source.label, row.scheme): row.outcome for row in diagnosis.considered}


def test_no_credential_lists_the_places(folder: Path):
    diagnosis = look(folder)
    assert "There is no credential" in advice(diagnosis)[0]
    assert any("tc_api_path is not set" in text for text in advice(diagnosis, Level.WARNING))
    assert [place.source.label for place in diagnosis.looked_at][:2] == ["explicit", "param file"]
    assert len(outcomes(diagnosis)) == 12
    assert set(outcomes(diagnosis).values()) == {"absent"}
    assert (diagnosis.scheme, diagnosis.source, diagnosis.healthy) == ("", "", False)
    assert setting(diagnosis, "API path")[1] == "standard default"


def test_half_a_credential_is_told_with_what_stands_behind_it(folder: Path, tc_platform):
    (folder / ".env").write_text(f"API_ACCESS_ID=1\nAPI_SECRET_KEY={WRONG}\nTC_TOKEN_EXPIRES=soon\nTC_TOKEN=canary-token\n")
    diagnosis = look(folder, {"API_ACCESS_ID": "1", "TC_API_PATH": tc_platform.url})
    assert "api_secret_key is not" in advice(diagnosis)[0]
    assert "Complete it in the same place" in advice(diagnosis)[0]
    assert any(".env: tc_token_expires" in text and "| Complete it" in text for text in advice(diagnosis, Level.WARNING))
    assert outcomes(diagnosis)["environment", "hmac"] == "incomplete"
    assert outcomes(diagnosis)[".env", "hmac"] == "complete"
    assert outcomes(diagnosis)[".env", "token"] == "incomplete"
    assert tc_platform.requests == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [("TC_API_PATH={url}", "would be sent to an API path from .env"), ("TC_VERIFY=false", "to a server that .env vouches for")],
)
def test_a_credential_that_would_go_astray_is_refused_and_not_sent(line: str, words: str, folder: Path, tc_platform):
    text = line.format(url=tc_platform.url)
    (folder / ".env").write_text(f"{text}\n")
    environment = tc_platform.environment("both")
    del environment[text.partition("=")[0]]
    diagnosis = look(folder, environment)
    assert (diagnosis.scheme, diagnosis.probes, tc_platform.requests) == ("", (), ())
    assert words in advice(diagnosis)[0]
    (refused,) = [row for row in diagnosis.considered if row.outcome == "refused"]
    assert (refused.source.label, refused.scheme) == ("environment", "hmac")
    assert words in refused.reason


def test_plain_http_is_told(folder: Path, tc_platform):
    diagnosis = look(folder, {**tc_platform.environment("hmac"), "TC_API_PATH": "http://platform.example/api"})
    assert "plain HTTP" in advice(diagnosis)[0]
    assert diagnosis.probes == ()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("install.json", '{"displayName": \n ]', "install.json"),
        ("app_inputs.json", "{", "app_inputs.json is not JSON"),
        (".env", b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(name: str, text: str | bytes, words: str, folder: Path):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    assert any(words in found for found in advice(look(folder)))


def test_an_input_that_cannot_be_is_told(folder: Path, tc_platform):
    diagnosis = look(folder, {**tc_platform.environment("hmac"), "TC_PROXY_PORT": "many"})
    assert any("tc_proxy_port" in text for text in advice(diagnosis))
    assert diagnosis.probes == ()


def test_a_proxy_that_is_not_used_is_a_note(folder: Path, tc_platform):
    environment = {**tc_platform.environment("hmac"), "TC_PROXY_HOST": "proxy.example", "TC_PROXY_PORT": "3128"}
    assert any("tc_proxy_tc" in text for text in advice(look(folder, environment), Level.NOTE))


def test_the_password_of_a_proxy_is_not_shown(folder: Path, tc_platform):
    proxy = {
        "TC_PROXY_HOST": "127.0.0.1",
        "TC_PROXY_PORT": "1",
        "TC_PROXY_USERNAME": "me",
        "TC_PROXY_PASSWORD": "canary-0123456789",
        "TC_PROXY_TC": "true",
    }
    value, place = setting(look(folder, {**tc_platform.environment("hmac"), **proxy}, offline=True), "proxy")
    assert value == "http://me:**********@127.0.0.1:1"
    assert place == "environment: TC_PROXY_HOST"


def test_offline_nothing_is_sent_and_nothing_proved(folder: Path, tc_platform):
    diagnosis = look(folder, tc_platform.environment("token"), offline=True)
    assert tc_platform.requests == ()
    assert not diagnosis.healthy
    assert advice(diagnosis) == []
    assert diagnosis.token is not None


def test_wrong_usage_is_an_error(folder: Path):
    with pytest.raises(UsageError):
        diagnose(folder, auth="password")
    with pytest.raises(UsageError):
        diagnose(folder / "nowhere")


def test_errors_come_first(folder: Path, tc_platform):
    (folder / ".env").write_text("this is no line\n")
    levels = [item.level for item in look(folder).advice]
    assert levels == sorted(levels, key=list(Level).index)
    assert len(set(levels)) > 1


def test_a_diagnosis_is_plain_data(folder: Path, tc_platform):
    assert "advice" in dataclasses.asdict(look(folder, tc_platform.environment("token")))
