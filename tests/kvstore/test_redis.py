"""A store in a real Redis: what it does, and what it says when it cannot."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as redis_py

from gatepost.emulator.redis import RedisProcess
from gatepost.errors import GatepostError
from gatepost.kvstore import RedisServer, RedisStore, StoreError, StoreFull, StoreRefused, StoreUnavailable, connect
from gatepost.kvstore.redis import explain
from gatepost.secret import Secret

pytestmark = pytest.mark.programs("redis-server")


@pytest.fixture
def store(redis: RedisServer, request: pytest.FixtureRequest) -> Iterator[RedisStore]:
    store = RedisStore(redis, request.node.nodeid)
    yield store
    store.close()


def test_what_was_written_is_read_in_the_order_of_the_keys(store: RedisStore) -> None:
    store.write_many({"a": "héllo", "b": b"\x00\r\n\xff"})
    assert store.read_many(["b", "missing", "a", "b"]) == [b"\x00\r\n\xff", None, "héllo".encode(), b"\x00\r\n\xff"]


def test_a_value_is_one_field_of_the_hash_of_its_context(store: RedisStore, redis: RedisServer) -> None:
    store.write_many({"#App:1:a!String": '"x"'})
    client = connect(redis)
    assert client.hgetall(store.context) == {b"#App:1:a!String": b'"x"'}
    client.close()


def test_other_contexts_are_other_places(store: RedisStore, redis: RedisServer) -> None:
    store.write_many({"a": "1"})
    other = RedisStore(redis, "another context")
    assert other.read_many(["a"]) == [None]
    other.close()


def test_the_database_is_the_one_that_was_named(store: RedisStore, redis: RedisServer) -> None:
    store.write_many({"a": "1"})
    other = RedisStore(redis._replace(database=3), store.context)
    assert other.read_many(["a"]) == [None]
    other.close()


def test_a_value_is_deleted_once(store: RedisStore) -> None:
    store.write_many({"a": "1"})
    assert (store.delete("a"), store.delete("a"), store.read_many(["a"])) == (True, False, [None])


def test_nothing_to_do_is_done_without_a_server() -> None:
    store = RedisStore(RedisServer("127.0.0.1", 1), "context")
    assert store.read_many([]) == []
    store.write_many({})
    store.close()


def commands(server: RedisServer) -> int:
    client = connect(server)
    total = int(client.info("stats")["total_commands_processed"])
    client.close()
    return total


def test_any_number_of_values_is_one_command(store: RedisStore, redis: RedisServer) -> None:
    store.read_many(["connected"])
    before = commands(redis)
    store.write_many({f"key {number}": "value" for number in range(1000)})
    assert store.read_many([f"key {number}" for number in range(1000)]) == [b"value"] * 1000
    # The two, and the one with which the number was asked for.
    assert commands(redis) - before == 3


def test_a_password_lets_in(small_redis: RedisServer) -> None:
    store = RedisStore(small_redis, "context")
    assert store.read_many(["missing"]) == [None]
    store.close()


def read(server: RedisServer, context: str = "context", *, timeout: float = 60) -> list[bytes | None]:
    store = RedisStore(server, context, client=connect(server, timeout=timeout, retries=0))
    try:
        return store.read_many(["key"])
    finally:
        store._client.close()


Changed = Callable[[RedisServer], RedisServer]


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        (lambda server: server._replace(password=None), "Set tc_kvstore_pass"),
        (lambda server: server._replace(password=Secret("wrong-horse-battery")), "Check tc_kvstore_user and tc_kvstore_pass"),
        (lambda server: server._replace(username="nobody"), "Check tc_kvstore_user and tc_kvstore_pass"),
    ],
    ids=["no password", "wrong password", "unknown user"],
)
def test_a_wrong_password_is_refused_and_not_shown(small_redis: RedisServer, changed: Changed, remedy: str) -> None:
    with pytest.raises(StoreRefused, match=f"could not be read.*{remedy}") as caught:
        read(changed(small_redis))
    assert "horse" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_full_store_keeps_what_it_had_and_takes_nothing_of_the_new(small_redis: RedisServer) -> None:
    store = RedisStore(small_redis, "full")
    for _ in range(2):  # the server notices that it is full when the next command comes
        try:
            store.write_many({"old": "1" * 2_000_000})
        except StoreFull:
            break
    with pytest.raises(StoreFull, match=r"could not be written to\. It is full.*maxmemory"):
        store.write_many({"large": "1" * 4_000_000, "small": "1"})
    assert store.read_many(["large", "small"]) == [None, None]
    store.delete("old")
    store.close()


def test_a_hash_that_is_none_is_explained(redis: RedisServer) -> None:
    client = connect(redis)
    client.set("no hash", "text")
    client.close()
    with pytest.raises(StoreError, match=r"is no hash.*Check tc_playbook_kvstore_context"):
        read(redis, "no hash")


def test_a_database_that_is_not_there_is_explained(redis: RedisServer) -> None:
    with pytest.raises(StoreError, match="Check tc_playbook_kvstore_id"):
        read(redis._replace(database=99))


def test_a_server_that_is_not_there_is_explained() -> None:
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1 could not be read.*Check tc_kvstore_host") as caught:
        read(RedisServer("127.0.0.1", 1))
    assert caught.value.why == "Connection refused", "in few words, so that the remedy fits into a run's message, too"


def test_a_server_that_goes_away_is_explained() -> None:
    with RedisProcess() as process:
        store = RedisStore(RedisServer("127.0.0.1", process.port), "context")
        store.write_many({"a": "1"})
    with pytest.raises(StoreUnavailable, match="could not be written to"):
        store.write_many({"b": "2"})
    store.close()


def test_a_connection_that_broke_is_made_again(store: RedisStore, redis: RedisServer) -> None:
    store.write_many({"a": "1"})
    other = connect(redis)
    other.client_kill_filter(_type="normal", skipme=True)
    other.close()
    assert store.read_many(["a"]) == [b"1"]


# TLS


def test_tls_with_the_authority_of_the_broker(tls_redis: RedisServer) -> None:
    assert read(tls_redis) == [None]


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        (lambda server: server._replace(ca_file=None), StoreRefused, "is not accepted: self-signed cert.*cacert_file"),
        (lambda server: server._replace(tls=False), StoreUnavailable, "tc_kvstore_tls_enabled, for it may expect TLS"),
        (
            lambda server: server._replace(ca_file="/no/such/file"),
            StoreRefused,
            "no file /no/such/file.*tc_svc_broker_cacert_file",
        ),
        (lambda server: server._replace(key_file=server.ca_file), StoreRefused, "a key .* and no certificate.*Set both"),
    ],
    ids=["an unknown authority", "no TLS", "a file that is not there", "a key alone"],
)
def test_a_mismatch_of_tls_is_explained(tls_redis: RedisServer, changed: Changed, error: type[StoreError], message: str) -> None:
    with pytest.raises(error, match=message):
        read(changed(tls_redis))


def test_a_file_that_holds_no_certificate_is_explained(tls_redis: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(StoreRefused, match="TLS did not come about"):
        read(tls_redis._replace(ca_file=str(tmp_path / "ca.pem")))


def test_tls_to_a_server_without_it_is_explained(redis: RedisServer) -> None:
    with pytest.raises(StoreUnavailable, match="tc_kvstore_tls_port"):
        read(redis._replace(tls=True), timeout=0.5)  # it stays silent


def test_tls_is_waited_for_as_long_as_for_a_connection(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.kvstore.redis.CONNECT_TIMEOUT", 0.2)
    waits: list[float | None] = []

    class Noted(socket.socket):
        def settimeout(self, value: float | None) -> None:
            waits.append(value)
            super().settimeout(value)

    monkeypatch.setattr("socket.socket", Noted)
    store = RedisStore(redis._replace(tls=True), "context")
    with pytest.raises(StoreUnavailable, match="tc_kvstore_tls_port"):
        store.read_many(["key"])
    store.close()
    assert set(waits) == {0.2}


def test_an_answer_over_tls_is_waited_for_longer(tls_redis: RedisServer) -> None:
    client = connect(tls_redis, timeout=17.0)
    assert client.ping()
    connection: Any = client.connection_pool.get_connection()
    assert connection._sock.gettimeout() == 17.0
    client.connection_pool.release(connection)
    client.close()


def test_the_name_of_a_server_is_not_taken_for_an_error_of_tls() -> None:
    error = redis_py.ConnectionError("Error 111 connecting to redis-tls.example:6379. Connection refused.")
    assert "tc_kvstore_host" in explain(error, RedisServer("redis-tls.example"), "read").remedy


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(GatepostError, match=r"the package redis is not installed.*gatepost\[redis\]"):
        RedisStore(RedisServer("127.0.0.1", 1), "context").read_many(["a"])
