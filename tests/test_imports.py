"""What is imported with what: each launch of an app, and each run of anybody's pytest, pays for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def imported_by(statement: str, first: str = "pass") -> set[str]:
    """The top-level packages, outside the standard library, that a statement imports in a new process."""
    program = (
        f"import sys; {first}; before = set(sys.modules); {statement}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    # Coverage of a child process brings imports of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import gatepost", "import gatepost.errors, gatepost.secret"])
def test_the_package_alone_imports_nothing_else(statement: str):
    assert imported_by(statement) == {"gatepost"}


def test_the_pytest_plugin_imports_only_pytest():
    assert imported_by("import gatepost.testing.plugin", first="import pytest") == {"gatepost"}


def test_an_import_is_seen():
    assert "requests" in imported_by("import requests")
