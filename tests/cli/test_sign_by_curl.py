"""curl sends what ``gatepost sign --curl`` prints, and the platform accepts it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gatepost.emulator import Emulator, Outcome
from tests.cli.conftest import Command

pytestmark = pytest.mark.programs("curl", "bash")

TARGETS = [
    "/v2/owners",
    "/v2/owners?resultLimit=1",
    "/v2/owners?name=Common%20Community&x=a+b",
    "/v2/owners?x=[1]&y={a,b}&z='$HOME'&q=\"`id`\"&u=ü",
    "/v3/tags/a%2Fb%3Ac/~x%7Ey",
    "/v2/../v2/./owners",
    "/v2/owners?",
    "/v2/owners#part",
]


@pytest.fixture
def sign(gatepost: Command, tc_platform: Emulator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Sign a request to the emulated platform, in this process, by the credentials that its environment names."""
    for name, value in tc_platform.environment("both").items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        said = gatepost("sign", *arguments)
        assert said.code == 0, said.err
        return said.out

    return run


def in_a_shell(line: str, folder: Path, **variables: str) -> str:
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_a_signature_is_accepted_for_what_curl_sends(target: str, sign, tc_platform: Emulator, tmp_path: Path):
    line = sign("GET", target, "--curl")
    in_a_shell(line, tmp_path)
    (request,) = tc_platform.requests
    assert request.scheme == "TC"
    assert request.verdict.outcome is Outcome.ACCEPTED, f"{line}\n{request}"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_every_method_is_accepted(method: str, sign, tc_platform: Emulator, tmp_path: Path):
    in_a_shell(sign(method, "/v2/owners", "--curl"), tmp_path)
    (request,) = tc_platform.requests
    assert (request.method, request.verdict.outcome) == (method, Outcome.ACCEPTED)


def test_a_token_is_accepted_when_it_is_shown(sign, tc_platform: Emulator, tmp_path: Path):
    line = sign("GET", "/v2/owners", "--auth", "token", "--show-secrets", "--curl")
    assert "Common Community" in in_a_shell(line, tmp_path)


def test_headers_alone_do_for_curl_too(sign, tc_platform: Emulator, tmp_path: Path):
    (tmp_path / "headers").write_text(sign("GET", "/v2/owners"))
    line = f"curl --silent --cacert {tc_platform.ca_file} --header @headers {tc_platform.url}/v2/owners"
    assert "Common Community" in in_a_shell(line, tmp_path)


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(sign, tc_platform: Emulator, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    line = sign("GET", "/v2/owners", "--curl")
    assert "Common Community" in in_a_shell(line, tmp_path)
