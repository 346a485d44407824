"""Inputs that come with a feature or an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gatepost.inputs import AdvancedRequestInputs, CalInputs, SmtpInputs, build, coerce, collect
from gatepost.inputs.values import InvalidInputs
from gatepost.secret import Secret


class Mailing(SmtpInputs, CalInputs):
    recipient: str


GIVEN = {
    "tc_smtp_host": "mail.example",
    "tc_smtp_port": "587",
    "tc_smtp_username": "gatepost",
    "tc_smtp_password": "canary-password",
    "tc_sys_email": "noreply@example.com",
    "tc_cal_host": "cal.example",
    "tc_cal_token": "canary-token",
    "tc_cal_timestamp": "1700000000",
    "recipient": "someone@example.com",
}


def built(model: Any, given: dict[str, Any], manifest: Any = None) -> Any:
    values, problems = coerce(collect(explicit=given, manifest=manifest, environment={}).best, manifest)
    return build(model, values, manifest=manifest, problems=problems)


def test_what_the_platform_gives_is_typed():
    mailing = built(Mailing, GIVEN)
    assert (mailing.tc_smtp_port, mailing.tc_cal_timestamp) == (587, 1700000000)
    assert (mailing.tc_smtp_password, mailing.tc_cal_token) == (Secret("canary-password"), Secret("canary-token"))


@pytest.mark.parametrize("name", [name for name in GIVEN if name.startswith("tc_")])
def test_all_of_it_is_required(name: str):
    with pytest.raises(InvalidInputs, match=f"{name}: is missing"):
        built(Mailing, {key: value for key, value in GIVEN.items() if key != name})


def test_an_advanced_request_has_arrays_whatever_comes(manifest_of: Callable[..., Any], param: Any):
    manifest = manifest_of(
        param("tc_adv_req_http_method", "EditChoice", valid_values=("GET", "POST")),
        param("tc_adv_req_params", "KeyValueList"),
    )
    given = {"tc_adv_req_path": "/v3/tags", "tc_adv_req_http_method": "get"}
    request = built(AdvancedRequestInputs, given, manifest)
    assert (request.tc_adv_req_http_method, request.tc_adv_req_params, request.tc_adv_req_body) == ("GET", [], None)
    given |= {"tc_adv_req_params": '[{"key": "a", "value": "b,c"}]', "tc_adv_req_headers": {"key": "X", "value": "1, 2"}}
    request = built(AdvancedRequestInputs, {**given, "tc_adv_req_body": {"a": 1}, "tc_adv_req_fail_on_error": "true"}, manifest)
    assert request.tc_adv_req_params == [{"key": "a", "value": "b,c"}]
    assert request.tc_adv_req_headers == [{"key": "X", "value": "1, 2"}]
    assert (request.tc_adv_req_body, request.tc_adv_req_fail_on_error) == ({"a": 1}, True)
    with pytest.raises(InvalidInputs, match="tc_adv_req_http_method: value is none of: GET, POST"):
        built(AdvancedRequestInputs, {**given, "tc_adv_req_http_method": "BREW"}, manifest)
