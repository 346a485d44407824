"""How messages write a place in a document, and what stands there."""

from __future__ import annotations

import pytest

from gatepost.manifest.places import json_path, quoted


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
