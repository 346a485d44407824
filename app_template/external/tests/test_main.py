"""The script by itself, and on a platform in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from main import main

if TYPE_CHECKING:
    from pathlib import Path

    from gatepost.emulator import Emulator


@pytest.fixture(autouse=True)
def _nobodys_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test uses the .env of whoever runs it."""
    monkeypatch.chdir(tmp_path)
    for name in ("TC_API_PATH", "TC_TOKEN", "TC_TOKEN_EXPIRES", "API_ACCESS_ID", "API_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_on_a_platform(
    tc_platform: Emulator,
    auth: Literal["token", "hmac"],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tc_platform.add_owner("Blue")
    for name, value in tc_platform.environment(auth).items():
        monkeypatch.setenv(name, value)
    assert main(["--kind", "organization"]) == 0
    assert capsys.readouterr().out == "2 of 3 owners: Exemplary Organization, Blue\n"
    assert all(request.verdict.accepted for request in tc_platform.requests)


def test_without_credentials_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 1
    assert "There is no credential for the platform" in capsys.readouterr().err
