from __future__ import annotations

import enum

import pytest

from gatepost.inputs.declared import DeclaredParam, declared_params, is_sensitive


class Kind(enum.Enum):
    MULTI_CHOICE = "MultiChoice"


def test_no_manifest_declares_nothing() -> None:
    assert declared_params(None) == {}


def test_a_param_is_known_by_its_canonical_name(manifest_of, param) -> None:
    manifest = manifest_of(param("My Param", "Choice", valid_values=("a", "b"), required=True), list_delimiter=",")
    assert declared_params(manifest) == {
        "my_param": DeclaredParam(
            name="my_param",
            kind="choice",
            default=None,
            sensitive=False,
            multiple=False,
            choices=("a", "b"),
            required=True,
            delimiter=",",
            declared_choices=("a", "b"),
        )
    }


def test_what_real_manifests_leave_open_is_settled(manifest_of, param) -> None:
    declared = declared_params(
        manifest_of(
            param("owner", None),
            param("odd", "Blob"),
            param("kinds", Kind.MULTI_CHOICE),
            param("", "String"),
            param("twice", default="first"),
            param("twice", default="last"),
            param("owners", "Choice", valid_values=("${OWNERS}", "Acme")),
            list_delimiter="",
        )
    )
    assert declared["owner"].kind == declared["odd"].kind == "string"
    assert declared["kinds"].multiple
    assert declared["kinds"].delimiter == "|"
    assert declared["twice"].default == "last"
    assert declared["owners"].choices == ()
    assert "" not in declared


def test_credentials_are_sensitive_whether_the_manifest_says_so_or_not(manifest_of, param) -> None:
    declared = declared_params(manifest_of(param("api_secret_key"), param("password", encrypt=True), param("api_access_id")))
    assert [declared[name].sensitive for name in ("api_secret_key", "password", "api_access_id")] == [True, True, False]


@pytest.mark.parametrize(("name", "sensitive"), [("tc_token", True), ("tc_api_path", False), ("password", False)])
def test_standard_inputs_know_whether_they_are_sensitive(name: str, sensitive: bool) -> None:
    assert is_sensitive(name) is sensitive
