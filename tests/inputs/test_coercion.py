from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.inputs.coercion import coerce
from gatepost.inputs.standard import STANDARD_INPUTS
from gatepost.inputs.values import Problem, Source, Value
from gatepost.secret import Secret

KINDS = ["Boolean", "Choice", "EditChoice", "MultiChoice", "KeyValueList", "String", "StringMixed"]
REFUSED = object()


@pytest.fixture
def coerce_param(manifest_of, param):
    """Coerce one value as a param that is declared so."""

    def one(raw: object, *, source: Source = Source.PARAM_FILE, delimiter: str = "|", **declaration: object) -> object:
        manifest = manifest_of(param("x", **declaration), list_delimiter=delimiter)
        values, problems = coerce({"x": Value("x", raw, source, "place")}, manifest)
        assert ("x" in values) != bool(problems)
        return values["x"].value if values else REFUSED

    return one


def coerce_standard(name: str, raw: object) -> object:
    values, problems = coerce({name: Value(name, raw, Source.ENVIRONMENT, name.upper())})
    return values[name].value if not problems else REFUSED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unset", [None, "", Secret("")])
def test_empty_text_is_an_unset_input(coerce_param, kind: str, unset: object) -> None:
    assert coerce_param(unset, type=kind) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("true", True),
        ("False", False),
        ("YES", True),
        (" 0 ", False),
        ("on", True),
        ("n", False),
        (True, True),
        (1, True),
        (0, False),
        ("maybe", REFUSED),
        (2, REFUSED),
        pytest.param(10**5000, REFUSED, id="huge"),
        (1.0, REFUSED),
        ([], REFUSED),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_boolean(coerce_param, raw: object, expected: object) -> None:
    assert coerce_param(raw, type="Boolean") is expected


@pytest.mark.parametrize(
    ("raw", "choice", "edit_choice"),
    [
        ("Red", "Red", "Red"),
        (" red ", "Red", "Red"),
        ("Blue", REFUSED, "Blue"),
        ("-- Select --", None, None),
        ("  ", None, None),
        (5, "5", "5"),
        ([], REFUSED, REFUSED),
    ],
)
def test_choice(coerce_param, raw: object, choice: object, edit_choice: object) -> None:
    assert coerce_param(raw, type="Choice", valid_values=("Red", "5")) == choice
    assert coerce_param(raw, type="EditChoice", valid_values=("Red", "5")) == edit_choice


def test_choices_that_the_platform_fills_in_are_not_judged(coerce_param) -> None:
    assert coerce_param("Acme", type="Choice", valid_values=("${OWNERS}",)) == "Acme"
    assert coerce_param("Acme", type="Choice") == "Acme"


def test_a_default_outside_the_choices_is_the_fault_of_the_manifest(coerce_param) -> None:
    assert coerce_param("Blue", type="Choice", valid_values=("Red",), source=Source.DEFAULT) == "Blue"
    assert coerce_param("Blue", type="Choice", valid_values=("Red",)) is REFUSED


def test_a_choice_that_is_called_select_can_be_chosen(coerce_param) -> None:
    choices = ("-- Select --", "Red")
    assert coerce_param("-- Select --", type="Choice", valid_values=choices) == "-- Select --"


@pytest.mark.parametrize(
    ("raw", "delimiter", "expected"),
    [
        ("a|b", "|", ["a", "b"]),
        ("a,b|c", ",", ["a", "b|c"]),
        ("a--b", "--", ["a", "b"]),
        (["a|b", "c"], "|", ["a|b", "c"]),
        ("a", "|", ["a"]),
        ("a||b", "|", ["a", "", "b"]),
        (5, "|", ["5"]),
        ("a|b", "", ["a", "b"]),
    ],
)
def test_several_values(coerce_param, raw: object, delimiter: str, expected: object) -> None:
    assert coerce_param(raw, type="MultiChoice", delimiter=delimiter) == expected
    assert coerce_param(raw, type="String", allow_multiple=True, delimiter=delimiter) == expected


def test_every_one_of_several_choices_is_judged(coerce_param) -> None:
    assert coerce_param("red|BLUE", type="MultiChoice", valid_values=("Red", "Blue")) == ["Red", "Blue"]
    assert coerce_param("red|green", type="MultiChoice", valid_values=("Red", "Blue")) is REFUSED


