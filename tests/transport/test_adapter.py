from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from gatepost.transport.adapter import PooledAdapter
from tests.transport.scripted_server import ScriptedServer


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", PooledAdapter())
        session.mount("http://", PooledAdapter())
        yield session


def test_an_origin_keeps_its_connection(session):
    with ScriptedServer() as server:
        for number in range(5):
            session.get(f"{server.url}/{number}", params={"n": number}, timeout=60)

        assert server.connections == 1


def test_a_ca_is_read_once(session, tc_platform, monkeypatch):
    from gatepost.transport import adapter

    made = []
    original = adapter._make_context
    monkeypatch.setattr(adapter, "_make_context", lambda *settings: made.append(settings) or original(*settings))
    session.get_adapter("https://").close()
    for _ in range(3):
        response = session.get(tc_platform.url, verify=tc_platform.ca_file, headers={"Connection": "close"}, timeout=60)
        assert response.status_code == 404

    assert made == [(tc_platform.ca_file, None)]


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_verification_is_not_shared_between_settings(session, tc_platform):
    assert session.get(tc_platform.url, verify=False, timeout=60).status_code == 404
    with pytest.raises(requests.exceptions.SSLError):
        session.get(tc_platform.url, verify=True, timeout=60)
    assert session.get(tc_platform.url, verify=tc_platform.ca_file, timeout=60).status_code == 404


def test_a_name_that_is_not_in_the_certificate_is_refused(session, tc_platform, monkeypatch):
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1", *rest, **more))

    with pytest.raises(requests.exceptions.SSLError, match=r"platform\.example"):
        session.get(tc_platform.url.replace("127.0.0.1", "platform.example"), verify=tc_platform.ca_file, timeout=60)


def test_a_ca_that_does_not_exist_is_named(session, tc_platform):
    with pytest.raises(OSError, match="/nowhere does not exist"):
        session.get(tc_platform.url, verify="/nowhere", timeout=60)


def test_many_origins_are_not_kept_for_ever():
    adapter = PooledAdapter()
    for number in range(300):
        request = requests.Request("GET", f"http://127.0.0.1:{number + 1}/").prepare()
        adapter.get_connection_with_tls_context(request, True)

    assert len(adapter._pools) <= 64


FORKED = """
import os, sys, requests
from gatepost.transport.adapter import PooledAdapter
session = requests.Session()
session.trust_env = False
session.mount("http://", PooledAdapter())
assert session.get(sys.argv[1], timeout=60).ok
if (child := os.fork()) == 0:
    os._exit(0 if session.get(sys.argv[1], timeout=60).ok else 1)
assert os.waitpid(child, 0)[1] == 0
assert session.get(sys.argv[1], timeout=60).ok
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_connections_of_its_own():
    with ScriptedServer() as server:
        subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED, server.url], check=True, timeout=300)

        assert len(server.requests) == 3
        assert server.connections == 2
