"""Parameters that are put into a URL, taken out of it, and looked for in it."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.transport.query import holds_any, with_parameters, without_parameters

TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
URLS = st.builds(
    lambda path, pairs, fragment: (
        f"https://h.example/{quote(path)}"
        + ("?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs) if pairs else "")
        + (f"#{quote(fragment)}" if fragment else "")
    ),
    st.text(st.characters(codec="ascii"), max_size=8),
    st.lists(st.tuples(TEXT, TEXT), max_size=3),
    st.text(st.characters(codec="ascii"), max_size=4),
)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://h/a", "https://h/a?key=v%20v"),
        ("https://h/a?", "https://h/a?key=v%20v"),
        ("https://h/a?x=%7e&y", "https://h/a?x=%7e&y&key=v%20v"),
        ("https://h/a?key=1&x=2&k%65y=3", "https://h/a?x=2&key=v%20v"),
        ("https://h/a?x=1#f?key=2", "https://h/a?x=1&key=v%20v#f?key=2"),
    ],
)
def test_what_is_written(url, written):
    assert with_parameters(url, {"key": "v v"}) == written


@given(URLS, TEXT, TEXT)
def test_it_is_there_once_and_nothing_else_changes(url, name, value):
    written = with_parameters(url, {name: value})
    before = [pair for pair in parse_qsl(urlsplit(url).query, keep_blank_values=True) if pair[0] != name]

    assert parse_qsl(urlsplit(written).query, keep_blank_values=True) == [*before, (name, value)]
    assert urlsplit(written)._replace(query="") == urlsplit(url)._replace(query="")
    assert with_parameters(written, {name: value}) == written
    assert without_parameters(written, [name]) == without_parameters(url, [name])


def test_without_any_nothing_changes():
    assert with_parameters("https://h/?", {}) == "https://h/?"
    assert without_parameters("https://h/a?&x=1&", ["y"]) == "https://h/a?&x=1&"


@given(st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), min_size=6), st.integers(0, 3))
def test_a_text_is_found_however_often_it_is_encoded(text, times):
    written = text
    for _ in range(times):
        written = quote(written, safe="")
    assert holds_any(f"https://h/?x={written}", [text])


def test_a_short_text_is_no_sign():
    assert not holds_any("https://h/abc", ["abc"])
    assert holds_any("https://h/?x=two+words", ["two words"])
