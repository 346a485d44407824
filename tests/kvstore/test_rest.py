"""The platform's REST store."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests
import responses

from gatepost.errors import PlatformError
from gatepost.kvstore import RestStore, StoreError, StoreFull, StoreRefused, StoreUnavailable

BASE = "https://platform.example/api/internal/playbooks/keyValue/4f5c"
KEY = "#App:1:a!String"


class PathSession(requests.Session):
    """Takes paths, as the platform's session does."""

    def request(self, method: str, url: str, **arguments: object) -> requests.Response:  # type: ignore[override]
        return super().request(method, f"https://platform.example/api{url}" if url.startswith("/") else url, **arguments)


@pytest.fixture
def store() -> RestStore:
    return RestStore(PathSession, "4f5c")


@responses.activate
def test_a_key_is_percent_encoded_and_a_value_is_raw_bytes(store: RestStore) -> None:
    put = responses.put(f"{BASE}/%23App%3A1%3Aa%21String", status=204)
    store.write_many({KEY: '"é"'})
    request = put.calls[0].request
    assert request.url == f"{BASE}/%23App%3A1%3Aa%21String"
    assert request.body == '"é"'.encode()
    assert request.headers["Content-Type"] == "application/octet-stream"


@responses.activate
def test_many_values_come_in_the_order_of_their_keys(store: RestStore) -> None:
    keys = [f"#App:1:k{number}!String" for number in range(20)]
    for key in keys:
        responses.get(f"{BASE}/{quote(key, safe='~')}", body=key.encode())
    assert store.read_many(keys) == [key.encode() for key in keys]


@responses.activate
@pytest.mark.parametrize(("status", "body"), [(404, b'{"status": "Failure"}'), (204, b""), (200, b"")])
def test_a_value_that_is_not_there_is_none(store: RestStore, status: int, body: bytes) -> None:
    responses.get(f"{BASE}/%23App%3A1%3Aa%21String", status=status, body=body)
    assert store.read_many([KEY]) == [None]


@responses.activate
@pytest.mark.parametrize(
    ("status", "error"), [(400, StoreError), (403, StoreRefused), (413, StoreFull), (500, StoreUnavailable), (507, StoreFull)]
)
@pytest.mark.parametrize("method", ["read", "write"])
def test_a_refusal_is_told_in_the_platforms_words(store: RestStore, status: int, error: type[StoreError], method: str) -> None:
    answer = {"status": status, "json": {"status": "Failure", "message": "Not today"}}
    responses.get(f"{BASE}/%23App%3A1%3Aa%21String", **answer)  # type: ignore[arg-type]
    responses.put(f"{BASE}/%23App%3A1%3Aa%21String", **answer)  # type: ignore[arg-type]
    with pytest.raises(error, match=f"It answered {status} and said: Not today"):
        store.read_many([KEY]) if method == "read" else store.write_many({KEY: "1"})


@responses.activate
def test_an_execution_that_the_platform_does_not_know_cannot_be_written_to(store: RestStore) -> None:
    responses.put(f"{BASE}/%23App%3A1%3Aa%21String", status=404)
    with pytest.raises(StoreError, match="Check tc_playbook_kvstore_context"):
        store.write_many({KEY: "1"})


@responses.activate
def test_the_first_failure_ends_the_writing(store: RestStore) -> None:
    refused = responses.put(f"{BASE}/a", status=403)
    never = [responses.put(f"{BASE}/{key}", status=204) for key in "bcd"]
    with pytest.raises(StoreRefused):
        store.write_many(dict.fromkeys("abcd", "1"))
    assert (refused.call_count, [each.call_count for each in never]) == (1, [0, 0, 0])


@responses.activate
def test_no_connection_is_a_store_that_cannot_be_reached(store: RestStore) -> None:
    responses.get(f"{BASE}/a", body=requests.ConnectionError("no route"))
    with pytest.raises(StoreUnavailable, match="no route"):
        store.read_many(["a"])


def test_a_session_that_raises_for_a_status_makes_no_difference() -> None:
    class Raising(requests.Session):
        def request(self, *arguments: object, **more: object) -> requests.Response:  # type: ignore[override]
            raise PlatformError("refused", status=status, message="Not found")

    status = 404
    assert RestStore(Raising, "4f5c").read_many(["a"]) == [None]
    status = 403
    with pytest.raises(StoreRefused, match="Not found"):
        RestStore(Raising, "4f5c").read_many(["a"])


@responses.activate
def test_a_base_url_of_an_old_platform_has_the_context_already() -> None:
    responses.get("https://platform.example/old/4f5c/a", body=b"1")
    store = RestStore(PathSession, "ignored", base_url="https://platform.example/old/4f5c")
    assert store.read_many(["a"]) == [b"1"]


def test_it_cannot_delete(store: RestStore) -> None:
    with pytest.raises(StoreError, match="can only be read and written"):
        store.delete(KEY)
    store.close()
