"""Reading a file: what is forgiven, what is an error with its place, and where values stand."""

from __future__ import annotations

import json
import os
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import load
from gatepost.manifest.documents.document import MAX_DEPTH, read_document


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd") / "install.json"


UNREADABLE = {
    "empty": (b"", 1, 1, "is empty"),
    "blank": (b" \n ", 1, 1, "is empty"),
    "a list": (b"[]", 1, 1, "does not hold a JSON object"),
    "a text": (b'"a"', 1, 1, "does not hold a JSON object"),
    "cut off": (b'{\n "a": [1,\n', 3, 1, "the text ends too early"),
    "no colon": (b'{"a" 1}', 1, 6, "expected : after the key"),
    "no comma": (b'{"a": 1\n "b": 2}', 2, 2, "expected , or }"),
    "key without quotation marks": (b"{\n  name: 1}", 2, 3, "expected a key"),
    "single quotation marks": (b"{'a': 1}", 1, 2, "expected a key"),
    "Python's True": (b'{"a": True}', 1, 7, "Write true"),
    "text without an end": (b'{"a": "b\n}', 1, 7, "no end on its line"),
    "comment without an end": (b'{"a": 1 /* b }', 1, 9, "a comment has no end"),
    "more after the end": (b"{} {}", 1, 4, "more text after the end"),
    "a template": (b'{\n "sequence": {{ loop.index }},\n "a": 1}', 2, 14, "template placeholder"),
    "a template from the first character": (b"{{ cookiecutter.install_json }}", 1, 1, "template placeholder"),
    "a template's statement": (b'{\n{% if x %}\n"a": 1\n{% endif %}}', 2, 1, "template placeholder"),
    "a template's text in a text": (b'{"a": "{{ "x" }}"}', 1, 8, "template placeholder"),
    "deep lists": (b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", 1, 106, "nested more than 100 levels"),
    "deep objects": (b'{"a": ' * 10_000 + b"1" + b"}" * 10_000, 1, 601, "nested more than 100 levels"),
    "no text": (b'{"a":\n "\x81\x8d"}', 2, 3, "is not text in UTF-8"),
    "odd bytes in UTF-16": (b"\xff\xfe{", 1, 1, "is not text in UTF-16"),
}


@pytest.mark.parametrize(("raw", "line", "column", "what"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_an_error_with_its_place(write, raw, line, column, what) -> None:
    path = write(raw)

    with pytest.raises(ManifestError) as caught:
        load(path)

    error = caught.value
    assert (error.path, error.line, error.column) == (str(path), line, column)
    assert what in str(error)
    assert str(path) in str(error)
    assert error.remedy


def test_a_word_without_quotation_marks_is_not_shown_since_it_may_be_a_secret(write) -> None:
    with pytest.raises(ManifestError) as caught:
        load(write('{"default": hunter2hunter2}'))

    assert "hunter2" not in str(caught.value)


def test_a_folder_is_read_by_its_install_json(write) -> None:
    path = write("{}")

    assert load(path.parent).path == path


def test_a_missing_file_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="There is no") as caught:
        load(tmp_path)

    assert caught.value.path == str(tmp_path / "install.json")
    assert "gatepost new" in caught.value.remedy


@pytest.mark.parametrize("path", ["a\0b", "\ud800", "x" * 5000])
def test_a_path_that_cannot_be_opened_is_an_error(path: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load(path)

    assert caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "install.json")

    with pytest.raises(ManifestError, match="not a regular file"):
        load(tmp_path)


@pytest.mark.unmeasured
def test_five_megabytes_are_read(write) -> None:
    note = "x" * 2_000
    params = [{"name": f"p{number}", "label": "P", "type": "String", "sequence": number, "note": note} for number in range(2_500)]
    text = json.dumps({"params": params})
    assert len(text) > 5_000_000

    assert len(load(write(text)).params) == 2_500


def test_more_than_sixteen_megabytes_are_refused(write) -> None:
    with pytest.raises(ManifestError, match="larger than 16 MB"):
        load(write(b" " * (16 * 1024 * 1024 + 1)))


@pytest.mark.parametrize(
    ("encoding", "rule"),
    [("utf-8-sig", "GP101"), ("utf-16", "GP101"), ("utf-16-le", "GP101"), ("utf-32", "GP101"), ("cp1252", "GP101")],
)
def test_other_encodings_are_read_and_reported(write, encoding, rule) -> None:
    manifest = load(write('{\n"displayName": "Café"}\n'.encode(encoding)))

    assert manifest.display_name == "Café"
    assert [finding.rule for finding in manifest.findings if finding.rule[:3] == "GP1"] == [rule]


@given(
    raw=st.binary()
    | st.text(alphabet=string.printable).map(str.encode)
    | st.text(alphabet='{}[]",:1eE-+./*\\u \ntruefalsn').map(str.encode)
)
def test_no_bytes_raise_anything_but_a_manifest_error(one_file: Path, raw: bytes) -> None:
    one_file.write_bytes(raw)
    try:
        document = read_document(one_file)
    except ManifestError as error:
        remedy = error.remedy
    else:
        remedy = "none is needed"
        json.dumps(document.data).encode()  # no half characters, no circles
    assert remedy


def test_every_value_has_a_line_and_a_column(write) -> None:
    document = read_document(write('{\n  "params": [\n    {"name": "a"},\n    {"name" :\n     "b"}\n  ]\n}'))

    assert document.position(()) == (1, 1)
    assert document.position(("params",)) == (2, 13)
    assert document.position(("params",), of_key=True) == (2, 3)
    assert document.position(("params", 1)) == (4, 5)
    assert document.position(("params", 1, "name")) == (5, 6)
    assert document.position(("params", 1, "name"), of_key=True) == (4, 6)


def test_what_is_not_there_has_the_place_of_what_lacks_it(write) -> None:
    document = read_document(write('{"params": [\n{"name": "a"}]}'))

    assert document.position(("params", 0, "type")) == (2, 1)
    assert document.position(("params", 0, "type"), of_key=True) == (2, 1)
    assert document.position(("feeds", 0, "type")) == (1, 1)


def test_a_repeated_key_has_the_place_of_the_value_that_counts(write) -> None:
    document = read_document(write('{"a": 1,\n"a": 2}'))

    assert document.data == {"a": 2}
    assert document.position(("a",)) == (2, 6)


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "repaired"])
def test_nesting_is_read_up_to_the_limit_and_no_further(write, strict) -> None:
    def nested(levels: int) -> str:
        return '{"a": ' + "[" * (levels - 1) + "]" * (levels - 1) + ("}" if strict else ",}")

    assert read_document(write(nested(MAX_DEPTH))).data
    with pytest.raises(ManifestError, match="nested more than"):
        read_document(write(nested(MAX_DEPTH + 1)))
