from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatepost.errors import UsageError
from gatepost.project.package.files import legacy_folders, package_files


def project(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def packed(folder: Path, *excludes: str) -> list[str]:
    return list(package_files(folder, output=folder / "target", excludes=excludes))


def test_what_an_app_needs_is_kept_in_order(tmp_path: Path):
    names = [
        "README.md", "app.py", "app_spec.yml", "attributes.json", "install.json", "job.json", "layout.json", "requirements.lock",
        "requirements.txt", "run.py", "tcex.json",
    ]  # fmt: skip
    assert packed(project(tmp_path, *reversed(names))) == names


@pytest.mark.parametrize(
    "name",
    [
        ".env", "sub/.env", ".env.local", ".git/config", ".venv/x", "__pycache__/a.pyc", "sub/__pycache__/a.pyc", "a.pyc",
        "a.zip", "sub/a.iml", "target/x.tcx", "tests/test_app.py", "log/app.log", "app_inputs.json", "app_inputs_2.json",
        "app_inputs.d/large.json", "sub/app_inputs.json",
        "deps/x.py", "deps_tests/x.py", "local-notes.txt", "pyproject.toml", "mappings/source/x", ".DS_Store", "assets/x.png",
        "run_local.py", ".pytest_cache/x", ".ruff_cache/x", "lib_3.6.5/x.py", "lib_latest/x.py", "message.tc",
    ],
)  # fmt: skip
def test_what_is_no_part_of_an_app_is_left_out(tmp_path: Path, name: str):
    assert packed(project(tmp_path, "run.py", name)) == ["run.py"]


@pytest.mark.parametrize("name", ["my_app/log/x.py", "my_app/assets/a.json", "data/tests/x", "lib_helpers.py", "mappings/x.json"])
def test_the_apps_own_words_are_kept_below_the_top(tmp_path: Path, name: str):
    assert packed(project(tmp_path, name)) == [name]


def test_patterns_of_ones_own_fit_paths_and_names(tmp_path: Path):
    project(tmp_path, "a.md", "sub/b.md", "sub/c.txt", "docs/d.txt", "run.py")
    assert packed(tmp_path, "*.md", "docs/") == ["run.py", "sub/c.txt"]
    assert packed(tmp_path, "sub/*.txt", "./a.md") == ["docs/d.txt", "run.py", "sub/b.md"]


def test_the_folder_of_packages_is_left_out_whatever_it_is_called(tmp_path: Path):
    project(tmp_path, "run.py", "out/x.tcx", "out/x.cdx.json")
    assert list(package_files(tmp_path, output=tmp_path / "out")) == ["run.py"]


def test_a_link_within_the_project_is_packed_as_what_it_leads_to(tmp_path: Path):
    project(tmp_path, "run.py")
    (tmp_path / "main.py").symlink_to("run.py")
    assert packed(tmp_path) == ["main.py", "run.py"]


def test_links_that_lead_elsewhere_are_refused(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.touch()
    folder = project(tmp_path / "app", "run.py", "sub/x")
    for target, why in (
        (secret, "out of the project"),
        ("nowhere", "leads nowhere"),
        ("link", "leads nowhere"),
        ("sub", "to a folder"),
    ):
        (folder / "link").symlink_to(target)
        with pytest.raises(UsageError, match=rf"{why}.*--exclude"):
            packed(folder)
        assert packed(folder, "link") == ["run.py", "sub/x"]
        (folder / "link").unlink()


def test_what_is_no_file_is_refused(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="It is no file"):
        packed(tmp_path)


def test_folders_of_tcex_3_are_found(tmp_path: Path):
    project(tmp_path, "lib_3.6.5/x.py", "lib_mine.py")
    assert legacy_folders(tmp_path) == ["lib_3.6.5"]
