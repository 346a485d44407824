"""Code of an app as text, and what it changes in a manifest and a layout."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import gatepost
from gatepost.manifest.documents.document import Document, parse_document
from gatepost.project.app_code import AppCode, _app_code
from gatepost.project.describing import describe_app
from gatepost.project.generating import Synchronization, synchronized
from tests.project.generating.drift import module_of

FOLDER = Path("count-owners")


def code_in(source: str) -> AppCode:
    """What an app's module declares; `from gatepost import …` stands in front of it."""
    head = (
        "from typing import Any, Literal\n"
        "from gatepost import App, Inputs, Outputs, Runtime, Secret\n"
        "from gatepost.inputs.fields import KeyValue, TCEntity\n"
    )
    module = module_of(head + textwrap.dedent(source))
    assert isinstance(module.app, gatepost.App)
    return _app_code(describe_app(module.app))


def document(data: object, name: str = "install.json") -> Document:
    return parse_document(FOLDER / name, data if isinstance(data, str) else json.dumps(data, indent=2) + "\n")


def synchronized_data(
    manifest: object, source: str, layout: object = None, **options: Any
) -> tuple[dict[str, Any], Synchronization]:
    """The manifest after code was brought into it, and what was said of it; a second time changes nothing."""
    code = code_in(source)
    form = None if layout is None else document(layout, "layout.json")
    result = synchronized(FOLDER, None if manifest is None else document(manifest), form, code, **options)
    files = {file.after.path.name: file.after for file in result.files}
    again = synchronized(FOLDER, files["install.json"], files.get("layout.json"), code, **options)
    assert (again.changed, again.changes) == ((), ())
    return dict(files["install.json"].data), result
