"""Writing a ``.tcx``: the same bytes from the same files, wherever and whenever."""

from __future__ import annotations

import calendar
import os
import stat
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gatepost.errors import GatepostError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Entry", "fixed_time", "write_archive"]

EARLIEST = calendar.timegm((1980, 1, 1, 0, 0, 0))
"""What the zip format can tell of time begins here."""

LATEST = calendar.timegm((2107, 12, 31, 23, 59, 58))
_FILE_MODE = (stat.S_IFREG | 0o644) << 16
_FOLDER_MODE = ((stat.S_IFDIR | 0o755) << 16) | 0x10  # the bit says "folder" to DOS, and so to other unpackers
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive.

    Attributes:
        name: Its path in the archive, with slashes.
        content: Its content, or the file that has it.
    """

    name: str
    content: bytes | Path

    def read(self) -> bytes:
        """Return the content.

        Raises:
            OSError: The file cannot be read.
        """
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


def fixed_time(environment: Mapping[str, str]) -> int:
    """Return the time that everything in a package has: ``SOURCE_DATE_EPOCH``, or the beginning of 1980.

    Args:
        environment: The environment.

    Returns:
        Epoch seconds between 1980 and 2107, which is what the zip format can tell.

    Raises:
        UsageError: ``SOURCE_DATE_EPOCH`` is no number of seconds (reproducible-builds.org, SOURCE_DATE_EPOCH specification).
    """
    text = environment.get("SOURCE_DATE_EPOCH", "").strip()
    if not text:
        return EARLIEST
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(
            f"SOURCE_DATE_EPOCH cannot be {text!r}", remedy="Give the seconds since 1970, as git log -1 --format=%ct prints them"
        )
    return min(max(int(text[:12]), EARLIEST), LATEST)


def write_archive(
    target: Path, entries: Sequence[Entry], *, moment: int, progress: Callable[[int, int], object] | None = None
) -> None:
    """Write a zip file: entries and folders in the order of their names, with one time and fixed modes.

    The compressed bytes are those of the zlib that Python has; another zlib may find others for the same files.

    Args:
        target: The file; its folder exists.
        entries: The files; their names differ.
        moment: The time of each, epoch seconds.
        progress: Told how many entries are written, of how many.

    Raises:
        GatepostError: A file cannot be read, or the archive cannot be written.
    """
    folders = {f"{parent}/": b"" for entry in entries for parent in PurePosixPath(entry.name).parents if str(parent) != "."}
    everything = sorted([*(Entry(name, content) for name, content in folders.items()), *entries], key=lambda entry: entry.name)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for number, entry in enumerate(everything, 1):
                archive.writestr(_information(entry.name, moment), entry.read())
                if progress is not None:
                    progress(number, len(everything))
        unfinished.replace(target)
    except OSError as error:
        raise GatepostError(
            f"The package {target} cannot be written",
            why=f"{error.filename or unfinished}: {error.strerror or error}",
            remedy="Free space there, or choose another folder: --output",
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _information(name: str, moment: int) -> zipfile.ZipInfo:
    information = zipfile.ZipInfo(name, time.gmtime(moment)[:6])
    information.create_system = _UNIX
    information.external_attr = _FOLDER_MODE if name.endswith("/") else _FILE_MODE
    information.compress_type = zipfile.ZIP_STORED if name.endswith("/") else zipfile.ZIP_DEFLATED
    return information
