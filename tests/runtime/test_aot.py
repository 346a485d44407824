"""An app that is launched ahead of time, against Redis: inputs from one list, the exit code to another."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from gatepost import App, AppFailure, Inputs, Runtime, Secret
from gatepost.app.process import run_process
from gatepost.emulator.redis import RedisProcess, RedisThread
from gatepost.errors import AppExit, InputError
from gatepost.inputs import collect
from gatepost.inputs.values import InvalidInputs
from gatepost.runtime.aot import AheadOfTime
from gatepost.runtime.options import read_options
from tests.refused_port import refused_port


class Given(Inputs):
    owner: str
    password: Secret | None = None


class Platform:
    """The platform's side: what it launches with, and what it puts into the lists and finds there."""

    def __init__(self, port: int, out_path: Path) -> None:
        self.redis: Any = Redis(port=port)
        self.action, self.exit = f"action-{uuid.uuid4()}", f"exit-{uuid.uuid4()}"
        self.out_path = out_path
        self.launch = {
            "tc_aot_enabled": "true",
            "tc_action_channel": self.action,
            "tc_exit_channel": self.exit,
            "tc_terminate_seconds": "60",
            "tc_kvstore_port": str(port),
            "tc_out_path": str(out_path),
        }

    @property
    def arguments(self) -> list[str]:
        return [part for name, value in self.launch.items() for part in (f"--{name}", value)]

    def say(self, **message: object) -> None:
        self.redis.rpush(self.action, json.dumps(message))

    def exit_codes(self) -> list[str]:
        return [code.decode() for code in self.redis.lrange(self.exit, 0, -1)]

    def message(self) -> str:
        return (self.out_path / "message.tc").read_text()


@pytest.fixture(scope="module", params=["fakeredis", pytest.param("redis-server", marks=pytest.mark.programs("redis-server"))])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a Redis."""
    with RedisThread() if request.param == "fakeredis" else RedisProcess() as server:
        yield server.port


@pytest.fixture
def platform(port: int, tmp_path: Path) -> Iterator[Platform]:
    """A platform with lists of its own."""
    platform = Platform(port, tmp_path)
    yield platform
    platform.redis.close()


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An app that needs no credential, in a folder of its own."""
    folder = tmp_path / "app"
    folder.mkdir()
    params = [{"name": "owner", "type": "String"}, {"name": "password", "type": "String", "encrypt": True}]
    (folder / "install.json").write_text(json.dumps({"displayName": "Ahead", "params": params}))
    return App(Given, auth=None, folder=folder)


def test_the_run_gets_its_inputs_and_tells_its_exit_code(platform: Platform, app: App) -> None:
    seen = []

    @app.job
    def job(runtime: Runtime[Given]) -> str:
        seen.append((runtime.inputs.owner, runtime.inputs.password))
        return f"for {runtime.inputs.owner}"

    platform.say(type="pause")
    platform.say(type="execute", params={"owner": "Acme", "password": "canary-password"})
    assert run_process(app, platform.arguments) == 0
    assert seen == [("Acme", Secret("canary-password"))]
    assert platform.exit_codes() == ["0"]
    assert platform.message() == "for Acme\n"


def test_a_failure_is_told_too(platform: Platform, app: App) -> None:
    @app.job
    def job(runtime: Runtime[Given]) -> str:
        raise AppFailure("no feed")

    platform.say(type="execute", params={"owner": "Acme"})
    assert run_process(app, platform.arguments) == 1
    assert platform.exit_codes() == ["1"]
    platform.say(type="execute", params={})
    assert run_process(app, platform.arguments) == 1
    assert platform.exit_codes() == ["1", "1"]
    assert "owner: is missing" in platform.message()


@pytest.mark.parametrize(
    ("said", "code", "message"), [({"type": "terminate"}, 0, "was not needed"), (None, 1, "timeout reached")]
)
def test_where_there_was_no_run_no_exit_code_is_told(
    platform: Platform, app: App, said: dict[str, object] | None, code: int, message: str
) -> None:
    @app.job
    def job(runtime: Runtime[Given]) -> str:
        raise AssertionError("there are no inputs to run with")

    if said is None:
        platform.launch["tc_terminate_seconds"] = "1"
    else:
        platform.say(**said)
    assert run_process(app, platform.arguments) == code
    assert platform.exit_codes() == []
    assert message in platform.message()


def test_a_redis_that_is_not_there_is_an_error_that_names_it(app: App, tmp_path: Path) -> None:
    app.job(lambda runtime: None)
    with refused_port() as nobody:
        platform = Platform(nobody.port, tmp_path)
        platform.launch["tc_kvstore_host"] = "127.0.0.1"
        assert run_process(app, platform.arguments) == 1
    assert f"127.0.0.1:{nobody.port}" in platform.message()


def ahead(**inputs: str) -> AheadOfTime:
    collected = collect(explicit={"tc_aot_enabled": "true", **inputs}, environment={})
    options = read_options(collected)
    assert options.aot is not None
    return AheadOfTime(options.aot, collected)


LISTS = {"tc_action_channel": "a", "tc_exit_channel": "b"}


@pytest.mark.parametrize(
    ("inputs", "what"),
    [
        ({}, "tc_aot_enabled is set and tc_action_channel is not"),
        ({"tc_action_channel": "a"}, "tc_aot_enabled is set and tc_exit_channel is not"),
        ({**LISTS, "tc_kvstore_type": "Mock"}, "tc_aot_enabled is set, and the key-value store is no Redis"),
        ({**LISTS, "tc_kvstore_port": "many"}, "tc_kvstore_port: is not a whole number"),
        ({**LISTS, "tc_terminate_seconds": "soon"}, "tc_terminate_seconds: is not a whole number"),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_waited_for(inputs: dict[str, str], what: str) -> None:
    with pytest.raises((InputError, InvalidInputs), match=what):
        ahead(**inputs)


def test_secrets_of_the_message_do_not_show(platform: Platform) -> None:
    platform.redis.rpush(platform.action, "canary-text")
    waiting = ahead(**platform.launch)
    with pytest.raises(InputError, match="cannot be read") as error:
        waiting.wait(lambda _: None)
    waiting.close()
    assert "canary" not in str(error.value)


def test_a_time_that_is_over_ends_the_wait(platform: Platform) -> None:
    waiting = ahead(**{**platform.launch, "tc_terminate_seconds": "1"})
    with pytest.raises(AppExit, match="nothing came on action"):
        waiting.wait(lambda _: None)
    waiting.tell_exit(0)
    waiting.close()
    assert platform.exit_codes() == []
