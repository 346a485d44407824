"""The files beside an app's manifest that are read with it, and what reads each."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from gatepost.manifest.attributes import read_attributes
from gatepost.manifest.job import read_job
from gatepost.manifest.layout import read_layout
from gatepost.manifest.tcex_json import read_tcex_json
from gatepost.project.validation.subject import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gatepost.manifest.file_model import FileModel
    from gatepost.manifest.models import Manifest

__all__ = ["siblings_of"]


def siblings_of(folder: Path, manifest: Manifest) -> dict[str, Callable[..., FileModel]]:
    """Return the names of the JSON and CSV files that are there, and what reads each: those of feeds have names of their own.

    What reads one takes its document, and the `gatepost.manifest.reading.Reading` to report to, where that is not a new one.

    Args:
        folder: The app's folder.
        manifest: Its manifest.
    """
    readers: dict[str, Callable[..., FileModel]] = {
        "layout.json": read_layout,
        "tcex.json": read_tcex_json,
        "attributes.json": read_attributes,
    }
    for feed in manifest.feeds:
        readers[feed.job_file] = read_job
        is_csv = feed.attributes_file.lower().endswith(".csv")
        readers[feed.attributes_file] = functools.partial(read_attributes, is_csv=True) if is_csv else read_attributes
    seen = {os.path.realpath(folder / "install.json")}
    found = {}
    for name, read in readers.items():
        if name and is_inside(folder, folder / name) and (file := os.path.realpath(folder / name)) not in seen:
            seen.add(file)
            found[name] = read
    return found
