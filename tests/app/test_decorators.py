"""What many actions share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gatepost import App, AppFailure, Inputs, Outputs, Result, Runtime
from gatepost.app import benchmark, debug, each, fail_on, fail_on_output, on_exception
from gatepost.errors import UsageError
from gatepost.inputs.fields import KeyValue


class OwnInputs(Inputs):
    fail_on_error: bool = True
    text: str = ""


class OwnOutputs(Outputs):
    out: str | None = None


def run(function: Callable[[Runtime[OwnInputs, OwnOutputs]], object], **inputs: Any) -> Result:
    app = App(OwnInputs, outputs=OwnOutputs, auth=None)
    app.playbook(function)
    return app.test(**inputs)


# -- failing on a value ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "", [], ["a", None], ("a", "")])
def test_what_is_refused_fails(value: object) -> None:
    with pytest.raises(AppFailure, match="nothing found"):
        fail_on(value, None, "", [], message="nothing found")


@pytest.mark.parametrize("value", ["a", ["a"], 0, 1, [0], b""])
def test_what_is_not_refused_passes(value: object) -> None:
    fail_on(value, None, "", False, True, message="nothing found")


def test_a_failure_may_be_a_hard_one() -> None:
    with pytest.raises(AppFailure) as caught:
        fail_on(None, None, message="no", retry=False)
    assert caught.value.code == 4


@fail_on_output(None, "", message="no text", enabled="fail_on_error")
def first_word(runtime: Runtime[OwnInputs, OwnOutputs]) -> str | None:
    """Return the first word."""
    runtime.outputs.out = "before"
    return runtime.inputs.text.partition(" ")[0]


@pytest.mark.parametrize(("fails", "code", "message"), [("true", 1, "no text"), ("false", 0, "Success")])
def test_an_input_says_whether_a_result_fails_the_run(fails: str, code: int, message: str) -> None:
    result = run(lambda runtime: first_word(runtime) or None, fail_on_error=fails)
    assert (result.exit_code, result.message, result.outputs) == (code, message, {"out": "before"})


def test_a_result_that_is_not_refused_is_returned() -> None:
    assert run(first_word, text="one two").message == "one"
    assert first_word.__doc__ == "Return the first word."


def test_an_input_that_cannot_say_it_is_told() -> None:
    wrong = fail_on_output(None, enabled="text")
    assert "It is no Boolean" in run(wrong(lambda runtime: None)).message
    assert "no such field" in run(fail_on_output(None, enabled="nowhere")(lambda runtime: None)).message
    with pytest.raises(UsageError, match="cannot know whether text is set"):
        wrong(len)("abc")


# -- failing on an exception -------------------------------------------------------------------------------------------------


def test_an_exception_ends_the_run_with_a_message_and_is_logged() -> None:
    @on_exception("no luck")
    def divide(runtime: Runtime[OwnInputs, OwnOutputs]) -> str:
        return str(1 / 0)

    result = run(divide)
    assert (result.exit_code, result.message) == (1, "no luck")
    assert any(record.event == "the call failed" and record.level == logging.ERROR for record in result.log)


def test_an_exception_may_be_let_go() -> None:
    @on_exception("no luck", enabled="fail_on_error")
    def divide(runtime: Runtime[OwnInputs, OwnOutputs]) -> str:
        return str(1 / 0)

    assert run(lambda runtime: f"got {divide(runtime)}", fail_on_error=False).message == "got None"


def test_what_ends_a_run_on_purpose_is_let_through() -> None:
    @on_exception("no luck", enabled=False)
    def stop(runtime: Runtime[OwnInputs, OwnOutputs]) -> str:
        raise AppFailure("on purpose", retry=False)

    result = run(stop)
    assert (result.exit_code, result.message) == (4, "on purpose")


def test_without_a_run_an_exception_is_logged_by_logging(caplog: pytest.LogCaptureFixture) -> None:
    assert on_exception(enabled=False)(int)("x") is None
    assert "the call failed called=int" in caplog.text


# -- going over an input -----------------------------------------------------------------------------------------------------


def numbers() -> Iterator[int]:
    yield 1
    yield 2


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (None, []),
        ([], []),
        ("text", ["text"]),
        (b"bytes", [b"bytes"]),
        (["a", None], ["a", None]),
        ({"key": "a"}, [{"key": "a"}]),
        (KeyValue(key="a", value="b"), [KeyValue(key="a", value="b")]),
        (7, [7]),
        (numbers(), [1, 2]),
    ],
)
def test_each_item_of_one_of_many_or_of_nothing(value: Any, items: list[Any]) -> None:
    assert list(each(value)) == items


# -- measuring and logging ---------------------------------------------------------------------------------------------------


def test_how_long_a_call_takes_is_logged_from_a_bound_on() -> None:
    quick = benchmark(at_least=3600)(lambda runtime: None)
    always = benchmark()(lambda runtime: None)

    def both(runtime: Runtime[OwnInputs, OwnOutputs]) -> None:
        quick(runtime)
        always(runtime)

    logged = [record for record in run(both).log if record.event == "benchmark"]
    assert len(logged) == 1
    assert logged[0].values["seconds"] >= 0


def test_arguments_and_result_are_logged() -> None:
    @debug
    def join(runtime: Runtime[OwnInputs, OwnOutputs], left: str, *, right: str) -> str:
        return left + right

    (record,) = [record for record in run(lambda runtime: join(runtime, "a", right="b")).log if record.event == "call"]
    assert record.values == {"called": "join", "arguments": "'a', right='b'", "returned": "'ab'"}


def test_without_a_run_calls_are_logged_by_logging(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert debug(len)("abc") == 3
    assert "call called=len arguments='abc' returned=3" in caplog.text
