"""Names in a package that mean the same file on every system: one rule for what is packed and for what is unpacked."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["name_problem", "same_file"]

_DRIVE = re.compile(r"[A-Za-z]:")
_DEVICE = re.compile(
    r"(?:aux|con|nul|prn|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\..*)?", re.IGNORECASE | re.DOTALL
)
"""Names that Windows takes for a device, in every folder and with any ending (Microsoft, Naming Files, Paths, and Namespaces)."""

_LONGEST_NAME = 255
"""Bytes of one name, on most file systems."""

_LONGEST_PATH = 1000
"""Characters of a whole path: short enough for every system, below a folder of its own."""


def name_problem(path: str) -> str:
    """Return why a path cannot be one in a package, as the end of a sentence; empty when it can.

    Args:
        path: The path with slashes; that of a folder may end with one.
    """
    parts = path.removesuffix("/").split("/")
    if "\0" in path:
        return "has a NUL in its name"
    if "\\" in path:
        return "has a backslash in its name, which is a separator on some systems"
    if path.startswith("/"):
        return "is an absolute path"
    if _DRIVE.match(path):
        return "begins with the letter of a drive"
    if ":" in path or any(ord(character) < 32 for character in path):
        return "has a colon or a control character in its name, which not every system takes"
    if any("\ud800" <= character <= "\udfff" for character in path):
        return "has a name that is no Unicode text, as names in a package are"
    if len(path) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_NAME for part in parts):
        return "is a longer name than systems take"
    if ".." in parts:
        return "leads out of its folder"
    if "" in parts or "." in parts:
        return "is no plain path"
    if any(part.endswith((".", " ")) for part in parts):
        return "ends with a dot or a space, which some systems leave out"
    if any(_DEVICE.fullmatch(part) for part in parts):
        return "has the name of a device of Windows"
    return ""


def same_file(path: str) -> str:
    """Return what paths share that are one file on some system, by which case, or how a letter is composed, tells none apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
