"""Writing variables: only what was asked for (contract/playbooks.md section 4)."""

from __future__ import annotations

import pytest

from gatepost.kvstore import MemoryStore
from gatepost.playbook import Playbook, VariableError
from gatepost.playbook.writing import Requested, VariableWriter

REQUESTED = ["#App:9:a!String", "#App:9:a!StringArray", " #App:9:b!Binary", "no variable", "#App:9:own!custom-type"]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def playbook(store: MemoryStore) -> Playbook:
    return Playbook(store, "4f5c", REQUESTED)


@pytest.mark.parametrize(
    ("name", "value", "type", "written"),
    [
        ("a", "text", None, {"#App:9:a!String": b'"text"'}),
        ("a", ["text"], "StringArray", {"#App:9:a!StringArray": b'["text"]'}),
        ("a", b"", "Binary", {}),
        ("b", b"\x00", None, {"#App:9:b!Binary": b'"AA=="'}),
        (" #App:9:b!Binary ", b"\x00", None, {"#App:9:b!Binary": b'"AA=="'}),
        ("own", "raw", None, {"#App:9:own!custom-type": b"raw"}),
        ("missing", "text", None, {}),
        ("#App:8:a!String", "text", None, {}),
        ("a", None, None, {}),
        ("a", "", None, {"#App:9:a!String": b'""'}),
    ],
)
def test_what_was_asked_for_is_written(
    playbook: Playbook, store: MemoryStore, name: str, value: object, type: str | None, written: dict[str, bytes]
) -> None:
    assert playbook.write(name, value, type=type) is bool(written)
    assert store.values == written


def test_a_whole_variable_may_be_written_unasked(playbook: Playbook, store: MemoryStore) -> None:
    assert playbook.write("#App:8:a!String", "text", always=True)
    assert not playbook.write("bare", "text", always=True)
    assert store.values == {"#App:8:a!String": b'"text"'}


def test_a_type_that_is_not_the_variables_is_refused(playbook: Playbook) -> None:
    with pytest.raises(VariableError, match="#App:9:b!Binary is not of the type String"):
        playbook.write("#App:9:b!Binary", "text", type="String")


def test_one_value_that_does_not_fit_keeps_all_of_them_out(playbook: Playbook, store: MemoryStore) -> None:
    with pytest.raises(VariableError, match="not one for #App:9:b!Binary"):
        playbook.write_many({"a": "text", "b": "no bytes"})
    assert store.values == {}


def test_many_values_say_which_of_them_were_written(playbook: Playbook) -> None:
    assert playbook.write_many({"a": "text", "b": None, "missing": 1}) == ("#App:9:a!String",)


def test_what_was_asked_for_can_be_asked(playbook: Playbook) -> None:
    assert playbook.requested == (
        "#App:9:a!String",
        "#App:9:a!StringArray",
        "#App:9:b!Binary",
        "no variable",
        "#App:9:own!custom-type",
    )
    assert playbook.is_requested("a")
    assert playbook.is_requested("#App:9:b!Binary")
    assert not playbook.is_requested("a", "Binary")
    assert not playbook.is_requested("#App:8:a!String")


def test_a_variable_is_deleted(playbook: Playbook, store: MemoryStore) -> None:
    playbook.write("a", "text")
    assert (playbook.delete("a"), playbook.delete("a"), playbook.delete("missing")) == (True, False, False)
    assert store.values == {}


def test_values_are_read_and_written_by_one_object(playbook: Playbook) -> None:
    playbook.write("a", "text")
    assert playbook.read("a is #App:9:a!String") == "a is text"
    assert playbook.read_many(["#App:9:a!String", 5]) == ["text", 5]
    playbook.store.write_many({"#App:9:a!String": "no JSON"})
    with pytest.raises(VariableError, match="It is not JSON"):
        playbook.read_many(["#App:9:a!String"])


def test_a_none_leaves_a_sign_for_test_tools(store: MemoryStore) -> None:
    VariableWriter(store, Requested(REQUESTED), write_nulls=True).write([("a", None, None), ("missing", None, None)])
    assert store.values == {"#App:9:a!String_NULL_VALIDATION": b""}
