"""Annotations that were written where a type belongs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from gatepost.errors import UsageError
from gatepost.inputs.fields import Binary, Choice, DateTime, EditChoice, Integer, IpAddress, Sensitive, String


@pytest.mark.parametrize(
    ("field", "remedy"),
    [
        (String, r"Write str as the type, or Annotated\[str, String\("),
        (Integer, "Write int as the type"),
        (Binary, "Write bytes as the type"),
        (Sensitive, "Write Secret as the type"),
        (Choice, "Write str as the type"),
        (EditChoice, "Write str as the type"),
        (DateTime, "Write datetime as the type"),
        (IpAddress, "Write str as the type"),
    ],
)
def test_an_annotation_is_not_taken_for_a_type(field: Any, remedy: str) -> None:
    with pytest.raises(UsageError, match=f"^{field.__name__} is no type of a field.*{remedy}"):
        TypeAdapter(field | None)
