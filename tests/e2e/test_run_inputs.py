"""Real processes: inputs that the app gets only by asking the platform, and the way that its requests take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from tests.e2e.processes import Launch, write_app
from tests.e2e.tunnel import ProxyServer, running_proxy
from tests.refused_port import refused_port

KEY = "4dc9202e-6945-4364-aa40-4b47655046d2"
MANIFEST = json.dumps(
    {
        "params": [
            {"name": "greeting", "type": "String"},
            {"name": "password", "type": "String", "encrypt": True},
            {"name": "rules", "type": "String"},
            {"name": "kinds", "type": "MultiChoice", "validValues": ["a", "b"]},
        ]
    }
)
OWN_INPUTS = """class OwnInputs(Inputs):
    greeting: str = ""
    password: Secret | None = None
    rules: bytes = b""
    kinds: list[str] = []


app = App(OwnInputs)"""


def write(tmp_path: Path, body: str) -> Path:
    """Write an app with inputs of its own."""
    folder = write_app(tmp_path / "app", body, manifest=MANIFEST)
    source = (folder / "run.py").read_text()
    (folder / "run.py").write_text(source.replace("app = App()", OWN_INPUTS))
    return folder


def test_variables_are_resolved_before_the_app_begins(tmp_path: Path, tc_platform: Emulator) -> None:
    tc_platform.set_variable("TC", f"{KEY}-1", "TEXT", "good day")
    tc_platform.set_variable("TC", f"{KEY}-2", "KEYCHAIN", "canary-password")
    tc_platform.set_variable("TC", f"{KEY}-3", "FILE", b"\x00rules\xff")
    app = write(
        tmp_path,
        """
        inputs = runtime.inputs
        print(inputs, inputs.password.reveal()[::-1])
        return f"{inputs.greeting}, {len(inputs.password.reveal())}, {inputs.rules!r}, {inputs.kinds}"
        """,
    )
    inputs = {
        **tc_platform.inputs("token"),
        "greeting": f"&{{TC:TEXT:{KEY}-1}}",
        "password": f"&{{TC:KEYCHAIN:{KEY}-2}}",
        "rules": f"&{{TC:FILE:{KEY}-3}}",
        "kinds": "a|b",
    }
    ended = Launch(app, inputs, tmp_path).run()
    assert ended.message == "good day, 15, b'\\x00rules\\xff', ['a', 'b']", ended.output
    assert "canary-password" not in ended.output
    assert "canary-password"[::-1] in ended.output
    assert all(request.verdict.accepted for request in tc_platform.requests)


def test_a_variable_that_cannot_be_had_ends_the_run_with_its_name(tmp_path: Path, tc_platform: Emulator) -> None:
    ended = Launch(
        write(tmp_path, "return 'never reached'"), {**tc_platform.inputs(), "greeting": f"&{{TC:TEXT:{KEY}}}"}, tmp_path
    ).run()
    assert ended.exit_code == 1
    assert ended.message is not None
    assert ended.message.startswith("Input validation errors")
    assert f"greeting: the variable &{{TC:TEXT:{KEY}}} could not be read" in ended.message


def test_secure_params_are_fetched_and_cannot_change_the_credentials(tmp_path: Path, tc_platform: Emulator) -> None:
    tc_platform.job_parameters = {"greeting": "hello", "password": "canary-password", "tc_token": "another", "tc_api_path": "x"}
    app = write(tmp_path, "return f'{runtime.inputs.greeting} {len(runtime.inputs.password.reveal())}'")
    ended = Launch(app, {**tc_platform.inputs(), "tc_secure_params": "true"}, tmp_path).run()
    assert ended.message == "hello 15", ended.output
    assert "tc_token of the secure params was ignored" in ended.output
    assert "canary-password" not in ended.output
    assert [request.path for request in tc_platform.requests] == ["/api/internal/job/execution/parameters"]


# -- the proxy -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def proxy() -> Iterator[ProxyServer]:
    with running_proxy() as server:
        yield server


def test_requests_and_renewals_take_the_proxy(tmp_path: Path, tc_platform: Emulator, proxy: ProxyServer) -> None:
    stale = tc_platform.issue_token(life=-1)
    inputs = {
        **tc_platform.inputs(),
        "tc_token": stale.token,
        "tc_token_expires": stale.expires,
        "tc_proxy_host": "127.0.0.1",
        "tc_proxy_port": str(proxy.server_address[1]),
        "tc_proxy_username": "user",
        "tc_proxy_password": "p@ss:word",
        "tc_proxy_tc": "true",
    }
    app = write_app(tmp_path / "app", "return runtime.session.get('/v2/owners').json()['status']")
    ended = Launch(app, inputs, tmp_path).run()
    assert (ended.exit_code, ended.message) == (0, "Success"), ended.output
    there = tc_platform.url.removeprefix("https://").removesuffix("/api")
    assert [place for place, _ in proxy.seen] == [there, there]
    assert {authorization for _, authorization in proxy.seen} == {"Basic dXNlcjpwQHNzOndvcmQ="}
    assert [request.path for request in tc_platform.requests] == ["/api/appAuth", "/api/v2/owners"]


def test_a_proxy_that_is_turned_off_is_not_asked(tmp_path: Path, tc_platform: Emulator, proxy: ProxyServer) -> None:
    inputs = {**tc_platform.inputs(), "tc_proxy_host": "127.0.0.1", "tc_proxy_port": str(proxy.server_address[1])}
    app = write_app(tmp_path / "app", "return runtime.session.get('/v2/owners').json()['status']")
    assert Launch(app, inputs, tmp_path).run().message == "Success"
    assert proxy.seen == []


def test_a_proxy_that_is_not_there_is_named(tmp_path: Path, tc_platform: Emulator) -> None:
    with refused_port() as refused:
        inputs = {**tc_platform.inputs(), "tc_proxy_host": "127.0.0.1", "tc_proxy_port": str(refused.port), "tc_proxy_tc": "true"}
        ended = Launch(write_app(tmp_path / "app", "runtime.session.get('/v2/owners')"), inputs, tmp_path).run()
    assert ended.exit_code == 1
    assert ended.message is not None
    assert ended.message.startswith("The proxy on the way to ")
    assert "Check tc_proxy_host, tc_proxy_port" in ended.message
    assert tc_platform.requests == ()
