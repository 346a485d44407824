"""Writing back: the same bytes where nothing changed."""

from __future__ import annotations

import codecs
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import DocumentEdit, read_document, write_document
from gatepost.manifest.documents.writing import encode_document


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd") / "install.json"


@given(raw=st.binary(max_size=60), mark=st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE]))
def test_what_is_read_is_written_back_to_the_byte(one_file: Path, raw: bytes, mark: bytes) -> None:
    one_file.write_bytes(mark + raw)
    try:
        document = read_document(one_file)
    except ManifestError:
        return
    assert encode_document(document) == mark + raw


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
@pytest.mark.parametrize("text", ['{\r\n\t"a": "é", "b": 1.0,\r\n}', '{"a": "é"}\n'])
def test_encoding_and_line_ends_stay(one_file: Path, encoding: str, text: str) -> None:
    raw = text.encode(encoding)
    one_file.write_bytes(raw)
    document = read_document(one_file)
    assert write_document(document) == one_file
    assert one_file.read_bytes() == raw

    edit = DocumentEdit(document)
    edit.set(("a",), "ö")
    write_document(edit.document())

    assert one_file.read_bytes() == text.replace("é", "ö").encode(encoding)


def test_a_character_that_the_old_encoding_does_not_have_makes_it_utf_8(one_file: Path) -> None:
    one_file.write_bytes('{"a": "é"}'.encode("cp1252"))
    edit = DocumentEdit(read_document(one_file))
    edit.set(("b",), "→")
    write_document(edit.document())

    assert one_file.read_bytes().decode() == '{"a": "é", "b": "→"}'


@pytest.mark.parametrize("value", ["\ud800", "a\0b", "\u2028", "\U0001f600"])
def test_any_text_can_be_written(one_file: Path, value: str) -> None:
    one_file.write_text("{}")
    edit = DocumentEdit(read_document(one_file))
    edit.set(("a",), value)
    write_document(edit.document())

    assert json.loads(one_file.read_text()) == {"a": value}


def test_permissions_stay_and_a_link_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "install.json"
    real.write_text('{"a": 1}')
    real.chmod(0o640)
    link.symlink_to(real)
    edit = DocumentEdit(read_document(link))
    edit.set(("a",), 2)
    write_document(edit.document())

    assert link.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ('{"a": 2}', 0o640)


def test_another_file_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text("{}")

    assert write_document(read_document(tmp_path), tmp_path / "copy.json") == tmp_path / "copy.json"
    assert (tmp_path / "copy.json").read_text() == "{}"


@pytest.mark.skipif(os.name == "nt", reason="a folder that is a file is another error there")
def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text("{}")

    with pytest.raises(ManifestError, match="cannot be written") as caught:
        write_document(read_document(tmp_path), tmp_path / "no folder" / "install.json")
    assert caught.value.remedy
