"""Waiting for the inputs of an app that is launched ahead of time."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import AppExit, InputError
from gatepost.inputs import collect, collect_aot, push_exit_code, wait_for_action
from gatepost.inputs.values import Source
from gatepost.testing.time import TurnedTime


class Lists:
    """Redis lists in memory, whose waiting turns a clock by hand."""

    def __init__(self, *messages: object, time: TurnedTime | None = None) -> None:
        self.messages = list(messages)
        self.time = time or TurnedTime()
        self.waits: list[float | None] = []
        self.pushed: list[tuple[str, str]] = []

    def blpop(self, keys: Sequence[str], timeout: float | None = None) -> object:
        self.waits.append(timeout)
        if self.messages:
            message = self.messages.pop(0)
            return (keys[0], message if isinstance(message, (str, bytes)) else json.dumps(message).encode())
        self.time.turn(timeout or 0)
        return None

    def rpush(self, name: str, *values: str) -> object:
        self.pushed += [(name, value) for value in values]
        return len(self.pushed)


def wait(lists: Lists, seconds: float = 60) -> tuple[object, list[str]]:
    warnings: list[str] = []
    return wait_for_action(lists, "actions", seconds=seconds, time=lists.time, warn=warnings.append), warnings


def test_execute_brings_the_inputs():
    assert wait(Lists({"type": "execute", "params": {"owner": "Acme"}})) == ({"owner": "Acme"}, [])
    assert wait(Lists({"type": "execute"})) == ({}, [])


@pytest.mark.parametrize("message", [{"type": "terminate"}, {}, {"params": {"a": 1}}, {"type": None}, {"type": ""}])
def test_terminate_ends_in_peace_and_so_does_a_message_without_a_type(message: object):
    with pytest.raises(AppExit) as end:
        wait(Lists(message))
    assert end.value.code == 0


def test_an_unknown_type_is_passed_over_with_a_warning():
    params, warnings = wait(Lists({"type": "pause"}, {"type": "execute", "params": {"a": "b"}}))
    assert params == {"a": "b"}
    assert warnings == ["a message on the action channel was passed over: its type is neither execute nor terminate"]


def test_a_timeout_ends_with_exit_code_1_and_is_measured_as_a_whole():
    lists = Lists({"type": "pause"})
    with pytest.raises(AppExit, match="AOT subscription timeout reached: nothing came on actions in 70 seconds") as end:
        wait(lists, seconds=70)
    assert end.value.code == 1
    assert lists.waits == [30, 30, 30, 10]


def test_no_seconds_wait_without_end():
    lists = Lists()
    lists.messages = []
    calls = iter([None] * 5)

    def blpop(keys: Sequence[str], timeout: float | None = None) -> object:
        lists.time.turn(1000)
        return next(calls, (keys[0], b'{"type": "terminate"}'))

    lists.blpop = blpop  # type: ignore[method-assign]
    with pytest.raises(AppExit, match="was not needed"):
        wait(lists, seconds=0)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("canary-text", "It is no JSON object"),
        (b"\xff\xfe", "It is no JSON object"),
        ('["canary-text"]', "It is no JSON object"),
        ("[" * 100_000, "It is no JSON object"),
        ({"type": "execute", "params": "canary-text"}, "Its params are no object"),
    ],
)
def test_a_message_that_cannot_be_read_is_an_error_that_does_not_quote_it(message: object, why: str):
    with pytest.raises(InputError) as error:
        wait(Lists(message))
    assert error.value.why == why
    assert "canary-text" not in str(error.value)


@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=5)
)
def test_no_message_ends_in_another_error(message: object):
    with pytest.raises((AppExit, InputError)):
        wait(Lists(message), seconds=1)


def test_the_exit_code_is_told_in_digits():
    lists = Lists()
    push_exit_code(lists, "exits", 3)
    assert lists.pushed == [("exits", "3")]


def test_inputs_rank_below_what_the_process_was_launched_with(manifest_of, param) -> None:
    manifest = manifest_of(param("owner"), param("password", encrypt=True))
    launched = collect(manifest=manifest, arguments=["--owner", "Acme"], environment={"TC_LOG_LEVEL": "debug"})
    params = {"owner": "Other", "password": "canary-1", "tc_log_level": "trace", "tc_token": "canary-2", "logging": "error"}
    collected = collect_aot(launched, params, manifest)
    assert (collected.value("owner"), collected.value("tc_log_level")) == ("Acme", "trace")
    assert collected.best["tc_token"].source is Source.AOT
    assert "canary" not in repr([*collected.best.values()])
    assert [looked.outcome for looked in collected.looked_at if looked.source is Source.AOT] == ["5 inputs"]
