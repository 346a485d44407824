"""tcex.json: how an app is packaged, as three generations wrote it."""

from __future__ import annotations

import json
from pathlib import Path

from gatepost.manifest import LibraryVersion, TcexJson, load_tcex_json


def loaded(folder: Path, data: object) -> tuple[TcexJson, set[tuple[str, str]]]:
    (folder / "tcex.json").write_text(json.dumps(data) + "\n")
    model = load_tcex_json(folder)
    return model, {(finding.rule, finding.path) for finding in model.findings}


def test_a_complete_file_has_no_findings(tmp_path: Path) -> None:
    model, found = loaded(
        tmp_path,
        {
            "package": {"app_name": "TCPB_-_Demo", "app_version": "v1", "excludes": [".gitignore"], "output_dir": "out"},
            "template_name": "basic",
            "template_type": "playbook",
            "template_repo_hash": "abc123",
        },
    )

    assert found == set()
    assert (model.package.app_name, model.package.app_version, model.package.output_dir) == ("TCPB_-_Demo", "v1", "out")
    assert (model.template_name, model.template_type, model.template_repo_hash) == ("basic", "playbook", "abc123")


def test_the_keys_of_generation_2(tmp_path: Path) -> None:
    model, found = loaded(
        tmp_path,
        {
            "lib_versions": [{"python_executable": "~/.pyenv/versions/3.6.12/bin/python", "lib_dir": "lib_3.6.12"}],
            "package": {"app_name": "TC_-_Demo", "bundle": True, "bundle_name": "Demo", "bundle_packages": ["a"]},
        },
    )

    assert found == set()
    assert model.lib_versions == (LibraryVersion(python_executable="~/.pyenv/versions/3.6.12/bin/python", lib_dir="lib_3.6.12"),)
    assert (model.package.bundle, model.package.bundle_name, model.package.bundle_packages) == (True, "Demo", ("a",))


def test_what_is_left_out_of_a_package(tmp_path: Path) -> None:
    model, _ = loaded(tmp_path, {"package": {"app_name": "x", "excludes": ["z.txt", "requirements.txt", "local-*", "z.txt"]}})

    assert model.package.exclusions == (
        ".gitignore",
        ".pre-commit-config.yaml",
        "app_spec.yaml",
        "local-*",
        "pyproject.toml",
        "z.txt",
    )


def test_what_is_off_is_reported(tmp_path: Path) -> None:
    model, found = loaded(tmp_path, {"package": {"appName": "x", "excludes": "a"}, "lib_versions": [1]})

    assert (model.package.app_name, model.package.excludes, model.lib_versions) == ("", ("a",), ())
    assert found == {
        ("GP201", "$.package.appName"),
        ("GP202", "$.package"),
        ("GP203", "$.package.excludes"),
        ("GP204", "$.lib_versions[0]"),
    }
    assert "Write 'app_name'" in next(finding.remedy for finding in model.findings if finding.rule == "GP201")


def test_a_file_without_a_package_is_read(tmp_path: Path) -> None:
    model, found = loaded(tmp_path, {})

    assert (model.package.app_name, model.package.output_dir) == ("", "target")
    assert found == {("GP202", "$")}
    assert loaded(tmp_path, {"package": None})[1] == {("GP202", "$"), ("GP205", "$.package")}
