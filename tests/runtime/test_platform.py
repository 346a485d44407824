"""What a run asks the platform for before the app's own code begins."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
import responses

from gatepost import connect
from gatepost.emulator import Emulator
from gatepost.errors import InputError, PlatformError
from gatepost.runtime.platform import fetch_secure_params, fetch_variable

KEY = "4dc9202e-6945-4364-aa40-4b47655046d2"
PARAMETERS = "https://platform.example/internal/job/execution/parameters"
VARIABLE = "https://platform.example/internal/variable/runtime/TC/key"


@pytest.fixture
def session() -> requests.Session:
    """A session whose requests ``responses`` answers."""
    pair = {"api_access_id": "1", "api_secret_key": "a-secret-key"}
    return connect(tc_api_path="https://platform.example", **pair).session


def test_secure_params_are_the_inputs_that_the_platform_held_back(tc_platform: Emulator) -> None:
    tc_platform.job_parameters = {"owner": "Blue", "deep": True}
    with connect(**tc_platform.inputs()) as runtime:
        assert fetch_secure_params(runtime.session) == {"owner": "Blue", "deep": True}


@responses.activate
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 403, "json": {"message": "Not your job"}}, "It answered 403 and said: Not your job"),
        ({"status": 200, "json": {"other": {}}}, "It answered 200"),
        ({"status": 200, "json": {"inputs": ["a", "list"]}}, "It answered 200"),
        ({"status": 200, "json": ["a", "list"]}, "It answered 200"),
        ({"status": 200, "body": "<html>maintenance</html>"}, "It answered 200"),
    ],
)
def test_secure_params_that_do_not_come_are_an_error(session: requests.Session, answer: dict[str, Any], words: str) -> None:
    responses.get(PARAMETERS, **answer)
    with pytest.raises(InputError, match="did not hand out the app's secure params") as caught:
        fetch_secure_params(session)
    assert caught.value.why == words


def test_variables_come_from_the_platform(tc_platform: Emulator) -> None:
    tc_platform.set_variable("TC", KEY, "TEXT", "some text")
    tc_platform.set_variable("Vault", "of its own", "KEYCHAIN", "a secret")
    tc_platform.set_variable("TC", "[file]", "FILE", b"\x00content")
    with connect(**tc_platform.inputs()) as runtime:
        assert fetch_variable(runtime.session, "TC", "TEXT", KEY) == "some text"
        assert fetch_variable(runtime.session, "Vault", "KEYCHAIN", "of its own") == "a secret"
        assert fetch_variable(runtime.session, "TC", "FILE", "[file]") == base64.b64encode(b"\x00content").decode()


def test_a_variable_that_is_not_there_is_named(tc_platform: Emulator) -> None:
    with connect(**tc_platform.inputs()) as runtime, pytest.raises(PlatformError) as caught:
        fetch_variable(runtime.session, "TC", "TEXT", KEY)
    assert KEY in caught.value.what
    assert caught.value.status == 404


@responses.activate
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"status": 403, "json": {"message": "Not yours"}}, 403),
        ({"status": 200, "json": {"value": "elsewhere"}}, 200),
        ({"status": 200, "json": "a text"}, 200),
        ({"status": 200, "body": "no JSON"}, 200),
    ],
)
def test_a_variable_that_does_not_come_is_an_error(session: requests.Session, answer: dict[str, Any], status: int) -> None:
    responses.get(VARIABLE, **answer)
    with pytest.raises(PlatformError, match="did not hand out the TEXT variable key") as caught:
        fetch_variable(session, "TC", "TEXT", "key")
    assert caught.value.status == status
    assert caught.value.message == ("Not yours" if status == 403 else "")


@responses.activate
def test_a_variable_without_a_value_is_none(session: requests.Session) -> None:
    responses.get(VARIABLE, json={"data": None})
    assert fetch_variable(session, "TC", "TEXT", "key") is None
