"""Every room says its public names once, in words that an editor, a type checker and the reference can read."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import gatepost

PACKAGE = Path(gatepost.__file__).parent
ROOMS = sorted(path.parent for path in PACKAGE.glob("**/__init__.py"))
LAZY = [room for room in ROOMS if "__getattr__" in (room / "__init__.py").read_text(encoding="utf-8")]


def named(room: Path) -> str:
    return ".".join((gatepost.__name__, *room.relative_to(PACKAGE).parts))


every_lazy_room = pytest.mark.parametrize("room", LAZY, ids=named)


@every_lazy_room
def test_the_names_are_written_out_and_typed(room: Path):
    written, typed = set(), set()
    for node in ast.walk(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            written = set(ast.literal_eval(node.value))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(gatepost.__name__):
            typed |= {alias.asname or alias.name for alias in node.names if node.module != "gatepost.exports"}
    assert written
    assert written == typed


@every_lazy_room
def test_every_name_is_there_and_no_other(room: Path):
    module = importlib.import_module(named(room))
    for name in module.__all__:
        assert getattr(module, name) is not None
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match="no_such_name"):
        module.no_such_name  # noqa: B018
