from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.project.launching.made_environment import made_environment


@pytest.mark.parametrize(
    "name",
    [
        "TC_TOKEN",
        "tc_token",
        "TC_APP_PARAM_FILE",
        "TCEX_RUN_LOCAL",
        "API_SECRET_KEY",
        "Api_Access_Id",
        "APP_INPUT_OWNER",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
    ],
)
def test_nothing_that_leads_elsewhere_is_in_it(name: str):
    assert name not in made_environment({name: "of the caller", "PATH": "/bin"})


@pytest.mark.parametrize("name", ["PATH", "HOME", "LANG", "VIRTUAL_ENV", "MY_API_KEY"])
def test_the_rest_stays(name: str):
    assert made_environment({name: "of the caller"})[name] == "of the caller"


def test_output_is_not_held_back_unless_the_caller_says_so():
    assert made_environment({})["PYTHONUNBUFFERED"] == "1"
    assert made_environment({"PYTHONUNBUFFERED": ""})["PYTHONUNBUFFERED"] == ""


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_it_adds_nothing_else_and_changes_nothing(caller: dict[str, str]):
    made = made_environment(caller)
    assert {name: value for name, value in made.items() if name != "PYTHONUNBUFFERED"}.items() <= caller.items()
