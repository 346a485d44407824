"""What a run left behind."""

from __future__ import annotations

import pytest

from gatepost import Result


def test_it_is_empty_but_for_the_end() -> None:
    result = Result(0, "Success")
    assert (result.results, result.outputs, result.log, result.error) == ({}, {}, (), None)


def test_it_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Result(0, "Success").exit_code = 1  # type: ignore[misc]
