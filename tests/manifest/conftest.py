from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path):
    """Return a function that writes an install.json and returns its path."""

    def write(text: str | bytes) -> Path:
        path = tmp_path / "install.json"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write
