from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatepost.inputs.arguments import parse_arguments
from gatepost.inputs.declared import DeclaredParam
from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS, canonical_name
from gatepost.inputs.values import Source


def declare(name: str, kind: str = "string", *, multiple: bool = False) -> DeclaredParam:
    return DeclaredParam(name, kind, None, False, multiple, (), False, "|")


DECLARED = {
    param.name: param
    for param in (
        declare("owner"),
        declare("count"),
        declare("dry_run", "boolean"),
        declare("kinds", "multichoice", multiple=True),
    )
}


def values(*arguments: str) -> dict[str, object]:
    return {value.name: value.value for value in parse_arguments(arguments, DECLARED).values}


def findings(*arguments: str) -> list[str]:
    return [finding.what for finding in parse_arguments(arguments, DECLARED).findings]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--owner", "Acme"], {"owner": "Acme"}),
        (["--owner=Acme=1"], {"owner": "Acme=1"}),
        (["--owner="], {"owner": ""}),
        (["--owner", ""], {"owner": ""}),
        (["--Owner", "Acme"], {"owner": "Acme"}),
        (["--count", "-5"], {"count": "-5"}),
        (["--owner", "-----BEGIN KEY-----"], {"owner": "-----BEGIN KEY-----"}),
        (["--owner=--count"], {"owner": "--count"}),
        (["--dry_run"], {"dry_run": True}),
        (["--dry-run"], {"dry_run": True}),
        (["--dry_run", "--owner", "Acme"], {"dry_run": True, "owner": "Acme"}),
        (["--dry_run", "false"], {"dry_run": "false"}),
        (["--dry_run", "YES", "--count", "1"], {"dry_run": "YES", "count": "1"}),
        (["--kinds", "a", "--kinds", "b", "--kinds=c"], {"kinds": ["a", "b", "c"]}),
        (["--kinds", "a|b"], {"kinds": "a|b"}),
        (["run", "--owner", "run"], {"owner": "run"}),
        (["--tc_verify"], {"tc_verify": True}),
        (["--tc_verify", "--owner", "Acme"], {"tc_verify": True, "owner": "Acme"}),
        (["--tc_verify", "/etc/ca.pem"], {"tc_verify": "/etc/ca.pem"}),
        (["--apply_proxy_tc", "--logging", "debug"], {"apply_proxy_tc": True, "logging": "debug"}),
        (["--unknown", "value", "--flag"], {"unknown": "value", "flag": True}),
        ([], {}),
    ],
)
def test_arguments_become_values(arguments: list[str], expected: dict[str, object]) -> None:
    assert values(*arguments) == expected


def test_a_value_knows_its_argument() -> None:
    (value,) = parse_arguments(["--owner", "Acme"], DECLARED).values
    assert (value.source, value.place) == (Source.ARGUMENTS, "--owner")


def test_a_forgotten_value_is_a_finding_and_the_next_argument_still_counts() -> None:
    assert values("--owner", "--count", "1") == {"count": "1"}
    assert findings("--owner", "--count", "1") == ["--owner has no value"]
    assert findings("--owner") == ["--owner has no value"]


def test_an_unknown_argument_is_a_finding_where_there_is_a_manifest() -> None:
    assert findings("--unknown", "value") == ["--unknown is not declared in the manifest"]
    assert parse_arguments(["--unknown", "value"], {}).findings == ()


def test_a_stray_word_is_a_finding_that_does_not_quote_it() -> None:
    assert findings("--dry_run", "hunter2") == ["argument 2 is no --name and was ignored"]
    assert findings("--", "-x") == ["argument 1 is no --name and was ignored", "argument 2 is no --name and was ignored"]


def test_of_a_repeated_argument_the_last_counts() -> None:
    assert values("--owner", "a", "--owner", "b") == {"owner": "b"}
    assert findings("--owner", "a", "--owner", "b") == ["--owner is given more than once; the last one counts"]


def test_a_launch_by_the_platform_is_recognized() -> None:
    assert parse_arguments(["run"], DECLARED).by_platform
    assert parse_arguments(["--tc_out_path", "/tmp/out"], DECLARED).by_platform
    assert not parse_arguments(["--owner", "run"], DECLARED).by_platform


@given(st.dictionaries(st.sampled_from(["owner", "count", "tc_token", "api_access_id"]), st.text(), min_size=1))
def test_any_text_goes_through_with_an_equals_sign(given_values: dict[str, str]) -> None:
    assert values(*[f"--{name}={text}" for name, text in given_values.items()]) == given_values


def is_a_known_flag(text: str) -> bool:
    written = text[2:].partition("=")[0]
    names = {canonical_name(written), canonical_name(written.replace("-", "_"))}
    return text.startswith("--") and not names.isdisjoint({*DECLARED, *STANDARD_INPUTS, *ALIASES})


@given(
    st.dictionaries(
        st.sampled_from(["owner", "count", "tc_token", "api_access_id"]),
        # Hypothesis draws texts of the code, too, and "--owner" is one; that case has a test of its own above.
        st.text().filter(lambda text: not is_a_known_flag(text)),
        min_size=1,
    )
)
@example({"owner": "--python", "count": "--"})
def test_any_text_that_is_no_flag_goes_through_as_the_next_argument(given_values: dict[str, str]) -> None:
    arguments = [part for name, text in given_values.items() for part in (f"--{name}", text)]
    assert values(*arguments) == given_values


@given(st.lists(st.text() | st.sampled_from(["run", "--", "--owner", "--dry_run", "--kinds", "--kinds=a", "true"])))
def test_no_command_line_is_an_error(arguments: list[str]) -> None:
    parsed = parse_arguments(arguments, DECLARED)
    assert len({value.name for value in parsed.values}) == len(parsed.values)
