from __future__ import annotations

import traceback
from typing import Annotated, Literal

import pytest
from pydantic import AliasChoices, Field, ValidationError, field_validator, model_validator

from gatepost.inputs.coercion import coerce
from gatepost.inputs.fields import always_array
from gatepost.inputs.model import Inputs, build, input_names
from gatepost.inputs.values import Finding, InvalidInputs, Problem, Source, Value
from gatepost.secret import Secret


def of(**raw: object) -> dict[str, Value]:
    return {name: Value(name, value, Source.ARGUMENTS, f"--{name}") for name, value in raw.items()}


class AppInputs(Inputs):
    owner: str = "Common Community"
    count: int
    password: Secret | None = None
    kinds: tuple[str, ...] = ()


def test_values_become_the_typed_inputs_of_the_app() -> None:
    inputs = build(AppInputs, of(owner="Acme", count="5", password=Secret("p"), kinds=["a"], tc_token=Secret("t")))
    assert inputs == AppInputs(owner="Acme", count=5, password=Secret("p"), kinds=("a",))


def test_an_unset_input_leaves_the_default() -> None:
    assert build(AppInputs, of(owner="", count=5, password=None)).owner == "Common Community"


def test_a_default_of_the_model_beats_the_one_of_the_framework() -> None:
    class WithStandard(Inputs):
        tc_log_level: str = "debug"
        tc_api_path: str

    values = {
        name: Value(name, text, Source.STANDARD)
        for name, text in {"tc_log_level": "info", "tc_api_path": "https://example.com"}.items()
    }
    assert build(WithStandard, values) == WithStandard(tc_log_level="debug", tc_api_path="https://example.com")


def test_inputs_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        build(AppInputs, of(count=1)).count = 2  # type: ignore[misc]


def test_an_unset_input_may_be_none_where_the_model_says_so() -> None:
    class Optional(Inputs):
        owner: str | None

    assert build(Optional, of(owner="")).owner is None


def test_fields_are_found_by_alias_and_in_any_case() -> None:
    class Aliased(Inputs):
        Owner: str
        level: str = Field(alias="logLevel")
        limit: int = Field(validation_alias=AliasChoices("resultLimit", "max_results"))

    assert input_names(Aliased) == {"owner", "loglevel", "level", "resultlimit", "max_results", "limit"}
    inputs = build(Aliased, of(owner="Acme", loglevel="debug", max_results="7"))
    assert (inputs.Owner, inputs.level, inputs.limit) == ("Acme", "debug", 7)


def test_a_model_that_allows_more_gets_more_but_not_the_framework_s() -> None:
    class Open(Inputs, extra="allow"):
        owner: str = ""

    inputs = build(Open, of(owner="Acme", other="x", unset="", tc_token=Secret("t")))
    assert inputs.model_dump() == {"owner": "Acme", "other": "x"}


def test_a_model_that_forbids_more_does_not_see_the_framework_s() -> None:
    class Closed(Inputs, extra="forbid"):
        owner: str

    assert build(Closed, of(owner="Acme", tc_job_id=5, other="x")).owner == "Acme"


def test_all_problems_come_at_once_with_place_and_remedy(manifest_of, param) -> None:
    class Many(Inputs):
        owner: str
        count: int
        color: Literal["Red", "Blue"]
        tags: list[int]
        when: str

    manifest = manifest_of(param("color", "Choice", valid_values=("Red", "Blue", "Green")), param("dry", "Boolean"))
    raw = of(count="many", color="Green", tags=["1", "x"], dry="maybe", tc_proxy_port="x")
    values, problems = coerce(raw, manifest)
    findings = [Finding("app_inputs.json (when) was ignored: ${env.WHEN} is not set", "when")]
    with pytest.raises(InvalidInputs) as caught:
        build(Many, values, manifest=manifest, problems=problems, findings=findings)
    number = "input should be a valid integer, unable to parse string as an integer"
    elsewhere = "Set it: on the platform in the app's form, elsewhere with"
    why_not = "app_inputs.json (when) was ignored: ${env.WHEN} is not set"
    assert caught.value.why.splitlines() == [
        "tc_proxy_port: is not a whole number (from arguments: --tc_proxy_port). Give digits only",
        f"owner: is missing. {elsewhere} --owner or APP_INPUT_OWNER",
        f"count: {number} (from arguments: --count). Correct the value",
        "color: input should be 'Red' or 'Blue' (from arguments: --color). Choose one of: Red, Blue, Green",
        f"tags: at 1: {number} (from arguments: --tags). Correct the value",
        f"when: is missing: {why_not}. {elsewhere} --when or APP_INPUT_WHEN",
    ]


