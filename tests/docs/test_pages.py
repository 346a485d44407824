"""The code on the site and in the README runs, and looks as the code of the framework does."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ruff import find_ruff_bin

from tests.docs.blocks import Page, read_page
from tests.docs.running import run_page

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


@every_page
def test_the_code_of_a_page_runs(path: Path, tmp_path: Path):
    page = read_page(path)
    with _variables(page.emulator) as variables:
        run_page(page, tmp_path, variables)


@every_page
def test_the_python_of_a_page_is_clean(path: Path):
    page = read_page(path)
    names = [block.title or f"block at line {block.line}" for block in page.blocks]
    for name, block in zip(names, page.blocks, strict=True):
        if block.language == "python":
            _ruff("format", "--check", "--diff", block.text, name)
            if block.title:
                _ruff("check", "--select=E,F,B,UP,I", block.text, name)
    _ruff("check", "--select=E9,F,B,UP", "--ignore=F811,B018", _together(page), "the page's blocks")


def test_a_page_that_asks_for_an_emulator_reaches_it(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        """<!-- docs-test: emulator {"token_life": 30} -->
```python
import os, requests
owners = f"{os.environ['TC_API_PATH']}/v2/owners"
assert requests.get(owners, headers={"Authorization": "TC-Token " + os.environ["TC_TOKEN"]}).status_code == 200
assert requests.get(owners).status_code == 401
```
""",
        encoding="utf-8",
    )
    directory = tmp_path / "reader"
    directory.mkdir()
    with _variables(read_page(page).emulator) as variables:
        run_page(read_page(page), directory, variables)


def _together(page: Page) -> str:
    return "\n".join(block.text for block in page.blocks if block.language == "python" and not block.title)


def _ruff(*arguments: str) -> None:
    *options, source, name = arguments
    done = subprocess.run(
        [find_ruff_bin(), *options, "--no-cache", "--stdin-filename=page.py", "-"],
        input=source,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"


@contextmanager
def _variables(settings: Mapping[str, Any] | None) -> Iterator[dict[str, str]]:
    """The environment by which a page's blocks reach their emulator, if the page asked for one."""
    if settings is None:
        yield {}
        return
    from gatepost.emulator import Emulator

    with Emulator(**settings) as platform:
        yield {**platform.environment("both"), "CURL_CA_BUNDLE": platform.ca_file}
