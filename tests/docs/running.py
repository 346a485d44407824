"""Runs the blocks of a page: in one folder, in order, as a reader would type them.

Python blocks share one process and one namespace; shell blocks are run by bash, and the folder and the variables that
one leaves behind are there for the next (and for the Python blocks). In a ``console`` block the lines that start with
``$`` are run, and what follows must be their output, where ``...`` stands for anything.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.conftest import is_a_setting
from tests.docs.blocks import ROOT, Block, Page

SECONDS = 300.0
ENDING_SECONDS = 60.0
"""For a process whose last word was said, on a machine that has other things to do."""
# A reader has pytest, and none of the plugins that this project tests itself with.
_PYTEST_ALONE = "-p no:hypothesispytest -p no:randomly -p no:xdist -p no:xdist.looponfail"
_SESSION = Path(__file__).with_name("session.py")
# What one block leaves to the next, written by bash as it exits.
_SHELL = """
exec {left}>"$DOCS_TEST_LEFT"; unset DOCS_TEST_LEFT
trap 'code=$?; { pwd; env -0; } >&"$left"; exit "$code"' EXIT
set -euo pipefail
"""


class BlockError(AssertionError):
    """A block did not do what its page says."""


def run_page(page: Page, directory: Path, variables: Mapping[str, str]) -> None:
    """Run every block of a page.

    Args:
        page: The page.
        directory: An empty folder: home and working directory of the blocks, and where files with a title are written.
        variables: Environment variables for the blocks, besides the reader's usual ones.

    Raises:
        BlockError: At the first block that fails; says the page, the line, and what it printed.
    """
    with tempfile.TemporaryDirectory() as scratch, _Reader(page, directory, Path(scratch), variables) as reader:
        for folder in page.folders:
            shutil.copytree(ROOT / folder, directory / folder, ignore=shutil.ignore_patterns("__pycache__", "log", ".*"))
        for block in page.blocks:
            if not block.skip:
                reader.follow(block)


def _environment(directory: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of somebody who has just installed gatepost: none of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if not is_a_setting(name)}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    usual = {"PATH": programs, "HOME": str(directory), "NO_COLOR": "1", "TERM": "dumb", "PYTEST_ADDOPTS": _PYTEST_ALONE}
    return {**kept, **usual, **variables}


class _Reader:
    """Somebody who follows a page: where they are, what they exported, the Python that they left open."""

    def __init__(self, page: Page, directory: Path, scratch: Path, variables: Mapping[str, str]) -> None:
        self.page = page
        self.directory = directory
        self.environment = _environment(directory, variables)
        self._scratch = scratch
        self._python: _Python | None = None

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._python is not None:
            self._python.close()

    def follow(self, block: Block) -> None:
        if block.language in {"python", "json", "toml"}:
            self._check_syntax(block)
        if block.title:
            target = self.directory / block.title
            if block.title.startswith(tuple(f"{folder}/" for folder in self.page.folders)):
                if not target.is_file() or target.read_text(encoding="utf-8") != block.text:
                    raise self.error(block, f"it is not what is in {block.title}")
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language in {"python", "pycon"}:
            self._run_python(block)
        elif block.language in {"bash", "sh"}:
            self._run_shell(block, block.text, block.exits)
        elif block.language == "console":
            self._run_console(block)

    def error(self, block: Block, what: str, output: str = "") -> BlockError:
        return BlockError(f"{self.page.path}:{block.line}: {what}" + (f"\n{output.rstrip()}" if output.strip() else ""))

    def _check_syntax(self, block: Block) -> None:
        try:
            if block.language == "python":
                compile("\n" * block.line + block.text, str(self.page.path), "exec")
            elif block.language == "json":
                json.loads(block.text)
            else:
                tomllib.loads(block.text)
        except (SyntaxError, ValueError) as error:
            raise self.error(block, f"not {block.language}: {error}") from None

    def _run_python(self, block: Block) -> None:
        if self._python is None:
            self._python = _Python(self.directory, self._scratch, self.environment)
        answer, output = self._python.run(
            {
                "page": str(self.page.path),
                "line": block.line,
                "language": block.language,
                "text": block.text,
                "directory": str(self.directory),
                "environment": self.environment,
            }
        )
        if answer["exits"] != block.exits:
            self._exited(block, answer["exits"], block.exits, output + answer["error"])

    def _run_shell(self, block: Block, script: str, exits: int) -> str:
        left = self._scratch / "left"
        left.touch()
        with (self._scratch / "shell").open("w+", encoding="utf-8", errors="replace") as printed:
            try:
                code = subprocess.run(
                    ["bash", "-c", _SHELL + script],
                    cwd=self.directory,
                    env={**self.environment, "DOCS_TEST_LEFT": str(left)},
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    timeout=SECONDS,
                    check=False,
                ).returncode
            except subprocess.TimeoutExpired:
                raise self.error(block, f"still running after {SECONDS:g} seconds") from None
            printed.seek(0)
            output = printed.read()
        if code != exits:
            self._exited(block, code, exits, output)
        directory, _, variables = left.read_text(encoding="utf-8").partition("\n")
        if directory:  # "exec" leaves nothing behind
            self.directory = Path(directory)
            self.environment = dict(entry.split("=", 1) for entry in variables.split("\0") if "=" in entry)
        return output

    def _run_console(self, block: Block) -> None:
        sessions = list(_typed(block.text))
        if not sessions:
            raise self.error(block, "no line of this console starts with '$ '")
        for number, (command, expected) in enumerate(sessions, start=1):
            output = self._run_shell(block, command, block.exits if number == len(sessions) else 0)
            if not _matches(expected, output):
                raise self.error(block, f"{command.strip()!r} printed something else", f"{output}\nand not\n{expected}")

    def _exited(self, block: Block, code: int, exits: int, output: str) -> None:
        raise self.error(block, f"exit code {code}, not {exits}", output)


class _Python:
    """The process of the page's Python blocks."""

    def __init__(self, directory: Path, scratch: Path, environment: Mapping[str, str]) -> None:
        requests_end, requests = os.pipe()
        answers, answers_end = os.pipe()
        printed = scratch / "python"
        with printed.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(_SESSION), str(requests_end), str(answers_end)],
                cwd=directory,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(requests_end, answers_end),
            )
        os.close(requests_end)
        os.close(answers_end)
        self._requests = os.fdopen(requests, "w", encoding="utf-8")
        self._answers = os.fdopen(answers, encoding="utf-8")
        self._printed = printed.open("rb")

    def run(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the answer and what was printed meanwhile."""
        too_long = threading.Timer(SECONDS, self._process.kill)
        too_long.start()
        try:
            with contextlib.suppress(BrokenPipeError):  # it has ended already: so says its answer
                self._requests.write(json.dumps(request) + "\n")
                self._requests.flush()
            line = self._answers.readline()
        finally:
            too_long.cancel()
        output = self._printed.read().decode(errors="replace")
        if not line:
            return {"exits": self._process.wait(ENDING_SECONDS), "error": "\nPython ended here."}, output
        return json.loads(line), output

    def close(self) -> None:
        """End the process; its atexit functions run."""
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        try:
            self._process.wait(ENDING_SECONDS)
        finally:
            self._process.kill()
            self._process.wait()
            self._answers.close()
            self._printed.close()


def _typed(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown below it."""
    command, expected, continued = "", "", False
    for line in text.splitlines(keepends=True):
        if line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line[2:], ""
            continued = line.rstrip("\n").endswith("\\")
        elif continued:
            command += line.removeprefix("> ")
            continued = line.rstrip("\n").endswith("\\")
        else:
            expected += line
    if command:
        yield command, expected


def _matches(expected: str, output: str) -> bool:
    """Whether the output is the expected one; ``...`` is anything, and no expected output asks for nothing.

    Spaces at the ends of lines do not count: tables are filled up with them, and nobody sees them.
    """
    if not expected.strip():
        return True
    pattern = ".*".join(re.escape(part) for part in _without_line_ends(expected).split("..."))
    return re.fullmatch(pattern, _without_line_ends(output), re.DOTALL) is not None


def _without_line_ends(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
