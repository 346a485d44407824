"""The rules that hold for every test hold."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings, strategies

from tests.conftest import _children, is_a_setting, pytest_runtest_call, pytest_runtest_setup


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_another_machine_is_not_reached(method):
    with (
        socket.socket() as connection,
        pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1: tests stay on loopback"),
    ):
        getattr(connection, method)(("192.0.2.1", 443))


@pytest.mark.parametrize("reach", [requests.get, lambda _: asyncio.run(asyncio.open_connection("192.0.2.1", 443, ssl=True))])
def test_nor_by_what_stands_on_sockets(reach):
    with pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1: tests stay on loopback"):
        reach("https://192.0.2.1/")


def test_threads_that_are_traced_start_side_by_side(monkeypatch: pytest.MonkeyPatch):
    """On Python 3.11 some would end at once if an audit hook written in Python could interrupt the others."""
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)
    usual, trace = sys.getswitchinterval(), threading.gettrace()
    sys.setswitchinterval(1e-6)
    threading.settrace(trace or (lambda *_: None))
    try:
        for _ in range(100):
            threads = [threading.Thread(target=int) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(usual)
        threading.settrace(trace)  # type: ignore[arg-type]
    assert lost == []


def test_loopback_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_the_callers_settings_are_gone():
    assert [name for name in os.environ if is_a_setting(name)] == []


@pytest.mark.parametrize("name", ["TC_TOKEN", "api_secret_key", "APP_INPUT_OWNER", "HTTPS_PROXY", "SSL_CERT_FILE"])
def test_a_setting_is_known_in_any_case(name):
    assert is_a_setting(name)
    assert not is_a_setting("PATH")


def test_a_running_child_is_seen_and_a_finished_one_is_not():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert process.pid in _children()
        process.communicate()
    assert process.pid not in _children()


def test_a_thread_that_ends_while_children_are_looked_for_has_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Path, "glob", lambda *_: [Path("/proc/self/task/0")])
    assert _children() == {}


def is_measured() -> bool:
    return type(sys.gettrace()).__module__.startswith("coverage")


@pytest.mark.unmeasured
def test_what_is_marked_counts_for_no_coverage():
    assert not is_measured()


@settings(max_examples=2)
@given(strategies.booleans())
def test_what_draws_its_examples_counts_for_no_coverage(drawn: bool):
    assert not is_measured()


def test_a_tracer_of_somebody_else_is_left_alone(request: pytest.FixtureRequest):
    before = sys.gettrace()

    def debugger(*event: object) -> None: ...

    request.node.add_marker(pytest.mark.unmeasured)
    sys.settrace(debugger)
    try:
        running = pytest_runtest_call(request.node)
        next(running)
        during = sys.gettrace()
        running.close()
    finally:
        sys.settrace(before)
    assert during is debugger


@pytest.mark.programs("sh")
def test_a_missing_program_skips_by_name(request: pytest.FixtureRequest):
    pytest_runtest_setup(request.node)  # "sh" is there
    request.node.add_marker(pytest.mark.programs("a-program-that-nobody-has"))
    with pytest.raises(pytest.skip.Exception, match="a-program-that-nobody-has is not installed"):
        pytest_runtest_setup(request.node)
