"""The checks that are annotations and callables."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, field_validator

from gatepost.errors import UsageError
from gatepost.inputs import Inputs, Source, Value, build
from gatepost.inputs.fields import Rule, always_array, conditional_required, entity_input, modify_advanced_settings
from gatepost.inputs.values import InvalidInputs

EMPTY = "an empty value is not allowed for this field"


@pytest.mark.parametrize(
    ("settings", "value", "items"),
    [
        ({}, "a", ["a"]),
        ({}, "a,b", ["a,b"]),
        ({}, "", []),
        ({}, None, []),
        ({}, ["a"], ["a"]),
        ({}, ("a", "b"), ["a", "b"]),
        ({}, 5, [5]),
        ({"split_csv": True}, "a, b", ["a", " b"]),
        ({"split_csv": True, "strip": True}, "a, b", ["a", "b"]),
        ({"split_csv": True}, "", []),
        ({"include_empty": True}, "", [""]),
        ({"include_null": True}, None, [None]),
    ],
)
def test_anything_becomes_an_array(settings: dict[str, bool], value: object, items: list[object]):
    assert always_array(**settings)(value) == items
    assert TypeAdapter(Annotated[list[Any], always_array(**settings)]).validate_python(value) == items


@pytest.mark.parametrize("value", [None, "", []])
def test_an_empty_array_may_be_refused(value: object):
    with pytest.raises(ValidationError, match=EMPTY):
        TypeAdapter(Annotated[list[str], always_array(allow_empty=False)]).validate_python(value)


def test_the_checks_serve_as_validators_of_plain_models():
    class Plain(BaseModel):
        names: list[str]
        settings: dict[str, str]

        _array = field_validator("names", mode="before")(always_array(split_csv=True))
        _settings = field_validator("settings", mode="before")(modify_advanced_settings("settings"))

    plain = Plain.model_validate({"names": "a,b", "settings": "A=1|b=x=y"})
    assert (plain.names, plain.settings) == (["a", "b"], {"a": "1", "b": "x=y"})


RULE: Rule = {"field": "kind", "op": "eq", "value": "Host"}


class Lookup(Inputs):
    kind: str = "Host"
    domain: Annotated[str | None, conditional_required([RULE])] = None


def test_a_field_is_required_where_another_says_so():
    def look_up(**values: str) -> Lookup:
        return build(Lookup, {name: Value(name, value, Source.ARGUMENTS) for name, value in values.items()})

    assert look_up(kind="URL").domain is None
    assert look_up(kind="Host", domain="example.com").domain == "example.com"
    for missing in ({"kind": "Host"}, {}, {"domain": ""}):
        with pytest.raises(InvalidInputs, match="domain: is missing"):
            look_up(**missing)


@pytest.mark.parametrize(
    ("operation", "value", "kind", "required"),
    [
        ("eq", "Host", "Host", True), ("eq", "Host", "URL", False), ("ne", "Host", "URL", True), ("ne", "Host", "Host", False),
        ("in", ["Host", "URL"], "URL", True), ("in", ["Host"], "URL", False), ("ni", ["Host"], "URL", True),
        ("ni", ["Host"], "Host", False),
    ],
)  # fmt: skip
def test_a_rule_compares(operation: Any, value: object, kind: str, required: bool):
    class Plain(BaseModel):
        kind: str
        domain: Annotated[
            str | None,
            Field(validate_default=True),
            conditional_required([{"field": "kind", "op": operation, "value": value}]),
        ] = None

    if required:
        with pytest.raises(ValidationError, match=EMPTY):
            Plain(kind=kind)
    else:
        assert Plain(kind=kind).domain is None


def test_all_rules_must_hold_and_a_refused_field_fulfils_none():
    class Plain(BaseModel):
        kind: str
        level: int
        domain: Annotated[
            str | None, Field(validate_default=True), conditional_required([RULE, {"field": "level", "op": "ne", "value": 0}])
        ] = None

    assert Plain(kind="Host", level=0).domain is None
    with pytest.raises(ValidationError) as error:
        Plain.model_validate({"kind": "Host", "level": "many"})
    assert [one["loc"] for one in error.value.errors()] == [("level",)]


def test_rules_are_checked_when_they_are_written():
    with pytest.raises(UsageError, match="'gt' is no operation"):
        conditional_required([{"field": "a", "op": "gt", "value": 1}])  # type: ignore[typeddict-item]
    with pytest.raises(UsageError, match="needs a rule"):
        conditional_required([])


HOST = {"id": 1, "type": "Host", "value": "example.com"}
ADDRESS = {"id": 2, "type": "Address", "value": "192.0.2.1"}


@pytest.mark.parametrize(
    ("settings", "value", "kept"),
    [
        ({}, [HOST, ADDRESS], [HOST, ADDRESS]),
        ({"type_filter": ["Host"]}, [HOST, ADDRESS], [HOST]),
        ({"type_filter": ["Host"], "only_field": "value"}, [HOST, ADDRESS], ["example.com"]),
        ({"only_field": "id"}, HOST, 1),
        ({"type_filter": ["URL"], "allow_empty": True}, [HOST], []),
        ({"type_filter": ["URL"], "allow_empty": True}, HOST, None),
        ({"allow_empty": True}, None, None),
    ],
)
def test_entities_are_filtered_and_reduced(settings: dict[str, Any], value: object, kept: object):
    assert entity_input(**settings)(value) == kept


@pytest.mark.parametrize("value", [[], None, [ADDRESS]])
def test_no_entity_is_refused(value: object):
    with pytest.raises(ValidationError, match=EMPTY):
        TypeAdapter(Annotated[Any, entity_input(type_filter=["Host"])]).validate_python(value)


def test_what_is_no_entity_is_refused():
    with pytest.raises(ValidationError, match="str is not a TCEntity type"):
        TypeAdapter(Annotated[Any, entity_input(only_field="value")]).validate_python(["text"])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a=1|A=2", "setting 2 of tuning has the name of an earlier one"),
        ("a=1|just-text", "setting 2 of tuning is not written as name=value"),
        ("=1", "setting 1 of tuning is not written as name=value"),
        (5, "int is not a string type"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(text: object, what: str):
    with pytest.raises(ValidationError, match=what):
        TypeAdapter(Annotated[dict[str, str], modify_advanced_settings("tuning")]).validate_python(text)


def test_settings_may_be_absent_or_read_already():
    read = modify_advanced_settings("tuning")
    assert read(None) == read("") == read(" | ") == {}
    assert read({"a": "1"}) == {"a": "1"}


NAMES = st.text(st.characters(codec="ascii", exclude_characters="=|"), min_size=1).filter(lambda text: bool(text.strip()))


@given(st.dictionaries(NAMES.map(lambda name: name.strip().lower()), st.text(st.characters(exclude_characters="|")), max_size=5))
def test_settings_are_read_as_they_were_written(settings: dict[str, str]):
    text = "|".join(f"{name.upper()}={value}" for name, value in settings.items())
    assert modify_advanced_settings("tuning")(text) == {name: value.strip() for name, value in settings.items()}
