"""Runs of an app that declares another service: it is emulated beside the platform, recorded and replayed with it."""

from __future__ import annotations

from pathlib import Path

HASHES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "tcap_hashes"


def test_a_run_is_recorded_and_replayed_with_its_service(gatepost, tmp_path: Path):
    tape = str(tmp_path / "run.json")
    recorded = gatepost("run", HASHES, "--emulator", "--json", "--record", tape).json
    assert recorded["message"] == "2 of 3 hashes are known to TCAP; see tcap_hashes.csv"
    assert [(request["server"], request["status"]) for request in recorded["requests"]] == [("tcap", 200), ("tcap", 200)]
    assert "emulated.user" in Path(tape).read_text(encoding="utf-8")
    replayed = gatepost("run", HASHES, "--emulator", "--json", "--replay", tape).json
    assert (replayed["message"], replayed["requests"]) == (recorded["message"], [])
    assert replayed["tape"]["matches"]


def test_requests_are_shown_with_the_name_of_their_server(gatepost):
    said = gatepost("run", HASHES, "--emulator", "--input", "tcap_password=wrong")
    assert said.code == 1
    assert "tcap    POST    /token-auth/api/login  401     refused login  the password is wrong" in said.out
    assert "Wrong username or password" in said.out
