from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gatepost.secret import Secret
from gatepost.sessions.tapes import Exchange, Failure, Request, Response, Tape
from gatepost.sessions.tapes.exchange import Body

CANARY = "canary-0123456789abcdef"


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A tape with an answer and a failure, written while a secret was known that stands all over it."""
    known = Secret(CANARY)
    headers = {"Authorization": f"TC-Token {known.reveal()}"}
    owners = Request("GET", "https://h.example", "/api/v2/owners", (("resultLimit", "2"),), headers)
    tags = Request("POST", "https://h.example", "/api/v3/tags")
    recorded = Tape(
        [
            Exchange(
                1,
                0.0,
                0.25,
                owners,
                Response(200, "OK", {"Content-Type": "application/json"}, Body("json", {"a": "ü", CANARY: CANARY})),
            ),
            Exchange(2, 1.0, 0.5, tags, failure=Failure("ConnectTimeout", f"slow {CANARY}")),
        ],
        path=tmp_path / "tape.json",
        about={"auth": "token"},
    )
    recorded.save()
    return tmp_path / "tape.json"


def test_it_is_listed(tape: Path, gatepost):
    said = gatepost("tape", "show", tape)
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert said.code == 0
    assert "auth token" in lines
    assert "1 GET https://h.example/api/v2/owners?resultLimit=2 200 OK 0.250" in lines
    assert "2 POST https://h.example/api/v3/tags ConnectTimeout 0.500" in lines


def test_it_is_listed_as_json(tape: Path, gatepost):
    report = gatepost("tape", "show", tape, "--json").json
    assert (report["file"], report["about"]) == (str(tape), {"auth": "token"})
    assert report["exchanges"][1] == {
        "number": 2,
        "method": "POST",
        "url": "https://h.example/api/v3/tags",
        "status": None,
        "outcome": "ConnectTimeout",
        "seconds": 0.5,
    }


def test_an_empty_one_is_said_to_be(tmp_path: Path, gatepost):
    Tape.record(tmp_path / "tape.json").save()
    assert "It is empty." in gatepost("tape", "show", tmp_path / "tape.json").out


def test_it_becomes_a_http_archive(tape: Path, gatepost, tmp_path: Path):
    entries = json.loads(gatepost("tape", "har", tape).out)["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [200, 0]
    assert entries[0]["response"]["content"]["text"] == '{"a":"ü","***":"***"}'
    gatepost("tape", "har", tape, "--output", tmp_path / "tape.har")
    assert json.loads((tmp_path / "tape.har").read_text(encoding="utf-8"))["log"]["entries"] == entries


def test_it_becomes_curl_commands(tape: Path, gatepost):
    said = gatepost("tape", "curl", tape)
    assert said.out.startswith("#!/bin/sh\n")
    assert said.out.count("curl --") == 2


def test_it_becomes_a_test_that_finds_it_and_passes(tape: Path, gatepost, tmp_path: Path):
    (tmp_path / "tests").mkdir()
    assert gatepost("tape", "test", tape, "-o", tmp_path / "tests" / "test_made.py").code == 0
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("export", [["show"], ["show", "--json"], ["har"], ["curl"], ["test"]])
def test_no_secret_is_shown(export: list[str], tape: Path, gatepost):
    assert CANARY not in tape.read_text()
    said = gatepost("tape", export[0], tape, *export[1:])
    assert said.code == 0
    assert CANARY not in said.out + said.err


def test_nothing_is_overwritten(tape: Path, gatepost, tmp_path: Path):
    (tmp_path / "there").write_text("mine")
    said = gatepost("tape", "curl", tape, "-o", tmp_path / "there")
    assert said.code == 1
    assert "exists already" in said.err
    assert (tmp_path / "there").read_text() == "mine"
    assert "cannot be written" in gatepost("tape", "curl", tape, "-o", tmp_path / "nowhere" / "there").err


def test_what_is_no_tape_is_told(gatepost, tmp_path: Path):
    (tmp_path / "tape.json").write_text("{}")
    for name in ("tape.json", "none.json"):
        said = gatepost("tape", "show", tmp_path / name)
        assert said.code == 1
        assert said.err.startswith("gatepost: ")
        assert "Traceback" not in said.err
