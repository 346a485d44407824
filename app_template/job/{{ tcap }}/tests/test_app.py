"""The app with a platform and a TCAP in this process."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from gatepost.emulator import ChaosProfile, Rule, TcapEmulator, sample_content
from gatepost.emulator.faults import Answer

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


def test_an_answer_of_another_form_is_shown(tc_platform: Emulator) -> None:
    odd = ChaosProfile(rules=[Rule(fault=Answer(200, body='{"matches": []}'), path="/hash-verification/*")])
    with TcapEmulator(chaos=odd) as tcap:
        result = run(tc_platform, tcap, hashes=[KNOWN])
    assert result.exit_code == 1
    assert '{"matches": []}' in (result.message or "")


def test_a_wrong_password_is_told(tc_platform: Emulator, tcap: TcapEmulator) -> None:
    result = run(tc_platform, tcap, hashes=[KNOWN], tcap_password=WRONG)
    assert result.exit_code == 1
    assert "Wrong username or password" in (result.message or "")


def test_a_missing_password_is_told(tc_platform: Emulator, tcap: TcapEmulator) -> None:
    result = run(tc_platform, tcap, hashes=[KNOWN], tcap_password="")
    assert result.exit_code == 1
    assert "tcap_password" in (result.message or "")
