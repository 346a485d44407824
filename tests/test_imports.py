"""What is imported with what: each launch of an app, and each run of anybody's pytest, pays for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def imported_by(statement: str, first: str = "pass") -> set[str]:
    """The top-level packages, outside the standard library, that a statement imports in a new process."""
    program = (
        f"import sys; {first}; before = set(sys.modules); {statement}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import gatepost", "import gatepost.errors, gatepost.secret"])
def test_the_package_alone_imports_nothing_else(statement: str):
    assert imported_by(statement) == {"gatepost"}


def test_the_pytest_plugin_imports_only_pytest():
    assert imported_by("import gatepost.testing.plugin", first="import pytest") == {"gatepost"}


def test_an_import_is_seen():
    assert "requests" in imported_by("import requests")


def modules_of(app: Path, *, kind: str, needs: str, **inputs: str) -> set[str]:
    """All modules that one run of an app has imported, written down by the app itself at its end."""
    app.mkdir()
    level = "Playbook" if kind == "playbook" else "Organization"
    about = {"displayName": "Imports", "programLanguage": "PYTHON", "programMain": "run.py", "programVersion": "1.0.0"}
    playbook = {"playbook": {"outputVariables": [], "type": "Utility"}} if kind == "playbook" else {}
    (app / "install.json").write_text(json.dumps({**about, **playbook, "params": [], "runtimeLevel": level}), encoding="utf-8")
    (app / "run.py").write_text(
        "import sys\n"
        "from gatepost import App, Inputs\n"
        "class AppInputs(Inputs):\n    owner: str = 'Common Community'\n"
        "app = App(AppInputs)\n"
        f"@app.{kind}\ndef run(runtime):\n    {needs}\n    print(*sys.modules, file=open('modules', 'w'))\n"
        "app.run()\n",
        encoding="utf-8",
    )
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT")}
    environment = {**kept, "TC_API_PATH": "https://platform.invalid/api", "TC_TOKEN": "a-token-never-sent", **inputs}
    environment["TC_TOKEN_EXPIRES"] = "4102444800"
    subprocess.run([sys.executable, "run.py"], cwd=app, env=environment, capture_output=True, text=True, check=True)
    return set((app / "modules").read_text(encoding="utf-8").split())


def under(modules: set[str], *packages: str) -> set[str]:
    return {name for name in modules if name.startswith(tuple(f"{package}." for package in packages)) or name in packages}


def test_a_job_pays_for_nothing_of_playbooks_and_services(tmp_path: Path):
    modules = modules_of(tmp_path / "app", kind="job", needs="runtime.session")
    assert "gatepost.sessions.session" in modules
    others = ("playbook", "kvstore", "inputs.fields", "runtime.aot", "runtime.external", "services", "emulator", "project")
    assert not under(modules, *(f"gatepost.{other}" for other in others), "redis", "structlog", "dotenv", "cryptography", "rich")
    assert not under(modules, "gatepost.manifest.feeds", "gatepost.manifest.playbook", "gatepost.manifest.service")


def test_a_step_of_a_playbook_pays_for_no_http(tmp_path: Path):
    store = {"TC_KVSTORE_TYPE": "Redis", "TC_KVSTORE_HOST": "127.0.0.1", "TC_PLAYBOOK_KVSTORE_CONTEXT": "imports"}
    modules = modules_of(tmp_path / "app", kind="playbook", needs="runtime.playbook", **store)
    assert "gatepost.playbook.playbook" in modules
    assert not under(modules, "requests", "urllib3", "gatepost.sessions", "gatepost.inputs.fields", "gatepost.runtime.aot")
    assert not under(modules, "gatepost.manifest.feeds", "gatepost.manifest.service", "structlog", "dotenv", "cryptography")
