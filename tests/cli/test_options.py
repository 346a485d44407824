from __future__ import annotations

import math

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from gatepost.cli.options import name_and_value, seconds


@given(st.text())
def test_the_value_may_hold_anything(value: str):
    assert name_and_value(f" name ={value}") == ("name", value)


@pytest.mark.parametrize("text", ["", "name", "=value", "  =value"])
def test_a_name_and_an_equals_sign_are_needed(text: str):
    with pytest.raises(typer.BadParameter):
        name_and_value(text)


def test_seconds_are_a_number():
    assert [seconds(value) for value in (None, 0.5, -3.0)] == [None, 0.5, -3.0]
    for value in (math.nan, math.inf, -math.inf):
        with pytest.raises(typer.BadParameter):
            seconds(value)


@pytest.mark.parametrize(
    "command",
    [("run", "-e", "--token-life"), ("emulator", "--clock-offset"), ("test", "--timeout")],
)
def test_every_option_of_seconds_asks_for_one(gatepost, command: tuple[str, ...]):
    said = gatepost(*command, "inf")
    assert (said.code, "write a number of seconds" in said.err) == (2, True)


@pytest.mark.parametrize("given_seconds", ["nan", "inf", "1e12"])
def test_no_answer_is_waited_for_longer_than_sockets_can_count(gatepost, given_seconds: str):
    said = gatepost("deploy", "x.tcx", "--timeout", given_seconds)
    assert (said.code, "--timeout" in said.err) == (2, True)
