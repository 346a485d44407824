"""The name of an app as a package, by what its files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.project.package_name import package_name
from gatepost.project.validation.subject import text_of

if TYPE_CHECKING:
    from gatepost.project.validation.subject import Subject

__all__ = ["named_package", "package_folder"]


def named_package(app: Subject) -> str:
    """Return the folder's name in the package, ``TCPB_-_Demo_v1``.

    Raises:
        UsageError: What ``tcex.json`` or the manifest says is no name of a folder.
    """
    document = app.sibling("tcex.json")
    package = document.data.get("package") if document is not None else None
    said = package if isinstance(package, dict) else {}
    return package_name(app.manifest, app_name=text_of(said, "app_name"), app_version=text_of(said, "app_version"))


def package_folder(app: Subject) -> str:
    """Return the folder's name in the package; empty when what the app says is none."""
    try:
        return named_package(app)
    except UsageError:
        return ""
