"""The apps of this repository, and those that it makes, are as it wants others to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.project import create_project
from gatepost.project.validation import validate

ROOT = Path(__file__).resolve().parents[3]
APPS = [ROOT, *sorted(path.parent for path in (ROOT / "docs" / "examples").glob("*/install.json"))]


@pytest.mark.parametrize("folder", APPS, ids=lambda folder: folder.name)
def test_an_app_of_this_repository(folder):
    assert [str(finding) for finding in validate(folder).findings] == []


def test_a_new_app(tmp_path):
    folder = create_project("job", "my_app", folder=tmp_path / "my_app")
    validation = validate(folder)
    assert ([str(finding) for finding in validation.findings], validation.notes) == ([], ())
