from __future__ import annotations

import pytest

from gatepost.inputs.coercion import coerce
from gatepost.inputs.standard import ALIASES, CREDENTIALS, PATHS_BY_DEFAULT, STANDARD_INPUTS, canonical_name
from gatepost.inputs.values import Source, Value


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("TC_TOKEN", "tc_token"),
        ("My Param", "my_param"),
        ("a-b.c!", "abc"),
        ("größe", "gre"),
        ("__x__", "__x__"),
        ("", ""),
        ("…", ""),
    ],
)
def test_names_are_made_as_the_platform_makes_them(written: str, name: str) -> None:
    assert canonical_name(written) == name


def test_canonical_names_stay_as_they_are() -> None:
    assert all(canonical_name(name) == name for name in [*STANDARD_INPUTS, *ALIASES])


def test_every_default_is_of_its_own_kind() -> None:
    defaults = {
        name: Value(name, standard.default, Source.STANDARD)
        for name, standard in STANDARD_INPUTS.items()
        if standard.default is not None
    }
    coerced, problems = coerce(defaults)
    assert problems == ()
    assert {name: coerced[name].value for name in ("tc_verify", "tc_kvstore_port", "tc_log_file", "tc_log_to_api")} == {
        "tc_verify": True,
        "tc_kvstore_port": 6379,
        "tc_log_file": "app.log",
        "tc_log_to_api": False,
    }


def test_old_names_lead_to_standard_inputs() -> None:
    assert ALIASES["logging"] == "tc_log_level"
    assert ALIASES["apply_proxy_ext"] == ALIASES["apply_proxy_external"] == "tc_proxy_external"
    assert set(ALIASES.values()) <= set(STANDARD_INPUTS)
    assert not set(ALIASES) & set(STANDARD_INPUTS)


def test_secrets_are_marked() -> None:
    assert {name for name, standard in STANDARD_INPUTS.items() if standard.sensitive} == {
        "api_secret_key",
        "tc_api_secret_key",
        "tc_token",
        "tc_svc_broker_jks_pwd",
        "tc_svc_broker_token",
        "tc_proxy_password",
        "tc_kvstore_pass",
        "tc_cal_token",
        "tc_smtp_password",
    }


def test_credentials_and_paths_are_standard_inputs() -> None:
    assert set(STANDARD_INPUTS) >= CREDENTIALS
    assert {STANDARD_INPUTS[name].kind for name in PATHS_BY_DEFAULT} == {"path"}
