"""Unpacking a ``.tcx`` that anybody may have made: what could leave its folder or fill the disk is refused."""

from __future__ import annotations

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gatepost.errors import GatepostError
from gatepost.project.package.names import name_problem, same_file

__all__ = ["PackageError", "PackageLimits", "unpack_package"]

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class PackageError(GatepostError):
    """A package is not what a platform could install."""


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """How much a package may be. The platform's own limits are unknown; these are far above what an app needs.

    Attributes:
        files: Files and folders.
        size: Bytes of all files together, unpacked.
        ratio: Unpacked bytes for each packed one, where there is more than 10 MB of them. Real apps have 3 to 5.
    """

    files: int = 50_000
    size: int = 1_000_000_000
    ratio: float = 100.0


_LIMITS = PackageLimits()
_SMALL = 10_000_000


def unpack_package(package: Path, into: Path, *, limits: PackageLimits = _LIMITS) -> Path:
    """Unpack a package: a zip file with one folder, which has the package's name (contract/install_json.md section 13).

    Everything is looked at before anything is written. Refused are absolute paths, drive letters, backslashes, colons, ``..``,
    names that are too long, a device's, or there twice (also where only case tells them apart), links and other things that are
    no files, encrypted entries, and what is over the limits.

    Args:
        package: The file.
        into: An empty folder, where the app's folder is made.
        limits: How much it may be.

    Returns:
        The app's folder, ``into/<name>``.

    Raises:
        PackageError: The package is refused; *why* names the entry.
        GatepostError: It cannot be read, or not be written there.
    """
    try:
        with zipfile.ZipFile(package) as archive:
            entries = _checked(package, archive, limits)
            budget = limits.size
            for entry in entries:
                budget -= _write(package, archive, entry, into, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise PackageError(
            f"{package} cannot be unpacked",
            why=f"It is no sound zip file: {error}",
            remedy="Make the package anew: gatepost package",
        ) from None
    except OSError as error:
        raise GatepostError(
            f"{package} cannot be unpacked", why=error.strerror or str(error), remedy="Name a .tcx file"
        ) from None
    return into / package.stem


def _checked(package: Path, archive: zipfile.ZipFile, limits: PackageLimits) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > limits.files:
        raise _refused(package, f"It has {len(entries)} entries; {limits.files} are allowed")
    size, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if size > limits.size:
        raise _refused(package, f"Unpacked it would be {size} bytes; {limits.size} are allowed")
    if size > _SMALL and size > limits.ratio * max(packed, 1):
        raise _refused(package, f"It unpacks to {size // max(packed, 1)} times its size, as zip bombs do")
    files: dict[str, str] = {}
    folders: set[str] = set()
    for entry in entries:
        _check_name(package, entry)
        _check_kind(package, entry)
        path = entry.filename.rstrip("/")
        name = same_file(path)
        other = files.get(name, path)
        if other != path:
            raise _refused(package, f"{_shown(entry)} and {other[:200]!r} are one file on some systems")
        if name in files or (name in folders and not entry.is_dir()):
            raise _refused(package, f"{_shown(entry)} is there twice")
        above = {str(parent) for parent in PurePosixPath(name).parents} - {"."}
        if above & files.keys():
            raise _refused(package, f"{_shown(entry)} lies in something that is a file")
        folders |= above
        if entry.is_dir():
            folders.add(name)
        else:
            files[name] = path
    _check_top(package, entries)
    return entries


def _check_name(package: Path, entry: zipfile.ZipInfo) -> None:
    # zipfile cuts a name at a NUL and turns the system's separator into a slash; what was written is in orig_filename.
    if why := name_problem(entry.orig_filename):
        raise _refused(package, f"{_shown(entry)} {why}")
    # From Python 3.12 on zipfile goes by the second name that an entry may have (APPNOTE.TXT 4.6.9); other unpackers do not.
    if entry.filename != entry.orig_filename:
        raise _refused(package, f"{_shown(entry)} has a second name, {entry.filename[:200]!r}")


def _check_kind(package: Path, entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise _refused(package, f"{_shown(entry)} is a link")
    if kind not in (0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG):
        raise _refused(package, f"{_shown(entry)} is neither a file nor a folder")
    if entry.flag_bits & _ENCRYPTED:
        raise _refused(package, f"{_shown(entry)} is encrypted")
    if entry.compress_type not in _METHODS:
        raise _refused(package, f"{_shown(entry)} is compressed in a way that not every unpacker knows")


def _check_top(package: Path, entries: list[zipfile.ZipInfo]) -> None:
    tops = sorted({entry.filename.split("/", 1)[0] for entry in entries})
    if not tops:
        raise _refused(package, "It is empty")
    if len(tops) > 1:
        raise _refused(package, f"It has more than one top-level entry: {', '.join(tops[:4])}")
    if any("/" not in entry.filename for entry in entries):
        raise _refused(package, f"Its top-level entry {tops[0]} is no folder")
    if tops[0] != package.stem:
        raise _refused(
            package,
            f"Its folder is {tops[0]}, and its name says {package.stem}",
            remedy="The folder is the app's key on the platform: name the file after it",
        )


def _write(package: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, budget: int) -> int:
    target = into / entry.filename
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            # What an entry says about its size is a promise of whoever wrote it.
            if written > budget:
                raise _refused(package, f"{_shown(entry)} is larger than it says")
            file.write(chunk)
    return written


def _refused(package: Path, why: str, *, remedy: str = "Make the package anew: gatepost package") -> PackageError:
    return PackageError(f"{package.name} is refused", why=why, remedy=remedy)


def _shown(entry: zipfile.ZipInfo) -> str:
    return repr(entry.orig_filename[:200])
