"""No credential goes to another origin, whatever a ``next`` link says."""

from __future__ import annotations

import pytest
import requests

from gatepost import OriginError
from gatepost.auth import HmacAuth
from gatepost.sessions import AuthorizedSession
from tests.transport.scripted_server import ScriptedServer, answer


@pytest.fixture
def pages():
    """A platform whose first page says that the next one is on another server."""
    with ScriptedServer() as other, ScriptedServer(answer(200, f'{{"next": "{other.url}/page/2"}}')) as platform:
        yield platform, other


def test_a_session_refuses_a_link_to_another_origin(pages):
    platform, other = pages
    with AuthorizedSession(HmacAuth("1234", "key", origin=platform.url), base_url=platform.url) as session:
        link = session.get("/page/1").json()["next"]
        with pytest.raises(OriginError, match=r"runtime\.external"):
            session.get(link)
    assert other.requests == []


def test_so_does_a_scheme_that_was_told_its_origin_with_plain_requests(pages):
    platform, other = pages
    auth = HmacAuth("1234", "key", origin=platform.url)
    link = requests.get(f"{platform.url}/page/1", auth=auth, timeout=60).json()["next"]
    with pytest.raises(OriginError):
        requests.get(link, auth=auth, timeout=60)
    assert other.requests == []


def test_a_session_for_other_services_asks_without_the_credential(pages):
    platform, other = pages
    auth = HmacAuth("1234", "key", origin=platform.url)
    with AuthorizedSession(auth, base_url=platform.url, other_origins=True) as session:
        session.get(session.get("/page/1").json()["next"])
    assert platform.requests[0].has("Authorization")
    assert not other.requests[0].has("Authorization")


def test_plain_http_off_this_machine_gets_nothing_even_when_the_scheme_has_no_origin():
    auth = HmacAuth("1234", "key")
    request = requests.Request("GET", "http://platform.example/").prepare()
    with pytest.raises(OriginError, match="plain HTTP"):
        auth(request)
    assert "Authorization" not in request.headers