def test_a_reference_among_several_choices_waits_too(coerce_param) -> None:
    choices = coerce_param("red|&{TC:TEXT:a}", type="MultiChoice", valid_values=("Red",))
    assert choices == ["Red", "&{TC:TEXT:a}"]


def test_what_was_not_chosen_is_none_of_several_choices(coerce_param) -> None:
    assert coerce_param("-- Select --|red|", type="Choice", allow_multiple=True, valid_values=("Red",)) == ["Red"]


PAIR = {"key": "k", "value": "v"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('[{"key": "k", "value": "v"}]', [PAIR]),
        ('{"key": "k", "value": "v"}', [PAIR]),
        ('{"k": "v"}', [PAIR]),
        ([PAIR], [PAIR]),
        ('[{"key": "k"}]', [{"key": "k", "value": None}]),
        ('[{"key": "k", "value": "v", "type": "t"}]', [{**PAIR, "type": "t"}]),
        (["#App:1:a!KeyValue"], ["#App:1:a!KeyValue"]),
        ("#App:1:a!KeyValueArray", "#App:1:a!KeyValueArray"),
        ("[]", []),
        ("k=v", REFUSED),
        ("[1]", REFUSED),
        ('[{"key": 1}]', REFUSED),
        ("5", REFUSED),
        ("[" * 100_000, REFUSED),
        (b"[]", REFUSED),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_key_value_list(coerce_param, raw: object, expected: object) -> None:
    assert coerce_param(raw, type="KeyValueList") == expected


@pytest.mark.parametrize("kind", ["String", "StringMixed", None, "string"])
@pytest.mark.parametrize(
    ("raw", "expected"),
    [(" a ", " a "), (5, "5"), (True, "true"), (1.5, "1.5"), (b"\xff", b"\xff"), ({"a": 1}, {"a": 1})],
)
def test_text_is_taken_as_it_is(coerce_param, kind: object, raw: object, expected: object) -> None:
    assert coerce_param(raw, type=kind) == expected


@pytest.mark.parametrize(
    ("raw", "declaration", "expected"),
    [
        ("a", {}, Secret("a")),
        (b"a", {}, Secret("a")),
        (b"", {}, None),
        (b"\xff", {}, REFUSED),
        ("a|b", {"allow_multiple": True}, [Secret("a"), Secret("b")]),
        (Secret("a|b"), {"allow_multiple": True}, [Secret("a"), Secret("b")]),
        ('{"k": "v"}', {"type": "KeyValueList"}, [{"key": "k", "value": Secret("v")}]),
        ([{"key": Secret("k"), "value": Secret("v")}], {"type": "KeyValueList"}, [{"key": "k", "value": Secret("v")}]),
        (Secret("true"), {"type": "Boolean"}, True),
    ],
)
def test_encrypted_params_are_secrets(coerce_param, raw: object, declaration, expected: object) -> None:
    assert coerce_param(raw, encrypt=True, **declaration) == expected


def test_what_came_out_of_a_keychain_stays_secret_in_a_plain_param(coerce_param) -> None:
    assert coerce_param(Secret("a")) == Secret("a")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reference", ["&{TC:TEXT:a}", "#App:1:a!String", Secret("&{TC:KEYCHAIN:a}")])
def test_references_wait_for_their_content(coerce_param, kind: str, reference: object) -> None:
    assert coerce_param(reference, type=kind, valid_values=("Red",)) == reference


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("tc_proxy_port", " 8080 ", 8080),
        ("tc_proxy_port", 8080, 8080),
        ("tc_proxy_port", 8080.0, 8080),
        ("tc_proxy_port", "8_080", REFUSED),
        ("tc_proxy_port", "٣", REFUSED),
        ("tc_proxy_port", "eighty", REFUSED),
        ("tc_proxy_port", True, REFUSED),
        ("tc_proxy_port", "1" * 5000, REFUSED),
        ("tc_proxy_port", float("inf"), REFUSED),
        ("tc_token_expires", "1700000000", 1_700_000_000),
        ("tc_proxy_tc", "true", True),
        ("tc_proxy_tc", "si", REFUSED),
        ("tc_verify", "false", False),
        ("tc_verify", "/etc/ca.pem", "/etc/ca.pem"),
        ("tc_verify", Path("/etc/ca.pem"), "/etc/ca.pem"),
        ("tc_verify", 5, REFUSED),
        ("tc_out_path", "out", Path("out")),
        ("tc_out_path", Path("out"), Path("out")),
        ("tc_out_path", "a\0b", REFUSED),
        ("tc_log_level", "debug", "debug"),
        ("tc_log_level", ["debug"], REFUSED),
        pytest.param("tc_log_file", 10**5000, REFUSED, id="huge"),
        ("tc_token", "t", Secret("t")),
        ("tc_proxy_username", Secret("u"), Secret("u")),
        ("tc_playbook_out_variables", "#App:1:a!String, #App:1:b!String,", ["#App:1:a!String", "#App:1:b!String"]),
        ("tc_playbook_out_variables", "#App:1:a!String", ["#App:1:a!String"]),
        ("tc_playbook_out_variables", None, None),
        ("anything_else", "a", "a"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_standard_inputs(name: str, raw: object, expected: object) -> None:
    assert coerce_standard(name, raw) == expected


def test_a_standard_input_that_is_declared_too_keeps_its_own_type(manifest_of, param) -> None:
    manifest = manifest_of(param("tc_verify", "String"), param("tc_log_level", "Choice", valid_values=("info",)))
    values, _ = coerce(
        {
            "tc_verify": Value("tc_verify", "false", Source.ARGUMENTS),
            "tc_log_level": Value("tc_log_level", "INFO", Source.ARGUMENTS),
        },
        manifest,
    )
    assert [value.value for value in values.values()] == [False, "info"]


def test_problems_name_the_place_and_never_the_value(manifest_of, param) -> None:
    manifest = manifest_of(param("color", "Choice", valid_values=("Red", "Blue")))
    values, problems = coerce(
        {
            "color": Value("color", "hunter2", Source.ARGUMENTS, "--color"),
            "tc_proxy_port": Value("tc_proxy_port", "hunter2", Source.EXPLICIT),
        },
        manifest,
    )
    assert values == {}
    assert problems == (
        Problem("color", "is none of the choices", "arguments: --color", "Choose one of: Red, Blue"),
        Problem("tc_proxy_port", "is not a whole number", "explicit", "Give digits only"),
    )


def test_source_and_place_survive() -> None:
    values, _ = coerce({"tc_job_id": Value("tc_job_id", "5", Source.DOTENV, ".env line 1")})
    assert values["tc_job_id"] == Value("tc_job_id", 5, Source.DOTENV, ".env line 1")


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text().map(Secret)
    | st.binary()
    | st.sampled_from(["true", "-- Select --", "Red|red", '{"key": "a"}', "&{TC:FILE:a}", "#App:1:a!String", "/a"]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=6,
)


@given(raw=anything, kind=st.sampled_from(KINDS), encrypt=st.booleans(), multiple=st.booleans(), source=st.sampled_from(Source))
def test_any_value_of_any_param_is_typed_or_a_problem(raw, kind, encrypt, multiple, source) -> None:
    from types import SimpleNamespace

    declared = SimpleNamespace(
        name="x",
        type=kind,
        default=None,
        encrypt=encrypt,
        allow_multiple=multiple,
        valid_values=("Red", "&{TC:TEXT:a}") if multiple else (),
        required=False,
    )
    manifest = SimpleNamespace(params=[declared], list_delimiter="|", path=None)
    values, problems = coerce({"x": Value("x", raw, source)}, manifest)
    assert len(values) + len(problems) == 1
    again, more_problems = coerce(values, manifest)
    assert not more_problems
    assert repr(again) == repr(values)


@given(raw=anything, name=st.sampled_from(sorted(STANDARD_INPUTS)))
def test_any_value_of_any_standard_input_is_typed_or_a_problem(raw: object, name: str) -> None:
    values, problems = coerce({name: Value(name, raw, Source.ARGUMENTS)})
    assert len(values) + len(problems) == 1
    again, more_problems = coerce(values)
    assert not more_problems
    assert repr(again) == repr(values)
