from __future__ import annotations

from pathlib import Path

import pytest
import requests

CANARY = "API:1:canary:0123456789abcdef"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def use(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_the_headers_are_accepted(auth: str, gatepost, tc_platform, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, tc_platform.environment("both"))
    said = gatepost("sign", "get", "/v2/owners", "--auth", auth, "--show-secrets")
    headers = dict(line.split(": ", 1) for line in said.out.splitlines())
    response = requests.get(f"{tc_platform.url}/v2/owners", headers=headers, verify=tc_platform.ca_file, timeout=60)
    assert response.status_code == 200
    assert said.err == ""


def test_a_token_is_masked(gatepost, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, {"TC_API_PATH": "https://platform.example/api", "TC_TOKEN": CANARY})
    for options in ([], ["--curl"], ["--json"]):
        said = gatepost("sign", "GET", "/v2/owners", *options)
        assert said.code == 0
        assert "TC-Token **********" in said.out
        assert CANARY not in said.out + said.err
        assert "--show-secrets" in said.err
        assert CANARY in gatepost("sign", "GET", "/v2/owners", "--show-secrets", *options).out


def test_json_says_what_was_chosen(gatepost, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, {"TC_API_PATH": "https://platform.example/api", "API_ACCESS_ID": "1", "API_SECRET_KEY": "canary-key"})
    report = gatepost("sign", "post", "/v3/tags", "--json").json
    assert (report["method"], report["url"]) == ("POST", "https://platform.example/api/v3/tags")
    assert (report["scheme"], report["source"], report["masked"]) == ("hmac", "environment", False)
    assert set(report["headers"]) == {"Timestamp", "Authorization"}
    assert report["curl"].startswith("curl ")


def test_another_origin_is_refused(gatepost, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, {"TC_API_PATH": "https://platform.example/api", "TC_TOKEN": CANARY})
    said = gatepost("sign", "GET", "https://elsewhere.example/v2/owners")
    assert (said.code, said.out) == (1, "")
    assert "https://elsewhere.example is not https://platform.example" in said.err
    assert CANARY not in said.err


def test_an_expired_token_is_said(gatepost, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, {"TC_API_PATH": "https://platform.example/api", "TC_TOKEN": CANARY, "TC_TOKEN_EXPIRES": "1700000000"})
    assert "the token has expired" in gatepost("sign", "GET", "/v2/owners").err


def test_inputs_can_be_given(gatepost):
    given = ["-i", "tc_api_path=https://platform.example", "-i", "api_access_id=1", "-i", "api_secret_key=canary-secret"]
    said = gatepost("sign", "GET", "/v2/owners", *given)
    assert "Authorization: TC 1:" in said.out
    assert "canary-secret" not in said.out


def test_without_a_credential_every_place_is_listed(gatepost):
    said = gatepost("sign", "GET", "/v2/owners")
    assert said.code == 1
    for place in ("param file", "environment", ".env", "app_inputs.json"):
        assert place in said.err
