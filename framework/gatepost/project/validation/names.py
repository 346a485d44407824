"""The name that an app has as a package: the folder in it, and its key on the platform (contract/install_json.md section 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.project.validation.subject import text_of

if TYPE_CHECKING:
    from gatepost.project.validation.subject import Subject

__all__ = ["package_folder"]


def package_folder(app: Subject) -> str:
    """Return the folder's name in the package, ``TCPB_-_Demo_v1``; empty when ``tcex.json`` does not say it."""
    document = app.sibling("tcex.json")
    package = document.data.get("package") if document is not None else None
    if not isinstance(package, dict):
        return ""
    name, version = text_of(package, "app_name"), text_of(package, "app_version")
    major = app.manifest.program_version.partition(".")[0]
    return f"{name}_{version or f'v{major}'}" if name and (version or major) else ""
