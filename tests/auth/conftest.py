"""A platform and its clients that live in one time, which a test turns by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from gatepost.auth import HmacAuth, TokenAuth
from gatepost.clock import Clocks
from gatepost.emulator import Emulator
from gatepost.transport.plain import PlainTransport
from tests import turned_platform

time, clocks = turned_platform.time, turned_platform.clocks
platform, renewals = turned_platform.platform, turned_platform.renewals


@pytest.fixture
def hmac_auth(platform: Emulator, clocks: Clocks) -> HmacAuth:
    return HmacAuth(platform.credentials.access_id, platform.credentials.secret_key, clocks=clocks)


@pytest.fixture
def token_auth(platform: Emulator, clocks: Clocks) -> Callable[..., TokenAuth]:
    def make(token: Any = None, expires: float | None = None, **settings: Any) -> TokenAuth:
        if token is None:
            token, expires = platform.credentials.token, platform.credentials.token_expires
        settings.setdefault("renew_url", f"{platform.url}/appAuth")
        return TokenAuth(token, expires, clocks=clocks, transport=PlainTransport(verify=platform.ca_file), **settings)

    return make


@pytest.fixture
def get(platform: Emulator) -> Callable[..., requests.Response]:
    """Plain requests, told only where the authority's certificate is."""

    def get(path: str = "/v2/owners", **settings: Any) -> requests.Response:
        method = settings.pop("method", "GET")
        return requests.request(method, platform.url + path, **{"verify": platform.ca_file, "timeout": 60, **settings})

    return get


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(110) as threads:
        yield threads
