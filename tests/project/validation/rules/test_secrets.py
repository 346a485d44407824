from __future__ import annotations

import pytest

from gatepost.project.app_code import AppCode
from tests.project.validation.conftest import param

KEYCHAIN = ["${USER:KEYCHAIN}", "${ORGANIZATION:KEYCHAIN}"]


@pytest.mark.parametrize("name", ["password", "smtp_password", "api_key", "vendor_apikey", "client_secret", "auth_token"])
def test_names_of_secrets(found, name):
    assert found(params=[param(name)]) == {("GP329", "$.params[0]")}
    assert found(params=[param(name, encrypt=True, validValues=KEYCHAIN)]) == set()


@pytest.mark.parametrize("name", ["token_url", "password_policy", "tokens", "monkey"])
def test_other_names(found, name):
    assert found(params=[param(name)]) == set()


def service(**password):
    return [
        param("vendor_auth", default="basic"),
        param("vendor_url", sequence=2),
        param("vendor_username", sequence=3),
        param("vendor_password", sequence=4, **password),
    ]


def test_secrets_of_a_service(found):
    assert found(params=service()) == {("GP330", "$.params[3]")}
    assert found(params=service(encrypt=True, validValues=KEYCHAIN)) == set()


def test_the_framework_reads_the_params_of_a_service(found):
    assert found(params=service(encrypt=True, validValues=KEYCHAIN), code=AppCode("job")) == set()
    other = [param("vendor_auth", default="something else")]
    assert found(params=other, code=AppCode("job")) == {("GP904", "$.params[0].name")}
