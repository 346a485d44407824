"""Reading a page."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.docs.blocks import Block, PageError, read_page


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str):
        path = tmp_path / "page.md"
        path.write_text(text, encoding="utf-8")
        return read_page(path)

    return read


def test_blocks_are_read_in_order_with_their_lines(read):
    page = read("# Page\n\n```python\nx = 1\n```\n\ntext\n\n~~~bash\necho one\n\necho two\n~~~\n")
    assert page.blocks == (Block(3, "python", "x = 1\n"), Block(9, "bash", "echo one\n\necho two\n"))
    assert page.emulator is None


def test_a_block_in_a_list_loses_its_indentation(read):
    page = read("1. One\n\n    ```python\n    if True:\n        x = 1\n    ```\n")
    assert page.blocks[0].text == "if True:\n    x = 1\n"


def test_a_longer_fence_holds_a_shorter_one(read):
    page = read("````text\n```python\nx\n```\n````\n")
    assert [block.text for block in page.blocks] == ["```python\nx\n```\n"]


def test_a_title_names_the_file(read):
    assert read('```python hl_lines="2" title="src/app.py"\nx = 1\n```\n').blocks[0].title == "src/app.py"


def test_comments_apply_to_the_next_block_only(read):
    page = read(
        "<!-- docs-test: exits 1 -->\n```bash\nfalse\n```\n"
        "<!-- docs-test: skip needs a broker -->\n```bash\nx\n```\n```bash\ny\n```\n"
    )
    assert [(block.exits, block.skip) for block in page.blocks] == [(1, ""), (0, "needs a broker"), (0, "")]


def test_comments_add_up_and_a_block_may_be_for_one_python(read, monkeypatch: pytest.MonkeyPatch):
    text = "<!-- docs-test: exits 1 -->\n<!-- docs-test: python 3.11 -->\n```bash\nfalse\n```\n"
    for minor, skip in ((11, ""), (13, "needs Python 3.11")):
        with monkeypatch.context() as other:
            other.setattr(sys, "version_info", SimpleNamespace(major=3, minor=minor))
            (block,) = read(text).blocks
        assert (block.exits, block.skip) == (1, skip)


def test_a_page_asks_for_an_emulator_with_settings(read):
    assert read("<!-- docs-test: emulator -->\n").emulator == {}
    assert read('<!-- docs-test: emulator {"token_life": 60} -->\n').emulator == {"token_life": 60}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```python\nx = 1\n", ":1: the block does not end"),
        ("\n```\nx = 1\n```\n", ":2: a block of no language"),
        ("```pyhton\nx = 1\n```\n", "a block of 'pyhton'; known are"),
        ('```json title="../install.json"\n{}\n```\n', "outside the page's folder"),
        ("<!-- docs-test: skip -->\n```bash\nx\n```\n", "not understood: 'skip'"),
        ("<!-- docs-test: skpi it -->\n```bash\nx\n```\n", "not understood: 'skpi it'"),
        ("<!-- docs-test: python three -->\n```bash\nx\n```\n", "not understood: 'python three'"),
        ("<!-- docs-test: exits 1 -->\n", ":1: no block follows"),
        ("text <!-- docs-test: exits 1 -->\n```bash\nx\n```\n", "a line of its own"),
        ("<!-- docs-test: emulator {life: 1} -->\n", "settings are not JSON"),
        ("```bash\nx\n```\n<!-- docs-test: emulator -->\n", "before the first block"),
    ],
)
def test_a_mistake_on_a_page_is_an_error_that_names_the_line(read, text, said):
    with pytest.raises(PageError) as caught:
        read(text)
    assert "page.md:" in str(caught.value)
    assert said in str(caught.value)
