"""What a run asks the platform for before the app's own code begins."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
import responses

from gatepost import Secret, connect
from gatepost.emulator import Emulator
from gatepost.errors import InputError, PlatformError
from gatepost.runtime.platform import fetch_choices, fetch_secure_params, fetch_variable

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
    tc_platform.set_variable("Vault", "of its own", "KEYCHAIN", "canary-in-a-vault")
    tc_platform.set_variable("TC", "[file]", "FILE", b"\x00content")
    with connect(**tc_platform.inputs()) as runtime:
        assert fetch_variable(runtime.session, "TC", "TEXT", KEY) == "some text"
        assert fetch_variable(runtime.session, "Vault", "KEYCHAIN", "of its own") == Secret("canary-in-a-vault")
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


@responses.activate
@pytest.mark.parametrize(
    ("magic", "path", "member"),
    [
        ("${OWNERS}", "security/owners", "name"),
        ("${USERS}", "security/users", "userName"),
        ("${API_USERS}", "security/users", "userName"),
        ("${USER_GROUPS}", "security/userGroups", "name"),
        ("${ATTRIBUTES}", "attributeTypes", "name"),
        ("${ATTRIBUTES:Host}", "attributeTypes", "name"),
        ("${ARTIFACT_TYPES}", "artifactTypes", "name"),
        ("${WORKFLOW_TEMPLATES}", "workflowTemplates", "name"),
    ],
)
def test_the_names_behind_a_magic_value_are_read_page_by_page(
    session: requests.Session, magic: str, path: str, member: str
) -> None:
    url = f"https://platform.example/v3/{path}"
    tql = {"tql": "active = true"} if magic == "${WORKFLOW_TEMPLATES}" else {}
    first = {"data": [{member: "Acme"}, {member: "Blue"}], "next": "https://platform.example/next", "status": "Success"}
    second = {"data": [{member: "Blue"}, {member: "Common"}, {"id": 5}, "odd"], "status": "Success"}
    for start, page in (("0", first), ("2", second)):
        params = {"resultLimit": "10000", "resultStart": start, **tql}
        responses.get(url, json=page, match=[responses.matchers.query_param_matcher(params)])
    assert fetch_choices(session, magic) == ("Acme", "Blue", "Common")


@responses.activate
def test_the_types_of_indicators_come_from_the_older_api(session: requests.Session) -> None:
    answer = {"status": "Success", "data": {"indicatorType": [{"name": "Address"}, {"name": "Serial Number"}]}}
    responses.get("https://platform.example/v2/types/indicatorTypes", json=answer)
    assert fetch_choices(session, "${INDICATOR_TYPES}") == ("Address", "Serial Number")


def test_the_types_of_groups_are_known(session: requests.Session) -> None:
    assert "Course of Action" in fetch_choices(session, "${GROUP_TYPES}")


@responses.activate
def test_a_list_that_does_not_come_is_an_error(session: requests.Session) -> None:
    responses.get("https://platform.example/v3/security/owners", status=403, json={"message": "Not yours"})
    with pytest.raises(PlatformError, match="did not hand out the list that") as error:
        fetch_choices(session, "${OWNERS}")
    assert error.value.why == "It answered 403 and said: Not yours"
    with pytest.raises(InputError, match="stands for no list"):
        fetch_choices(session, "${NOTHING}")


@responses.activate
@pytest.mark.parametrize("answer", [{"data": None}, {"data": {"a": 1}}, {}])
def test_a_list_of_another_form_has_no_names(session: requests.Session, answer: dict[str, Any]) -> None:
    responses.get("https://platform.example/v3/security/owners", json=answer)
    responses.get("https://platform.example/v2/types/indicatorTypes", json=answer)
    assert fetch_choices(session, "${OWNERS}") == fetch_choices(session, "${INDICATOR_TYPES}") == ()
