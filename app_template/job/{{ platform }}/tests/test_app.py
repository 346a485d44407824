"""The app by itself, and on a platform in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from unittest.mock import create_autospec

import pytest
import requests

from app import app

if TYPE_CHECKING:
    from gatepost.emulator import Emulator


def session_with(*names: str) -> Any:
    """A stand-in for the platform's session, which sees these owners."""
    session = create_autospec(requests.Session, instance=True)
    session.get.return_value.json.return_value = {"data": {"owner": [{"name": name} for name in names]}}
    return session


def test_an_owner_that_can_be_seen() -> None:
    result = app.test(owner="Blue", session=session_with("Red", "Blue"))
    assert (result.exit_code, result.message) == (0, "Blue is one of 2 owners")


def test_an_owner_that_cannot_be_seen() -> None:
    result = app.test(owner="Green", session=session_with("Red", "Blue"))
    assert (result.exit_code, result.message) == (1, "Green is none of the 2 owners that these credentials can see")


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_on_a_platform(tc_platform: Emulator, auth: Literal["token", "hmac"]) -> None:
    tc_platform.add_owner("Blue")
    result = app.test(tc_platform.inputs(auth), owner="Blue")
    assert result.exit_code == 0, result.message
    assert all(request.verdict.accepted for request in tc_platform.requests)
