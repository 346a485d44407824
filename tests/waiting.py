"""Waiting for what another thread or process does, for as long as a loaded machine may take for it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

__all__ = ["wait_until"]

_PATIENCE = 60.0  # seconds


def wait_until(condition: Callable[[], object]) -> None:
    """Return as soon as a condition holds; fail the test where it does not within a minute."""
    latest = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > latest:
            pytest.fail("this did not come about in a minute")
        time.sleep(0.002)
