from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
import requests

from gatepost.emulator import ChaosProfile, Emulator, EmulatorSettings, Rule
from gatepost.emulator.faults import Reset
from gatepost.emulator.listener import bind
from gatepost.errors import GatepostError, UsageError


def test_answers_as_soon_as_it_is_entered(client):
    assert client.send_token("GET", "/v2/owners").status == 200


def test_url_has_the_prefix_of_a_current_platform(tc_platform):
    assert tc_platform.url.startswith("https://127.0.0.1:")
    assert tc_platform.url.endswith("/api")


@pytest.mark.tc_platform(prefix="")
def test_legacy_base_has_no_prefix(tc_platform, client):
    assert tc_platform.url.rpartition(":")[2].isdigit()
    assert client.send_signed("GET", "/v2/owners").status == 200


@pytest.mark.tc_platform(host="localhost")
def test_serves_by_name(tc_platform, client):
    assert tc_platform.url.startswith("https://localhost:")
    assert client.send_signed("GET", "/v2/owners").status == 200


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_serves_on_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback address")
    with Emulator(host="::1") as platform:
        assert platform.url.startswith("https://[::1]:")
        port = int(platform.url.removesuffix("/api").rpartition(":")[2])
        context = ssl.create_default_context(cafile=platform.ca_file)
        with (
            socket.create_connection(("::1", port), timeout=60) as plain,
            context.wrap_socket(plain, server_hostname="::1") as secure,
        ):
            assert secure.version() is not None


def test_keeps_connections_alive(tc_platform, client):
    client.send_token("GET", "/v2/owners")
    first = client.connection.sock
    client.send_token("GET", "/v2/owners")
    assert client.connection.sock is first
    assert len(tc_platform.requests) == 2


def test_settings_can_be_overridden_one_by_one():
    platform = Emulator(EmulatorSettings(token_life=60, prefix=""), prefix="/other")
    assert (platform.settings.token_life, platform.settings.prefix) == (60, "/other")


def test_two_platforms_share_nothing():
    with Emulator() as one, Emulator() as other:
        assert one.url != other.url
        assert one.credentials.access_id != other.credentials.access_id
        one.add_owner("Only here")
        assert "Only here" not in [owner.name for owner in other.owners]


def test_stop_leaves_no_thread_no_file_and_no_open_port():
    before = set(threading.enumerate())  # one that another test left may end meanwhile
    with bind("127.0.0.1", 0, listen=False) as reserved:  # so that nobody else is given the port once it is free
        port = reserved.getsockname()[1]
        if sys.platform != "linux":  # only there it can be shared with who listens
            reserved.close()
        with Emulator(port=port) as platform:
            directory = Path(platform.ca_file).parent
        assert not set(threading.enumerate()) - before
        assert not directory.exists()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=60)


def test_private_key_is_not_left_on_the_disk():
    with Emulator() as platform:
        assert [file.name for file in Path(platform.ca_file).parent.iterdir()] == ["ca.pem"]


def ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except (ConnectionError, ssl.SSLError):
        return True


def test_stop_ends_idle_connections_and_unfinished_handshakes_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()  # what other tests left is none of this one's
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Emulator() as platform:
            port = int(platform.url.removesuffix("/api").rpartition(":")[2])
            context = ssl.create_default_context(cafile=platform.ca_file)
            silent = socket.create_connection(("127.0.0.1", port), timeout=60)
            plain = socket.create_connection(("127.0.0.1", port), timeout=60)
            idle = context.wrap_socket(plain, server_hostname="127.0.0.1")
        with silent, idle:
            assert silent.recv(1) == b""
            assert ended(idle)
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_stop_right_after_start_leaves_nothing():
    platform = Emulator()
    platform.start()
    platform.stop()
    platform.stop()
    assert repr(platform).startswith("<Emulator at ")


def test_record_stays_readable_after_the_stop(tc_platform, client):
    client.send_token("GET", "/v2/owners")
    tc_platform.stop()
    assert len(tc_platform.requests) == 1


