from __future__ import annotations

import contextlib
import io
import stat
import struct
import sys
import tempfile
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import GatepostError
from gatepost.project.package.unpacking import PackageError, PackageLimits, unpack_package


def package(folder: Path, *names: str, name: str = "app.tcx", content: bytes = b"x") -> Path:
    path = folder / name
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # about a name that is there twice
        for entry in names:
            archive.writestr(entry, content)
    return path


def unpack(path: Path, **limits: float) -> Path:
    into = path.parent / "into"
    into.mkdir()
    return unpack_package(path, into, limits=PackageLimits(**limits))


def nothing_was_written(folder: Path) -> bool:
    return not any((folder / "into").iterdir())


def test_a_sound_package_is_unpacked(tmp_path: Path):
    folder = unpack(package(tmp_path, "app/", "app/run.py", "app/deps/x/y.py"))
    assert folder == tmp_path / "into" / "app"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) == ["deps", "deps/x", "deps/x/y.py", "run.py"]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["app/../x"], "leads out of its folder"),
        (["../app/x"], "leads out of its folder"),
        (["/app/x"], "is an absolute path"),
        (["C:/app/x"], "begins with the letter of a drive"),
        (["c:app/x"], "begins with the letter of a drive"),
        (["app\\..\\x"], "has a backslash"),
        (["\\\\server\\share"], "has a backslash"),
        (["app/C:x"], "has a colon"),
        (["app/install.json:stream"], "has a colon"),
        (["app/\x1b[31m"], "control character"),
        (["app/" + "x" * 256], "longer name than systems take"),
        (["app/" + "x/" * 600 + "y"], "longer name than systems take"),
        (["app//x"], "is no plain path"),
        (["app/./x"], "is no plain path"),
        (["app/aux"], "device of Windows"),
        (["app/NUL.txt/x"], "device of Windows"),
        (["app/com1.py"], "device of Windows"),
        (["app/run.py."], "ends with a dot or a space"),
        (["app/deps /x"], "ends with a dot or a space"),
        (["app/x", "app/x"], "is there twice"),
        (["app/Run.py", "app/run.py"], "are one file on some systems"),
        (["app/\u00e9.py", "app/e\u0301.py"], "are one file on some systems"),
        (["app/x", "app/X/y"], "lies in something that is a file"),
        (["app/x", "app/x/y"], "lies in something that is a file"),
        (["app/x/y", "app/x"], "is there twice"),
        (["app/x", "app/x/"], "is there twice"),
        (["app/x", "other/x"], "more than one top-level entry: app, other"),
        (["app/x", "README.md"], "more than one top-level entry: README.md, app"),
        (["app"], "is no folder"),
        (["other/x"], "Its folder is other, and its name says app"),
        ([], "It is empty"),
    ],
)
def test_what_could_do_harm_or_is_no_app_is_refused(tmp_path: Path, names: list[str], why: str):
    with pytest.raises(PackageError, match=r"app\.tcx is refused") as caught:
        unpack(package(tmp_path, *names))
    assert why in caught.value.why
    assert nothing_was_written(tmp_path)


def test_a_nul_in_a_name_is_seen(tmp_path: Path):
    path = package(tmp_path, "app/xyz.py")
    path.write_bytes(path.read_bytes().replace(b"app/xyz.py", b"app/x\0z.py"))
    with pytest.raises(PackageError, match="NUL"):
        unpack(path)


def test_an_entry_is_no_other_file_by_a_second_name(tmp_path: Path):
    entry = zipfile.ZipInfo("app/x")
    second = struct.pack("<BL", 1, zlib.crc32(b"app/x")) + b"app/../../escaped"
    entry.extra = struct.pack("<HH", 0x7075, len(second)) + second
    with zipfile.ZipFile(tmp_path / "app.tcx", "w") as archive:
        archive.writestr(entry, "x")
    # Before Python 3.12, zipfile knows no such names.
    with pytest.raises(PackageError, match="has a second name") if sys.version_info >= (3, 12) else contextlib.nullcontext():
        unpack(tmp_path / "app.tcx")
    assert not (tmp_path / "escaped").exists()


def test_names_that_only_look_odd_are_taken(tmp_path: Path):
    names = [
        "app/auxiliary.py",
        "app/con_fig.py",
        "app/com10",
        "app/.hidden",
        "app/a b.txt",
        "app/\u00e9.py",
        "app/A/x",
        "app/a/y",
    ]
    unpack(package(tmp_path, *names))
    assert sum(path.is_file() for path in (tmp_path / "into").rglob("*")) == len(names)


@pytest.mark.parametrize(
    ("kind", "why"), [(stat.S_IFLNK, "is a link"), (stat.S_IFIFO, "neither a file"), (stat.S_IFDIR, "neither a file")]
)
def test_links_and_other_things_are_refused(tmp_path: Path, kind: int, why: str):
    with zipfile.ZipFile(tmp_path / "app.tcx", "w") as archive:
        entry = zipfile.ZipInfo("app/x")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(PackageError, match=why):
        unpack(tmp_path / "app.tcx")
    assert nothing_was_written(tmp_path)


def test_an_encrypted_entry_is_refused(tmp_path: Path):
    path = package(tmp_path, "app/x")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(PackageError, match="is encrypted"):
        unpack(path)


def test_a_way_of_compressing_that_few_know_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "app.tcx", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("app/x", "x")
    with pytest.raises(PackageError, match="not every unpacker knows"):
        unpack(tmp_path / "app.tcx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = package(tmp_path, "app/x", content=bytes(20_000_000))
    with pytest.raises(PackageError, match="as zip bombs do"):
        unpack(path)
    assert nothing_was_written(tmp_path)


def test_too_much_of_anything_is_refused(tmp_path: Path):
    path = package(tmp_path, "app/x", "app/y", content=b"12345")
    for limits, why in (({"files": 1}, "has 2 entries; 1 are allowed"), ({"size": 9}, "would be 10 bytes; 9 are allowed")):
        with pytest.raises(PackageError, match=why):
            unpack_package(path, tmp_path, limits=PackageLimits(**limits))


def test_an_entry_that_is_larger_than_it_says_is_not_believed(tmp_path: Path):
    path = package(tmp_path, "app/x", content=b"1" * 5000)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(PackageError):
        unpack(path, size=1000)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 10])
def test_what_is_no_zip_is_said(tmp_path: Path, content: bytes):
    (tmp_path / "app.tcx").write_bytes(content)
    with pytest.raises(PackageError, match="no sound zip file"):
        unpack(tmp_path / "app.tcx")


def test_a_damaged_entry_is_said(tmp_path: Path):
    path = package(tmp_path, "app/x", content=bytes(range(256)))
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(PackageError, match="cannot be unpacked"):
        unpack(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(GatepostError, match="No such file"):
        unpack(tmp_path / "app.tcx")


@settings(max_examples=50)
@given(data=st.data())
def test_no_file_however_broken_raises_anything_else(data: st.DataObject):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app/run.py", b"print()" * 20)
        archive.writestr("app/install.json", b"{}")
    content = bytearray(made.getvalue())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path, into = Path(folder) / "app.tcx", Path(folder) / "into"
        into.mkdir()
        path.write_bytes(content)
        with contextlib.suppress(GatepostError):
            unpack_package(path, into)
        assert {item.name for item in Path(folder).iterdir()} == {"app.tcx", "into"}
        assert {item.name for item in into.iterdir()} <= {"app"}
