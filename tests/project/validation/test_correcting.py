"""Corrections that reach the disk."""

from __future__ import annotations

from gatepost.manifest import load
from gatepost.manifest.documents.document import read_document
from gatepost.project.validation import correct
from tests.project.validation.conftest import param


def test_files_are_written_with_their_encoding_put_right(app) -> None:
    folder = app({"layout.json": '{"inputs": [],}'})
    path = folder / "install.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    path.chmod(0o640)
    files = correct(folder)
    assert {file.before.path.name for file in files} == {"install.json", "layout.json"}
    assert not path.read_bytes().startswith(b"\xef")
    assert path.stat().st_mode & 0o777 == 0o640
    assert (folder / "layout.json").read_text() == '{"inputs": []}\n'
    assert correct(folder) == ()


def test_the_files_of_feeds_are_corrected_each_once(app) -> None:
    feeds = [
        {"sourceName": "a", "jobFile": "a.json", "attributesFile": "types.json"},
        {"sourceName": "b", "jobFile": "./a.json", "attributesFile": "types.csv"},
    ]
    files = {"a.json": '{"publishAuth": "no"}\n', "types.json": '{"types": {"name": "A"}}\n', "types.csv": "name\nA\n"}
    corrected = {file.before.path.name: file.after.text for file in correct(app(files, feeds=feeds))}
    assert corrected == {"a.json": '{"publishAuth": false}\n', "types.json": '{"types": [{"name": "A"}]}\n'}


def test_an_encoding_that_was_guessed_is_left_to_a_person(app) -> None:
    folder = app()
    (folder / "install.json").write_bytes('{"displayName": "Café", "listDelimiter": "|"}'.encode("cp1252"))
    correct(folder)
    assert "Café".encode("cp1252") in (folder / "install.json").read_bytes()


def test_what_is_ignored_is_not_corrected(app) -> None:
    folder = app(params=[param(default=5)], languageVersion="3.11.0")
    (file,) = correct(folder, ignore=["GP307"])
    assert [fix.rule for fix in file.fixes] == ["GP401"]
    assert load(folder).document.data["params"][0]["default"] == 5


def test_nothing_is_written_where_that_is_not_wanted(app) -> None:
    folder = app(languageVersion="3.11.0")
    before = (folder / "install.json").read_bytes()
    (file,) = correct(folder, write=False)
    assert '"languageVersion": "3.11"' in file.after.text
    assert (folder / "install.json").read_bytes() == before


def test_a_file_outside_of_the_folder_is_not_touched(app, tmp_path_factory) -> None:
    outside = tmp_path_factory.mktemp("other") / "job.json"
    outside.write_text("{}")
    folder = app(feeds=[{"jobFile": str(outside)}])
    correct(folder)
    assert outside.read_text() == "{}"
    assert read_document(folder).data
