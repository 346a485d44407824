"""Reads the fenced code blocks of a page, and what the page says about running them.

What a page can say, in an HTML comment of its own line (readers do not see it):

- ``<!-- docs-test: emulator -->`` before the first block: the blocks run with an emulator's address and credentials in
  their environment; settings follow as JSON: ``<!-- docs-test: emulator {"token_life": 60} -->``.
- ``<!-- docs-test: folder docs/examples/shop -->`` before the first block: that folder of the repository is in the page's folder.
  A block with the title of one of its files shows that file, and must not differ from it.
- ``<!-- docs-test: exits 1 -->`` before a block: this exit code, and no other, is right.
- ``<!-- docs-test: skip needs a broker -->`` before a block: not run, for the reason given.
- ``<!-- docs-test: python 3.11 -->`` before a block: not run by another Python.

A block may have several comments.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RUN = {"python", "pycon", "bash", "sh", "console"}
READ = {"json", "toml"}
# Shown, not run: there is nothing to be right or wrong about. With a title they are written to that file all the same.
SHOWN = {"text", "dotenv", "ini", "http", "diff"}

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$")
_COMMENT = re.compile(r"^\s*<!--\s*docs-test:\s*(?P<text>.*?)\s*-->\s*$")
_VERSION = re.compile(r"\d+\.\d+")
_KNOWN = "emulator [settings], folder <path>, skip <reason>, python <version>, exits <code>"
_TITLE = re.compile(r"""\btitle=(?P<quote>["'])(?P<title>.*?)(?P=quote)""")


class PageError(Exception):
    """A page cannot be read: says the page, the line and what is wrong."""


@dataclass(frozen=True)
class Block:
    """One fenced code block.

    Attributes:
        line: Line of the opening fence, from 1.
        language: First word of the info string.
        text: The code, without the indentation of its fence.
        title: Name of the file that the block is, or empty.
        exits: The exit code that is right.
        skip: Why the block is not run, or empty.
    """

    line: int
    language: str
    text: str
    title: str = ""
    exits: int = 0
    skip: str = ""


@dataclass(frozen=True)
class Page:
    """A page's blocks, in order.

    Attributes:
        path: The file.
        blocks: Its blocks.
        emulator: Settings of the emulator that the blocks need; ``None`` when they need none.
        folders: Folders of the repository that the blocks need, relative to its root.
    """

    path: Path
    blocks: tuple[Block, ...]
    emulator: dict[str, Any] | None = None
    folders: tuple[str, ...] = ()


@dataclass
class _Said:
    """What comments said since the last block."""

    exits: int = 0
    skip: str = ""
    line: int = 0


@dataclass
class _Reader:
    path: Path
    blocks: list[Block] = field(default_factory=list)
    emulator: dict[str, Any] | None = None
    folders: list[str] = field(default_factory=list)
    said: _Said = field(default_factory=_Said)

    def error(self, line: int, what: str) -> PageError:
        return PageError(f"{self.path}:{line}: {what}")

    def comment(self, line: int, text: str) -> None:
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if word == "emulator" and not self.blocks:
            try:
                self.emulator = dict(json.loads(rest or "{}"))
            except ValueError as error:
                raise self.error(line, f"the emulator's settings are not JSON: {error}") from None
        elif word == "emulator":
            raise self.error(line, "the emulator is asked for before the first block")
        elif word == "folder" and not self.blocks and (ROOT / rest).is_dir() and ".." not in Path(rest).parts:
            self.folders.append(rest)
        elif word == "folder":
            raise self.error(line, "a folder is one of the repository, and is named before the first block")
        elif word == "skip" and rest:
            self.said = replace(self.said, skip=rest, line=line)
        elif word == "python" and _VERSION.fullmatch(rest):
            here = f"{sys.version_info.major}.{sys.version_info.minor}"
            self.said = replace(self.said, skip=self.said.skip if rest == here else f"needs Python {rest}", line=line)
        elif word == "exits" and rest.isdigit():
            self.said = replace(self.said, exits=int(rest), line=line)
        else:
            raise self.error(line, f"not understood: {text!r} ({_KNOWN})")

    def block(self, line: int, info: str, lines: list[str]) -> None:
        language = info.split(" ", 1)[0]
        if language not in RUN | READ | SHOWN:
            known = ", ".join(sorted(RUN | READ | SHOWN))
            raise self.error(line, f"a block of {repr(language) if language else 'no language'}; known are {known}")
        title = _TITLE.search(info)
        if title and (Path(title["title"]).is_absolute() or ".." in Path(title["title"]).parts):
            raise self.error(line, f"the file {title['title']!r} is outside the page's folder")
        text = textwrap.dedent("".join(lines))
        said, self.said = self.said, _Said()
        self.blocks.append(Block(line, language, text, title["title"] if title else "", said.exits, said.skip))


def read_page(path: Path) -> Page:
    """Return the blocks of a page.

    Raises:
        PageError: A fence that does not end, a language that is not known, a comment that is not understood.
    """
    reader = _Reader(path)
    opened: tuple[int, str, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(keepends=True), start=1):
        fence = _FENCE.match(line.rstrip("\r\n"))
        if opened is not None:
            start, mark, info = opened
            if fence and not fence["info"] and fence["fence"][0] == mark[0] and len(fence["fence"]) >= len(mark):
                reader.block(start, info, lines)
                opened = None
            else:
                lines.append(line)
        elif fence:
            opened, lines = (number, fence["fence"], fence["info"].strip()), []
        elif comment := _COMMENT.match(line):
            reader.comment(number, comment["text"])
        elif "docs-test:" in line:
            raise reader.error(number, "a docs-test comment has a line of its own")
    if opened is not None:
        raise reader.error(opened[0], "the block does not end")
    if reader.said.line:
        raise reader.error(reader.said.line, "no block follows")
    return Page(path, tuple(reader.blocks), reader.emulator, tuple(reader.folders))
