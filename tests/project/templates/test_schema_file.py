"""The schema in an app's folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gatepost.errors import GatepostError, UsageError
from gatepost.manifest import load
from gatepost.manifest.schema import schema_text
from gatepost.project.templates.creating import create_project
from gatepost.project.templates.schema_file import SCHEMA_FILE, write_schema


def test_a_new_app_names_its_schema_and_follows_it(tmp_path: Path) -> None:
    project = create_project("job", "one", folder=tmp_path / "one")
    manifest = json.loads((project / "install.json").read_text(encoding="utf-8"))
    schema = json.loads((project / manifest["$schema"]).read_text(encoding="utf-8"))

    assert project / manifest["$schema"] == project / SCHEMA_FILE
    assert list(Draft202012Validator(schema).iter_errors(manifest)) == []
    assert load(project).findings == ()


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    path = write_schema("layout.json", tmp_path / "a" / "b.json")

    assert path.read_text(encoding="utf-8") == schema_text("layout.json")


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(GatepostError, match="cannot be written"):
        write_schema("install.json", tmp_path / "file" / "schema.json")
    with pytest.raises(UsageError, match="no schema"):
        write_schema("setup.py", tmp_path / "schema.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
