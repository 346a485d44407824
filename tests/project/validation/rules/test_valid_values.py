from __future__ import annotations

import pytest

from tests.project.validation.conftest import PLAYBOOK, param, step


@pytest.mark.parametrize("value", ["${OWNERS}", "${ATTRIBUTES}", "${ATTRIBUTES:Host}", "${WORKFLOW_TEMPLATES}", "plain", "$5"])
def test_lists_of_the_platform(found, value):
    assert found(params=[param(type="Choice", validValues=[value])]) == set()


@pytest.mark.parametrize("value", ["${OWNER}", "${ATTRIBUTES:}", "${ROOT:TEXT}", "${}"])
def test_unknown_magic(found, value):
    assert found(params=[param(type="EditChoice", validValues=[value])]) == {("GP318", "$.params[0].validValues[0]")}


def test_magic_of_another_type(found):
    assert found(params=[param(type="Choice", validValues=["${TEXT}"])]) == {("GP319", "$.params[0].validValues[0]")}
    values = [*param()["validValues"], "${OWNERS}"]
    assert found(params=[param(validValues=values)]) == {("GP319", "$.params[0].validValues[2]")}


@pytest.mark.parametrize(
    ("values", "right"),
    [
        (["${USER:TEXT}", "${ORGANIZATION:TEXT}"], True),
        (["${USER:TEXT}", "${ORGANIZATION:TEXT}", "${SYSTEM:TEXT}"], True),
        (["${USER:TEXT}"], False),
        (["${USER:TEXT}", "${ORGANIZATION:TEXT}", "${TEXT}"], False),
        ([], False),
    ],
)
def test_stored_variables_of_a_job(found, values, right):
    assert found(params=[param(validValues=values)]) == (set() if right else {("GP320", "$.params[0]")})


def test_encrypted_params_offer_the_keychain(found):
    assert found(params=[param(encrypt=True)]) == {("GP320", "$.params[0]")}
    assert found(params=[param(encrypt=True, validValues=["${USER:KEYCHAIN}", "${ORGANIZATION:KEYCHAIN}"])]) == set()


def test_stored_variables_of_a_playbook_app(found):
    assert found(base=PLAYBOOK, params=[step(validValues=["${USER:TEXT}"])]) == {("GP320", "$.params[0]")}
    assert found(base=PLAYBOOK, params=[step(encrypt=True, validValues=["${KEYCHAIN}"])]) == set()


def test_hidden_params_offer_nothing(found):
    assert found(params=[param(hidden=True, validValues=[])]) == set()
