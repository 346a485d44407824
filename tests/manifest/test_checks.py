"""Rules that only look: what they report, and what they leave alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.manifest import load


def found(folder: Path, data: object) -> set[tuple[str, str]]:
    (folder / "install.json").write_text(json.dumps(data))
    return {(finding.rule, finding.path) for finding in load(folder).findings}


@pytest.mark.parametrize(
    ("param", "reported"),
    [
        ({"type": "Choice", "default": "a", "validValues": ["a"]}, False),
        ({"type": "Choice", "default": "A", "validValues": ["a"]}, False),  # compared without regard to case
        ({"type": "Choice", "default": "b", "validValues": ["a"]}, True),
        ({"type": "Choice", "default": "b"}, True),
        ({"type": "Choice", "default": "", "validValues": ["a"]}, False),
        ({"type": "Choice", "default": "b", "validValues": ["a", "${OWNERS}"]}, False),
        ({"type": "EditChoice", "default": "b", "validValues": ["a"]}, False),
        ({"type": "MultiChoice", "default": "a|b", "validValues": ["a", "b"]}, False),
        ({"type": "MultiChoice", "default": "a|c", "validValues": ["a", "b"]}, True),
        ({"type": "String", "default": "b"}, False),
    ],
)
def test_a_default_is_one_of_the_choices(tmp_path: Path, param: dict[str, object], reported: bool) -> None:
    assert (("GP309", "$.params[0].default") in found(tmp_path, {"params": [{"name": "x", **param}]})) is reported


@pytest.mark.parametrize("name", ["api_secret_key", "tc_api_secret_key", "tc_token"])
def test_a_secret_is_encrypted(tmp_path: Path, name: str) -> None:
    assert ("GP310", "$.params[0]") in found(tmp_path, {"params": [{"name": name}]})
    assert ("GP310", "$.params[0]") not in found(tmp_path, {"params": [{"name": name, "encrypt": True}]})


def test_placeholders_are_found_wherever_they_are(tmp_path: Path) -> None:
    data = {"labels": ["a", "{{ label }}"], "zzz": {"b": "{% if x %}"}, "note": "{{"}

    assert {path for rule, path in found(tmp_path, data) if rule == "GP110"} == {"$.labels[1]", "$.zzz.b"}


@pytest.mark.parametrize(
    ("version", "reported"), [("1.0.0", False), ("v1", True), ("1.0", True), ("1.0.0-beta", True), ("1.0.0\n", True)]
)
def test_versions_have_three_numbers(tmp_path: Path, version: str, reported: bool) -> None:
    assert (("GP406", "$.programVersion") in found(tmp_path, {"programVersion": version})) is reported


def test_a_single_param_without_its_list_has_its_place(tmp_path: Path) -> None:
    assert {("GP209", "$.params"), ("GP202", "$.params")} <= found(tmp_path, {"params": {"name": "a"}})


def test_a_missing_key_says_what_is_assumed(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text("{}")
    messages = [finding.message for finding in load(tmp_path).findings]

    assert "the key 'runtimeLevel' is missing; read as Organization" in messages
    assert "the key 'displayName' is missing" in messages


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize("key", ["displayName", "programVersion", "programMain", "languageVersion"])
def test_a_required_key_without_a_value_is_as_good_as_missing(tmp_path: Path, key: str, empty: object) -> None:
    assert ("GP202", f"$.{key}") in found(tmp_path, {key: empty})


def test_a_version_is_judged_as_it_is_read(tmp_path: Path) -> None:
    assert {("GP203", "$.languageVersion"), ("GP401", "$.languageVersion")} <= found(tmp_path, {"languageVersion": 3})