@pytest.mark.parametrize("keep", [True, False])
def test_a_listener_hears_of_every_request(keep: bool):
    heard = []
    rules = (Rule(fault=Reset(), path="/v2/whoami"),)
    with Emulator(chaos=ChaosProfile(rules=rules)) as platform:
        platform.listen(heard.append, keep=keep)
        for path in ("/v2/owners", "/v2/whoami", "/v2/owners"):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"{platform.url}{path}", verify=platform.ca_file, timeout=60)
    assert [(request.number, request.status, bool(request.fault)) for request in heard] == [
        (1, 401, False),
        (2, 0, True),
        (3, 401, False),
    ]
    assert platform.requests == (tuple(heard) if keep else ())


def test_second_start_is_refused(tc_platform):
    with pytest.raises(UsageError, match="runs already"):
        tc_platform.start()


def test_taken_port_is_an_error_with_a_remedy():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(GatepostError, match=f"cannot listen on 127.0.0.1 port {port}.*0 for a free one"):
            Emulator(port=port).start()


def test_unstarted_platform_says_that_it_has_no_address():
    platform = Emulator()
    with pytest.raises(UsageError, match="Start it"):
        _ = platform.url
    with pytest.raises(UsageError, match="Start it"):
        _ = platform.ca_file
    assert repr(platform) == "<Emulator, not running>"


def test_plain_http_gets_no_answer(tc_platform, client):
    with socket.create_connection((client.host, client.port), timeout=60) as plain:
        plain.sendall(b"GET /api/v2/owners HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        received = b""
        try:
            while piece := plain.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
    assert b"HTTP/" not in received
    assert tc_platform.requests == ()


def test_client_that_trusts_only_public_authorities_is_turned_away(client):
    with (
        socket.create_connection((client.host, client.port), timeout=60) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(plain, server_hostname=client.host)


class TestInputs:
    def test_token(self, tc_platform):
        inputs = tc_platform.inputs()
        assert inputs["tc_api_path"] == tc_platform.url
        assert inputs["tc_verify"] == tc_platform.ca_file
        assert inputs["tc_token"].startswith("API:")
        assert isinstance(inputs["tc_token_expires"], int)
        assert "api_access_id" not in inputs

    def test_each_call_has_a_token_of_its_own(self, tc_platform):
        assert tc_platform.inputs()["tc_token"] != tc_platform.inputs()["tc_token"]

    def test_hmac(self, tc_platform):
        inputs = tc_platform.inputs("hmac")
        assert inputs["api_access_id"] == tc_platform.credentials.access_id
        assert inputs["api_secret_key"] == tc_platform.credentials.secret_key.reveal()
        assert "tc_token" not in inputs

    def test_both(self, tc_platform):
        assert {"tc_token", "tc_token_expires", "api_access_id", "api_secret_key"} < set(tc_platform.inputs("both"))

    def test_no_other_choice(self, tc_platform):
        with pytest.raises(UsageError, match="token, hmac or both"):
            tc_platform.inputs("kerberos")

    def test_environment_is_text_and_names_the_certificate_for_other_programs(self, tc_platform):
        environment = tc_platform.environment("both")
        assert all(isinstance(value, str) for value in environment.values())
        assert environment["TC_API_PATH"] == tc_platform.url
        assert environment["SSL_CERT_FILE"] == environment["REQUESTS_CA_BUNDLE"] == tc_platform.ca_file


def test_writes_nothing_to_the_console_and_touches_no_logger():
    script = """
import logging, socket, ssl
from gatepost.emulator import Emulator
with Emulator() as platform:
    port = int(platform.url.removesuffix("/api").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(b"this is no TLS\\r\\n")
        try: plain.recv(1)
        except ConnectionResetError: pass
    context = ssl.create_default_context(cafile=platform.ca_file)
    plain = socket.create_connection(("127.0.0.1", port))
    with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
        secure.sendall(b"this is no HTTP\\r\\n\\r\\n")
        assert secure.recv(12) == b"HTTP/1.1 400"
assert not logging.getLogger("uvicorn.access").handlers and logging.getLogger("uvicorn.access").propagate
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
