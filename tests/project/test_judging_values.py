"""Values on their way to the process that judges them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.inputs.values import Source, Value
from gatepost.project.judging_values import pack_values, unpack_values
from gatepost.secret import Secret

plain = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
values = st.recursive(plain | texts.map(Secret), lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=5)


@settings(max_examples=40)
@given(values, st.sampled_from(Source))
def test_what_is_packed_comes_out_again(value: object, source: Source):
    assert unpack_values(pack_values([Value("name", value, source, "a place")])) == {
        "name": Value("name", value, source, "a place")
    }


def test_paths_arrive_as_texts():
    assert unpack_values(pack_values([Value("tc_in_path", Path("in"), Source.STANDARD)]))["tc_in_path"].value == "in"
