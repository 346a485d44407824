from __future__ import annotations

import sys
from typing import Any

import pytest
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost import Secret
from gatepost.redaction import redact
from gatepost.testing.profiles import Profile, ProfileError, read_profile
from gatepost.testing.profiles.templates import Variables, evaluate, fill_in, variable_name
from gatepost.testing.profiles.vault import Vault
from tests.testing.profiles.demo import inputs, write_profile


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    return read_profile(write_profile(tmp_path_factory.mktemp("app"), inputs=inputs(text="x")))


PLACE = ("inputs", "required", "text")


def fill(profile: Profile, value: Any, vault: Vault | None = None, **environment: str) -> Any:
    return fill_in(profile, value, Variables(environment, vault), PLACE)


def test_the_environment(profile: Profile):
    assert fill(profile, "a ${env:NAME} b", NAME='with "quotes"') == 'a with "quotes" b'
    assert fill(profile, ["${local:NAME}", {"${env:NAME}": 1}], NAME="x") == ["x", {"x": 1}]
    assert fill(profile, "${env:NAME=none at all}") == "none at all"
    assert fill(profile, "${env:NAME=}") == ""
    assert fill(profile, "${env:name}", NAME="upper") == "upper"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/company/product/key", "COMPANY_PRODUCT_KEY"),
        ("/any/threatconnect/tc/tc_token", "TC_TOKEN"),
        ("NAME", "NAME"),
        ("/a-b/c", "A_B_C"),
    ],
)
def test_a_path_of_the_vault_is_a_variable_too(profile: Profile, path: str, name: str):
    assert variable_name(path) == name
    assert fill(profile, f"${{env:{path}}}", **{name: "text"}) == "text"


def test_a_secret_template_is_masked(profile: Profile):
    variables = Variables({"NAME": "correct-horse"})
    assert fill_in(profile, "${envs:NAME}", variables, PLACE) == "correct-horse"
    assert redact("it is correct-horse") == "it is ***"


@pytest.mark.parametrize("template", ["${env:NAME}", "${envs:NAME}", "${local:NAME}", "${remote:/a/b}", "${remote:name}"])
def test_without_a_value_it_is_an_error_with_its_line(profile: Profile, template: str):
    with pytest.raises(ProfileError) as caught:
        fill(profile, template)
    assert caught.value.line == profile.line(*PLACE)
    assert caught.value.why or caught.value.remedy


@given(text=st.text().filter(lambda text: "${" not in text))
@settings(max_examples=50)
def test_text_without_templates_stays(profile: Profile, text: str):
    assert fill(profile, {text: [text]}) == {text: [text]}
    assert evaluate(profile, [text], {}, PLACE) == [text]


@given(value=st.text(), before=st.text(alphabet="ab {}$#", max_size=5))
@settings(max_examples=50)
def test_a_value_stands_in_the_place_of_its_template(profile: Profile, value: str, before: str):
    text = f"{before.replace('${', '')} ${{env:NAME}}."
    assert fill(profile, text, NAME=value) == text.replace("${env:NAME}", value)


STAGED = {
    "env": {"my_var": "text"},
    "tc": {"indicators": {"name1": {"id": 7, "tags": [{"name": "a"}, {"name": "b"}]}}},
    "vault": {"app": {"token": "correct-horse"}},
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${tc.indicators.name1.id}", "7"),
        ("<${env.my_var}|${vault.app.token}>", "<text|correct-horse>"),
        ("${tc.indicators.name1.tags[*].name}", '["a", "b"]'),
        ("${tc.indicators.name1.{number: id}}!", '{"number": 7}!'),
        ("${other.name}", "${other.name}"),
        ("${env.my_var", "${env.my_var"),
    ],
)
def test_expressions_over_what_was_staged(profile: Profile, text: str, found: str):
    assert evaluate(profile, [text, {"key": text}], STAGED, PLACE) == [found, {"key": found}]


@pytest.mark.parametrize(("text", "words"), [("${tc.groups.x.id}", "finds nothing"), ("${tc.[}", "no JMESPath expression")])
def test_an_expression_that_finds_nothing_is_an_error(profile: Profile, text: str, words: str):
    with pytest.raises(ProfileError, match=words) as caught:
        evaluate(profile, text, STAGED, PLACE)
    assert caught.value.line == profile.line(*PLACE)


def test_without_jmespath_the_extra_is_named(profile: Profile, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "jmespath", None)
    with pytest.raises(ProfileError, match=r"gatepost\[testing\]"):
        evaluate(profile, "${env.my_var}", STAGED, PLACE)


@responses.activate
def test_the_vault_is_asked_where_the_environment_has_nothing(profile: Profile):
    responses.get("https://vault.example/v1/secret/company/product", json={"data": {"key": "correct-horse"}})
    vault = Vault("https://vault.example", Secret("vault-token"), "secret")
    variables = Variables({}, vault)
    assert fill_in(profile, "${env:/company/product/key} ${remote:/company/product/key}", variables, PLACE) == (
        "correct-horse correct-horse"
    )
    assert fill_in(profile, "${env:/company/product/other=none}", variables, PLACE) == "none"
    assert redact("correct-horse") == "***"
    assert len(responses.calls) == 1
    with pytest.raises(ProfileError, match="no value"):
        fill_in(profile, "${local:/company/product/key}", variables, PLACE)
