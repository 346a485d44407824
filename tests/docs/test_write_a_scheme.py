"""A scheme written from the docs alone is short: each one on the page that says so has fewer than thirty lines."""

from __future__ import annotations

import pytest

from tests.docs.blocks import Block, read_page
from tests.docs.tables import DOCS

SCHEMES = [block for block in read_page(DOCS / "how-to" / "write-a-scheme.md").blocks if block.title.endswith("_auth.py")]


def test_there_is_one_for_each_way():
    assert [block.title for block in SCHEMES] == ["tickets_auth.py", "nonce_auth.py", "signed_auth.py"]


@pytest.mark.parametrize("block", SCHEMES, ids=lambda block: block.title)
def test_it_has_fewer_than_thirty_lines(block: Block):
    assert len(block.text.splitlines()) < 30
