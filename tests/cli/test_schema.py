"""`gatepost schema`."""

from __future__ import annotations

import json
from pathlib import Path

from gatepost.manifest.schema import SCHEMAS, schema_text


def test_a_schema_is_shown(gatepost):
    assert gatepost("schema").out == schema_text("install.json")
    assert json.loads(gatepost("schema", "layout.json").out)["title"] == "layout.json"


def test_all_are_listed(gatepost):
    assert [line.split()[0] for line in gatepost("schema", "--list").out.splitlines()] == list(SCHEMAS)
    assert json.loads(gatepost("schema", "--list", "--json").out) == SCHEMAS


def test_a_schema_is_written_where_it_is_wanted(gatepost, tmp_path: Path):
    said = gatepost("schema", "app_spec.yml", "-o", tmp_path / "new" / "schema.json")

    assert (said.code, said.out) == (0, f"{tmp_path / 'new' / 'schema.json'} is written\n")
    assert (tmp_path / "new" / "schema.json").read_text(encoding="utf-8") == schema_text("app_spec.yml")


def test_a_file_without_a_schema_is_an_error(gatepost):
    said = gatepost("schema", "setup.py")

    assert said.code != 0
    assert "There is no schema for 'setup.py'" in said.err


def test_a_place_that_cannot_be_written_is_an_error(gatepost, tmp_path: Path):
    (tmp_path / "file").touch()
    said = gatepost("schema", "-o", tmp_path / "file" / "schema.json")

    assert said.code == 1
    assert "cannot be written" in said.err
