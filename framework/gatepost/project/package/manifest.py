"""The ``install.json`` inside a package: what tells of the build is brought up to date, the rest is as written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gatepost.errors import UsageError
from gatepost.manifest.features import effective_features

if TYPE_CHECKING:
    from gatepost.manifest import Manifest

__all__ = ["SDK_VERSION", "packaged_manifest"]

SDK_VERSION = "4.0.0"
"""``sdkVersion`` of a package without tcex. The field is for tcex's version, and the platform takes 2.0.0 where it is missing;
4.0.0 is the first whose conventions gatepost follows in full: ``deps``, ``run.py``, every feature of contract/install_json.md
section 5."""


def packaged_manifest(manifest: Manifest, *, has_layout: bool, commit: str, tcex_version: str = "") -> bytes:
    """Return the text of the ``install.json`` that goes into a package.

    ``features``, ``sdkVersion`` and ``commitHash`` are as of this build, ``$schema``, which is for editors, is left out, and
    everything else is as it was, in its order; small mistakes that were forgiven when it was read are gone.

    Args:
        manifest: The manifest, read from a file.
        has_layout: Whether the app has a ``layout.json``.
        commit: The commit that is packed; empty where that is not known, and then what the file says stays.
        tcex_version: The version of tcex in the package; empty without it.

    Raises:
        UsageError: The manifest was not read from a file.
    """
    if manifest.document is None:
        raise UsageError("A manifest that is in no file cannot be packed")
    data: dict[str, Any] = {key: value for key, value in manifest.document.data.items() if key != "$schema"}
    data["features"] = list(effective_features(manifest.runtime_level, manifest.features, has_layout=has_layout))
    data["sdkVersion"] = tcex_version or SDK_VERSION
    if commit:
        data["commitHash"] = commit
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()
