"""Apps to pack, and wheels made by hand: no test here asks a registry."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

MakeWheel = Callable[..., Path]


@pytest.fixture
def make_wheel(tmp_path: Path) -> MakeWheel:
    """Write a wheel of one module into the folder ``wheels``."""

    def make(
        name: str,
        version: str = "1.0",
        *,
        tag: str = "py3-none-any",
        requires: tuple[str, ...] = (),
        license: str = "License-Expression: MIT\n",
        **files: str,
    ) -> Path:
        folder = tmp_path / "wheels"
        folder.mkdir(exist_ok=True)
        module = name.replace("-", "_")
        information = f"{module}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{license}Summary: A part\n"
        contents = {
            f"{module}/__init__.py": f"VERSION = {version!r}\n",
            **{f"{module}/{path}": text for path, text in files.items()},
            f"{information}/METADATA": metadata + "".join(f"Requires-Dist: {line}\n" for line in requires),
            f"{information}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
            f"{information}/entry_points.txt": f"[console_scripts]\n{name} = {module}:main\n",
        }
        record = "".join(f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in contents.items())
        path = folder / f"{module}-{version}-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in {**contents, f"{information}/RECORD": f"{record}{information}/RECORD,,\n"}.items():
                archive.writestr(file, text)
        return path

    return make


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
