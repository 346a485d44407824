"""The app with a platform and a Timbr in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from gatepost.emulator import TimbrEmulator

from app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.app import Result
    from gatepost.emulator import Emulator


@pytest.fixture(scope="module")
def timbr() -> Iterator[TimbrEmulator]:
    with TimbrEmulator() as timbr:
        timbr.add_concept("shop", "customer", [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}])
        yield timbr


def run(platform: Emulator, timbr: TimbrEmulator, query: str, **inputs: Any) -> Result:
    given = {**platform.inputs(), **timbr.inputs(), "timbr_verify": timbr.ca_file, "ontology": "shop", **inputs}
    return app.test(given, query=query)


def test_rows_are_counted(tc_platform: Emulator, timbr: TimbrEmulator) -> None:
    result = run(tc_platform, timbr, "SELECT name FROM timbr.customer")
    assert (result.exit_code, result.message) == (0, "2 rows from shop")


def test_a_query_that_fails_is_told_in_the_words_of_the_service(tc_platform: Emulator, timbr: TimbrEmulator) -> None:
    result = run(tc_platform, timbr, "SELECT surname FROM timbr.customer")
    assert result.exit_code == 1
    assert "surname" in (result.message or "")


def test_half_a_credential_is_told(tc_platform: Emulator, timbr: TimbrEmulator) -> None:
    result = run(tc_platform, timbr, "SELECT 1", timbr_salt="")
    assert result.exit_code == 1
    assert "timbr_salt" in (result.message or "")
