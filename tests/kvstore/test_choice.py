"""Which store a run uses."""

from __future__ import annotations

from typing import Any

import pytest

from gatepost.errors import InputError
from gatepost.kvstore import Memory, RedisServer, RestAddress, choose_store
from gatepost.secret import Secret

FILES = {
    "tc_svc_broker_cacert_file": "ca.pem",
    "tc_svc_broker_cert_file": "cert.pem",
    "tc_svc_broker_key_file": "key.pem",
}


@pytest.mark.parametrize(
    ("inputs", "chosen"),
    [
        ({}, RedisServer()),
        ({"tc_kvstore_type": "Redis"}, RedisServer()),
        ({"tc_kvstore_type": "redis", "tc_kvstore_host": "store", "tc_kvstore_port": 6380}, RedisServer("store", 6380)),
        ({"tc_kvstore_host": None, "tc_kvstore_port": None, "tc_kvstore_pass": None}, RedisServer()),
        # What incumbents leave out unless TLS is on.
        (
            {"tc_kvstore_user": "app", "tc_kvstore_pass": Secret("word"), "tc_playbook_kvstore_id": 3},
            RedisServer(username="app", password=Secret("word"), database=3),
        ),
        ({"tc_kvstore_pass": Secret("")}, RedisServer()),
        (
            {"tc_kvstore_tls_enabled": True, "tc_kvstore_tls_port": 6390, "tc_kvstore_port": 6380, **FILES},
            RedisServer(port=6390, tls=True, ca_file="ca.pem", certificate_file="cert.pem", key_file="key.pem"),
        ),
        ({"tc_kvstore_tls_port": 6390, **FILES}, RedisServer()),
        ({"tc_kvstore_type": "TCKeyValueAPI"}, RestAddress()),
        ({"tc_kvstore_type": "TCKeyValueAPI", "tc_kvstore_host": "localhost"}, RestAddress()),
        # The legacy name tc_playbook_db_path was a whole URL there.
        (
            {"tc_kvstore_type": "TCKeyValueAPI", "tc_kvstore_host": "https://platform/api/internal/keyValue/1234/"},
            RestAddress("https://platform/api/internal/keyValue/1234"),
        ),
        ({"tc_kvstore_type": "Mock"}, Memory()),
    ],
)
def test_the_store_is_chosen_by_the_inputs(inputs: dict[str, Any], chosen: object) -> None:
    assert choose_store(inputs) == chosen


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"tc_kvstore_type": "Memcached"}, "no key-value store of the type 'Memcached'"),
        ({"tc_kvstore_port": 0}, "tc_kvstore_port cannot be 0"),
        ({"tc_kvstore_tls_enabled": True, "tc_kvstore_tls_port": 65_536}, "tc_kvstore_tls_port cannot be 65536"),
        ({"tc_playbook_kvstore_id": -1}, "tc_playbook_kvstore_id cannot be -1"),
    ],
)
def test_what_cannot_be_is_an_error(inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        choose_store(inputs)


def test_an_address_is_written_as_people_write_it() -> None:
    assert str(RedisServer("::1", 6380)) == "[::1]:6380"
    assert "horse" not in repr(RedisServer(password=Secret("horse")))
