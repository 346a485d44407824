from __future__ import annotations

import stat
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import GatepostError, UsageError
from gatepost.project.package.archive import EARLIEST, Entry, fixed_time, write_archive
from gatepost.project.package.names import name_problem, same_file
from gatepost.project.package.unpacking import unpack_package

parts = st.text(st.characters(exclude_characters="/", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
names = st.lists(parts, min_size=1, max_size=3).map("/".join).filter(lambda name: not name_problem(name))


@settings(max_examples=40)
@given(contents=st.dictionaries(names, st.binary(max_size=50), max_size=6))
def test_what_is_written_is_what_is_unpacked(contents: dict[str, bytes]):
    same = {name: f"{same_file(name)}/" for name in contents}
    files = {
        name: content
        for name, content in contents.items()
        if not any(same[other].startswith(same[name]) for other in contents if other != name)
    }
    with tempfile.TemporaryDirectory() as made:
        package, into = Path(made) / "app.tcx", Path(made) / "into"
        into.mkdir()
        write_archive(
            package, [Entry("app/run.py", b""), *(Entry(f"app/x/{name}", c) for name, c in files.items())], moment=EARLIEST
        )
        folder = unpack_package(package, into)
        found = {str(path.relative_to(folder / "x")): path.read_bytes() for path in (folder / "x").rglob("*") if path.is_file()}
    assert found == files


def test_order_and_time_of_the_files_make_no_difference(tmp_path: Path):
    for number, order in enumerate((("a", "b/c", "b/d"), ("b/d", "a", "b/c"))):
        folder = tmp_path / str(number)
        (folder / "b").mkdir(parents=True)
        for name in order:
            (folder / name).write_text(name)
            (folder / name).chmod(0o600 + number)
        write_archive(folder / "x.tcx", [Entry(f"x/{name}", folder / name) for name in order], moment=EARLIEST)
    assert (tmp_path / "0" / "x.tcx").read_bytes() == (tmp_path / "1" / "x.tcx").read_bytes()


def test_folders_have_entries_and_all_modes_are_fixed(tmp_path: Path):
    write_archive(tmp_path / "x.tcx", [Entry("x/b/c", b"1"), Entry("x/a", b"2")], moment=EARLIEST)
    with zipfile.ZipFile(tmp_path / "x.tcx") as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["x/", "x/a", "x/b/", "x/b/c"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    modes = {entry.filename: stat.filemode(entry.external_attr >> 16) for entry in entries}
    assert modes == {"x/": "drwxr-xr-x", "x/a": "-rw-r--r--", "x/b/": "drwxr-xr-x", "x/b/c": "-rw-r--r--"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [("", EARLIEST), ("0", EARLIEST), ("1700000000", 1700000000), ("9" * 40, 4354819198), (" 1700000000 ", 1700000000)],
)
def test_the_time_is_that_of_the_environment_within_what_zip_can_tell(text: str, moment: int):
    assert fixed_time({"SOURCE_DATE_EPOCH": text}) == moment


@pytest.mark.parametrize("text", ["yesterday", "-1", "1.5", "١"])
def test_a_time_that_is_none_is_refused(text: str):
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH cannot be"):
        fixed_time({"SOURCE_DATE_EPOCH": text})


def test_a_failed_write_leaves_the_earlier_package(tmp_path: Path):
    (tmp_path / "x.tcx").write_bytes(b"earlier")
    with pytest.raises(GatepostError, match=r"cannot be written.*missing"):
        write_archive(tmp_path / "x.tcx", [Entry("x/a", tmp_path / "missing")], moment=EARLIEST)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.tcx", b"earlier")]
