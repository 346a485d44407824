"""Refusals as errors: the server's own words, what more there is to know, and no query."""

from __future__ import annotations

import pytest

from gatepost.errors import PlatformError
from tests.transport.scripted_server import ScriptedServer, answer


def test_an_error_holds_the_words_of_the_server(to):
    refusal = answer(404, '{"errCode": "0x1001", "message": "No such owner", "status": "Error"}')
    with ScriptedServer(refusal) as server, pytest.raises(PlatformError) as caught:
        to(server, raise_for_status=True).get("/v2/owners/7?q=s3cret-query")

    error = caught.value
    assert (error.status, error.message, error.code) == (404, "No such owner", "0x1001")
    assert str(error) == "The server refused GET /v2/owners/7 with 404 Whatever. It said: No such owner"


def test_of_a_credential_it_names_who_knows_more(to):
    with ScriptedServer(answer(401, '{"message": "Unauthorized"}')) as server, pytest.raises(PlatformError) as caught:
        to(server, raise_for_status=True).get("/v2/owners")
    assert str(caught.value).endswith(
        "It said: Unauthorized. Check the credential: gatepost doctor tries it, and says what to change"
    )


def test_it_leaves_no_connection_open(to):
    with ScriptedServer(answer(404, b"x" * 200_000)) as server:
        session = to(server, raise_for_status=True)
        with pytest.raises(PlatformError):
            session.get("/x", stream=True)
        session.get("/x")
        assert session.get("/x").ok
