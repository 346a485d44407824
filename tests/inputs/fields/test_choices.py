"""Choices: declared in the manifest, in the code, or known to the platform only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from gatepost.inputs import Inputs, Source, Value, build
from gatepost.inputs.fields import Choice, EditChoice
from gatepost.inputs.values import InvalidInputs


class Search(Inputs):
    owner: Annotated[str, EditChoice()]


class Optional(Inputs):
    owner: Annotated[str | None, Choice()] = None


def given_values(**values: object) -> dict[str, Value]:
    return {name: Value(name, value, Source.ARGUMENTS, f"--{name}") for name, value in values.items()}


def test_the_declared_spelling_comes_back(manifest_of: Callable[..., Any], param: Any):
    manifest = manifest_of(param("owner", "EditChoice", valid_values=("Acme", "Common Community")))
    assert build(Search, given_values(owner=" common community"), manifest=manifest).owner == "Common Community"


def test_another_value_is_refused_with_the_choices(manifest_of: Callable[..., Any], param: Any):
    manifest = manifest_of(param("owner", "EditChoice", valid_values=("Acme", "Common Community")))
    with pytest.raises(InvalidInputs, match=r"owner: value is none of: Acme, Common Community \(from arguments: --owner\)"):
        build(Search, given_values(owner="Else"), manifest=manifest)


def test_another_value_will_do_where_the_field_says_so(manifest_of: Callable[..., Any], param: Any):
    class Typed(Inputs):
        owner: Annotated[str, EditChoice(allow_additional=True)]

    manifest = manifest_of(param("owner", "EditChoice", valid_values=("Acme",)))
    assert build(Typed, given_values(owner="Else"), manifest=manifest).owner == "Else"


def test_the_platform_is_asked_once_and_only_when_it_must(manifest_of: Callable[..., Any], param: Any):
    asked = []

    def expand(magic: str) -> list[str]:
        asked.append(magic)
        return ["Acme", "Common Community"]

    class Several(Inputs):
        owners: Annotated[list[str], EditChoice()]

    manifest = manifest_of(param("owners", "MultiChoice", valid_values=("All", "${OWNERS}"), allow_multiple=True))
    assert build(Several, given_values(owners=["all"]), manifest=manifest, expand=expand).owners == ["All"]
    assert asked == []
    values = given_values(owners=["acme", "common community", "ALL"])
    assert build(Several, values, manifest=manifest, expand=expand).owners == ["Acme", "Common Community", "All"]
    assert asked == ["${OWNERS}"]
    with pytest.raises(InvalidInputs, match="owners: value is none of: All, Acme, Common Community"):
        build(Several, given_values(owners=["Else"]), manifest=manifest, expand=expand)


@pytest.mark.parametrize("choices", [("${OWNERS}",), ("A", "${USER:TEXT}"), ("${KEYCHAIN}",), ("${NEW_MAGIC}",), ()])
def test_every_text_will_do_where_nobody_knows_the_choices(manifest_of: Callable[..., Any], param: Any, choices: tuple[str, ...]):
    manifest = manifest_of(param("owner", "EditChoice", valid_values=choices))
    assert build(Search, given_values(owner="Else"), manifest=manifest).owner == "Else"


def test_wrappers_of_names_are_taken_off(manifest_of: Callable[..., Any], param: Any):
    manifest = manifest_of(param("owner", "EditChoice", valid_values=("${USERS:Jo}", "${USER_GROUPS:Staff}")))
    assert build(Search, given_values(owner="${USERS:jo}"), manifest=manifest).owner == "Jo"
    assert build(Search, given_values(owner="staff"), manifest=manifest).owner == "Staff"


def test_not_chosen_is_none_unless_the_param_is_required(manifest_of: Callable[..., Any], param: Any):
    manifest = manifest_of(param("owner", "Choice", valid_values=("Acme",)))
    assert build(Optional, given_values(owner="-- Select --"), manifest=manifest).owner is None
    manifest = manifest_of(param("owner", "Choice", valid_values=("Acme",), required=True))
    with pytest.raises(InvalidInputs, match="owner: an empty value is not allowed for this field"):
        build(Optional, given_values(owner="-- Select --"), manifest=manifest)


def test_a_choice_becomes_what_the_code_says():
    field = TypeAdapter(Annotated[int, EditChoice(choices=("Low", "High"), value_transformations={"Low": 1, "High": 9})])
    assert field.validate_python("HIGH") == 9


def test_a_plain_model_knows_only_what_its_field_says():
    class Plain(BaseModel):
        level: Annotated[str, Choice(choices=("Low", "High"))]
        other: Annotated[str, Choice()]

    assert Plain(level="low", other="any").level == "Low"
    with pytest.raises(ValidationError, match="value is none of: Low, High"):
        Plain(level="middle", other="any")


@pytest.mark.parametrize(
    ("value", "message"), [("  ", "an empty value is not allowed for this field"), (5, "int is not a string type")]
)
def test_what_is_no_choice_at_all_is_refused(value: object, message: str):
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(Annotated[str, EditChoice()]).validate_python(value)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1), st.data())
def test_a_choice_is_always_itself(choices: list[str], data: st.DataObject):
    field = TypeAdapter(Annotated[str, EditChoice(choices=choices)])
    written = data.draw(st.sampled_from(choices))
    if written.strip() and not written.strip().startswith("${"):
        assert field.validate_python(written) == written.strip()
