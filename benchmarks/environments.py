"""The virtual environments that are measured: gatepost as an app has it, with its core dependencies alone; and tcex."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.interoperability.environments import RegistryUnreachable, python_with

ROOT = Path(__file__).resolve().parents[1]

__all__ = ["RegistryUnreachable", "python_with_gatepost", "python_with_tcex"]


def python_with_gatepost(extra: str = "") -> Path:
    """Return the Python of an environment with this checkout's gatepost, installed (byte code and all) as from a wheel.

    Args:
        extra: An extra of it, for which there is an environment of its own; empty for its core dependencies alone.
    """
    place = ROOT / f".venv-bench{f'-{extra}' if extra else ''}-python{sys.version_info.major}.{sys.version_info.minor}"
    python, seal = place / "bin" / "python", place / "complete"
    state = _state_of_the_sources()
    if seal.is_file() and seal.read_text(encoding="utf-8") == state:
        return python
    seal.unlink(missing_ok=True)
    if not python.exists():
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    pip = [sys.executable, "-m", "pip", f"--python={python}", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, f"{ROOT}[{extra}]" if extra else str(ROOT)], check=True)
    subprocess.run([*pip, "--force-reinstall", "--no-deps", str(ROOT)], check=True)
    seal.write_text(state, encoding="utf-8")
    return python


def python_with_tcex() -> Path:
    """Return the Python of an environment with tcex 5.

    Raises:
        RegistryUnreachable: It is not there, and cannot be fetched now.
    """
    return python_with("tcex==5.0.0")


def _state_of_the_sources() -> str:
    digest = hashlib.sha256()
    for path in sorted([ROOT / "pyproject.toml", *(ROOT / "framework").rglob("*.py")]):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
