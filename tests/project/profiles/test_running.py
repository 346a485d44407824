"""The tests of an app by profiles, without pytest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import UsageError
from gatepost.project.profiles.generation import generate_profiles
from gatepost.project.profiles.running import run_profiles
from gatepost.testing.profiles import read_profile
from tests.testing.profiles.demo import inputs, write_app, write_profile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_app(tmp_path)


def statuses(folder: Path, **options: Any) -> dict[str, str]:
    return {outcome.name: outcome.status for outcome in run_profiles(folder, **options)}


def test_every_profile_has_its_outcome(folder: Path):
    write_profile(folder)
    write_profile(folder, "wrong", exit_codes=[1])
    write_profile(folder, "elsewhere", environments=["qa"])
    write_profile(folder, "broken", exit_codes=["none"])
    write_profile(folder, "unset", initialized=False)
    told: list[tuple[str, int, int]] = []
    assert statuses(folder, progress=lambda *said: told.append(said)) == {
        "text/broken": "error",
        "text/elsewhere": "skipped",
        "text/unset": "uninitialized",
        "text/upper": "passed",
        "text/wrong": "failed",
    }
    assert told[:2] == [("text/broken", 0, 5), ("text/elsewhere", 1, 5)]
    assert statuses(folder, environments=["qa"])["text/elsewhere"] == "passed"
    assert statuses(folder, names=["upper"]) == {"text/upper": "passed"}


def test_what_comes_out_becomes_the_expectation(folder: Path):
    generate_profiles(folder)
    assert set(statuses(folder).values()) == {"uninitialized"}
    assert set(statuses(folder, update=True).values()) == {"updated"}
    assert set(statuses(folder).values()) == {"passed"}
    profile = read_profile(folder / "tests" / "append" / "profiles.d" / "append_2.json")
    assert {each.what: each.expected for each in profile.outputs} == {
        "#App:9876:demo.out!String": "texttext",
        "#App:9876:demo.items!StringArray": ["text", "text"],
        "#App:9876:demo.file!Binary": "dGV4dA==",
    }
    assert profile.exit_message is not None
    assert profile.exit_message.expected == "Appended\n"


def test_an_initialized_one_is_written_only_when_it_is_said(folder: Path):
    path = write_profile(folder, outputs={"#App:9876:demo.out!String": {"expected_output": "mine", "op": "eq"}})
    before = path.read_bytes()
    assert statuses(folder, update=True) == {"text/upper": "failed"}
    assert path.read_bytes() == before
    assert statuses(folder, update=True, overwrite=True) == {"text/upper": "updated"}
    assert statuses(folder) == {"text/upper": "passed"}


def test_a_failure_is_nothing_to_expect(folder: Path):
    path = write_profile(folder, initialized=False, inputs=inputs(tc_action="Upper", text=""))
    (outcome,) = run_profiles(folder, update=True)
    assert outcome.status == "failed"
    assert "There is no text" in outcome.report
    assert "demo.out" not in outcome.report, "it was for this run to say what is expected"
    assert json.loads(path.read_text())["initialized"] is False


def test_what_a_person_wrote_stays(folder: Path):
    outputs = {
        "#App:9876:demo.out!String": {"expected_output": "A.C", "op": "rex"},
        "#App:9876:demo.items!StringArray": {"expected_output": None, "op": "dd", "ignore_order": True},
    }
    path = write_profile(folder, initialized=False, outputs=outputs, _comments_=["mine"], further={"a": 1})
    run_profiles(folder, update=True)
    written = json.loads(path.read_text())
    assert written["outputs"] == outputs
    assert (written["_comments_"], written["further"], written["initialized"]) == (["mine"], {"a": 1}, True)


def test_secrets_are_not_written(folder: Path):
    path = write_profile(folder, initialized=False, inputs=inputs(tc_action="Append", text="x", key="correct-horse-battery"))
    (outcome,) = run_profiles(folder, update=True)
    assert outcome.status == "updated"
    assert any("holds a secret" in finding for finding in outcome.findings)
    assert json.loads(path.read_text())["outputs"]["#App:9876:demo.out!String"]["op"] == "skip"


def test_a_message_with_a_secret_is_not_written(folder: Path):
    (folder / "app.py").write_text((folder / "app.py").read_text().replace('return "Appended"', "return key"), encoding="utf-8")
    path = write_profile(folder, initialized=False, inputs=inputs(tc_action="Append", text="x", key="correct-horse-battery"))
    (outcome,) = run_profiles(folder, update=True)
    assert (outcome.status, outcome.message) == ("updated", "***")
    assert json.loads(path.read_text())["exit_message"] == {"expected_output": "", "op": "skip"}


def test_what_had_to_be_forgiven_is_put_right(folder: Path):
    path = write_profile(folder, initialized=False)
    path.write_text(path.read_text().removesuffix("\n}") + ",\n}\n", encoding="utf-8")
    assert statuses(folder, update=True) == {"text/upper": "updated"}
    assert json.loads(path.read_text())["initialized"] is True


def test_a_profile_without_outputs_learns_what_was_given_out(folder: Path):
    path = write_profile(folder, initialized=False, outputs={})
    run_profiles(folder, update=True)
    assert json.loads(path.read_text())["outputs"] == {"#App:9876:demo.out!String": {"expected_output": "ABC", "op": "eq"}}
    assert statuses(folder) == {"text/upper": "passed"}


def test_a_large_binary_value_is_expected_by_its_hash(folder: Path):
    outputs = {"#App:9876:demo.file!Binary": {"expected_output": None, "op": "eq"}}
    path = write_profile(folder, initialized=False, inputs=inputs(tc_action="Append", text="x" * 5000), outputs=outputs)
    run_profiles(folder, update=True)
    assert json.loads(path.read_text())["outputs"]["#App:9876:demo.file!Binary"]["op"] == "hash_eq"
    assert statuses(folder) == {"text/upper": "passed"}


def test_an_app_without_profiles_is_told_how_to_get_some(folder: Path):
    with pytest.raises(UsageError, match="--generate"):
        run_profiles(folder)


def test_what_the_app_prints_is_not_among_the_results(folder: Path, capsys: pytest.CaptureFixture[str]):
    write_profile(folder, inputs=inputs(tc_action="Append", text="x"), exit_message=None, outputs={})
    assert statuses(folder) == {"text/upper": "passed"}
    captured = capsys.readouterr()
    assert "on stdout" not in captured.out
    assert "on stdout" in captured.err
