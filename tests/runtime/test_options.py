"""The standard inputs of a run, typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import InputError
from gatepost.inputs.collecting import collect
from gatepost.inputs.values import InvalidInputs
from gatepost.runtime.options import Options, read_options

PROXY = {"tc_proxy_host": "proxy.example", "tc_proxy_port": "3128"}


def options(**inputs: Any) -> Options:
    """Read options from these inputs alone."""
    return read_options(collect(explicit=inputs, environment={}))


def test_without_any_input_nothing_is_written_and_everything_verified() -> None:
    found = options()
    assert found.api_path == "https://api.threatconnect.com"
    assert found.verify is True
    assert (found.platform_proxies, found.external_proxies) == ({}, {})
    assert (found.out_path, found.temp_path, found.log.path, found.log.level) == (None, None, None, None)
    assert (found.log.file, found.log.max_bytes, found.log.backup_count) == ("app.log", 10_485_760, 25)
    assert (found.log.to_api, found.log.curl, found.secure_params) == (False, False, False)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("true", True), (True, True), ("1", True), ("false", False), (False, False), ("/etc/own-ca.pem", "/etc/own-ca.pem")],
)
def test_verification_is_a_boolean_or_the_path_of_a_ca(given: object, expected: object) -> None:
    assert options(tc_verify=given).verify == expected


def test_the_log_is_as_the_platform_asks() -> None:
    log = options(
        tc_log_level="DEBUG",
        tc_log_path="/var/log/app",
        tc_log_file="own.log",
        tc_log_max_bytes="1000",
        tc_log_backup_count="3",
        tc_log_to_api="true",
        tc_log_curl="true",
    ).log
    assert (log.level, log.path, log.file, log.max_bytes, log.backup_count) == ("DEBUG", Path("/var/log/app"), "own.log", 1000, 3)
    assert (log.to_api, log.curl) == (True, True)


def test_folders_are_paths_when_somebody_named_them() -> None:
    found = options(tc_out_path="/run/7/out", tc_temp_path="/run/7/temp")
    assert (found.out_path, found.temp_path) == (Path("/run/7/out"), Path("/run/7/temp"))
    assert options(tc_out_path="").out_path is None


@pytest.mark.parametrize(
    ("flags", "platform", "external"),
    [
        ({}, False, False),
        ({"tc_proxy_tc": "true"}, True, False),
        ({"tc_proxy_external": "true"}, False, True),
        ({"tc_proxy_tc": True, "tc_proxy_external": True}, True, True),
        ({"apply_proxy_tc": "true"}, True, False),
        ({"apply_proxy_ext": "true"}, False, True),
    ],
)
def test_the_proxy_is_used_where_it_is_turned_on(flags: dict[str, Any], platform: bool, external: bool) -> None:
    found = options(**PROXY, **flags)
    proxies = {"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"}
    assert found.platform_proxies == (proxies if platform else {})
    assert found.external_proxies == (proxies if external else {})


def test_the_proxys_user_and_password_are_encoded() -> None:
    found = options(**PROXY, tc_proxy_username="a user", tc_proxy_password="p@ss:/word~", tc_proxy_tc="true")
    assert found.platform_proxies["https"] == "http://a%20user:p%40ss%3A%2Fword~@proxy.example:3128"


@pytest.mark.parametrize("name", ["tc_proxy_host", "tc_proxy_port"])
def test_half_a_proxy_stops_only_who_would_use_it(name: str) -> None:
    half = {name: PROXY[name]}
    assert options(**half).platform_proxies == {}
    with pytest.raises(InputError, match=f"{name} is set and .* is not"):
        options(**half, tc_proxy_tc="true")


def test_an_old_name_is_as_good() -> None:
    assert options(logging="trace").log.level == "trace"


def test_all_inputs_that_are_wrong_are_named_at_once() -> None:
    with pytest.raises(InvalidInputs) as caught:
        options(tc_proxy_port="many", tc_log_to_api="perhaps", tc_log_max_bytes="big")
    assert [problem.name for problem in caught.value.problems] == ["tc_log_max_bytes", "tc_log_to_api", "tc_proxy_port"]


def test_what_this_run_does_not_need_may_be_wrong() -> None:
    assert options(tc_kvstore_port="many", tc_smtp_port="many", batch_chunk="many") == options()
