from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.emulator.envelope import Refusal
from gatepost.emulator.paging import Page, parse_page


def test_default_is_the_first_hundred():
    assert parse_page([], "") == Page(0, 100)


@pytest.mark.parametrize(
    "query", [[("resultStart", "-1")], [("resultStart", "٣")], [("resultLimit", "0")], [("resultLimit", "")]]
)
def test_number_that_cannot_be(query):
    with pytest.raises(Refusal, match="words") as caught:
        parse_page(query, "words")
    assert caught.value.status == 400


@given(total=st.integers(0, 60), limit=st.integers(1, 20), extra=st.lists(st.tuples(st.text("ab"), st.text())))
def test_following_the_links_meets_every_item_once(total, limit, extra):
    items = list(range(total))
    query = [*extra, ("resultLimit", str(limit))]
    seen: list[int] = []
    while True:
        page = parse_page(query, "")
        seen += page.cut(items)
        links = page.links("https://x/owners", query, total)
        assert ("prev" in links) == (page.start > 0)
        if "next" not in links:
            break
        query = parse_qsl(urlsplit(links["next"]).query, keep_blank_values=True)
        assert [pair for pair in query if not pair[0].startswith("result")] == extra
    assert seen == items
