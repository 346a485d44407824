from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shlex
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.clock import SystemTime
from gatepost.errors import CredentialError, UsageError
from gatepost.inputs.param_file import write_param_file
from gatepost.project.signing import sign_request
from gatepost.secret import Secret
from gatepost.transport.errors import OriginError

BASE = "https://platform.example/api"
SECRET = "s3cr3t-Key!"
TOKEN = "API:1:canary:0123456789abcdef"
HMAC = {"TC_API_PATH": BASE, "API_ACCESS_ID": "12345678901234567890", "API_SECRET_KEY": SECRET}
BY_TOKEN = {"TC_API_PATH": BASE, "TC_TOKEN": TOKEN}


class Then(SystemTime):
    """A moment that does not pass."""

    @staticmethod
    def time() -> float:
        return 1_700_000_000.0


def sign(method: str = "GET", url: str = "/v2/owners", **arguments):
    return sign_request(method, url, **{"environment": HMAC, "folder": "/", "time": Then(), **arguments})


def signature(text: str) -> str:
    return base64.b64encode(hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()).decode()


def test_a_path_is_completed_with_the_api_path_and_signed():
    signed = sign("get", "/v2/owners")
    assert (signed.method, signed.url) == ("GET", f"{BASE}/v2/owners")
    assert signed.headers == {
        "Timestamp": "1700000000",
        "Authorization": f"TC 12345678901234567890:{signature('/api/v2/owners:GET:1700000000')}",
    }


def test_a_whole_url_of_the_platform_is_taken_as_it_is():
    assert sign(url=f"{BASE}/v3/tags?resultLimit=2").url == f"{BASE}/v3/tags?resultLimit=2"


@pytest.mark.parametrize("url", ["https://elsewhere.example/x", "http://platform.example/api/x", "//elsewhere.example/x"])
def test_another_origin_is_refused(url: str):
    with pytest.raises(OriginError):
        sign(url=url)


def test_plain_http_is_refused():
    with pytest.raises(OriginError, match="plain HTTP"):
        sign(environment={**HMAC, "TC_API_PATH": "http://platform.example/api"})


@settings(max_examples=50)
@given(path=st.text(alphabet="abc/.~%20+[]{}()'\"$`;&= ü*?#\\", max_size=20))
def test_what_the_shell_reads_is_what_was_signed(path: str):
    try:
        signed = sign(url=f"/v2/{path}")
    except OriginError:
        assert "\\" in path
        return
    words = shlex.split(signed.curl_line(environment={}))
    assert words[-1] == signed.url
    target = signed.url.removeprefix("https://platform.example")
    assert words[words.index("--header") + 3] == f"Authorization: TC 12345678901234567890:{signature(f'{target}:GET:1700000000')}"
    assert "#" not in signed.url


def test_a_token_is_masked_unless_it_is_asked_for():
    signed = sign(environment=BY_TOKEN)
    assert signed.headers == {"Authorization": Secret(f"TC-Token {TOKEN}")}
    assert signed.header_lines() == ("Authorization: TC-Token **********",)
    assert signed.header_lines(show_secrets=True) == (f"Authorization: TC-Token {TOKEN}",)
    assert TOKEN not in repr(signed)
    assert TOKEN not in signed.curl_line()
    assert TOKEN in signed.curl_line(show_secrets=True)


@pytest.mark.parametrize(("expires", "expired"), [("1700000000", True), ("1700000001", False)])
def test_an_old_token_is_noticed_and_not_renewed(expires: str, expired: bool):
    assert sign(environment={**BY_TOKEN, "TC_TOKEN_EXPIRES": expires}).expired is expired


def test_a_scheme_can_be_forced():
    both = {**HMAC, "TC_TOKEN": TOKEN}
    assert sign(environment=both).choice.scheme == "hmac"
    assert sign(environment=both, auth="token").choice.scheme == "token"


def test_given_inputs_come_first():
    inputs = {"tc_api_path": "https://other.example", "api_access_id": "1", "api_secret_key": SECRET}
    assert sign(inputs=inputs).url == "https://other.example/v2/owners"


def test_the_apps_own_files_are_read(tmp_path: Path):
    (tmp_path / "install.json").write_text(json.dumps({"displayName": "An App", "programMain": "run.py"}))
    (tmp_path / ".env").write_text(f"TC_API_PATH={BASE}\nTC_TOKEN={TOKEN}\n")
    assert sign(folder=tmp_path, environment={}).choice.source.label == ".env"


def test_a_param_file_is_not_deleted(tmp_path: Path):
    write_param_file(tmp_path / "params", "k" * 16, {"tc_api_path": BASE, "tc_token": TOKEN})
    environment = {"TC_APP_PARAM_FILE": str(tmp_path / "params"), "TC_APP_PARAM_KEY": "k" * 16}
    assert sign(environment=environment).choice.source.label == "param file"
    assert (tmp_path / "params").is_file()


def test_without_a_credential_the_places_are_listed():
    with pytest.raises(CredentialError, match=r"app_inputs\.json"):
        sign(environment={})


@pytest.mark.parametrize("method", ["", "GET /", "G\nET", "TC-Token"])
def test_some_methods_are_none(method: str):
    with pytest.raises(UsageError, match="no HTTP method"):
        sign(method)


def test_curl_gets_the_settings_of_the_run(tmp_path: Path):
    assert "--insecure" in sign(environment={**HMAC, "TC_VERIFY": "false"}).curl_line()
    assert "--cacert /ca.pem" in sign(environment={**HMAC, "TC_VERIFY": "/ca.pem"}).curl_line()
    assert f"--capath {tmp_path}" in sign(environment={**HMAC, "TC_VERIFY": str(tmp_path)}).curl_line()
    assert "--cacert /ca.pem" in sign(environment={**HMAC, "REQUESTS_CA_BUNDLE": "/ca.pem"}).curl_line()
    assert "cacert" not in sign().curl_line()


def test_curl_goes_through_the_proxy_of_the_run_and_no_other():
    proxy = {"TC_PROXY_HOST": "proxy.example", "TC_PROXY_PORT": "3128", "TC_PROXY_USERNAME": "me", "TC_PROXY_PASSWORD": "canary"}
    signed = sign(environment={**HMAC, **proxy, "TC_PROXY_TC": "true"})
    assert "--proxy 'http://me:**********@proxy.example:3128'" in signed.curl_line()
    assert "--proxy http://me:canary@proxy.example:3128" in signed.curl_line(show_secrets=True)
    loopback = sign(environment={**HMAC, "TC_API_PATH": "https://127.0.0.1:1/api"})
    assert "--noproxy '*'" in loopback.curl_line(environment={"https_proxy": "http://proxy.example:3128"})
    assert "proxy" not in loopback.curl_line(environment={})


def test_curl_asks_for_headers_only_where_there_is_no_body():
    assert "--head" in sign("HEAD").curl_line()
    assert "--request POST" in sign("POST").curl_line()
