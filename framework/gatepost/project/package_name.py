"""The name of an app as a package: the folder in it, and its key on the platform (contract/install_json.md section 13)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.manifest.models import RuntimeLevel

if TYPE_CHECKING:
    from gatepost.manifest import Manifest

__all__ = ["package_name"]

_PREFIXES = {
    RuntimeLevel.ORGANIZATION: "TC_-_",
    RuntimeLevel.PLAYBOOK: "TCPB_-_",
    RuntimeLevel.API_SERVICE: "TCVA_-_",
    RuntimeLevel.FEED_API_SERVICE: "TCVF_-_",
    RuntimeLevel.TRIGGER_SERVICE: "TCVC_-_",
    RuntimeLevel.WEBHOOK_TRIGGER_SERVICE: "TCVW_-_",
}
_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]|(?<=.)_)*")
_LONGEST = 200


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


def _made_name(manifest: Manifest) -> str:
    words = re.sub(r"[^A-Za-z0-9.]+", "_", manifest.display_name).strip("_.")
    return f"{_PREFIXES.get(manifest.runtime_level, 'TC_-_')}{words or 'App'}"
