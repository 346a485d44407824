from __future__ import annotations

from pathlib import Path

import pytest

import gatepost
from gatepost.project.package.dependencies import Dependencies, Distribution
from gatepost.project.package.trimming import DEVELOPMENT_ROOMS, trim, without_compiler


def test_what_differs_from_machine_to_machine_and_what_is_never_run_is_removed(tmp_path: Path):
    kept = [
        "gatepost/__init__.py", "gatepost/auth/x.py", "part/__init__.py", "part/data.txt", "part/py.typed", "part/cli/x.py",
        "part-1.dist-info/METADATA", "part-1.dist-info/licenses/LICENSE", "part-1.dist-info/WHEEL",
    ]  # fmt: skip
    removed = [
        "bin/part", "gatepost/cli/x.py", "gatepost/emulator/x.py", "gatepost/project/a/b.txt", "gatepost/testing/x.py",
        "gatepost/__main__.py", "part/__pycache__/x.cpython-311.pyc", "part/x.pyc", "part/x.pyi", "part/include/x.h",
        "part-1.dist-info/RECORD", "part-1.dist-info/INSTALLER", "part-1.dist-info/REQUESTED", "part-1.dist-info/direct_url.json",
    ]  # fmt: skip
    for name in (*kept, *removed):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    trim(tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == sorted(kept)
    assert not (tmp_path / "part" / "include").exists()


def test_the_rooms_for_development_are_there_and_are_rooms_that_no_app_imports():
    package = Path(gatepost.__file__).parent
    for room in DEVELOPMENT_ROOMS:
        assert (package / room / "__init__.py").is_file()


def dependencies(*roots: str, **requires: tuple[str, ...]) -> Dependencies:
    return Dependencies(tuple(Distribution(name, "1", needs) for name, needs in requires.items()), roots, None, "")


CRYPTOGRAPHY = {"cryptography": ("cffi",), "cffi": ("pycparser",), "pycparser": ()}
FILES = ("_cffi_backend.so", "cffi/api.py", "cffi-1.dist-info/METADATA", "pycparser/x.py", "pycparser-1.dist-info/METADATA")


@pytest.mark.parametrize(
    ("found", "left"),
    [
        (dependencies("cryptography", **CRYPTOGRAPHY), ["_cffi_backend.so", "cffi-1.dist-info/METADATA"]),
        (dependencies("cffi", "cryptography", **CRYPTOGRAPHY), list(FILES)),
        (dependencies("x", **CRYPTOGRAPHY, x=("cffi",)), list(FILES)),
        (dependencies("x", **CRYPTOGRAPHY, x=("pycparser",)), list(FILES)),
        (dependencies("cffi", cffi=("pycparser",), pycparser=()), list(FILES)),
    ],
    ids=["cryptography alone", "the app too", "another package too", "another needs the parser", "no cryptography"],
)
def test_a_compiler_that_nobody_uses_is_removed(tmp_path: Path, found: Dependencies, left: list[str]):
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    kept = without_compiler(tmp_path, found)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == sorted(left)
    assert ("pycparser" in {item.name for item in kept.distributions}) is ("pycparser/x.py" in left)
    assert all("pycparser" not in item.requires for item in kept.distributions) or kept == found
