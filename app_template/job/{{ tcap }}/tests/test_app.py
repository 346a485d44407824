"""The app with a platform and a TCAP in this process."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from gatepost.emulator import TcapEmulator, sample_content

from app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.app import Result
    from gatepost.emulator import Emulator

KNOWN = hashlib.sha256(sample_content(1)).hexdigest()
UNKNOWN = "0" * 32
WRONG = "not the password"


@pytest.fixture(scope="module")
def tcap() -> Iterator[TcapEmulator]:
    with TcapEmulator() as tcap:
        yield tcap


def run(platform: Emulator, tcap: TcapEmulator, **inputs: Any) -> Result:
    return app.test({**platform.inputs(), **tcap.inputs(), "tcap_verify": tcap.ca_file, **inputs})


def test_known_hashes_are_counted(tc_platform: Emulator, tcap: TcapEmulator) -> None:
    result = run(tc_platform, tcap, hashes=[KNOWN, UNKNOWN])
    assert (result.exit_code, result.message) == (0, "1 of 2 hashes are known to TCAP")


def test_what_is_no_hash_fails_the_run(tc_platform: Emulator, tcap: TcapEmulator) -> None:
    result = run(tc_platform, tcap, hashes=["0123"])
    assert (result.exit_code, result.message) == (1, "'0123' is no MD5, SHA256 or SHA512")


def test_a_wrong_password_is_told(tc_platform: Emulator, tcap: TcapEmulator) -> None:
    result = run(tc_platform, tcap, hashes=[KNOWN], tcap_password=WRONG)
    assert result.exit_code == 1
    assert "Wrong username or password" in (result.message or "")


def test_a_missing_password_is_told(tc_platform: Emulator, tcap: TcapEmulator) -> None:
    result = run(tc_platform, tcap, hashes=[KNOWN], tcap_password="")
    assert result.exit_code == 1
    assert "tcap_password" in (result.message or "")
