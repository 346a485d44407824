"""The id of an execution, given or derived."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from gatepost import connect
from gatepost.inputs import collect
from gatepost.runtime.options import read_options
from gatepost.runtime.session_id import session_id


def derived(**inputs: str) -> str:
    return session_id(read_options(collect(explicit=inputs, environment={})))


def test_the_platforms_own_word_counts():
    assert derived(tc_session_id="given", tc_out_path="/sessions/named/out") == "given"


def test_the_folder_of_the_session_names_it():
    assert derived(tc_out_path="/sessions/4dc9202e/out") == "4dc9202e"


def test_runs_in_a_folder_without_a_name_share_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").mkdir()
    first = derived(tc_out_path="log")
    assert uuid.UUID(first)
    assert derived(tc_out_path="log") == first
    assert (tmp_path / "log" / "tc_session_id").read_text() == first


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff", b"x" * 300, b"two\nlines"])
def test_a_file_that_holds_no_id_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "tc_session_id").write_bytes(content)
    assert uuid.UUID(derived(tc_out_path="log"))
    assert derived(tc_out_path="log") == derived(tc_out_path="log")


def test_the_runtime_has_it_and_keeps_it():
    pair = {"api_access_id": "1", "api_secret_key": "a-secret-key"}
    with connect(**pair, tc_session_id="given") as runtime:
        assert runtime.session_id == "given"
    with connect(**pair) as runtime:
        assert runtime.session_id == runtime.session_id


def test_without_a_place_to_keep_it_each_run_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert uuid.UUID(derived()) != uuid.UUID(derived())
    assert uuid.UUID(derived(tc_out_path="missing")) != uuid.UUID(derived(tc_out_path="missing"))
