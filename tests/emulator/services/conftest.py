"""Emulated services, and a client for them that shares no code with gatepost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from gatepost.emulator import TcapEmulator, TimbrEmulator
from gatepost.emulator.serving import EmulatedServer

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
def tcap(request: pytest.FixtureRequest) -> Iterator[TcapEmulator]:
    """Settings by the marker ``tc_platform``."""
    marker = request.node.get_closest_marker("tc_platform")
    with TcapEmulator(**(marker.kwargs if marker else {})) as tcap:
        yield tcap


@pytest.fixture
def timbr(request: pytest.FixtureRequest) -> Iterator[TimbrEmulator]:
    """Settings by the marker ``tc_platform``."""
    marker = request.node.get_closest_marker("tc_platform")
    with TimbrEmulator(**(marker.kwargs if marker else {})) as timbr:
        yield timbr
