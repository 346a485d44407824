"""The app against an emulated Timbr, which really runs the queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from app import app
from gatepost.app import Result
from gatepost.emulator import TimbrEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def run(*inputs: Any, **more: Any) -> Result:
    """Run the app. It asks the platform for nothing: any session stands in for the one that needs credentials."""
    return app.test(*inputs, session=requests.Session(), **more)


@pytest.fixture
def timbr(monkeypatch: pytest.MonkeyPatch) -> Iterator[TimbrEmulator]:
    with TimbrEmulator() as timbr:
        timbr.add_concept("shop", "customer", [{"id": 1, "name": "Ada, Countess"}, {"id": 2, "name": "Grace"}])
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", timbr.ca_file)
        yield timbr


def test_rows_are_shown_and_written(timbr: TimbrEmulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT name, id FROM timbr.customer ORDER BY id"
    result = run(timbr.inputs(), ontology="shop", query=query, tc_out_path=str(tmp_path))
    assert (result.exit_code, result.message) == (0, "2 rows from shop; see rows.csv")
    assert (tmp_path / "rows.csv").read_text() == 'name,id\n"Ada, Countess",1\nGrace,2\n'
    assert "Grace,2\n" in capsys.readouterr().out


def test_a_token_that_is_there_is_used(timbr: TimbrEmulator, tmp_path: Path) -> None:
    given = {"timbr_url": timbr.url, "timbr_token": timbr.credentials.token.reveal(), "tc_out_path": str(tmp_path)}
    result = run(given, ontology="shop", query="SELECT id FROM customer WHERE id > 2")
    assert result.message == "0 rows from shop; see rows.csv"
    assert all(request.scheme == "x-api-key" for request in timbr.requests)


def test_a_query_that_fails_is_told_in_the_words_of_the_service(timbr: TimbrEmulator) -> None:
    result = run(timbr.inputs(), ontology="shop", query="SELECT surname FROM customer")
    assert result.exit_code == 1
    assert "no such column: surname" in (result.message or "")


def test_an_unknown_ontology_is_told_with_those_that_there_are(timbr: TimbrEmulator) -> None:
    result = run(timbr.inputs(), ontology="shops")
    assert result.message == "There is no ontology shops: there are shop, supply_chain, threat_intelligence"
