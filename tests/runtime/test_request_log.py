"""Requests in the log: all where ``tc_log_curl`` asks for it, failing ones at level debug, and never a secret."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from gatepost.auth.choice import choose_scheme
from gatepost.emulator import Emulator
from gatepost.inputs.collecting import collect
from gatepost.log import Logging, LogSettings, Record
from gatepost.runtime.options import read_options
from gatepost.runtime.request_log import RequestLog
from gatepost.runtime.runtime import Runtime
from gatepost.transport.errors import TransportError
from tests.refused_port import refused_port


class Lines(list[Record]):
    """Collects the lines of requests."""

    def __call__(self, record: Record) -> None:
        if record.event == "request":
            self.append(record)

    @property
    def targets(self) -> list[str]:
        return [shlex.split(str(record.values["curl"]))[-1].split("/api", 1)[-1] for record in self]


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def make(tc_platform: Emulator, lines: Lines) -> Iterator[Callable[..., Runtime[None]]]:
    with ExitStack() as stack:

        def make(level: str = "info", **inputs: Any) -> Runtime[None]:
            logging = stack.enter_context(Logging().configure(LogSettings(level=level, console=False)))
            logging.add_sink(lines)
            inputs = {"tc_api_path": tc_platform.url, "tc_verify": tc_platform.ca_file, **inputs}
            inputs.setdefault("tc_token", tc_platform.credentials.token)
            collected = collect(explicit=inputs, environment={})
            runtime = Runtime[None](
                collected=collected,
                options=read_options(collected),
                choice=choose_scheme(collected, on_platform=False),
                logging=logging,
                results={},
            )
            return stack.enter_context(runtime)

        yield make


def test_every_request_is_a_line_where_that_is_asked_for(make, lines: Lines, tc_platform: Emulator):
    runtime = make(tc_log_curl=True)
    runtime.session.get("/v2/owners", params={"resultLimit": 1})
    runtime.session.get("/v2/nothing")
    assert lines.targets == ["/v2/owners?resultLimit=1", "/v2/nothing"]
    assert [(record.level_name, record.values["status"]) for record in lines] == [("INFO", 200), ("INFO", 404)]
    line = str(lines[0].values["curl"])
    assert "--header 'Authorization: TC-Token **********'" in line
    assert tc_platform.credentials.token.reveal() not in line


def test_otherwise_only_what_fails_and_only_at_level_debug(make, lines: Lines):
    runtime = make(level="debug")
    runtime.session.get("/v2/owners")
    runtime.session.get("/v2/nothing")
    assert lines.targets == ["/v2/nothing"]
    assert lines[0].level_name == "DEBUG"


def test_otherwise_nothing_is_asked_of_the_session(make, lines: Lines):
    runtime = make()
    assert runtime.session.exchange_hook is None
    assert runtime.external().exchange_hook is None
    runtime.session.get("/v2/nothing")
    assert lines == []


def test_posting_the_log_is_not_logged(make, lines: Lines):
    runtime = make(tc_log_curl=True)
    runtime.session.post("/v2/logs/app", json=[{"timestamp": 1, "level": "INFO", "message": "x"}])
    runtime.session.get("/v2/owners")
    assert lines.targets == ["/v2/owners"]


def test_no_answer_is_named(make, lines: Lines):
    runtime = make(tc_log_curl=True)
    with refused_port() as nobody, pytest.raises(TransportError):
        runtime.external(nobody.url).post("/feed", repeatable=False)
    assert [record.values["error"] for record in lines] == ["ConnectionError"]
    assert "status" not in lines[0].values


def test_requests_to_third_parties_are_lines_too(make, lines: Lines, tc_platform: Emulator):
    runtime = make(tc_log_curl=True)
    runtime.external(verify=tc_platform.ca_file).get(f"{tc_platform.url}/v2/owners", headers={"X-API-Key": "abc"})
    assert "X-API-Key: **********" in str(lines[0].values["curl"])


def test_a_long_body_is_not_shown(make, lines: Lines):
    make(tc_log_curl=True).session.post("/v2/nothing", data="x" * 5000)
    assert "--data-binary @body-of-5000-bytes" in str(lines[0].values["curl"])


def test_the_level_may_change_while_it_runs(make, lines: Lines):
    runtime = make()
    session, external = runtime.session, runtime.external()
    runtime.logging.set_level("debug")
    assert external.exchange_hook is not None
    session.get("/v2/nothing")
    assert lines.targets == ["/v2/nothing"]
    runtime.logging.set_level("info")
    session.get("/v2/nothing")
    assert len(lines) == 1


def test_a_hook_of_the_apps_own_stays(make):
    runtime = make()
    seen: list[int] = []
    runtime.session.exchange_hook = lambda _, response: seen.append(response.status_code)
    runtime.logging.set_level("debug")
    runtime.session.get("/v2/owners")
    assert seen == [200]


def test_a_closed_runtime_is_forgotten(make):
    runtime = make()
    before = len(runtime.logging.level_listeners)
    runtime.session.get("/v2/owners")
    assert len(runtime.logging.level_listeners) == before + 1
    runtime.close()
    runtime.close()
    assert len(runtime.logging.level_listeners) == before


def test_a_request_that_cannot_be_shown_ends_nothing(lines: Lines):
    with Logging().configure(LogSettings(console=False)) as logging:
        logging.add_sink(lines)
        RequestLog(logging.logger, everything=True)(requests.PreparedRequest(), None)
    assert lines == []
