"""What a param is: its input's name, whether it authorizes, whether it must not be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.manifest import Param, ParamType, input_name
from gatepost.manifest.params import CREDENTIAL_NAMES


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("owner", "owner"),
        ("Owner Name", "owner_name"),
        ("API-Key!", "apikey"),
        ("tc_Token", "tc_token"),
        ("Größe", "gre"),
        ("", ""),
    ],
)
def test_the_name_of_an_input(written: str, name: str) -> None:
    assert input_name(written) == name


@given(written=st.text())
def test_the_name_of_an_input_is_a_name_of_itself(written: str) -> None:
    assert input_name(input_name(written)) == input_name(written)


@pytest.mark.parametrize("name", sorted(CREDENTIAL_NAMES))
def test_the_names_of_both_generations_are_credentials(name: str) -> None:
    assert Param(name=name).is_credential


def test_an_ordinary_param_is_no_credential() -> None:
    assert not Param(name="owner").is_credential


def test_an_encrypted_param_is_a_credential_and_a_secret() -> None:
    param = Param(name="their_key", encrypt=True)

    assert (param.is_credential, param.is_secret) == (True, True)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("api_secret_key", True),
        ("tc_api_secret_key", True),
        ("tc_token", True),
        ("api_access_id", False),
        ("owner", False),
    ],
)
def test_what_must_not_be_seen_is_a_secret_even_when_encrypt_was_forgotten(name: str, secret: bool) -> None:
    assert Param(name=name).is_secret is secret


def test_a_secret_default_is_not_shown() -> None:
    assert "hunter2" not in repr(Param(name="their_key", encrypt=True, default="hunter2"))
    assert "hunter2" in repr(Param(name="owner", default="hunter2"))


def test_lists() -> None:
    assert Param(name="a", type=ParamType.MULTI_CHOICE).is_list
    assert Param(name="a", allow_multiple=True).is_list
    assert not Param(name="a").is_list


def test_a_param_made_in_code_is_written_as_it_is_named() -> None:
    assert Param(name="owner").written_name == "owner"
