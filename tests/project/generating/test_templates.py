"""New apps of every template: their code and their manifest say the same, whichever is written from the other."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from gatepost.manifest.documents.document import read_document
from gatepost.manifest.loading import load
from gatepost.project.app_code import _app_code
from gatepost.project.describing import describe_app
from gatepost.project.generating import synchronized
from gatepost.project.generating.writing_model import model_of
from gatepost.project.templates.creating import AUTHORIZATIONS, create_project
from tests.project.generating.drift import code_of, drift


@pytest.mark.parametrize(("kind", "auth"), [*(("job", auth) for auth in AUTHORIZATIONS), ("playbook", "platform")])
def test_a_new_app_does_not_drift(kind: str, auth: str, tmp_path: Path) -> None:
    folder = create_project(kind, "demo", folder=tmp_path / "demo", auth=auth)
    manifest = load(folder)
    assert drift(manifest, code_of(model_of(folder), manifest)) == []
    code = _app_code(describe_app(runpy.run_path(str(folder / "app.py"))["app"]))
    layout = read_document(folder, name="layout.json") if (folder / "layout.json").exists() else None
    result = synchronized(folder, read_document(folder), layout, code)
    assert (result.changes, result.left) == ((), ())
