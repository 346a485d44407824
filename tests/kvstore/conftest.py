"""Real Redis servers, each for the whole session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.emulator.certificates import make_certificates
from gatepost.emulator.redis import RedisProcess
from gatepost.kvstore import RedisServer
from gatepost.secret import Secret

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """A server that lets everybody in."""
    with RedisProcess() as process:
        yield RedisServer("127.0.0.1", process.port)


@pytest.fixture(scope="session")
def small_redis() -> Iterator[RedisServer]:
    """A server with a password and hardly any room."""
    with RedisProcess(["--requirepass", PASSWORD, "--maxmemory", "3mb"]) as process:
        yield RedisServer("127.0.0.1", process.port, password=Secret(PASSWORD))


@pytest.fixture(scope="session")
def tls_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server that speaks TLS only."""
    folder: Path = tmp_path_factory.mktemp("redis-tls")
    certificates = make_certificates()
    (folder / "ca.pem").write_bytes(certificates.authority)
    (folder / "server.pem").write_bytes(certificates.key + certificates.chain)
    server, authority = str(folder / "server.pem"), str(folder / "ca.pem")
    files = ["--tls-cert-file", server, "--tls-key-file", server, "--tls-ca-cert-file", authority]
    with RedisProcess(["--tls-port", "{port}", "--port", "0", "--tls-auth-clients", "no", *files]) as process:
        yield RedisServer("127.0.0.1", process.port, tls=True, ca_file=authority)
