from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import UsageError
from gatepost.manifest import Manifest, load
from gatepost.project.package.manifest import SDK_VERSION, commit_hash, package_name, packaged_manifest

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


@pytest.mark.parametrize(
    ("chosen", "changes", "name"),
    [
        ({}, {}, "TC_-_Threat_Feed_v2"),
        ({}, {"runtimeLevel": "Playbook", "displayName": " Blue & Söhne! "}, "TCPB_-_Blue_S_hne_v2"),
        ({}, {"applicationName": "TC_-_Other"}, "TC_-_Other_v2"),
        ({"app_name": "TCPB_-_Demo"}, {"applicationName": "x"}, "TCPB_-_Demo_v2"),
        ({"app_name": "TCPB_-_Demo", "app_version": "v1.2"}, {}, "TCPB_-_Demo_v1.2"),
    ],
)
def test_the_name_of_a_package(tmp_path: Path, chosen: dict[str, str], changes: dict[str, Any], name: str):
    assert package_name(manifest(tmp_path, **changes), **chosen) == name


@pytest.mark.parametrize("name", ["../up", "a/b", "with space", ".hidden", "x" * 300, "C:\\x"])
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str):
    with pytest.raises(UsageError, match=r"cannot be the name of a package.*--name"):
        package_name(manifest(tmp_path), app_name=name)


def git(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_the_commit_is_read_from_git(tmp_path: Path):
    assert commit_hash(tmp_path, {}) == ""
    git(tmp_path, **{"HEAD": "ref: refs/heads/main\n", "packed-refs": f"# pack-refs\n{HASH} refs/heads/main\n"})
    (tmp_path / "app").mkdir()
    assert commit_hash(tmp_path / "app", {"CI_COMMIT_SHA": "f" * 40}) == HASH
    git(tmp_path, **{"refs/heads/main": "a" * 40})
    assert commit_hash(tmp_path, {}) == "a" * 40
    git(tmp_path, HEAD="b" * 40)
    assert commit_hash(tmp_path, {}) == "b" * 40


def test_the_commit_of_a_worktree_is_read_where_it_is(tmp_path: Path):
    git(tmp_path, **{"HEAD": "a" * 40, "refs/heads/side": HASH})
    git(tmp_path, **{"worktrees/w/HEAD": "ref: refs/heads/side", "worktrees/w/commondir": "../.."})
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {tmp_path / '.git/worktrees/w'}\n")
    assert commit_hash(tree, {}) == HASH


@pytest.mark.parametrize(
    ("environment", "commit"),
    [({"CI_COMMIT_SHA": HASH, "GITHUB_SHA": "f" * 40}, HASH), ({"GITHUB_SHA": "f" * 40}, "f" * 40), ({"GITHUB_SHA": "main"}, "")],
)
def test_without_git_the_environment_tells(tmp_path: Path, environment: dict[str, str], commit: str):
    assert commit_hash(git(tmp_path, HEAD="ref: refs/heads/none"), environment) == commit
