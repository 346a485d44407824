"""YAML becomes plain values with places, and no text of it costs more than it shows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatepost.errors import GatepostError, ManifestError
from gatepost.manifest.documents.yaml_document import MAX_VALUES, parse_yaml, read_yaml

FILE = Path("app_spec.yml")

TEXT = """\
# a comment
displayName: Demo
languageVersion: 3.10
programVersion: 1.0.0
minor: 3.11
count: 7
yes: yes
nothing:
"quoted": "5"
tagged: !!str 5
object: !!python/object:os.system [ls]
block: |
  first
  second
base: &base {a: 1, b: [x, y]}
again: *base
merged:
  <<: *base
  a: 2
list:
- one
- key: two
"""


def test_values_are_plain() -> None:
    assert parse_yaml(FILE, TEXT).data == {
        "displayName": "Demo",
        "languageVersion": "3.10",
        "programVersion": "1.0.0",
        "minor": 3.11,
        "count": 7,
        "yes": "yes",
        "nothing": None,
        "quoted": "5",
        "tagged": "5",
        "object": ["ls"],
        "block": "first\nsecond\n",
        "base": {"a": 1, "b": ["x", "y"]},
        "again": {"a": 1, "b": ["x", "y"]},
        "merged": {"a": 2, "b": ["x", "y"]},
        "list": ["one", {"key": "two"}],
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_value_has_a_line_and_a_column(newline: str) -> None:
    document = parse_yaml(FILE, TEXT.replace("\n", newline))

    assert document.position(("displayName",)) == (2, 14)
    assert document.position(("displayName",), of_key=True) == (2, 1)
    assert document.position(("base", "b", 1)) == (15, 27)
    assert document.position(("again", "b", 1)) == (16, 8)  # what is repeated stands where its name is
    assert document.position(("list", 1, "key")) == (22, 8)
    assert document.position(("list", 1, "absent")) == (22, 3)


def test_a_repeated_key_counts_once_and_is_reported() -> None:
    document = parse_yaml(FILE, "a: 1\na: 2\n")

    assert document.data == {"a": 2}
    assert [(repair.rule, document.position_at(repair.offset)) for repair in document.repairs] == [("GP104", (2, 1))]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{previous}'] * 9)}]\n" for previous, name in zip("abcdefgh", "bcdefghi", strict=True)
)

UNREADABLE = {
    "empty": ("", 1, "is empty"),
    "a comment": ("# nothing\n", 1, "is empty"),
    "a list": ("- a\n", 1, "does not hold a mapping"),
    "a tab": ("a:\n\t- b\n", 2, "cannot start any token"),
    "no end": ('a: "b\n', 2, "unexpected end of stream"),
    "a list as a key": ("? [a]\n: b\n", 1, "a key that is no text"),
    "a mapping as a key": ("{{a: b}: c}\n", 1, "a key that is no text"),
    "an unknown name": ("a: *b\n", 1, "repeats what nothing before it is called"),
    "inside itself": ("a: &a [*a]\n", 1, "repeats what nothing before it is called"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "second document"),
    "a template": ("a: {{ name }}\n", 1, "template placeholder"),
    "a statement": ("{% if x %}\na: 1\n", 1, "template placeholder"),
    "a character": ("a: \x00\n", 1, "does not allow"),
    "an impossible escape": ('a: "\\UFFFFFFFF"\n', 1, "no YAML"),
    "deep lists": ("a: " + "[" * 150 + "]" * 150, 1, "nested more than 100 levels"),
    "deep mappings": ("".join(" " * depth + "a:\n" for depth in range(200)), 101, "nested more than 100 levels"),
    "deep by names": ("a: &a " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 60 + "*a" + "]" * 60, 2, "nested more than 100 levels"),
    "more than it shows": (BOMB, 6, f"more than {MAX_VALUES} values"),
}


@pytest.mark.parametrize(("text", "line", "what"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_an_error_with_its_place(text: str, line: int, what: str) -> None:
    with pytest.raises(ManifestError) as caught:
        parse_yaml(FILE, text)

    assert what in str(caught.value)
    assert (caught.value.path, caught.value.line) == (str(FILE), line)
    assert caught.value.remedy


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "app_spec.yml").write_bytes(b"a: 1\n" * 1_000_000)

    with pytest.raises(ManifestError, match="larger than 1 MB"):
        read_yaml(tmp_path, name="app_spec.yml")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)

    with pytest.raises(GatepostError, match=r"gatepost\[cli\]"):
        parse_yaml(FILE, "a: 1\n")


@given(text=st.text(alphabet="ab:-?[]{},&*!|>'\"%@`#\\ \n\t0.<~x") | st.text())
@example(text='a: "\\ud800"')
@settings(max_examples=50)
def test_no_text_raises_anything_but_a_manifest_error(text: str) -> None:
    try:
        document = parse_yaml(FILE, text)
    except ManifestError:
        return
    str(document.data).encode()  # no half characters
    assert all(document.position_at(repair.offset) for repair in document.repairs)
