from __future__ import annotations

import os
import subprocess
import sys
from email.utils import formatdate

import pytest
import requests
from requests import exceptions
from urllib3.util import Retry

from gatepost.sessions.policy import (
    DEFAULT_POLICY,
    RetryBudget,
    backoff,
    fault_is_repeatable,
    retry_after,
    status_is_repeatable,
)

ANY = Retry(total=3, status_forcelist=[503], allowed_methods=None)


def answered(status: int, body: str = "", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body.encode()
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    ("method", "repeatable", "expected"),
    [
        ("GET", None, True),
        ("HEAD", None, True),
        ("OPTIONS", None, True),
        ("PUT", None, True),
        ("DELETE", None, True),
        ("POST", None, False),
        ("PATCH", None, False),
        ("post", True, True),
        ("PATCH", True, True),
        ("get", False, False),
    ],
)
def test_which_refusals_are_faults(status, method, repeatable, expected):
    assert status_is_repeatable(DEFAULT_POLICY, answered(status), method, repeatable=repeatable) is expected


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 501, 505])
def test_which_are_not(status):
    assert not status_is_repeatable(DEFAULT_POLICY, answered(status), "GET", repeatable=True)


def test_a_missing_license_is_no_fault():
    body = '{"message": "API access has not been licensed for this system, please contact sales"}'

    assert not status_is_repeatable(DEFAULT_POLICY, answered(503, body), "GET", repeatable=True)
    assert status_is_repeatable(DEFAULT_POLICY, answered(503, '{"message": "Maintenance"}'), "GET", repeatable=None)


@pytest.mark.parametrize(
    ("error", "method", "repeatable", "expected"),
    [
        (exceptions.ConnectTimeout(), "POST", None, True),
        (exceptions.ConnectTimeout(), "POST", False, False),
        (exceptions.ReadTimeout(), "GET", None, True),
        (exceptions.ReadTimeout(), "POST", None, False),
        (exceptions.ReadTimeout(), "POST", True, True),
        (exceptions.SSLError(), "POST", None, False),
        (exceptions.ChunkedEncodingError(), "GET", None, True),
        (exceptions.InvalidURL(), "GET", True, False),
        (OSError("no such file"), "GET", True, False),
    ],
)
def test_which_failures_are_worth_another_try(error, method, repeatable, expected):
    assert fault_is_repeatable(DEFAULT_POLICY, error, method, repeatable=repeatable) is expected


@pytest.mark.parametrize("methods", [None, False])
def test_a_policy_for_all_methods(methods):
    policy = Retry(total=3, status_forcelist=[503], allowed_methods=methods)

    assert status_is_repeatable(policy, answered(503), "POST", repeatable=None)
    assert not status_is_repeatable(policy, answered(500), "GET", repeatable=None)


# -- Retry-After -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("5", 5),
        (" 7 ", 7),
        ("99999999999999999999", 1e20),
        ("9" * 5_000, float("inf")),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("5, 10", None),
    ],
)
def test_retry_after_in_seconds(header, seconds):
    assert retry_after(DEFAULT_POLICY, answered(429, Retry_After=header)) == seconds


def test_a_date_is_measured_by_the_servers_own_clock():
    there = 1_000_000_000.0
    response = answered(429, Retry_After=formatdate(there + 30, usegmt=True), Date=formatdate(there, usegmt=True))
    assert retry_after(DEFAULT_POLICY, response) == 30

    response.headers["Retry-After"] = formatdate(there - 30, usegmt=True)
    assert retry_after(DEFAULT_POLICY, response) == 0


def test_a_date_without_a_date_is_measured_by_ours():
    assert retry_after(DEFAULT_POLICY, answered(429, Retry_After="Tue, 14 Nov 2023 22:13:20 GMT")) == 0


def test_it_can_be_disregarded():
    assert retry_after(Retry(respect_retry_after_header=False), answered(429, Retry_After="5")) is None
    assert retry_after(DEFAULT_POLICY, answered(429)) is None


def test_the_pauses_grow_and_are_bounded():
    for repeats, whole in ((1, 0.3), (2, 0.6), (3, 1.2), (20, 20.0)):
        pauses = [backoff(DEFAULT_POLICY, repeats) for _ in range(50)]
        assert all(whole / 2 <= pause <= whole for pause in pauses)
        assert len(set(pauses)) > 1


# -- the budget ------------------------------------------------------------------------------------------------------------------


def test_an_outage_is_not_made_worse():
    budget = RetryBudget(capacity=3, earned=0.5)

    assert [budget.spend() for _ in range(5)] == [True, True, True, False, False]
    budget.earn()
    assert not budget.spend()
    budget.earn()
    assert budget.spend()


def test_more_than_the_capacity_is_not_earned():
    budget = RetryBudget(capacity=2, earned=5)
    budget.earn()

    assert [budget.spend() for _ in range(3)] == [True, True, False]


FORKED = """
import os, threading
from gatepost.sessions.policy import RetryBudget
budget = RetryBudget()
with budget._lock:  # as if another thread held it at the fork
    child = os.fork()
    if child == 0:
        os._exit(0 if budget.spend() else 1)
raise SystemExit(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_does_not_wait_for_a_thread_of_its_parent():
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED], check=True, timeout=60)
