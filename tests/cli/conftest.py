from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gatepost.cli import main


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def _hooks_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back the hooks that a command leaves in place until its process ends."""
    for owner, name in (
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (warnings, "showwarning"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    factory = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(factory)


@pytest.fixture
def gatepost(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> Said:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, captured.out, captured.err)

    return run


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A gatepost app that reads the owners."""
    folder = tmp_path / "app"
    folder.mkdir()
    manifest = {
        "displayName": "An App",
        "programLanguage": "PYTHON",
        "programMain": "run.py",
        "programVersion": "1.0.0",
        "runtimeLevel": "Organization",
        "params": [{"name": "owner", "type": "String", "default": "Common Community"}],
    }
    (folder / "install.json").write_text(json.dumps(manifest))
    (folder / "run.py").write_text(
        """
from gatepost import App, Inputs, PartialFailure

class AppInputs(Inputs):
    owner: str = ""

app = App(AppInputs)

@app.job
def job(runtime):
    print("the app's own words")
    response = runtime.session.get("/v2/owners")
    runtime.results["seen"] = len(response.json()["data"]["owner"])
    if runtime.inputs.owner == "half":
        raise PartialFailure("half of it")
    return f"by {runtime.choice.scheme} for {runtime.inputs.owner}"

app.run()
"""
    )
    return folder
