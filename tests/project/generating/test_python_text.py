"""Source that formatters leave as it is, whatever the length of their lines."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ruff import find_ruff_bin

from gatepost.project.generating.python_text import LINE_LENGTH, field_lines

LONG = '"' + "w" * 90 + '"'
BROAD = '"' + "列" * 36 + '"'  # two columns each
ODD = '"' + "\u17d8" * 20 + '"'  # three, to some formatters
WIDE = "list[str] | list[TCEntity] | list[KeyValue] | bytes | list[bytes] | None"

FIELDS = {
    "short": field_lines("owner", "str", '"Acme"'),
    "a long default": field_lines("owner", "str", LONG),
    "many members": field_lines("kind", f"Literal[{LONG}, {LONG}]", members=[LONG, LONG]),
    "a lone member": field_lines("kind", f"Literal[{LONG}]", members=[LONG]),
    "a lone member of a list": field_lines("kinds", f"list[Literal[{LONG}]]", [LONG], members=[LONG], many=True),
    "a broad default": field_lines("owner", "str", BROAD),
    "broad members": field_lines("kinds", f"list[Literal[{BROAD}, {ODD}]]", [], members=[BROAD, ODD], many=True),
    "odd members": field_lines("kind", f'Literal[{ODD}, "a"]', f'"{"b" * 20}"', members=[ODD, '"a"']),
    "a long type under a long name": field_lines("w" * 30, WIDE, "None", alias="w" * 90),
}


@pytest.mark.parametrize("length", [LINE_LENGTH, 130])
@pytest.mark.parametrize("field", FIELDS)
def test_a_formatter_changes_nothing(tmp_path: Path, field: str, length: int):
    model = tmp_path / "model.py"
    model.write_text("\n".join(["class AppInputs(Inputs):", *FIELDS[field], ""]), encoding="utf-8")
    command = [find_ruff_bin(), "format", "--isolated", f"--line-length={length}", "--diff", str(model)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_fits_into_a_line_is_not_split():
    assert FIELDS["short"] == ['    owner: str = "Acme"']