def test_a_single_value_for_a_list_is_told_how_it_becomes_one() -> None:
    class Listed(Inputs):
        tags: list[str]

    class Made(Inputs):
        tags: Annotated[list[str], always_array()]

    with pytest.raises(InvalidInputs, match=r"tags: input should be a valid list.*always_array\(\)"):
        build(Listed, of(tags="red"))
    assert build(Made, of(tags="red")).tags == ["red"]


def test_an_input_that_was_refused_before_is_not_called_missing_too() -> None:
    refused = Problem("count", "is not a whole number", "arguments: --count")
    with pytest.raises(InvalidInputs) as caught:
        build(AppInputs, {}, problems=[refused])
    assert caught.value.problems == (refused,)


def test_a_refused_input_stops_the_run_even_where_the_model_has_a_default() -> None:
    with pytest.raises(InvalidInputs, match="owner: is wrong"):
        build(AppInputs, of(count=1), problems=[Problem("owner", "is wrong")])


def test_problems_of_inputs_that_the_app_does_not_read_stop_nothing() -> None:
    assert build(AppInputs, of(count=1), problems=[Problem("elsewhere", "is wrong")]).count == 1


@pytest.mark.parametrize(("name", "ways"), [("tc_job_id", "--tc_job_id or TC_JOB_ID"), ("api_access_id", "or API_ACCESS_ID")])
def test_standard_inputs_are_set_by_their_own_variables(name: str, ways: str) -> None:
    model = type("Model", (Inputs,), {"__annotations__": {name: str}})
    with pytest.raises(InvalidInputs, match=ways):
        build(model, {})


def test_a_secret_needs_a_field_for_secrets() -> None:
    class Careless(Inputs):
        password: str

    with pytest.raises(InvalidInputs) as caught:
        build(Careless, of(password=Secret("hunter2")))
    (problem,) = caught.value.problems
    assert problem.what == "is a secret, and the model's field is not"
    assert problem.remedy == "Declare the field as password: Secret, and call reveal() where its text is needed"


@pytest.mark.parametrize("value", [5, ["a"], {"key": "k"}])
def test_a_secret_is_made_of_text(value: object) -> None:
    with pytest.raises(InvalidInputs) as caught:
        build(AppInputs, of(count=1, password=value))
    assert [problem.what for problem in caught.value.problems] == ["input should be a valid string"]


def test_plain_text_may_become_a_secret() -> None:
    assert build(AppInputs, of(count=1, password="p")).password == Secret("p")


def test_no_secret_is_in_the_error_nor_in_what_hangs_on_it() -> None:
    class Checked(Inputs):
        password: Secret
        owner: Annotated[str, Field(max_length=3)]
        other: str

        @field_validator("password")
        @classmethod
        def is_long(cls, password: Secret) -> Secret:
            raise ValueError(f"{password.reveal()} is too short")

        @field_validator("other")
        @classmethod
        def mentions(cls, other: str) -> str:
            raise ValueError("differs from " + "hunter" + "2")

    values = of(password=Secret("hunter2"), owner="plain text", other="o")
    with pytest.raises(InvalidInputs) as caught:
        build(Checked, values)
    shown = "".join(traceback.format_exception(caught.value))
    assert "hunter2" not in shown
    assert "plain text" not in shown
    assert caught.value.__context__ is None
    assert [problem.what for problem in caught.value.problems] == [
        "was refused (value_error)",
        "string should have at most 3 characters",
        "value error, differs from **********",
    ]


def test_the_app_s_own_rule_over_several_inputs_is_told_as_such() -> None:
    class Together(Inputs):
        a: int = 0
        password: Secret

        @model_validator(mode="after")
        def agree(self) -> Together:
            raise ValueError(f"a and {self.password.reveal()} do not agree")

    with pytest.raises(InvalidInputs) as caught:
        build(Together, of(password=Secret("hunter2")))
    assert str(caught.value.problems[0]) == (
        "inputs: Value error, a and ********** do not agree. Correct the combination of inputs"
    )
