"""The fixture tc_playbook: stage, run, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatepost import App, AppFailure, Inputs, Outputs, Runtime, Secret
from gatepost.errors import UsageError
from gatepost.testing import PlaybookTest, compare

IN = "#App:1234:in!String"


class DemoInputs(Inputs):
    text: str = ""
    key: Secret | None = None


class DemoOutputs(Outputs, prefix="demo"):
    out: str | None = None
    file: bytes | None = None


@pytest.fixture
def app(tmp_path: Path) -> App[DemoInputs]:
    app = App(DemoInputs, outputs=DemoOutputs, folder=tmp_path)

    @app.playbook
    def upper(runtime: Runtime[DemoInputs, DemoOutputs]) -> str:
        if not runtime.inputs.text:
            raise AppFailure("There is no text")
        runtime.outputs.out = runtime.inputs.text.upper() + (runtime.inputs.key.reveal() if runtime.inputs.key else "")
        runtime.outputs.file = b"abc"
        return "Done"

    return app


def test_staged_values_run_and_outputs(tc_playbook: PlaybookTest, app: App[Any]):
    result = tc_playbook.run(app, {"text": IN}, stage={IN: "abc"})
    assert (result.exit_code, result.message, result.error) == (0, "Done", None)
    assert result.outputs == {"demo.out": "ABC", "demo.file": b"abc"}
    result.expect(message="Done", outputs={"demo.out": "ABC", "demo.file": b"abc"})
    result.expect(outputs={"demo.out": compare("startswith", "A"), "demo.file": compare("length_eq", 3)})


def test_what_differs_is_shown(tc_playbook: PlaybookTest, app: App[Any]):
    result = tc_playbook.run(app, {"text": IN}, stage={IN: "abc"})
    with pytest.raises(AssertionError) as caught:
        result.expect(exit_code=1, message="Fine", outputs={"demo.out": "ABD", "demo.other": compare("is_url")})
    shown = str(caught.value)
    for words in (
        "exit code: it is 0, not 1",
        '"Fine"',
        'expected  "ABD"',
        'got       "ABC"',
        "demo.other: nothing was given out",
    ):
        assert words in shown


def test_a_failure_can_be_expected(tc_playbook: PlaybookTest, app: App[Any]):
    tc_playbook.run(app, {"text": ""}).expect(exit_code=1, message="There is no text", outputs={"demo.out": None})


def test_no_secret_is_shown(tc_playbook: PlaybookTest, app: App[Any]):
    key = Secret("correct-horse-battery")
    result = tc_playbook.run(app, {"text": "x", "key": key})
    with pytest.raises(AssertionError) as caught:
        result.expect(outputs={"demo.out": "X"})
    assert "correct" not in str(caught.value)


def test_only_what_is_asked_for_is_given_out(tc_playbook: PlaybookTest, app: App[Any]):
    assert tc_playbook.run(app, {"text": "x"}, outputs=("#App:9876:demo.out!String",)).outputs == {"demo.out": "X"}


def test_an_operator_that_does_not_exist():
    with pytest.raises(UsageError, match="no operator"):
        compare("same", 1)


def test_with_a_platform_the_app_reaches_it(tc_playbook: PlaybookTest, tc_platform: Any, tmp_path: Path):
    asking: App[Any] = App(None, folder=tmp_path)

    @asking.playbook
    def ask(runtime: Runtime[Any]) -> str:
        return str(runtime.session.get("/v2/owners").status_code)

    tc_playbook.run(asking).expect(message="200")
