"""A runtime for plain scripts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import responses

from gatepost import CredentialError, PlatformError, connect
from gatepost.emulator import Emulator
from gatepost.errors import UsageError
from gatepost.inputs.param_file import KEY_VARIABLE, PATH_VARIABLE, write_param_file
from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS
from gatepost.inputs.values import InvalidInputs, Source

PAIR: dict[str, Any] = {"api_access_id": "1", "api_secret_key": "canary-secret-key"}
API = "https://platform.example/api"


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test when anything is connected."""

    def refuse(*_: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_a_script_reads_owners(tc_platform: Emulator, auth: Any) -> None:
    with connect(**tc_platform.inputs(auth)) as runtime:
        owners = runtime.session.get("/v2/owners").json()["data"]["owner"]
    assert [owner["name"] for owner in owners] == [owner.name for owner in tc_platform.owners]


def test_the_environment_is_enough(tc_platform: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in tc_platform.environment("hmac").items():
        monkeypatch.setenv(name, value)
    with connect() as runtime:
        assert runtime.session.get("/v2/owners").ok
        assert runtime.choice is not None
        assert runtime.choice.source is Source.ENVIRONMENT


@pytest.mark.usefixtures("no_connections")
def test_without_a_credential_it_raises_at_once_and_lists_the_places() -> None:
    with pytest.raises(CredentialError, match="There is no credential") as caught:
        connect(tc_api_path=API)
    for place in ("explicit", "param file", "environment", ".env"):
        assert place in caught.value.why
    assert "API_ACCESS_ID" in caught.value.remedy


@pytest.mark.usefixtures("no_connections")
def test_half_a_key_raises_at_once() -> None:
    with pytest.raises(CredentialError, match="api_secret_key is not"):
        connect(tc_api_path=API, api_access_id="1")


@pytest.mark.usefixtures("no_connections")
def test_no_connection_is_opened_before_the_first_request() -> None:
    with connect(tc_api_path=API, **PAIR) as runtime:
        assert runtime.session.base_url == API
        assert str(runtime.auth.origin) == "https://platform.example"


def test_a_name_that_is_none_is_refused_with_a_guess() -> None:
    with pytest.raises(UsageError, match=r"'tc_tokn' is no standard input\. Did you mean tc_token"):
        connect(tc_tokn="x")
    with pytest.raises(UsageError, match="'owner' is no standard input"):
        connect(owner="Blue", **PAIR)


@pytest.mark.parametrize("name", [*STANDARD_INPUTS, *ALIASES])
def test_every_standard_input_can_be_given_by_its_name(name: str) -> None:
    with connect(**{name: None, "tc_api_path": API, **PAIR}) as runtime:
        assert runtime.options.api_path == API


def test_inputs_have_their_types() -> None:
    with connect(tc_api_path=API, tc_verify="false", tc_proxy_host="p", tc_proxy_port=1, tc_proxy_tc=True, **PAIR) as runtime:
        assert runtime.session.verify is False
        assert runtime.session.proxies["https"] == "http://p:1"
    with pytest.raises(InvalidInputs, match="tc_proxy_port: is not a whole number"):
        connect(tc_api_path=API, tc_proxy_port="many", **PAIR)


def test_what_is_given_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_ACCESS_ID", "of the environment")
    monkeypatch.setenv("API_SECRET_KEY", "of the environment, too")
    with connect(tc_api_path=API, **PAIR) as runtime:
        assert runtime.collected.value("api_access_id") == "1"


def test_a_dotenv_of_the_working_directory_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"TC_API_PATH={API}\nTC_TOKEN=APIV2:a-token\n")
    with connect() as runtime:
        assert runtime.choice is not None
        assert (runtime.choice.scheme, runtime.choice.source) == ("token", Source.DOTENV)


def test_a_param_file_of_the_platform_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = tmp_path / "params"
    write_param_file(params, "abcdefghijklmnop", {"tc_api_path": API, "tc_token": "API:1:a-token", **PAIR})
    monkeypatch.setenv(PATH_VARIABLE, str(params))
    monkeypatch.setenv(KEY_VARIABLE, "abcdefghijklmnop")
    with connect() as runtime:
        assert runtime.choice is not None
        assert (runtime.choice.scheme, runtime.choice.source) == ("token", Source.PARAM_FILE)
        assert runtime.choice.fallback


def test_the_arguments_of_a_script_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["script.py", "--tc_token", "no business of gatepost"])
    with pytest.raises(CredentialError):
        connect(tc_api_path=API)


def test_a_credential_is_not_sent_where_a_less_trusted_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TC_TOKEN", "API:1:a-token")
    (tmp_path / ".env").write_text("TC_API_PATH=https://elsewhere.example\n")
    with pytest.raises(CredentialError, match="would be sent to an API path from"):
        connect()


def test_a_scheme_can_be_forced() -> None:
    both = {"tc_api_path": API, "tc_token": "APIV2:a-token", **PAIR}
    for auth in ("token", "hmac"):
        with connect(auth=auth, **both) as runtime:
            assert runtime.choice is not None
            assert runtime.choice.scheme == auth
    with pytest.raises(UsageError, match="'basic' is no way to be authorized"):
        connect(auth="basic", **both)


@responses.activate
def test_refusals_can_raise() -> None:
    responses.get(f"{API}/v2/owners", status=404, json={"status": "Failure", "message": "No such thing"})
    with connect(tc_api_path=API, **PAIR) as runtime:
        assert runtime.session.get("/v2/owners").status_code == 404
    with connect(tc_api_path=API, raise_for_status=True, **PAIR) as runtime, pytest.raises(PlatformError, match="No such thing"):
        runtime.session.get("/v2/owners")


def test_a_scripts_own_traceback_shows_no_secret(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import gatepost\n"
        "with gatepost.connect(api_access_id='1', api_secret_key=open('key').read()) as runtime:\n"
        "    key = runtime.collected.best['api_secret_key'].text\n"
        "raise RuntimeError(f'it was {key}')\n"
    )
    (tmp_path / "key").write_text("canary-secret-key")
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RuntimeError: it was ***" in done.stderr
    assert "canary" not in done.stdout + done.stderr
