"""What an app gives out, typed."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from gatepost import Outputs
from gatepost.errors import UsageError
from gatepost.inputs.fields import AddressEntity, KeyValue, TCEntity
from gatepost.kvstore import MemoryStore
from gatepost.playbook import Difference, OutputVariable, Playbook, Variable, differences, output_values, output_variables


class Colour(enum.StrEnum):
    RED = "red"


class DemoOutputs(Outputs, prefix="demo"):
    out: str
    names: Sequence[str] = ()
    report: Annotated[bytes | None, Variable("report.file")] = None


def test_the_names_of_the_variables_are_those_of_the_fields_with_the_prefix() -> None:
    assert output_variables(DemoOutputs) == (
        OutputVariable("demo.out", "String"),
        OutputVariable("demo.names", "StringArray"),
        OutputVariable("report.file", "Binary"),
    )


@pytest.mark.parametrize(
    ("annotation", "type"),
    [
        (str, "String"),
        (bool, "String"),
        (int | None, "String"),
        (int | str, "String"),
        (Literal["a", "b"], "String"),
        (Colour, "String"),
        (bytes, "Binary"),
        (KeyValue, "KeyValue"),
        (TCEntity | None, "TCEntity"),
        (AddressEntity, "TCEntity"),
        (list[str | None], "StringArray"),
        (tuple[bytes, ...], "BinaryArray"),
        (Sequence[KeyValue], "KeyValueArray"),
        (Iterable[AddressEntity] | None, "TCEntityArray"),
        (set[int], "StringArray"),
        (Annotated[dict[str, Any], Variable(type="TCBatch")], "TCBatch"),
        (Annotated[str, Variable(type="TCEnhancedEntity")] | None, "TCEnhancedEntity"),
    ],
)
def test_a_python_type_means_a_type_of_variable(annotation: Any, type: str) -> None:
    class One(Outputs):
        field: annotation

    assert output_variables(One) == (OutputVariable("field", type),)


@pytest.mark.parametrize(
    "annotation", [dict[str, str], Any, list[list[str]], str | bytes, tuple[str, str], Literal[None], object]
)
def test_a_type_of_no_variable_is_refused(annotation: Any) -> None:
    class One(Outputs):
        field: annotation

    with pytest.raises(UsageError, match=r"One\.field is of a type that no variable has.*Variable\(type="):
        output_variables(One)


def test_an_alias_is_a_whole_name() -> None:
    class One(Outputs, prefix="one"):
        field: str = Field("", alias="other.name")

    assert output_variables(One) == (OutputVariable("other.name", "String"),)


def test_a_derived_model_has_the_prefix_of_its_base_unless_it_has_its_own() -> None:
    class Same(DemoOutputs):
        more: str = ""

    class Other(DemoOutputs, prefix="other."):
        pass

    assert output_variables(Same)[-1] == OutputVariable("demo.more", "String")
    assert output_variables(Other)[0] == OutputVariable("other.out", "String")


def test_two_fields_are_two_variables() -> None:
    class Twins(Outputs):
        one: str = ""
        two: Annotated[str, Variable("one")] = ""

    with pytest.raises(UsageError, match=r"Twins\.two and Twins\.one are the same variable, one!String"):
        output_variables(Twins)


def test_a_name_that_no_variable_can_have_is_refused() -> None:
    class One(Outputs):
        field: Annotated[str, Variable("with space")] = ""

    with pytest.raises(UsageError, match="cannot be the variable with space!String"):
        output_variables(One)


def test_what_is_assigned_is_validated() -> None:
    outputs = DemoOutputs(out="text")
    with pytest.raises(ValidationError):
        outputs.names = 5  # type: ignore[assignment]
    with pytest.raises(ValidationError):
        DemoOutputs(out="text", unknown=1)  # type: ignore[call-arg]


def test_values_are_by_variable() -> None:
    assert output_values(DemoOutputs(out="text")) == {
        OutputVariable("demo.out", "String"): "text",
        OutputVariable("demo.names", "StringArray"): (),
        OutputVariable("report.file", "Binary"): None,
    }


def test_outputs_are_written_in_one_round_trip_and_the_last_value_counts() -> None:
    class Counting(MemoryStore):
        writes = -1  # the one of its own making

        def write_many(self, values: Any) -> None:
            self.writes += 1
            super().write_many(values)

    store = Counting()
    playbook = Playbook(store, "4f5c", ["#App:9:demo.out!String", "#App:9:report.file!Binary"])
    written = playbook.write_outputs(DemoOutputs(out="first", report=b"\x00"), DemoOutputs(out="second", report=b"\x01"))
    assert written == ("#App:9:demo.out!String", "#App:9:report.file!Binary")
    assert store.values == {"#App:9:demo.out!String": b'"second"', "#App:9:report.file!Binary": b'"AQ=="'}
    assert store.writes == 1


def test_code_and_manifest_are_compared() -> None:
    declared = [
        OutputVariable("demo.out", "StringArray"),
        OutputVariable("report.file", "Binary"),
        OutputVariable("old", "String"),
    ]
    found = differences([DemoOutputs], declared)
    assert found == (
        Difference(OutputVariable("demo.out", "String"), True, "StringArray"),
        Difference(OutputVariable("demo.names", "StringArray"), True),
        Difference(OutputVariable("demo.out", "StringArray"), False, "String"),
        Difference(OutputVariable("old", "String"), False),
    )
    assert [str(each) for each in found[1:3]] == [
        "The output demo.names is a StringArray in the code, and the manifest does not have it",
        "The output demo.out is a StringArray in the manifest, and the code has it as String",
    ]
    assert differences([DemoOutputs], output_variables(DemoOutputs)) == ()
