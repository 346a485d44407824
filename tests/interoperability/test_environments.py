"""Environments are made once, remade when broken, and their absence is told from their failure."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.interoperability.environments import RegistryUnreachable, python_with


@pytest.fixture
def wheels(tmp_path: Path) -> tuple[str, ...]:
    """Options that make pip install from a folder with one small wheel, and from nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "little-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("little.py", "SIZE = 1\n")
        wheel.writestr("little-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: little\nVersion: 1.0\n")
        wheel.writestr("little-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("little-1.0.dist-info/RECORD", "")
    return ("--no-index", f"--find-links={folder}")


def test_an_environment_is_made_once_and_remade_when_it_is_broken(tmp_path: Path, wheels: tuple[str, ...]):
    python = python_with("little==1.0", directory=tmp_path, options=wheels)
    subprocess.run([python, "-c", "import little"], check=True)
    mark = python.parent.parent / "kept"
    mark.touch()
    assert python_with("little==1.0", directory=tmp_path, options=wheels) == python
    assert mark.exists()

    (python.parent.parent / "complete").unlink()  # as after a crash in the middle
    assert python_with("little==1.0", directory=tmp_path, options=wheels) == python
    assert not mark.exists()


def test_an_environment_whose_interpreter_is_gone_is_remade(tmp_path: Path, wheels: tuple[str, ...]):
    python = python_with("little==1.0", directory=tmp_path, options=wheels)
    python.unlink()
    python.symlink_to(tmp_path / "gone")
    python_with("little==1.0", directory=tmp_path, options=wheels)
    subprocess.run([python, "-c", "import little"], check=True)


def test_what_no_index_has_is_unreachable(tmp_path: Path):
    with pytest.raises(RegistryUnreachable, match=r"little==1\.0"):
        python_with("little==1.0", directory=tmp_path, options=("--no-index",))


def test_what_cannot_be_installed_is_an_error(tmp_path: Path, wheels: tuple[str, ...]):
    next((tmp_path / "wheels").glob("*.whl")).write_text("not a wheel", encoding="utf-8")
    with pytest.raises(RuntimeError, match="little"):
        python_with("little==1.0", directory=tmp_path, options=wheels)
