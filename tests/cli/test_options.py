from __future__ import annotations

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from gatepost.cli.options import name_and_value


@given(st.text())
def test_the_value_may_hold_anything(value: str):
    assert name_and_value(f" name ={value}") == ("name", value)


@pytest.mark.parametrize("text", ["", "name", "=value", "  =value"])
def test_a_name_and_an_equals_sign_are_needed(text: str):
    with pytest.raises(typer.BadParameter):
        name_and_value(text)
