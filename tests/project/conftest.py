from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gatepost.project import AppFolder, open_app

MakeApp = Callable[..., AppFolder]


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Write an app that is one program of the standard library, and open it."""

    def make(program: str = "", *, params: list[dict[str, Any]] | None = None, **manifest: Any) -> AppFolder:
        folder = tmp_path / "app"
        folder.mkdir(exist_ok=True)
        (folder / "run.py").write_text(program, encoding="utf-8")
        whole = {
            "displayName": "An App",
            "programLanguage": "PYTHON",
            "programMain": "run.py",
            "programVersion": "1.0.0",
            "runtimeLevel": "Organization",
            "params": params or [],
            **manifest,
        }
        (folder / "install.json").write_text(json.dumps(whole), encoding="utf-8")
        return open_app(folder)

    return make
