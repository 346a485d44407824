"""The software that gatepost is checked against."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interoperability.environments import RegistryUnreachable, python_with

TCEX = ("5.0.0", "4.0.11")


@pytest.fixture(scope="session", params=TCEX, ids=lambda version: f"tcex-{version}")
def tcex_python(request: pytest.FixtureRequest) -> Path:
    """The Python of an environment that has the real tcex; skipped when it cannot be had."""
    try:
        return python_with(f"tcex=={request.param}")
    except RegistryUnreachable as error:
        pytest.skip(f"tcex {request.param} is not installed and the package registry cannot be reached: {error}")
