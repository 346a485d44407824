"""A platform and its two kinds of client, a session and plain ``requests``, in one time that a test turns by hand."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gatepost.auth import HmacAuth, TokenAuth
from gatepost.clock import Clocks
from gatepost.emulator import Emulator
from gatepost.testing import TurnedTime
from gatepost.transport.plain import PlainTransport
from tests import turned_platform
from tests.guarantees.clients import KINDS, Clients

time, clocks = turned_platform.time, turned_platform.clocks
platform, renewals = turned_platform.platform, turned_platform.renewals


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
