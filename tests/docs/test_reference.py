"""The reference is whole, and its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gatepost
from tests.docs.tables import DOCS, ROOT, TABLES, every_command, own_parameters, renewed, tables_of

PACKAGE = Path(gatepost.__file__).parent
REFERENCE = DOCS / "reference"

# Without a public face: the version is told by `gatepost.__version__`, named tuples are those of `typing` to who uses them, the
# others are how names are loaded and started.
UNWRITTEN = {"exports", "named_tuples", "version", "__main__"}

ROOMS = sorted({path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")})


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in {"__init__", *UNWRITTEN}])
def test_every_room_has_a_page(room: str):
    page = (REFERENCE / f"{room}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# gatepost.{room}\n")
    assert re.search(rf"^::: gatepost\.{room}\b", page, re.MULTILINE)


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for path in REFERENCE.glob("*.md"):
        assert f" reference/{path.name}\n" in navigation, path


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_on_a_page_and_is_that_of_the_code(name: str):
    pages = [path for path in DOCS.rglob("*.md") if name in tables_of(path.read_text(encoding="utf-8"))]
    assert len(pages) == 1, f"the table {name!r} is on {pages}"
    said = tables_of(pages[0].read_text(encoding="utf-8"))[name]
    assert said == TABLES[name](), "write it anew: python -m tests.docs.tables"


def test_a_table_is_written_anew():
    old = "# Page\n\n<!-- table: exit codes -->\nold\n<!-- end of table -->\n\nMore.\n"
    new = renewed(old)
    assert tables_of(new) == {"exit codes": TABLES["exit codes"]()}
    assert (new.startswith("# Page\n\n"), new.endswith("\n\nMore.\n")) == (True, True)
    assert renewed(new) == new


def test_every_command_and_option_is_named():
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    for path, command in every_command():
        section = page.partition(f"\n## `{path}`\n")[2].partition("\n## ")[0]
        assert section, f"{path} is not described"
        for parameter in own_parameters(command):
            names = parameter.opts if parameter.param_type_name == "option" else [parameter.name.upper()]
            for name in names:
                assert re.search(rf"`{re.escape(name)}[ `]", section), f"{path} {name} is not described"


def test_every_standard_input_and_rule_is_named():
    from gatepost.inputs import STANDARD_INPUTS
    from gatepost.project.validation import all_rules

    inputs = (REFERENCE / "standard-inputs.md").read_text(encoding="utf-8")
    rules = (REFERENCE / "manifest-rules.md").read_text(encoding="utf-8")
    assert [name for name in STANDARD_INPUTS if f"| `{name}` |" not in inputs] == []
    assert [number for number in all_rules() if f"| [`{number}`](#{number.lower()}) |" not in rules] == []
    assert [number for number in all_rules() if f"### {number} " not in rules] == []
