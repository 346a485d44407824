"""KeyValue and TCEntity: what playbooks hand to an app."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gatepost.inputs.fields import KeyValue, NullableKeyValue, TCEntity
from gatepost.secret import Secret


def told(error: pytest.ExceptionInfo[ValidationError]) -> list[tuple[tuple[int | str, ...], str]]:
    return [(one["loc"], one["msg"]) for one in error.value.errors(include_url=False)]


def test_a_key_value_holds_text_bytes_secrets_and_others_of_its_kind():
    assert KeyValue(key="a", value="b").value == "b"
    assert KeyValue(key="a", value=b"\xff").value == b"\xff"
    assert KeyValue(key="a", value=Secret("h1dden")).value == Secret("h1dden")
    inner = KeyValue.model_validate({"key": "a", "value": {"key": "b", "value": "c"}}).value
    assert inner == KeyValue(key="b", value="c")
    listed = KeyValue.model_validate({"key": "a", "value": ["x", {"id": "7", "type": "Host", "value": "example.com"}]}).value
    assert listed == ["x", TCEntity(id=7, type="Host", value="example.com")]


def test_booleans_and_numbers_become_text_as_playbooks_store_them():
    assert KeyValue.model_validate({"key": "a", "value": [True, 3.5, 2]}).value == ["true", "3.5", "2"]


def test_what_is_not_listed_is_kept():
    data = {"key": "a", "type": None, "value": "b", "variableType": "String"}
    assert KeyValue.model_validate(data).model_dump() == data
    entity = {"id": 1, "type": "Address", "value": "192.0.2.1", "ownerName": "Acme"}
    assert TCEntity.model_validate(entity).model_dump(exclude_none=True) == entity


@pytest.mark.parametrize(
    ("data", "place"),
    [({"key": " ", "value": "x"}, "key"), ({"key": "a", "value": None}, "value")],
)
def test_blank_keys_and_null_values_are_refused(data: dict[str, Any], place: str):
    with pytest.raises(ValidationError) as error:
        KeyValue.model_validate(data)
    assert told(error) == [((place,), "an empty value is not allowed for this field")]


def test_null_is_a_value_where_it_is_asked_for():
    assert NullableKeyValue(key="a", value=None).value is None


def test_an_error_speaks_of_the_kind_that_was_meant():
    with pytest.raises(ValidationError) as error:
        KeyValue.model_validate({"key": "a", "value": {"id": 1, "type": "", "value": "x"}})
    assert told(error) == [(("value", "TCEntity", "type"), "an empty value is not allowed for this field")]
    with pytest.raises(ValidationError) as error:
        KeyValue.model_validate({"key": "a", "value": object()})
    assert told(error) == [(("value",), "is neither text, bytes, a KeyValue, a TCEntity nor a list of those")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["key", "value", "id", "type"]) | st.text(), inner),
    max_leaves=8,
)


@given(JSON)
@settings(max_examples=50)
def test_nothing_that_json_can_say_ends_in_another_error(data: object):
    for model in (KeyValue, TCEntity):
        with suppress(ValidationError):
            read = model.model_validate(data)
            assert model.model_validate(read.model_dump()) == read


def test_something_nested_without_end_is_refused():
    data: object = "x"
    for _ in range(2000):
        data = {"key": "k", "value": data}
    with pytest.raises(ValidationError):
        KeyValue.model_validate(data)
