"""Parts that only some apps have: what is odd in them is reported, and the rest is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.manifest import Docker, Manifest, Service, load


def loaded(folder: Path, data: object) -> tuple[Manifest, set[tuple[str, str]]]:
    (folder / "install.json").write_text(json.dumps(data))
    manifest = load(folder)
    return manifest, {(finding.rule, finding.path) for finding in manifest.findings}


def test_container_and_service(tmp_path: Path) -> None:
    manifest, _ = loaded(
        tmp_path, {"docker": {"image": "demo", "entryPoint": "run"}, "service": {"discoveryTypes": ["TaxiiApi"]}}
    )

    assert manifest.docker == Docker(image="demo", entry_point="run")
    assert manifest.service == Service(discovery_types=("TaxiiApi",))


@pytest.mark.parametrize("key", ["docker", "service", "playbook"])
@pytest.mark.parametrize(("value", "rule"), [(None, "GP205"), ([], "GP204"), ("x", "GP204")])
def test_a_part_that_is_no_object_is_left_out(tmp_path: Path, key: str, value: object, rule: str) -> None:
    manifest, found = loaded(tmp_path, {key: value})

    assert getattr(manifest, key) is None
    assert (rule, f"$.{key}") in found


def test_outputs(tmp_path: Path) -> None:
    outputs = [
        {"name": "a"},
        {"name": "b", "type": 5},
        {"type": "String"},
        {"name": "c", "type": "User"},
        {"name": "c", "type": "User"},
    ]
    manifest, found = loaded(tmp_path, {"playbook": {"outputVariables": outputs}})

    assert [(output.name, output.type) for output in manifest.playbook.output_variables] == [
        ("a", "String"),
        ("b", "String"),
        ("c", "User"),
        ("c", "User"),
    ]
    assert {
        ("GP502", "$.playbook.outputVariables[0]"),
        ("GP204", "$.playbook.outputVariables[1].type"),
        ("GP202", "$.playbook.outputVariables[2]"),
        ("GP503", "$.playbook.outputVariables[3].type"),
        ("GP504", "$.playbook.outputVariables[4].name"),
    } <= found


def test_retry(tmp_path: Path) -> None:
    retry = {"allowed": True, "actions": ["Read"], "defaultMaxRetries": 2}
    manifest, found = loaded(tmp_path, {"playbook": {"retry": retry}})

    assert manifest.playbook.retry.actions == ("Read",)
    assert (manifest.playbook.retry.default_max_retries, manifest.playbook.retry.default_delay_minutes) == (2, None)
    assert ("GP501", "$.playbook.retry") in found


def test_retry_that_is_no_object(tmp_path: Path) -> None:
    manifest, found = loaded(tmp_path, {"playbook": {"retry": True}})

    assert manifest.playbook.retry is None
    assert ("GP204", "$.playbook.retry") in found


def test_feeds(tmp_path: Path) -> None:
    feed = {
        "sourceName": "Demo",
        "indicatorLimit": "100",
        "deprecation": {"indicatorType": "Host", "actionAtMinimum": "Delete"},
        "firstRunParams": [
            {"param": "a", "value": 1},
            {"value": 2},
            {"param": "b", "value": True},
            {"param": "c", "value": {}},
            {"param": "d"},
        ],
    }
    manifest, found = loaded(tmp_path, {"feeds": feed})

    [read] = manifest.feeds
    assert read.indicator_limit == 100
    assert read.deprecation[0].action_at_minimum == "Delete"
    assert [(first.param, first.value) for first in read.first_run_params] == [
        ("a", 1),
        ("b", "true"),
        ("c", ""),
        ("d", ""),
    ]
    assert {("GP209", "$.feeds"), ("GP203", "$.feeds.indicatorLimit"), ("GP202", "$.feeds.firstRunParams[1]")} <= found


def test_feeds_that_are_no_list(tmp_path: Path) -> None:
    manifest, found = loaded(tmp_path, {"feeds": 5})

    assert manifest.feeds == ()
    assert ("GP204", "$.feeds") in found
