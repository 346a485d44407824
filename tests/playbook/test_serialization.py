"""What is kept in the store, byte by byte (contract/playbooks.md section 3)."""

from __future__ import annotations

import contextlib
import enum
import json
from collections import OrderedDict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.inputs.fields import KeyValue, TCEntity
from gatepost.playbook import VariableError, deserialize, serialize
from gatepost.secret import Secret

ENTITY = {"id": 1, "value": "1.1.1.1", "type": "Address"}


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("type", "value", "kept"),
    [
        ("String", 'héllo "q"', '"h\\u00e9llo \\"q\\""'),
        ("String", "", '""'),
        ("String", True, '"true"'),
        ("String", False, '"false"'),
        ("String", 3.5, '"3.5"'),
        ("String", 7, '"7"'),
        ("String", Colour.RED, '"red"'),
        ("StringArray", ["a", 1, True, None], '["a", "1", "true", null]'),
        ("StringArray", (text for text in "ab"), '["a", "b"]'),
        ("StringArray", [], "[]"),
        ("Binary", b"\x00\xff", '"AP8="'),
        ("Binary", bytearray(b"\x00\xff"), '"AP8="'),
        ("BinaryArray", [b"a", None], '["YQ==", null]'),
        ("KeyValue", {"key": "k", "value": None}, '{"key": "k", "value": null}'),
        ("KeyValue", OrderedDict(value="v", key="k"), '{"value": "v", "key": "k"}'),
        ("KeyValue", KeyValue(key="k", value="v"), '{"key": "k", "value": "v"}'),
        ("KeyValueArray", [{"key": "k", "value": "v"}], '[{"key": "k", "value": "v"}]'),
        ("TCEntity", ENTITY, '{"id": 1, "value": "1.1.1.1", "type": "Address"}'),
        ("TCEntity", {**ENTITY, "id": "1", "ownerName": "é"}, None),
        ("TCEntityArray", [ENTITY], '[{"id": 1, "value": "1.1.1.1", "type": "Address"}]'),
        ("TCBatch", {"indicator": [], "group": [{}]}, '{"indicator": [], "group": [{}]}'),
        ("TCBatch", {}, "{}"),
        ("TCEnhancedEntity", '{"any": 1}', '{"any": 1}'),
        ("TCEnhancedEntityArray", b"\xff", b"\xff"),
        ("custom-type", "as it is", "as it is"),
        ("custom-type", 5, "5"),
    ],
)
def test_a_value_is_kept_as_the_field_has_it(type: str, value: object, kept: object) -> None:
    assert serialize(type, value) == (json.dumps(value) if kept is None else kept)


