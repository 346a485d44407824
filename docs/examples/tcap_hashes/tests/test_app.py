"""The app against an emulated TCAP, which knows what a real one knows of logins, tokens and hashes."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from app import app
from gatepost.app import Result
from gatepost.emulator import ChaosProfile, Rule, TcapEmulator, sample_content
from gatepost.emulator.faults import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = hashlib.sha256(sample_content(3)).hexdigest()
UNKNOWN = hashlib.md5(b"nobody knows this").hexdigest()


def run(*inputs: Any, **more: Any) -> Result:
    """Run the app. It asks the platform for nothing: any session stands in for the one that needs credentials."""
    return app.test(*inputs, session=requests.Session(), **more)


@pytest.fixture
def tcap(monkeypatch: pytest.MonkeyPatch) -> Iterator[TcapEmulator]:
    with TcapEmulator() as tcap:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", tcap.ca_file)
        yield tcap


def test_known_hashes_are_counted_and_written_down(tcap: TcapEmulator, tmp_path: Path) -> None:
    result = run(tcap.inputs(), hashes=f"{KNOWN}\n{UNKNOWN.upper()} # mine\n{KNOWN}", tc_out_path=str(tmp_path))
    assert (result.exit_code, result.message) == (0, "1 of 2 hashes are known to TCAP; see tcap_hashes.csv")
    with (tmp_path / "tcap_hashes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["hash_value"], row["hash_type"], row["match"]) for row in rows] == [
        (KNOWN, "SHA256", "True"),
        (UNKNOWN, "MD5", "False"),
    ]
    assert rows[0]["ideology"] == "islamist"


def test_many_hashes_go_in_batches_under_one_token(tcap: TcapEmulator, tmp_path: Path) -> None:
    many = "\n".join(hashlib.md5(str(number).encode()).hexdigest() for number in range(1001))
    result = run(tcap.inputs(), hashes=many, tc_out_path=str(tmp_path))
    assert result.message == "0 of 1001 hashes are known to TCAP; see tcap_hashes.csv"
    assert [request.path for request in tcap.requests] == ["/token-auth/api/login", *["/hash-verification/api/v2"] * 3]


@pytest.mark.parametrize("body", ["[]", "no JSON", '{"results": [{"hash": "0", "found": true}]}', '{"results": 1}'])
def test_an_answer_of_another_form_is_shown(tcap: TcapEmulator, body: str) -> None:
    tcap.chaos = ChaosProfile(rules=[Rule(fault=Answer(200, body=body), path="/hash-verification/*")])
    result = run(tcap.inputs(), hashes=KNOWN)
    assert (result.exit_code, result.message) == (1, f"TCAP's answer has another form than this app reads: {body}")


def test_the_sample_file_has_hashes_that_are_known(tcap: TcapEmulator, tmp_path: Path) -> None:
    file = Path(__file__).parents[1] / "samples" / "hashes.txt"
    result = run(tcap.inputs(), hash_file=str(file), tc_out_path=str(tmp_path))
    assert result.message == "2 of 3 hashes are known to TCAP; see tcap_hashes.csv"


def test_a_wrong_password_is_said(tcap: TcapEmulator) -> None:
    result = run({**tcap.inputs(), "tcap_password": "wrong-password"}, hashes=KNOWN)
    assert result.exit_code == 1
    assert "Wrong username or password" in (result.message or "")


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"hashes": "# none"}, "There are no hashes to verify"),
        ({"hashes": "0123"}, "'0123' is no MD5, SHA256 or SHA512"),
        ({"hash_file": "no-such-file"}, "The file of hashes cannot be read"),
    ],
)
def test_what_cannot_be_verified_is_said(inputs: dict[str, str], words: str) -> None:
    given = {"tcap_url": "https://tcap.example", "tcap_username": "anna", "tcap_password": "annas-password", **inputs}
    result = run(given)
    assert result.exit_code == 1
    assert words in (result.message or "")
