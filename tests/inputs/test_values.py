from __future__ import annotations

import pytest

from gatepost.inputs.values import Collected, Finding, InvalidInputs, Problem, Source, Value
from gatepost.secret import Secret


def test_sources_are_ranked_by_trust() -> None:
    assert [source.label for source in sorted(Source)] == [
        "explicit",
        "param file",
        "arguments",
        "AOT",
        "environment",
        ".env",
        "app_inputs.json",
        "secure params",
        "default",
        "standard default",
    ]


def test_best_is_the_value_of_the_most_trusted_source() -> None:
    collected = Collected(
        [
            Value("owner", "from default", Source.DEFAULT, "install.json"),
            Value("owner", "from arguments", Source.ARGUMENTS, "--owner"),
            Value("owner", "from .env", Source.DOTENV, ".env line 1"),
        ]
    )
    assert collected.value("owner") == "from arguments"
    assert [value.source for value in collected.candidates["owner"]] == [
        Source.ARGUMENTS,
        Source.DOTENV,
        Source.DEFAULT,
    ]
    assert collected.from_source(Source.DOTENV)["owner"].value == "from .env"
    assert collected.from_source(Source.EXPLICIT) == {}
    assert collected.value("absent") is None


def test_inside_one_source_the_first_value_is_the_better_one() -> None:
    collected = Collected([Value("a", "first", Source.ARGUMENTS), Value("a", "second", Source.ARGUMENTS)])
    assert collected.value("a") == "first"
    assert collected.from_source(Source.ARGUMENTS)["a"].value == "first"


@pytest.mark.parametrize("unset", ["", None, Secret("")])
def test_an_unset_value_lets_a_lower_source_speak(unset: object) -> None:
    collected = Collected([Value("tc_token", unset, Source.ENVIRONMENT), Value("tc_token", "t", Source.DOTENV)])
    assert collected.best["tc_token"].source == Source.DOTENV


def test_a_cleared_field_hides_the_default_of_the_form() -> None:
    collected = Collected([Value("owner", "", Source.PARAM_FILE), Value("owner", "Acme", Source.DEFAULT)])
    assert collected.best["owner"].source == Source.PARAM_FILE


def test_a_cleared_field_does_not_hide_the_default_of_the_framework() -> None:
    collected = Collected(
        [
            Value("tc_log_level", "", Source.PARAM_FILE),
            Value("tc_log_level", "debug", Source.DEFAULT),
            Value("tc_log_level", "info", Source.STANDARD),
        ]
    )
    assert collected.value("tc_log_level") == "info"


@pytest.mark.parametrize("value", [Secret("hunter2"), [Secret("hunter2")], ({"key": "k", "value": Secret("hunter2")},)], ids=repr)
def test_the_repr_of_a_secret_value_shows_only_where_it_is_from(value: object) -> None:
    held = Value("password", value, Source.ENVIRONMENT, "APP_INPUT_PASSWORD")
    assert held.secret
    assert "hunter2" not in repr(held)
    assert "APP_INPUT_PASSWORD" in repr(held)


def test_the_repr_of_a_plain_value_shows_it() -> None:
    assert repr(Value("owner", "Acme", Source.DEFAULT)) == "Value('owner', 'Acme', DEFAULT, '')"


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("a", "a"), (True, "true"), (False, "false"), (5, "5"), (Secret("s"), "s")]
)
def test_text_reads_every_kind_of_value(value: object, text: str) -> None:
    assert Value("a", value, Source.EXPLICIT).text == text


def test_nothing_of_it_changes() -> None:
    collected = Collected([Value("a", "b", Source.EXPLICIT)])
    with pytest.raises(TypeError):
        collected.best["a"] = Value("a", "c", Source.EXPLICIT)  # type: ignore[index]
    with pytest.raises(AttributeError):
        collected.best["a"].value = "c"  # type: ignore[misc]
    assert repr(collected) == "Collected(1 inputs, 0 findings)"


def test_a_finding_reads_as_what_and_remedy() -> None:
    assert str(Finding("it was ignored", remedy="Unset one")) == "it was ignored. Unset one"


def test_all_problems_are_in_one_error_each_once() -> None:
    count = Problem("count", "is not a whole number", "arguments: --count", "Give digits only")
    error = InvalidInputs([count, count, Problem("owner", "is missing")])
    assert error.problems == (count, Problem("owner", "is missing"))
    assert error.what == "Input validation errors"
    assert error.why.splitlines() == [
        "count: is not a whole number (from arguments: --count). Give digits only",
        "owner: is missing",
    ]
