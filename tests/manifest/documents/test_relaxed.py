"""The forgiving reader agrees with the standard library's, forgives what it says, and reports each time."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.manifest.documents.relaxed import RelaxedReader, Unreadable

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=5) | st.dictionaries(st.text(), children, max_size=5),
    max_leaves=20,
)


@given(value=json_values, indent=st.sampled_from([None, 0, 2, "\t"]), escape=st.booleans())
def test_it_reads_json_as_the_standard_library_does(value: object, indent: int | None, escape: bool) -> None:
    reader = RelaxedReader(json.dumps(value, indent=indent, ensure_ascii=escape), 100)

    assert reader.read() == value
    assert reader.repairs == []


@given(value=json_values)
@settings(max_examples=50)
def test_every_value_stands_where_it_says(value: object) -> None:
    text = json.dumps(value)
    reader = RelaxedReader(text, 100, keep_offsets=True)
    reader.read()

    assert () in reader.offsets
    for place, (key_offset, offset) in reader.offsets.items():
        found = value
        for step in place:
            found = found[step]
        assert json.JSONDecoder().raw_decode(text, offset)[0] == found
        if place and isinstance(place[-1], str):
            assert json.JSONDecoder().raw_decode(text, key_offset)[0] == place[-1]


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ('{"a": 1,}', {"a": 1}, [("GP102", 7)]),
        ("[1, 2 , ]", [1, 2], [("GP102", 6)]),
        ("[1 // one\n]", [1], [("GP103", 3)]),
        ("/* a */ [1, /* b */ 2] // c", [1, 2], [("GP103", 0), ("GP103", 12), ("GP103", 23)]),
        ('{"a": 1, "a": 2}', {"a": 2}, [("GP104", 9)]),
        ('"a\tb"', "a\tb", [("GP105", 2)]),
        ("[NaN, -Infinity]", [None, None], [("GP106", 1), ("GP106", 6)]),
        ("1e999", None, [("GP106", 0)]),
        ("-" + "9" * 5000, None, [("GP106", 0)]),
        (r'"\ud83d\ude00"', "\U0001f600", []),
        (r'"a\ud800b"', "a\ufffdb", [("GP107", 2)]),
        (r'"\ud800\u0041"', "\ufffdA", [("GP107", 1)]),
        (r'"\d+\u12"', r"\d+\u12", [("GP111", 1), ("GP111", 4)]),
        (r'"\"\\\/\b\f\n\r\t"', '"\\/\b\f\n\r\t', []),
    ],
)
def test_small_mistakes_are_forgiven_and_reported(text: str, value: object, repairs: list[tuple[str, int]]) -> None:
    reader = RelaxedReader(text, 100)

    assert reader.read() == value
    assert [(repair.rule, repair.offset) for repair in reader.repairs] == repairs
    assert all(repair.message and repair.remedy for repair in reader.repairs)


@pytest.mark.parametrize(
    "text",
    ["", "[", "[,]", "[1,,2]", "{,}", "01", "+1", ".5", "tru", "[1 2]", '{"a"}', '"', '"\\', "\x00", "'a'", '"\\\n"'],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        RelaxedReader(text, 100).read()

    assert 0 <= caught.value.offset <= len(text)
    assert caught.value.remedy


def test_braces_in_a_text_do_not_make_a_template_of_another_mistake() -> None:
    with pytest.raises(Unreadable, match="found 'x'"):
        RelaxedReader('{"note": "say {{ name }}",\n x: 1}', 100).read()


@pytest.fixture
def _no_collection() -> Iterator[None]:
    """What a collection of garbage calls would have no room on the stack either, and nobody to tell it to."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collection")
def test_hardly_any_stack_left_is_an_error_like_too_much_depth() -> None:
    def read_at_the_end_of_the_stack() -> str:
        try:
            return read_at_the_end_of_the_stack()
        except RecursionError:
            with pytest.raises(Unreadable) as caught:
                RelaxedReader("[" * 90 + "]" * 90, 100).read()
            return caught.value.what

    assert "nested" in read_at_the_end_of_the_stack()
