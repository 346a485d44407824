"""Sessions whose waiting is a time that a test turns by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from gatepost.auth import HmacAuth, TokenAuth
from gatepost.clock import Clocks
from gatepost.emulator import Emulator
from gatepost.sessions import AuthorizedSession
from gatepost.transport.plain import PlainTransport
from tests import turned_platform
from tests.transport.scripted_server import ScriptedServer

time, clocks = turned_platform.time, turned_platform.clocks
platform, renewals = turned_platform.platform, turned_platform.renewals


@pytest.fixture
def open_session(clocks: Clocks) -> Iterator[Callable[..., AuthorizedSession]]:
    """Make sessions that are closed after the test."""
    with ExitStack() as stack:

        def make(scheme: Any = None, **settings: Any) -> AuthorizedSession:
            return stack.enter_context(AuthorizedSession(scheme, **{"clocks": clocks, **settings}))

        yield make


@pytest.fixture
def session(platform: Emulator, clocks: Clocks, open_session: Callable[..., AuthorizedSession]) -> AuthorizedSession:
    """A session with the platform, by HMAC."""
    scheme = HmacAuth(platform.credentials.access_id, platform.credentials.secret_key, origin=platform.url, clocks=clocks)
    session = open_session(scheme, base_url=platform.url)
    session.verify = platform.ca_file
    return session


@pytest.fixture
def token_session(platform: Emulator, clocks: Clocks, open_session: Callable[..., AuthorizedSession]) -> AuthorizedSession:
    """A session with the platform, by token."""
    scheme = TokenAuth(
        platform.credentials.token,
        platform.credentials.token_expires,
        renew_url=f"{platform.url}/appAuth",
        transport=PlainTransport(verify=platform.ca_file),
        clocks=clocks,
    )
    session = open_session(scheme, base_url=platform.url)
    session.verify = platform.ca_file
    return session


@pytest.fixture
def to(clocks: Clocks, open_session: Callable[..., AuthorizedSession]) -> Callable[..., AuthorizedSession]:
    """Make a session with a scripted server, by HMAC."""

    def make(server: ScriptedServer, path: str = "", **settings: Any) -> AuthorizedSession:
        return open_session(HmacAuth("1234", "key", origin=server.url, clocks=clocks), base_url=server.url + path, **settings)

    return make
