"""What every test needs: none of the caller's settings, no network but loopback, nothing left running."""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A loaded machine is not a failure. A continuous check repeats the same examples, so that what it refuses is the change;
# elsewhere each run draws new ones.
hypothesis.settings.register_profile(
    "gatepost",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
    derandomize="CI" in os.environ,
)
hypothesis.settings.load_profile("gatepost")
if "CI" in os.environ:
    # Among the examples are texts and numbers of the modules that happen to be loaded, which depends on the tests before.
    with contextlib.suppress(ImportError, AttributeError):  # a part of hypothesis that is not public
        from hypothesis.internal.conjecture import providers

        _no_constants = providers.Constants()
        providers._get_local_constants = lambda: _no_constants

_SETTINGS = ("tc_", "api_", "app_input_", "gatepost_tape")
_NETWORK_SETTINGS = {
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "requests_ca_bundle",
    "curl_ca_bundle",
    "ssl_cert_file",
}

Connect = Callable[[socket.socket, Any], int | None]

_UNMEASURED = {"app_template", "docs", "e2e", "guarantees", "interoperability"}
"""Folders of tests that count for no coverage: they run what others cover."""

_UNMEASURED_MARKS = {"unmeasured", "hypothesis"}
"""Marks of such tests: of very much at once, and of examples that are drawn (hypothesis marks its tests by itself)."""


_ENDING = 10.0
"""Seconds in which a process that was told to end has ended, on a machine that has much else to do."""


def is_a_setting(name: str) -> bool:
    """Whether an environment variable would change what gatepost does."""
    return name.lower().startswith(_SETTINGS) or name.lower() in _NETWORK_SETTINGS


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in filter(is_a_setting, list(os.environ)):
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_running() -> Iterator[None]:
    before = _children()
    yield
    latest = time.monotonic() + _ENDING
    while left := {process: command for process, command in _children().items() if process not in before}:
        if time.monotonic() > latest:
            pytest.fail(f"Processes that the tests started are still running: {left}")
        time.sleep(0.05)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse connections to other machines in this process, give signals their usual meaning, and measure no child processes.

    The methods of sockets are replaced: an audit hook would be called for every event of Python, and where coverage installs
    its trace function in a new thread on Python 3.11, a hook that another thread interrupts ends that thread.

    What the caller ignores (SIGHUP under ``nohup``, SIGINT of a job in the background) would be ignored in every child, too.

    Coverage in child processes doubles what they cost. The processes of xdist are the exception: the tests are run there.
    """
    if not config.getoption("numprocesses", None):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _loopback_only(getattr(socket.socket, name)))
    with contextlib.suppress(ValueError):  # not in the main thread: there is nothing that could be set
        for name, usual in (("SIGHUP", signal.SIG_DFL), ("SIGINT", signal.default_int_handler), ("SIGTERM", signal.SIG_DFL)):
            if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:
                signal.signal(getattr(signal, name), usual)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that is not installed: ``@pytest.mark.programs("curl", "openssl")``."""
    for marker in item.iter_markers("programs"):
        for program in marker.args:
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run without coverage what would only make it slow, or another one at each run."""
    traces = sys.gettrace(), threading.gettrace()
    if not type(traces[0]).__module__.startswith("coverage") or _is_measured(item):  # a debugger's is left alone
        return (yield)
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        threading.settrace(traces[1])  # type: ignore[arg-type]
        sys.settrace(traces[0])


def _is_measured(item: pytest.Item) -> bool:
    """Whether a test counts for coverage: not those of some folders, none marked, and none that draws its examples."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return folder not in _UNMEASURED and not _UNMEASURED_MARKS & {marker.name for marker in item.iter_markers()}


def _loopback_only(connect: Connect) -> Connect:
    @functools.wraps(connect)
    def connect_here(connection: socket.socket, address: Any) -> int | None:
        if connection.family in {socket.AF_INET, socket.AF_INET6}:
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                connection.close()  # what holds it may not expect this kind of error
                pytest.fail(f"A test connects to {host}: tests stay on loopback")
        return connect(connection, address)

    return connect_here


def _children() -> dict[int, str]:
    """The running children of this process, from /proc; nothing on systems that have none."""
    found: dict[int, str] = {}
    for thread in Path("/proc/self/task").glob("*"):
        try:
            children = (thread / "children").read_text()
        except OSError:  # the thread has ended since it was listed
            continue
        for process in map(int, children.split()):
            try:
                state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
                command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            # Python's own, which ends with this process.
            if state != "Z" and b"multiprocessing.resource_tracker" not in command:
                found[process] = command.decode(errors="replace").strip()
    return found
