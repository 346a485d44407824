"""Emulated services in a time that stands still until a test turns it, and a client that shares no code with gatepost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from gatepost.emulator import TcapEmulator, TimbrEmulator
from gatepost.emulator.serving import EmulatedServer
from gatepost.testing import TurnedTime

Ask = Callable[..., requests.Response]


@pytest.fixture
def asker() -> Iterator[Callable[[EmulatedServer], Ask]]:
    """Makes a function that asks a server: method, path, and what else ``requests`` takes. It follows no redirects."""
    with requests.Session() as session:
        session.trust_env = False

        def make(server: EmulatedServer) -> Ask:
            def ask(method: str, path: str, **more: Any) -> requests.Response:
                return session.request(
                    method, server.url + path, verify=server.ca_file, timeout=60, allow_redirects=False, **more
                )

            return ask

        yield make


@pytest.fixture
def service_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of a service: those of the marker ``tc_platform``, and a clock that only the test turns.

    On a busy machine seconds pass between two steps of a test; what asserts ages and ends of life must not see them.
    """
    marker = request.node.get_closest_marker("tc_platform")
    return {"time_source": TurnedTime().time, **(marker.kwargs if marker else {})}


@pytest.fixture
def tcap(service_settings: dict[str, Any]) -> Iterator[TcapEmulator]:
    """Settings by the marker ``tc_platform``."""
    with TcapEmulator(**service_settings) as tcap:
        yield tcap


@pytest.fixture
def timbr(service_settings: dict[str, Any]) -> Iterator[TimbrEmulator]:
    """Settings by the marker ``tc_platform``."""
    with TimbrEmulator(**service_settings) as timbr:
        yield timbr
