from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import UsageError
from gatepost.manifest import Manifest, load
from gatepost.project.package.manifest import SDK_VERSION, packaged_manifest

HASH = "0123456789abcdef0123456789abcdef01234567"


def manifest(folder: Path, **changes: Any) -> Manifest:
    data = {"displayName": "Threat Feed", "programVersion": "2.1.0", "runtimeLevel": "Organization", **changes}
    (folder / "install.json").write_text(json.dumps(data))
    return load(folder / "install.json")


def packaged(folder: Path, *, layout: bool = False, commit: str = "", tcex: str = "", **changes: Any) -> dict[str, Any]:
    text = packaged_manifest(manifest(folder, **changes), has_layout=layout, commit=commit, tcex_version=tcex)
    return dict(json.loads(text))


def test_what_tells_of_the_build_is_new_and_the_rest_is_as_written(tmp_path: Path):
    params = [{"name": "B", "sequence": 9, "x-own": 1.0}, {"name": "a", "sequence": 2}]
    made = packaged(
        tmp_path, params=params, unknown=[1], commit=HASH, **{"$schema": "x", "commitHash": "old", "sdkVersion": "1.0.0"}
    )
    assert made == {
        "displayName": "Threat Feed",
        "programVersion": "2.1.0",
        "runtimeLevel": "Organization",
        "params": params,
        "unknown": [1],
        "commitHash": HASH,
        "sdkVersion": SDK_VERSION,
        "features": ["fileParams", "redisPasswordSupport"],
    }
    assert list(made)[:3] == ["displayName", "programVersion", "runtimeLevel"]


def test_a_commit_that_is_not_known_stays(tmp_path: Path):
    assert packaged(tmp_path, commitHash="old")["commitHash"] == "old"


def test_an_app_of_tcex_says_which(tmp_path: Path):
    assert packaged(tmp_path, tcex="4.0.9")["sdkVersion"] == "4.0.9"


def test_features_follow_the_level_and_the_layout(tmp_path: Path):
    made = packaged(tmp_path, runtimeLevel="Playbook", layout=True, features=["aotExecutionEnabled", "custom", "linkApiPath"])
    assert made["features"] == [
        "appBuilderCompliant", "custom", "fileParams", "layoutEnabledApp", "redisPasswordSupport", "runtimeVariables",
    ]  # fmt: skip


def test_a_manifest_without_a_file_cannot_be_packed():
    with pytest.raises(UsageError, match="in no file"):
        packaged_manifest(Manifest(), has_layout=False, commit="")
