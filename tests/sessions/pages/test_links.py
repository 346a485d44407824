"""The ``Link`` header (RFC 8288)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.sessions.pages.links import Link, next_link, parse_links

# What the parameters of a link may look like, other than those that count.
_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters='"\\'), max_size=12)
_TARGETS = st.text("abcXYZ019/?&=,;%+~ -", min_size=1, max_size=20).map(str.strip)
_RELATIONS = st.lists(st.sampled_from(["next", "prev", "last", "https://example.com/rel"]), min_size=1, max_size=2)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ('<https://a.example/2>; rel="next"', "https://a.example/2"),
        ("</2>; rel=next", "/2"),
        ('</1>; rel="prev", </3>; rel="next"', "/3"),
        ('</1>; rel="prev",</3>;rel="NEXT last"', "/3"),
        ('</3?a=1,2;b>; title="a, b; rel=\\"next\\""; REL = "next"', "/3?a=1,2;b"),
        ('</3>; rel="prev"; rel="next"', None),
        ('</3>; rel="next"; anchor="/other"', None),
        ('</3>; ; rel="next";', "/3"),
        ("</3>; title; rel=next", "/3"),
        ('</3>; rel="nextish"', None),
        ('</2>; rel="next", nonsense', "/2"),
        ('nonsense, </2>; rel="next"', None),
        ('</2>; rel="next', None),
        ("</2", None),
    ],
)
def test_the_next_page(header: str, expected: str | None) -> None:
    assert next_link(header) == expected


@settings(max_examples=50)
@given(st.lists(st.tuples(_TARGETS, _RELATIONS, _TEXT), max_size=4), st.sampled_from([", ", ",", " , "]))
def test_what_was_written_is_read(links: list[tuple[str, list[str], str]], comma: str) -> None:
    header = comma.join(f'<{target}>; title="{title}"; rel="{" ".join(relations)}"' for target, relations, title in links)
    assert parse_links(header) == tuple(Link(target, tuple(relations)) for target, relations, _ in links)


@settings(max_examples=50)
@given(st.text('<>;,="\\ arel/next', max_size=60))
def test_no_header_is_too_strange(header: str) -> None:
    for link in parse_links(header):
        assert f"<{link.target}" in header.replace("< ", "<").replace("<  ", "<") or link.target in header
