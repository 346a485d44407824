"""A platform and its two kinds of client, a session and plain ``requests``, in one time that a test turns by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gatepost.auth import HmacAuth, TokenAuth
from gatepost.clock import Clocks
from gatepost.emulator import Emulator, RecordedRequest
from gatepost.testing import TurnedTime
from gatepost.transport.plain import PlainTransport
from tests.guarantees.clients import KINDS, Clients


@pytest.fixture
def time() -> TurnedTime:
    return TurnedTime()


@pytest.fixture
def platform(request: pytest.FixtureRequest, time: TurnedTime) -> Iterator[Emulator]:
    """A platform in turned time; settings by the marker ``tc_platform``."""
    settings: dict[str, Any] = {"time_source": time.time}
    for marker in request.node.iter_markers("tc_platform"):
        settings.update(marker.kwargs)
    with Emulator(**settings) as platform:
        yield platform


@pytest.fixture
def token_auth(platform: Emulator, time: TurnedTime) -> TokenAuth:
    return TokenAuth(
        platform.credentials.token,
        platform.credentials.token_expires,
        renew_url=f"{platform.url}/appAuth",
        transport=PlainTransport(verify=platform.ca_file),
        clocks=Clocks(time),
    )


@pytest.fixture
def hmac_auth(platform: Emulator, time: TurnedTime) -> HmacAuth:
    credentials = platform.credentials
    return HmacAuth(credentials.access_id, credentials.secret_key, origin=platform.url, clocks=Clocks(time))


@pytest.fixture(params=KINDS)
def asking(request: pytest.FixtureRequest, platform: Emulator) -> Iterator[Clients]:
    """Make a function that asks with a scheme: by a session, and by plain ``requests``. Each test runs with both."""
    clients = Clients(request.param, platform.url, platform.ca_file, "/v2/owners")
    yield clients
    clients.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(100) as threads:
        yield threads


@pytest.fixture
def renewals(platform: Emulator) -> Callable[[], list[RecordedRequest]]:
    """The renewals that the platform saw."""
    return lambda: [request for request in platform.requests if request.path.endswith("/appAuth")]
