"""An exported tape is a test that passes as it is."""

from __future__ import annotations

import ast

import pytest

from gatepost.sessions.tapes import Tape, to_test
from tests.sessions.tapes.recorded_tape import everything
from tests.transport.scripted_server import RESET, ScriptedServer, answer

pytest_plugins = ["pytester"]


def test_it_is_python_whatever_is_on_the_tape():
    source = to_test(everything())
    ast.parse(source)
    assert "def test_everything(session):" in source
    assert "assert response.status_code == 404" in source
    assert "appAuth" not in source  # when a renewal is sent depends on the moment


def test_it_passes_as_it_is_and_fails_when_the_program_asks_less(pytester, recording, path):
    answers = [answer(), answer(201), answer(404), answer(302, b"", Location="/x"), RESET, answer(body=b"\xff")]
    with ScriptedServer(*answers) as server:
        recording.get(f"{server.url}/a", params={"q": "it's", "apiKey": "hidden"})
        recording.post(f"{server.url}/b", json={"text": "ä\n", "password": "hidden"}, headers={"Authorization": "TC 1:2"})
        recording.post(f"{server.url}/c", data={"a": ["1", "2"]})
        recording.get(f"{server.url}/d", allow_redirects=False)
        with pytest.raises(OSError, match="Connection"):
            recording.get(f"{server.url}/e")
        recording.post(f"{server.url}/f", files={"file": ("name", b"\xff\x00")})
    recording.close()

    source = to_test(Tape.load(path), path="tapes/tape.json", name="test_the_recorded_run")
    assert "hidden" not in source
    folder = pytester.mkdir("tapes")
    (folder / "tape.json").write_bytes(path.read_bytes())
    pytester.makepyfile(test_recorded=source)
    pytester.runpytest("-p", "no:cacheprovider", "-W", "error").assert_outcomes(passed=1)

    lines = source.splitlines()
    pytester.makepyfile(test_recorded="\n".join(lines[:-2]) + "\n")
    result = pytester.runpytest("-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*holds 1 of 6 exchanges that were not asked for*"])


def test_an_empty_tape_makes_a_test_too():
    ast.parse(to_test(Tape()))
    assert "def test_tape(session):" in to_test(Tape())
    assert "def test_my_run_1(session):" in to_test(Tape(path="/somewhere/My run (1).json"))
