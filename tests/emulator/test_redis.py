"""A Redis beside the emulated platform."""

from __future__ import annotations

import socket
import sys
from typing import Any

import pytest

from gatepost.emulator.redis import RedisProcess
from gatepost.kvstore import RedisServer, connect


@pytest.mark.programs("redis-server")
@pytest.mark.skipif(sys.platform != "linux", reason="only there can a port be kept for a server that starts")
def test_its_port_is_nobody_elses_while_it_starts(monkeypatch: pytest.MonkeyPatch):
    kept = []
    start = RedisProcess._start

    def start_late(redis: RedisProcess, *arguments: Any) -> Any:
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", redis.port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", redis.port))
        kept.append(redis.port)
        return start(redis, *arguments)

    monkeypatch.setattr(RedisProcess, "_start", start_late)
    with RedisProcess() as redis:
        assert kept == [redis.port]
        client = connect(RedisServer("127.0.0.1", redis.port))
        assert client.info("server")["process_id"] == redis._process.pid
        client.close()
