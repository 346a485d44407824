"""The tests that a new project brings along pass before anything is changed in it."""

from __future__ import annotations

from pathlib import Path

from gatepost.project import create_project
from tests.e2e.own_tests import run_own_tests


def test_the_own_tests_of_each_template_pass_as_they_are(projects: dict[str, Path], tmp_path: Path) -> None:
    folders = {**projects}
    for kind in ("playbook", "external"):
        folders[kind] = create_project(kind, f"a-{kind}", folder=tmp_path / kind)
    endings = run_own_tests(folders.values(), tmp_path)
    passed = {name: ending.partition(" in ")[0] for name, ending in zip(folders, endings, strict=True)}
    assert passed == {
        "platform": "4 passed",
        "tcap": "5 passed",
        "timbr": "3 passed",
        "oauth2": "3 passed",
        "header": "3 passed",
        "playbook": "7 passed",
        "external": "3 passed",
    }
