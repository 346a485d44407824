"""The emulated platform's store of playbook values, over HTTP and in a Redis beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

import gatepost
from gatepost import App, Inputs, Outputs, Runtime
from gatepost.emulator import Emulator
from gatepost.emulator.playbooks import PlaybookValues
from gatepost.emulator.redis import RedisProcess, RedisThread, start_redis
from gatepost.errors import GatepostError, UsageError
from gatepost.kvstore import RedisServer, RestStore, StoreRefused, StoreUnavailable, connect
from gatepost.playbook import VariableError

VALUES = {"#App:1:s!String": "héllo", "#App:1:b!Binary": b"\x00", "#App:1:none!String": None}


class StepInputs(Inputs):
    text: str = ""


class StepOutputs(Outputs, prefix="demo"):
    out: str


app = App(StepInputs, outputs=StepOutputs)


@app.playbook
def upper(runtime: Runtime[StepInputs, StepOutputs]) -> str:
    runtime.outputs.out = runtime.inputs.text.upper()
    return "done"


def run(platform: Emulator) -> None:
    platform.playbook.stage({"#App:1:s!String": "abc"})
    platform.playbook.requested = ("#App:9876:demo.out!String",)
    inputs = {**platform.inputs(), **platform.playbook.inputs()}
    result = app.test(inputs, text="#App:1:s!String")
    assert (result.exit_code, result.message) == (0, "done")
    assert platform.playbook.outputs == {"#App:9876:demo.out!String": "ABC"}
    assert platform.playbook.raw["#App:9876:demo.out!String"] == b'"ABC"'


def test_a_step_runs_against_the_rest_store() -> None:
    with Emulator() as platform:
        run(platform)
        assert {request.scheme for request in platform.requests} == {"TC-Token"}
        targets = [request.target for request in platform.requests]
    context = platform.playbook.context
    assert targets[0] == f"/api/internal/playbooks/keyValue/{context}/%23App%3A1%3As%21String"


@pytest.mark.programs("redis-server")
def test_a_step_runs_against_a_real_redis() -> None:
    with Emulator(redis=True) as platform:
        run(platform)
        assert not platform.requests, "a step that needs no HTTP sends none"
        with redis.Redis.from_url(platform.redis_url) as client:
            assert client.hget(platform.playbook.context, "#App:9876:demo.out!String") == b'"ABC"'


def test_a_step_runs_against_the_redis_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    find: Callable[..., Any] = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *more: None if name == "redis-server" else find(name, *more))
    with Emulator(redis=True) as platform:
        assert isinstance(platform._redis, RedisThread)
        run(platform)


def test_values_are_staged_and_read_typed() -> None:
    playbook = Emulator().playbook
    playbook.stage(VALUES)
    assert {name: playbook.read(name) for name in VALUES} == VALUES
    assert playbook.raw == {"#App:1:s!String": b'"h\\u00e9llo"', "#App:1:b!Binary": b'"AA=="'}
    playbook.context = "another"
    assert playbook.raw == {}
    with pytest.raises(UsageError, match="'bare' is no variable"):
        playbook.stage({"bare": "text"})
    with pytest.raises(VariableError):
        playbook.stage({"#App:1:b!Binary": "text"})


def test_the_store_asks_for_a_token() -> None:
    with Emulator() as platform, gatepost.connect(**platform.inputs("hmac")) as runtime:
        store = RestStore(lambda: runtime.session, "4f5c")
        with pytest.raises(StoreRefused, match="It answered 401"):
            store.read_many(["#App:1:s!String"])


def test_many_values_go_over_the_rest_store_as_they_are() -> None:
    values = {f"#App:1:key {number}/%!custom": bytes([number]) * 3 for number in range(40)}
    with Emulator() as platform, gatepost.connect(**platform.inputs()) as runtime:
        store = RestStore(lambda: runtime.session, "a context/with ünusual signs")
        store.write_many(values)
        assert store.read_many([*values, "missing"]) == [*values.values(), None]


def test_the_environment_has_the_playbook() -> None:
    with Emulator() as platform:
        environment = platform.environment()
        assert environment["TC_KVSTORE_TYPE"] == "TCKeyValueAPI"
        assert environment["TC_PLAYBOOK_KVSTORE_CONTEXT"] == platform.playbook.context
        assert "TC_PLAYBOOK_OUT_VARIABLES" not in environment
        with pytest.raises(UsageError, match="has no Redis"):
            _ = platform.redis_url


def test_the_embedded_server_answers_with_large_values() -> None:
    value = b"0123456789" * 2_000_000  # far more than the system keeps for a reader
    with RedisThread() as server, redis.Redis(port=server.port) as client:
        client.hset("context", "key", value)
        assert client.hmget("context", ["key"]) == [value]


def test_a_store_that_is_gone_is_told_in_words() -> None:
    values = PlaybookValues()
    server = RedisThread()
    values.redis = connect(RedisServer("127.0.0.1", server.port))
    server.stop()
    for ask in (lambda: values.write("c", "k", b""), lambda: values.read("c", "k"), lambda: values.all("c")):
        with pytest.raises(StoreUnavailable, match=f"The key-value store at 127.0.0.1:{server.port} could not be"):
            ask()
    values.redis.close()


@pytest.mark.programs("redis-server")
def test_the_real_server_comes_first() -> None:
    with start_redis() as server:
        assert isinstance(server, RedisProcess)
    server.stop()


HOLDER = """
import sys
from gatepost.emulator.playbooks import PlaybookValues
from gatepost.emulator.redis import RedisProcess
server = RedisProcess()
print(server.port, server._directory.name, flush=True)
sys.stdin.read()
"""


@pytest.mark.programs("redis-server")
def test_the_real_server_ends_with_the_process_that_started_it_even_if_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        port, folder = holder.stdout.readline().split()
        with socket.create_connection(("127.0.0.1", int(port)), timeout=60) as connection:
            connection.sendall(b"PING\r\n")
            assert connection.recv(100) == b"+PONG\r\n"
            holder.kill()
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(100) == b""  # closed by the other side, or it times out
    assert Path(folder).name.startswith("gatepost-redis-")


@pytest.mark.programs("redis-server")
def test_an_interruption_by_the_keyboard_does_not_reach_the_real_server() -> None:
    with RedisProcess() as server:
        assert server._process is not None
        assert os.getpgid(server._process.pid) != os.getpgid(0)


@pytest.mark.programs("redis-server")
def test_a_server_that_does_not_start_says_why() -> None:
    with pytest.raises(GatepostError, match="redis-server does not start"):
        RedisProcess(["--no-such-option", "1"])
