"""How messages write a place in a document, and what stands there."""

from __future__ import annotations

import pytest

from gatepost.manifest.documents.places import entries, json_path, quoted


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((), "$"),
        (("params", 3, "type"), "$.params[3].type"),
        (("defaultValue:",), "$['defaultValue:']"),
        (("it's \\",), "$['it\\'s \\\\']"),
    ],
)
def test_json_paths(place, path) -> None:
    assert json_path(place) == path


def test_messages_quote_shortly() -> None:
    assert quoted("a\n") == "'a\\n'"
    assert len(quoted("x" * 1_000_000)) < 70


def test_objects_are_found_where_a_list_is_meant() -> None:
    assert list(entries({"a": 1}, ("x",))) == [(("x",), {"a": 1})]
    assert list(entries([1, {"a": 1}], ("x",))) == [(("x", 1), {"a": 1})]
    assert list(entries(None, ("x",))) == []
