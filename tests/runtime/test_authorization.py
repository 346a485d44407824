"""From the choice of a credential to the scheme that sends it."""

from __future__ import annotations

from typing import Any

import pytest

from gatepost.auth import HmacAuth, TokenAuth
from gatepost.auth.choice import Choice, choose_scheme
from gatepost.auth.fallback import FallbackAuth
from gatepost.auth.scheme import Scheme
from gatepost.clock import Clocks
from gatepost.errors import UsageError
from gatepost.inputs.collecting import collect
from gatepost.inputs.values import Source
from gatepost.runtime.authorization import launched_by_platform, make_scheme
from gatepost.transport import PlainTransport

API = "https://platform.example/api"
TOKEN = {"tc_token": "API:1:token", "tc_token_expires": "1800000000"}
PAIR = {"api_access_id": "1", "api_secret_key": "a-secret-key"}


def make(choice: Choice) -> Scheme:
    """Make the scheme of a choice, with a transport that nothing is sent by."""
    return make_scheme(choice, API, transport=PlainTransport, clocks=Clocks(), warn=lambda event, reason: None)


def choose(*, on_platform: bool = True, **inputs: Any) -> Choice:
    """Choose among these inputs alone."""
    return choose_scheme(collect(explicit={"tc_api_path": API, **inputs}, environment={}), on_platform=on_platform)


@pytest.mark.parametrize(
    ("environment", "arguments", "expected"),
    [
        ({}, [], False),
        ({"TC_APP_PARAM_FILE": "/in/params", "TC_APP_PARAM_KEY": "abcdefghijklmnop"}, [], True),
        ({"TC_APP_PARAM_FILE": "/in/params"}, [], False),
        ({"TC_APP_PARAM_FILE": "", "TC_APP_PARAM_KEY": ""}, [], False),
        ({}, ["--tc_token", "a-token"], False),
        ({}, ["--tc_out_path", "/out"], False),
        ({}, ["--tc_token", "a-token", "--tc_out_path", "/out"], True),
        ({"TC_TOKEN": "a-token", "TC_OUT_PATH": "/out"}, [], False),
    ],
)
def test_where_a_run_was_launched(environment: dict[str, str], arguments: list[str], expected: bool) -> None:
    assert launched_by_platform(collect(arguments=arguments, environment={}), environment) is expected


def test_the_environment_is_the_processs_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    collected = collect(environment={})
    assert launched_by_platform(collected) is False
    monkeypatch.setenv("TC_APP_PARAM_FILE", "/in/params")
    monkeypatch.setenv("TC_APP_PARAM_KEY", "abcdefghijklmnop")
    assert launched_by_platform(collected) is True


def test_a_pair_makes_hmac() -> None:
    scheme = make(choose(**PAIR))
    assert isinstance(scheme, HmacAuth)
    assert str(scheme.origin) == "https://platform.example"


def test_a_token_is_renewed_at_the_api_path() -> None:
    scheme = make(choose(**TOKEN))
    assert isinstance(scheme, TokenAuth)
    assert scheme.renew_url == "https://platform.example/api/appAuth"
    assert scheme.renewal.snapshot().expires == 1_800_000_000


def test_a_token_with_a_pair_behind_it_can_fall_back() -> None:
    scheme = make(choose(**TOKEN, **PAIR))
    assert isinstance(scheme, FallbackAuth)
    assert isinstance(scheme.active, TokenAuth)


def test_a_choice_of_nothing_is_an_error_of_the_caller() -> None:
    with pytest.raises(UsageError):
        make(Choice("hmac", Source.EXPLICIT, "no reason", ()))
