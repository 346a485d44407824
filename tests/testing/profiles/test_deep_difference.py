from __future__ import annotations

import sys

import pytest

from gatepost.errors import GatepostError
from gatepost.testing.profiles.deep_difference import deep_difference


def test_what_is_alike_has_no_difference():
    assert not deep_difference([1, 2], [2, 1], {"ignore_order": True})
    assert deep_difference([1, 2], [2, 1])


def test_an_option_that_deepdiff_does_not_know_is_told():
    with pytest.raises(GatepostError, match="options of the comparison"):
        deep_difference(1, 2, {"no_such_option": 1})


def test_without_deepdiff_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "deepdiff", None)
    with pytest.raises(GatepostError, match=r"gatepost\[testing\]"):
        deep_difference(1, 2)
