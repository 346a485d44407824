from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gatepost.inputs


def test_every_public_name_is_there() -> None:
    for name in gatepost.inputs.__all__:
        assert getattr(gatepost.inputs, name) is not None
    assert dir(gatepost.inputs) == sorted(gatepost.inputs.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = gatepost.inputs.nothing


def loaded_after(code: str, folder: Path) -> set[str]:
    """Run code in a fresh interpreter; return which of the heavy packages it imported."""
    heavy = ("pydantic", "cryptography", "dotenv", "structlog", "requests")
    report = f"import sys\n{code}\nprint(*(name for name in {heavy!r} if name in sys.modules))"
    command = [sys.executable, "-c", report]
    return set(subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.split())


def test_collecting_pays_only_for_what_is_there(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from gatepost.inputs import coerce, collect, inputs_report, resolve\n"
        "collected = collect(folder=Path(), arguments=['--tc_token', 't'], environment={})\n"
        "coerce(collected.best)"
    )
    assert loaded_after(code, tmp_path) == set()
    (tmp_path / ".env").write_text("TC_TOKEN=t\n")
    assert loaded_after(code, tmp_path) == {"dotenv"}