def test_of_a_model_what_was_set_is_kept() -> None:
    entity = TCEntity(id=1, type="Address", value="1.1.1.1", ownerName="Me")  # type: ignore[call-arg]  # extra keys are kept
    assert json.loads(serialize("TCEntity", entity)) == {**ENTITY, "ownerName": "Me"}


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("type", "value", "message"),
    [
        ("String", b"bytes", "It is or holds a bytes, not a text"),
        ("String", ["a"], "not a text"),
        ("StringArray", "text", "It is a single str, not a list. Put it into a list"),
        ("StringArray", {"a": 1}, "It is a single dict"),
        ("StringArray", b"ab", "It is a single bytes"),
        ("StringArray", 5, "It is a single int"),
        ("StringArray", [b"a"], "holds a bytes, not a text"),
        ("Binary", "text", "not bytes"),
        ("BinaryArray", ["text"], "not bytes"),
        ("KeyValue", {"key": "k"}, "It has no value. Give an object with key, value"),
        ("KeyValue", [("key", "k")], "not an object"),
        ("KeyValueArray", [{"key": "k", "value": "v"}, None], "holds a None, not an object"),
        ("KeyValueArray", {"key": "k", "value": "v"}, "It is a single dict"),
        ("KeyValueArray", KeyValue(key="k", value="v"), "It is a single KeyValue"),
        ("KeyValue", {"key": "k", "value": b"raw"}, "cannot be written as JSON"),
        ("KeyValue", {"key": "k", "value": LOOP}, "cannot be written as JSON|nested"),
        ("TCEntity", {"id": 1}, "It has no value and no type"),
        ("TCEntityArray", [None], "not an object"),
        ("TCBatch", {"indicator": {}}, "Its indicator is no list"),
        ("TCEnhancedEntity", {"any": 1}, "not text or bytes"),
        ("String", Secret("not to be seen"), "It is a secret.*reveal"),
        ("KeyValue", {"key": "k", "value": Secret("not to be seen")}, "JSON"),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_not_shown(type: str, value: object, message: str) -> None:
    with pytest.raises(VariableError, match=f"The value is not one for #App:1:a!{type}.*{message}") as caught:
        serialize(type, value, f"#App:1:a!{type}")
    assert "not to be seen" not in str(caught.value)
    assert caught.value.variable == f"#App:1:a!{type}"


texts = st.text()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
values = {
    "String": texts,
    "StringArray": st.lists(texts | st.none(), max_size=4),
    "Binary": st.binary(),
    "BinaryArray": st.lists(st.binary() | st.none(), max_size=4),
    "KeyValue": st.fixed_dictionaries({"key": texts, "value": json_values}),
    "KeyValueArray": st.lists(st.fixed_dictionaries({"key": texts, "value": json_values}), max_size=3),
    "TCEntity": st.fixed_dictionaries({"id": st.integers(), "value": texts, "type": texts}),
    "TCEntityArray": st.lists(st.fixed_dictionaries({"id": st.integers(), "value": texts, "type": texts}), max_size=3),
}


@given(st.sampled_from(sorted(values)).flatmap(lambda type: st.tuples(st.just(type), values[type])))
@settings(max_examples=60)
def test_what_was_written_reads_back(case: tuple[str, Any]) -> None:
    type, value = case
    kept = serialize(type, value)
    assert isinstance(kept, str)
    assert kept.isascii()
    assert deserialize(type, kept.encode()) == value


@given(st.sampled_from([*sorted(values), "TCBatch", "custom"]), st.binary())
@settings(max_examples=100)
def test_any_data_is_read_or_refused(type: str, data: bytes) -> None:
    with contextlib.suppress(VariableError):
        deserialize(type, data)


@pytest.mark.parametrize(
    ("type", "kept", "message"),
    [
        ("String", b"no JSON", "It is not JSON"),
        ("String", b"", "It is not JSON"),
        ("String", b"\xff", "It is not UTF-8 text"),
        ("String", b'{"a": 1}', "It is JSON of another type: an object"),
        ("String", b"[" * 100_000, "It is JSON that is nested too deeply|It is not JSON"),
        ("StringArray", b'"text"', "another type: text"),
        ("StringArray", b'[["a"]]', "another type: an array"),
        ("Binary", b'"A"', "It is not base64"),
        ("Binary", b"5", "another type: a number"),
        ("BinaryArray", b'["A"]', "It is not base64"),
        ("KeyValue", b"[]", "another type: an array"),
        ("KeyValueArray", b"[null]", "another type: null"),
        ("TCEntity", b'"text"', "another type: text"),
    ],
)
def test_bad_data_is_explained_and_not_shown(type: str, kept: bytes, message: str) -> None:
    with pytest.raises(VariableError, match=f"holds for #App:1:a!{type} cannot be read.*({message})") as caught:
        deserialize(type, kept, f"#App:1:a!{type}")
    assert "no JSON" not in str(caught.value)


@pytest.mark.parametrize(
    ("kept", "value"), [(b"true", "true"), (b"3.5", "3.5"), (b"7", "7"), (b"null", None), ('"é"'.encode(), "é")]
)
def test_a_string_may_be_kept_as_another_scalar(kept: bytes, value: str | None) -> None:
    assert deserialize("String", kept) == value


@pytest.mark.parametrize(("binary", "value"), [("bytes", [b"\xe9", None]), ("base64", ["6Q==", None]), ("text", ["é", None])])
def test_binaries_are_read_in_three_forms(binary: Any, value: list[object]) -> None:
    assert deserialize("BinaryArray", b'["6Q==", null]', binary=binary) == value


def test_a_large_value_is_written_and_read() -> None:
    text = "x" * 20_000_000
    assert deserialize("String", serialize("String", text)) == text
