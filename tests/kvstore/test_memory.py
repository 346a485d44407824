"""A store in this process."""

from __future__ import annotations

from gatepost.kvstore import MemoryStore


def test_it_does_what_a_store_does() -> None:
    store = MemoryStore({"a": "é"})
    store.write_many({"b": b"\xff"})
    assert store.read_many(["b", "a", "c"]) == [b"\xff", "é".encode(), None]
    assert (store.delete("a"), store.delete("a")) == (True, False)
    assert store.values == {"b": b"\xff"}
    store.close()
