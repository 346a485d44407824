"""The ``install.json`` inside a package: what tells of the build is brought up to date, the rest is as written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import UsageError
from gatepost.manifest.features import effective_features
from gatepost.manifest.models import RuntimeLevel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.manifest import Manifest

__all__ = ["SDK_VERSION", "commit_hash", "package_name", "packaged_manifest"]

SDK_VERSION = "4.0.0"
"""``sdkVersion`` of a package without tcex. The field is for tcex's version, and the platform takes 2.0.0 where it is missing;
4.0.0 is the first whose conventions gatepost follows in full: ``deps``, ``run.py``, every feature of contract/install_json.md
section 5."""

_PREFIXES = {
    RuntimeLevel.ORGANIZATION: "TC_-_",
    RuntimeLevel.PLAYBOOK: "TCPB_-_",
    RuntimeLevel.API_SERVICE: "TCVA_-_",
    RuntimeLevel.FEED_API_SERVICE: "TCVF_-_",
    RuntimeLevel.TRIGGER_SERVICE: "TCVC_-_",
    RuntimeLevel.WEBHOOK_TRIGGER_SERVICE: "TCVW_-_",
}
_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]|(?<=.)_)*")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_LONGEST = 200


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


def package_name(manifest: Manifest, *, app_name: str = "", app_version: str = "") -> str:
    """Return the name of an app's package and of the folder in it, ``<name>_<tag>`` (contract/install_json.md section 13).

    It is the app's key on the platform: when it changes, the platform installs a second app instead of an upgrade.

    Args:
        manifest: What the app declares.
        app_name: The name, from ``tcex.json`` or the command line; without it ``applicationName`` of ``install.json``, and else
            the conventional prefix of the runtime level with the display name, as ``TC_-_Threat_Feed``.
        app_version: What follows it; default is ``v`` and the major version.

    Raises:
        UsageError: It is no name of a folder.
    """
    name = (app_name or manifest.application_name).strip() or _made_name(manifest)
    tag = app_version.strip() or f"v{manifest.program_version.partition('.')[0] or '1'}"
    whole = f"{name}_{tag}"
    if not _PART.fullmatch(whole) or len(whole) > _LONGEST:
        raise UsageError(
            f"{whole!r} cannot be the name of a package",
            why="It becomes a folder on the platform: letters, digits and ._+- without spaces, at most 200 characters",
            remedy='Write one into tcex.json, {"package": {"app_name": "TC_-_My_App"}}, or give one: --name',
        )
    return whole


def commit_hash(folder: Path, environment: Mapping[str, str]) -> str:
    """Return the commit that a folder is of: ``.git/HEAD`` here or above, else ``CI_COMMIT_SHA``, else ``GITHUB_SHA``.

    Args:
        folder: The project.
        environment: The environment.

    Returns:
        The hash; empty when it is not known.
    """
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            found = _head(parent / ".git")
            if found:
                return found
            break
    for name in ("CI_COMMIT_SHA", "GITHUB_SHA"):
        if _COMMIT.fullmatch(environment.get(name, "").strip()):
            return environment[name].strip()
    return ""


def _made_name(manifest: Manifest) -> str:
    words = re.sub(r"[^A-Za-z0-9.]+", "_", manifest.display_name).strip("_.")
    return f"{_PREFIXES.get(manifest.runtime_level, 'TC_-_')}{words or 'App'}"


def _head(git: Path) -> str:
    """Read the commit without the program git; a worktree's ``.git`` is a file that names the folder."""
    try:
        if git.is_file():
            git = (git.parent / git.read_text(encoding="utf-8").partition("gitdir:")[2].strip()).resolve()
        common = git / (git / "commondir").read_text(encoding="utf-8").strip() if (git / "commondir").is_file() else git
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        name = head.removeprefix("ref:").strip()
        if not head.startswith("ref:"):
            return head if _COMMIT.fullmatch(head) else ""
        for place in (git / name, common / name):
            if place.is_file():
                text = place.read_text(encoding="utf-8").strip()
                return text if _COMMIT.fullmatch(text) else ""
        for line in (common / "packed-refs").read_text(encoding="utf-8").splitlines():
            value, _, reference = line.partition(" ")
            if reference.strip() == name and _COMMIT.fullmatch(value):
                return value
    except (OSError, UnicodeDecodeError):
        pass
    return ""
