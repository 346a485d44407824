"""A platform and its clients in one time, which a test turns by hand: fixtures for the conftest of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gatepost.clock import Clocks
from gatepost.emulator import Emulator, RecordedRequest
from gatepost.testing import TurnedTime

__all__ = ["clocks", "platform", "renewals", "time"]


@pytest.fixture
def time() -> TurnedTime:
    return TurnedTime()


@pytest.fixture
def clocks(time: TurnedTime) -> Clocks:
    return Clocks(time)


@pytest.fixture
def platform(request: pytest.FixtureRequest, time: TurnedTime) -> Iterator[Emulator]:
    """A platform in turned time; settings by the marker ``tc_platform``."""
    settings: dict[str, Any] = {"time_source": time.time}
    for marker in request.node.iter_markers("tc_platform"):
        settings.update(marker.kwargs)
    with Emulator(**settings) as platform:
        yield platform


@pytest.fixture
def renewals(platform: Emulator) -> Callable[[], list[RecordedRequest]]:
    """The renewals that the platform saw."""
    return lambda: [request for request in platform.requests if request.path.endswith("/appAuth")]
