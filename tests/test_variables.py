from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.variables import (
    STANDARD_TYPES,
    PlatformVariable,
    PlaybookVariable,
    find_platform_variables,
    find_playbook_variables,
    parse_platform_variable,
    parse_playbook_variable,
)

keys = st.text("abcXYZ019_.-[]", min_size=1, max_size=12)
platform_variables = st.builds(
    PlatformVariable, st.sampled_from(["TC", "Vault"]), st.sampled_from(["TEXT", "KEYCHAIN", "FILE"]), keys
)
playbook_variables = st.builds(
    PlaybookVariable,
    st.sampled_from(["App", "Global", "Trigger"]),
    st.text("0123456789", min_size=1, max_size=8),
    keys,
    st.sampled_from([*STANDARD_TYPES, "TCBatch", "my-type_1"]),
)
quiet_text = st.text(st.characters(exclude_characters="&#", exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=50)
@given(platform_variables)
def test_a_platform_variable_reads_back(variable: PlatformVariable) -> None:
    assert parse_platform_variable(str(variable)) == variable


@settings(max_examples=50)
@given(playbook_variables)
def test_a_playbook_variable_reads_back(variable: PlaybookVariable) -> None:
    assert parse_playbook_variable(str(variable)) == variable


BASES = tuple(name for name in STANDARD_TYPES if not name.endswith("Array"))
type_names = st.text("abSZ09_-", max_size=8)


@given(st.sampled_from(["", *STANDARD_TYPES, "TC", "string"]), type_names)
def test_a_type_is_a_standard_one_or_one_that_begins_with_none(start: str, end: str) -> None:
    name = start + end
    variable = parse_playbook_variable(f"#App:1:a!{name}")
    is_a_type = name in STANDARD_TYPES or (name != "" and not name.startswith(BASES))
    assert (variable is not None) is is_a_type
    assert variable is None or variable.type == name


@given(st.text("abAG:0#!. ", max_size=12), st.text("AGTp0:", max_size=4))
def test_what_is_found_in_a_text_is_what_is_read_by_itself(before: str, after: str) -> None:
    text = f"{before}#Global:007:a.b-[0]!TCEntityArray{after}"
    found = [text[start:end] for start, end, _ in find_playbook_variables(text)]
    assert "#Global:007:a.b-[0]!TCEntityArray" in found
    assert all(parse_playbook_variable(each) is not None for each in found)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    for parse in (parse_platform_variable, parse_playbook_variable):
        variable = parse(text)
        assert variable is None or str(variable) == text


@settings(max_examples=50)
@given(before=quiet_text, variables=st.lists(platform_variables, max_size=3), between=quiet_text)
def test_embedded_platform_variables_are_found_where_they_are(
    before: str, variables: list[PlatformVariable], between: str
) -> None:
    text = before + between.join(str(variable) for variable in variables)
    found = list(find_platform_variables(text))
    assert [variable for _, _, variable in found] == variables
    assert [text[start:end] for start, end, _ in found] == [str(variable) for variable in variables]


@settings(max_examples=50)
@given(before=quiet_text, variables=st.lists(playbook_variables, max_size=3))
def test_embedded_playbook_variables_are_found_where_they_are(before: str, variables: list[PlaybookVariable]) -> None:
    text = before + " ".join(str(variable) for variable in variables)
    found = list(find_playbook_variables(text))
    assert [variable for _, _, variable in found] == variables
    assert [text[start:end] for start, end, _ in found] == [str(variable) for variable in variables]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "&{TC:KEYCHAIN:a} ",
        "&{TC:KEYCHAIN:a}\n",
        "&{TC:keychain:a}",
        "&{tc:KEYCHAIN:a}",
        "&{TC:KEYCHAIN:}",
        "&{TC:PASSWORD:a}",
        "&{TC:TEXT:a b}",
        "${USER:KEYCHAIN}",
    ],
)
def test_what_is_no_platform_variable(text: str) -> None:
    assert parse_platform_variable(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "#App:1:a!Stringy",  # a custom type may not begin with a standard one
        "#App:1:a!",
        "#App:x:a!String",
        "#App:١:a!String",
        "#Playbook:1:a!String",
        "#App:1:a b!String",
        "#App:1:a!String\n",
        "App:1:a!String",
    ],
)
def test_what_is_no_playbook_variable(text: str) -> None:
    assert parse_playbook_variable(text) is None


def test_the_longer_type_wins_and_text_may_follow_at_once() -> None:
    found = [str(variable) for _, _, variable in find_playbook_variables("#App:1:a!StringArray,#App:01:b!Strings")]
    assert found == ["#App:1:a!StringArray", "#App:01:b!String"]
