"""A manifest as far as inputs need one, so that these tests say in a line what an app declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Param:
    name: str
    type: object = "String"
    default: object = None
    encrypt: bool = False
    allow_multiple: bool = False
    valid_values: tuple[str, ...] = ()
    required: bool = False


@dataclass
class Manifest:
    params: tuple[Param, ...]
    list_delimiter: str = "|"
    path: Path | None = None


@pytest.fixture
def param() -> type[Param]:
    return Param


@pytest.fixture
def manifest_of() -> Callable[..., Manifest]:
    def make(*params: Param, list_delimiter: str = "|", path: Path | None = None) -> Manifest:
        return Manifest(params, list_delimiter, path)

    return make
