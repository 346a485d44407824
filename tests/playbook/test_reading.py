"""Reading variables, also those inside of longer text (contract/playbooks.md section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.kvstore import MemoryStore
from gatepost.playbook import VariableError, VariableReader
from gatepost.playbook.reading import replace_spaces
from gatepost.secret import Secret


class Counting(MemoryStore):
    """Counts how often it is asked."""

    def __init__(self, values: dict[str, bytes | str]) -> None:
        super().__init__(values)
        self.asked: list[list[str]] = []

    def read_many(self, keys: Sequence[str]) -> list[bytes | None]:
        self.asked.append(list(keys))
        return super().read_many(keys)


KEPT: dict[str, bytes | str] = {
    "#App:1:s!String": '"text"',
    "#App:1:null!String": "null",
    "#App:1:bad!String": "no JSON",
    "#App:1:says!String": '"says #App:1:s!String"',
    "#App:1:whole!String": '"#App:1:s!String"',
    "#App:1:self!String": '"me and #App:1:self!String"',
    "#App:1:ping!String": '"ping #App:1:pong!String"',
    "#App:1:pong!String": '"pong #App:1:ping!String"',
    "#App:1:list!StringArray": '["a", null, "#App:1:s!String"]',
    "#App:1:b!Binary": '"AP8="',
    "#App:1:bs!BinaryArray": '["AP8=", null]',
    "#App:1:kv!KeyValue": '{"key": "#App:1:s!String", "value": "#App:1:list!StringArray"}',
    "#App:1:kvs!KeyValueArray": (
        '[{"key": "k", "value": "in #App:1:s!String"}, {"key": "b", "value": "#App:1:b!Binary"},'
        ' {"key": "n", "value": "#App:1:none!String"}, {"key": "plain", "value": 5}, {"key": "bare"}]'
    ),
    "#App:1:loop!KeyValue": '{"key": "k", "value": "#App:1:loop!KeyValue"}',
    "#App:1:e!TCEntity": '{"id": 1, "value": "v", "type": "Address"}',
    "#App:1:es!TCEntityArray": '[{"id": 1, "value": "v", "type": "Address"}]',
    "#App:1:batch!TCBatch": '{"indicator": []}',
    "#App:1:raw!TCEnhancedEntity": b"\x00raw",
    "#Global:0:g!custom-type": "as it is",
    "#Trigger:01:body!String": '"body"',
    "#App:1:secret!String": '"token &{TC:KEYCHAIN:key}"',
    "#App:1:mixed!String": '"a &{TC:TEXT:word} b &{Vault:FILE:f} c"',
    "#App:1:header!KeyValue": '{"key": "Authorization", "value": "&{TC:KEYCHAIN:key}"}',
}
ENTITY = {"id": 1, "value": "v", "type": "Address"}


def fetch(provider: str, type: str, key: str) -> object:
    return {"KEYCHAIN": Secret("swordfish"), "TEXT": "word"}[type]


@pytest.fixture
def store() -> Counting:
    return Counting(KEPT)


@pytest.fixture
def reader(store: Counting) -> VariableReader:
    return VariableReader(store.read_many, fetch)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("#App:1:s!String", "text"),
        (" #App:1:s!String ", "text"),
        ("#App:1:none!String", None),
        ("#App:1:null!String", None),
        ("#App:1:says!String", "says text"),
        ("#App:1:whole!String", "#App:1:s!String"),
        ("#App:1:list!StringArray", ["a", None, "#App:1:s!String"]),
        ("#App:1:b!Binary", b"\x00\xff"),
        ("#App:1:bs!BinaryArray", [b"\x00\xff", None]),
        ("#App:1:kv!KeyValue", {"key": "#App:1:s!String", "value": ["a", None, "#App:1:s!String"]}),
        (
            "#App:1:kvs!KeyValueArray",
            [
                {"key": "k", "value": "in text"},
                {"key": "b", "value": b"\x00\xff"},
                {"key": "n", "value": None},
                {"key": "plain", "value": 5},
                {"key": "bare"},
            ],
        ),
        ("#App:1:e!TCEntity", ENTITY),
        ("#App:1:es!TCEntityArray", [ENTITY]),
        ("#App:1:batch!TCBatch", {"indicator": []}),
        ("#App:1:raw!TCEnhancedEntity", b"\x00raw"),
        ("#Global:0:g!custom-type", b"as it is"),
        ("#Trigger:01:body!String", "body"),
    ],
)
def test_a_whole_variable_becomes_its_typed_value(reader: VariableReader, value: str, read: object) -> None:
    assert reader.read(value) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("no variable", "no variable"),
        ("a #App:1:s!String b", "a text b"),
        ("#App:1:s!String#App:1:s!String", "texttext"),
        ("a #App:1:none!String", "a <null>"),
        ("a #App:1:null!String", "a <null>"),
        ("a #App:1:b!Binary, #App:1:none!BinaryArray", "a <binary>, <binary>"),
        ("a #App:1:list!StringArray", 'a ["a", null, "#App:1:s!String"]'),
        ("a #App:1:e!TCEntity", 'a {"id": 1, "value": "v", "type": "Address"}'),
        ("a #App:1:header!KeyValue", 'a {"key": "Authorization", "value": "swordfish"}'),
        ("a #Global:0:g!custom-type", "a as it is"),
        ("a #App:1:says!String", "a says text"),
        (r"\sa\\sb\s", r" a\sb "),
    ],
)
def test_variables_in_longer_text_are_replaced(reader: VariableReader, text: str, read: str) -> None:
    assert reader.read(text) == read


def test_a_binary_within_an_object_within_text_is_named(reader: VariableReader) -> None:
    assert '{"key": "b", "value": "<binary>"}' in reader.read("a #App:1:kvs!KeyValueArray")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("#App:1:self!String", "It names itself"),
        ("#App:1:ping!String", "It names #App:1:pong!String, which names it in turn"),
        ("a text with #App:1:ping!String in it", "It names #App:1:pong!String, which names it in turn"),
        ("#App:1:loop!KeyValue", "It names itself"),
    ],
)
def test_a_variable_that_names_itself_cannot_be_read(reader: VariableReader, value: str, why: str) -> None:
    with pytest.raises(VariableError, match="cannot be read") as caught:
        reader.read(value)
    assert caught.value.why == why


def test_blanks_around_the_variable_of_an_object_are_a_text_of_its_own(store: Counting) -> None:
    store.write_many({"#App:1:spaced!KeyValue": '{"key": "k", "value": " #App:1:s!String "}'})
    assert VariableReader(store.read_many).read("#App:1:spaced!KeyValue") == {"key": "k", "value": " text "}


def test_a_text_that_is_nothing_but_its_own_variable_is_a_text(store: Counting) -> None:
    store.write_many({"#App:1:exact!String": '"#App:1:exact!String"'})
    assert VariableReader(store.read_many).read("#App:1:exact!String") == "#App:1:exact!String"


@pytest.mark.parametrize("value", [5, None, True, b"bytes", {"key": "#App:1:s!String"}])
def test_what_is_no_text_is_returned_as_it_is(reader: VariableReader, store: Counting, value: object) -> None:
    assert reader.read(value) == value
    assert not store.asked


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("#App:1:none!String", []),
        (None, []),
        ("#App:1:s!String", ["text"]),
        ("#App:1:list!StringArray", ["a", None, "#App:1:s!String"]),
        ("#App:1:e!TCEntity", [ENTITY]),
        ("a #App:1:s!String", ["a text"]),
    ],
)
def test_a_list_is_made_of_one_value(reader: VariableReader, value: object, read: list[object]) -> None:
    assert reader.read(value, array=True) == read


def test_binaries_may_be_text(reader: VariableReader) -> None:
    assert reader.read("#App:1:b!Binary", binary="base64") == "AP8="
    assert reader.read("#App:1:b!Binary", binary="text") == "\x00ÿ"


def test_each_item_of_a_list_is_read_by_itself(reader: VariableReader) -> None:
    assert reader.read(["#App:1:s!String", r"a\s", 5, "b #App:1:s!String"], spaces=False) == ["text", "a ", 5, "b text"]


def test_the_value_of_an_entry_is_read_and_its_key_is_not(reader: VariableReader) -> None:
    entries = [
        {"key": "#App:1:s!String", "value": r"\s #App:1:says!String"},
        {"key": "k", "value": "#App:1:b!Binary"},
        {"a": "#App:1:s!String"},
    ]
    assert reader.read(entries) == [
        {"key": "#App:1:s!String", "value": r"\s says text"},
        {"key": "k", "value": b"\x00\xff"},
        {"a": "#App:1:s!String"},
    ]


def test_a_secret_stays_one(reader: VariableReader) -> None:
    assert reader.read(Secret("#App:1:s!String")) == Secret("text")
    assert reader.read(Secret("#App:1:b!Binary")) == b"\x00\xff"


def test_variables_of_the_platform_in_values_are_resolved(reader: VariableReader) -> None:
    assert reader.read("#App:1:secret!String") == Secret("token swordfish")
    assert reader.read("#App:1:mixed!String") == "a word b <file> c"
    assert reader.read("#App:1:header!KeyValue") == {"key": "Authorization", "value": Secret("swordfish")}


def test_without_a_platform_its_variables_stay_as_they_are(store: Counting) -> None:
    assert VariableReader(store.read_many).read("#App:1:secret!String") == "token &{TC:KEYCHAIN:key}"


def test_many_values_are_one_round_trip(reader: VariableReader, store: Counting) -> None:
    read = reader.read_all(["#App:1:s!String", "a #App:1:b!Binary", ["#App:1:s!String", "#App:1:list!StringArray"], 5])
    assert read == ["text", "a <binary>", ["text", ["a", None, "#App:1:s!String"]], 5]
    assert store.asked == [["#App:1:s!String", "#App:1:b!Binary", "#App:1:list!StringArray"]]


def test_what_values_name_is_one_round_trip_more(reader: VariableReader, store: Counting) -> None:
    reader.read_all(["#App:1:kvs!KeyValueArray", "#App:1:kv!KeyValue", "#App:1:says!String", "#App:1:ping!String"])
    assert len(store.asked) == 2


def test_a_value_that_cannot_be_read_is_no_reason_to_lose_the_others(reader: VariableReader) -> None:
    bad, good = reader.read_all(["#App:1:bad!String", "#App:1:s!String"])
    assert isinstance(bad, VariableError)
    assert good == "text"
    with pytest.raises(VariableError, match=r"#App:1:bad!String cannot be read\. It is not JSON"):
        reader.read("in #App:1:bad!String")


@given(st.text(st.sampled_from(["\\", "s", " ", "a"]), max_size=12))
def test_spaces_are_replaced_as_two_patterns_one_after_the_other_do(text: str) -> None:
    import re

    expected = re.sub(r"\\\\s", r"\\s", re.sub(r"(?<!\\)\\s", " ", text))
    assert replace_spaces(text) == expected


variables = st.sampled_from(sorted(KEPT))


@given(st.lists(st.text(max_size=5) | variables, max_size=5).map("".join))
@settings(max_examples=50)
def test_any_text_is_read_or_refused(text: str) -> None:
    read: Any = VariableReader(MemoryStore(KEPT).read_many, fetch).read_all([text])[0]
    assert read is None or isinstance(read, (str, bytes, list, dict, Secret, VariableError))
