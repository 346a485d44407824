"""The real ``tcex`` takes the emulator for a platform: what it gets from one, it gets from the other."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gatepost.emulator import Emulator

pytestmark = pytest.mark.interoperability

CLIENT = Path(__file__).with_name("tcex_client.py")
MANIFEST = {
    "displayName": "Owners",
    "features": [],
    "languageVersion": "3.11",
    "listDelimiter": "|",
    "params": [],
    "programLanguage": "PYTHON",
    "programMain": "run",
    "programVersion": "1.0.0",
    "runtimeLevel": "Organization",
}
Talk = Callable[..., dict[str, Any]]


@pytest.fixture
def talk(tcex_python: Path, tmp_path: Path) -> Talk:
    """Run an app of tcex against a platform; return what it saw."""

    def talk(platform: Emulator, renew: bool = False, **config: object) -> dict[str, Any]:
        (tmp_path / "install.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
        paths = {f"tc_{name}_path": str(tmp_path) for name in ("in", "log", "out", "temp")}
        config = {"tc_api_path": platform.url, "tc_verify": True, "tc_log_level": "debug", **paths, **config}
        done = subprocess.run(
            [tcex_python, CLIENT],
            input=json.dumps({"config": config, "renew": renew}),
            capture_output=True,
            text=True,
            cwd=tmp_path,
            # One second to the first look at the token's expiry, instead of 150.
            env={**os.environ, "REQUESTS_CA_BUNDLE": platform.ca_file, "TC_TOKEN_SLEEP_INTERVAL": "1"},
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return talk


def token(platform: Emulator) -> dict[str, object]:
    issued = platform.credentials
    return {"tc_token": issued.token.reveal(), "tc_token_expires": issued.token_expires}


def keys(platform: Emulator, **changed: object) -> dict[str, object]:
    issued = platform.credentials
    pair = {"tc_api_access_id": issued.access_id, "tc_api_secret_key": issued.secret_key.reveal()}
    return {**pair, **changed}


@pytest.mark.parametrize(("inputs", "scheme"), [(token, "TC-Token"), (keys, "TC")])
def test_owners_are_read_by_token_and_by_hmac(talk: Talk, inputs: Callable[..., dict[str, object]], scheme: str):
    with Emulator() as platform:
        first = talk(platform, **inputs(platform))["first"]
    assert (first["status"], first["scheme"]) == (200, scheme)
    assert [owner["name"] for owner in first["body"]["data"]["owner"]] == [owner.name for owner in platform.owners]
    assert len(platform.requests) == 1, "tcex repeats a refused request"


@pytest.mark.parametrize(
    ("settings", "changed", "message"),
    [
        ({}, {"tc_api_secret_key": "another secret"}, "Signature data did not match expected result"),
        ({}, {"tc_api_access_id": "12345678901234567890"}, "Access Denied"),
        ({"clock_offset": 900}, {}, "Timestamp out of acceptable time range"),
        ({"clock_offset": -900}, {}, "Timestamp out of acceptable time range"),
    ],
    ids=["wrong secret", "unknown access id", "clock 15 minutes behind", "clock 15 minutes ahead"],
)
def test_a_wrong_key_and_a_skewed_clock_are_refused(
    talk: Talk, settings: dict[str, Any], changed: dict[str, object], message: str
):
    with Emulator(**settings) as platform:
        first = talk(platform, **keys(platform, **changed))["first"]
    assert (first["status"], first["body"]["message"]) == (401, message)


def test_a_clock_that_is_off_by_less_than_the_window_is_accepted(talk: Talk):
    with Emulator(clock_offset=200) as platform:
        assert talk(platform, **keys(platform))["first"]["status"] == 200


def test_a_wrong_token_is_refused(talk: Talk):
    with Emulator() as platform:
        first = talk(platform, tc_token="API:1:aaaaaa:1:bm8=", tc_token_expires=4102444800)["first"]
    assert (first["status"], first["scheme"]) == (401, "TC-Token")


def test_a_token_is_renewed_by_the_monitor_of_tcex(talk: Talk):
    # tcex renews within ten minutes of the expiry, so this token is due at once.
    with Emulator(token_life=300) as platform:
        answer = talk(platform, renew=True, **token(platform))
    assert answer["first"]["status"] == 200
    assert answer["new"]["status"] == 200
    assert answer["old"]["status"] == 401
    assert answer["old"]["body"]["message"] == "Unauthorized"
