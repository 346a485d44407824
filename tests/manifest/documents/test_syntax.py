"""The tree of a text keeps every character of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.manifest.documents.relaxed import RelaxedReader, Unreadable
from gatepost.manifest.documents.syntax import parse_tree

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=10,
)

ODD = """\
// before
{ // of the object
  "a" /* key */ : 1.0 /* value */ , // tail
  "a": "\\u00e9\\d\t",

  // of b
  "b": [1,2 , [ ] ,{ }, /* last */], "c": {"d":NaN,},
  "\\ud83d\\ude00 \\ud800" : "// no comment" }
 // after
"""


@given(value=json_values, indent=st.sampled_from([None, 0, 2, "\t"]), separators=st.sampled_from([(",", ":"), (" , ", " : ")]))
def test_a_text_is_written_as_it_was_read(value: object, indent: int | None, separators: tuple[str, str]) -> None:
    text = json.dumps(value, indent=indent, separators=separators)
    tree = parse_tree(text, 100)

    assert str(tree) == text
    assert tree.root.value == value


@given(text=st.text(alphabet='{}[]",:1 \n\r\t/*\\uda.', max_size=40))
def test_whatever_is_read_at_all_is_kept(text: str) -> None:
    try:
        value = RelaxedReader(text, 100).read()
    except Unreadable:
        with pytest.raises(Unreadable):
            parse_tree(text, 100)
    else:
        tree = parse_tree(text, 100)
        assert (str(tree), tree.root.value) == (text, value)


def test_comments_commas_and_repeated_keys_are_kept() -> None:
    tree = parse_tree(ODD, 100)

    assert str(tree) == ODD
    assert tree.root.value == RelaxedReader(ODD, 100).read()
    assert [member.key for member in tree.root.members] == ["a", "a", "b", "c", "\U0001f600 \ufffd"]
    assert (tree.root.opening, tree.root.members[0].tail) == (" // of the object", " // tail")


def test_what_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(Unreadable, match="nested"):
        parse_tree("[" * 101 + "]" * 101, 100)
