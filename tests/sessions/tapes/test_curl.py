"""An exported tape is a shell script that sends the same requests."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from gatepost.sessions.tapes import Body, Exchange, Request, Response, Tape, to_curl
from tests.sessions.tapes.recorded_tape import everything
from tests.transport.scripted_server import ScriptedServer, answer


def test_every_request_is_one_command():
    script = to_curl(everything())
    assert script.startswith("#!/bin/sh\n# Masked: *** stands where a secret was.\n")
    commands = [line for line in script.splitlines() if "curl " in line]
    assert len(commands) == 11
    assert "# 5: 404 Not Found" in script
    assert "# 10: no answer, ReadTimeout" in script
    assert shlex.split(commands[0]) == [
        *("curl", "--path-as-is", "--globoff", "--request", "GET"),
        *("--header", "Accept: */*"),
        "https://h.example/api/v3/tags?tql=name%20%3D%20%22it%27s%22&a%5B%5D=1&a%5B%5D=2",
    ]
    assert "Authorization: TC-Token ***" in shlex.split(commands[1])


@pytest.mark.programs("sh", "curl", "base64")
def test_the_script_sends_what_was_recorded():
    with ScriptedServer(every=answer(200, b"")) as server:
        tape = everything(server.url)
        done = subprocess.run(["sh", "-e"], input=to_curl(tape), text=True, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        received = server.requests

    assert [request.method for request in received] == [exchange.request.method for exchange in tape.exchanges]
    assert [f"{server.url}{request.target}" for request in received] == [exchange.request.url for exchange in tape.exchanges]
    assert [request.body for request in received] == [
        *(b"", b'{"\xc3\xa4":["\'",1]}', b"null", b"a=1%20%26%202&a=***"),
        *(b"@file\n$(echo no) `no` 'x'", b"\x00\xff'\n", b"", b"", b"", b"", b""),
    ]
    assert received[1].header("Authorization") == "TC-Token ***"
    assert received[1].has("X-Empty")
    assert received[4].header("Content-Type") == "text/plain; it's"
    assert not received[5].has("Content-Type")


def test_what_is_secret_now_is_not_in_it(canary):
    request = Request("POST", "https://h.example", "/", (("q", canary),), {"X": canary}, Body("text", canary))
    script = to_curl(Tape([Exchange(1, 0.0, 0.0, request, Response(200, canary))]))
    assert "bird" not in script


def test_no_recorded_text_begins_a_command_of_its_own():
    request = Request("GET", "https://h.example", "/", headers={"X": "a\nrm b"})
    script = to_curl(Tape([Exchange(1, 0.0, 0.0, request, Response(200, "OK\nrm a"))]))
    assert not [line for line in script.splitlines() if line.startswith("rm")]
