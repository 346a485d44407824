from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from gatepost.transport.headers import Headers

names = st.sampled_from(["Accept", "accept", "ACCEPT", "Date", "date", "X-One"])
changes = st.lists(st.tuples(st.sampled_from(["set", "delete", "update", "pop", "setdefault"]), names, st.text(max_size=3)))


def change(headers: CaseInsensitiveDict[str], how: str, name: str, value: str) -> object:
    match how:
        case "set":
            headers[name] = value
        case "delete" if name in headers:
            del headers[name]
        case "update":
            headers.update({name: value})
        case "pop":
            return headers.pop(name, None)
        case "setdefault":
            return headers.setdefault(name, value)
    return None


@given(changes)
def test_they_are_those_of_requests(steps):
    ours, theirs = Headers(), CaseInsensitiveDict()
    for step in steps:
        assert change(ours, *step) == change(theirs, *step)

    assert list(ours.items()) == list(theirs.items())
    assert list(ours) == list(theirs)
    assert list(ours.keys()) == list(theirs.keys())
    assert list(ours.values()) == list(theirs.values())
    assert list(ours.lower_items()) == list(theirs.lower_items())
    assert (len(ours), bool(ours), repr(ours)) == (len(theirs), bool(theirs), repr(theirs))
    assert ours == theirs
    assert theirs == ours
    for name in ("accept", "DATE", "x-none"):
        assert (name in ours, ours.get(name), ours.get(name, 1)) == (name in theirs, theirs.get(name), theirs.get(name, 1))


@pytest.mark.parametrize("fields", [{"A": "1", "a": "2"}, [("A", "1"), ("a", "2")], CaseInsensitiveDict({"A": "1", "a": "2"})])
def test_the_last_one_of_a_name_counts(fields):
    assert list(Headers(fields).items()) == [("a", "2")]


def test_a_copy_is_another():
    headers = Headers({"A": "1"}, B="2")
    for copied in (headers.copy(), copy.copy(headers.copy()), pickle.loads(pickle.dumps(headers))):
        assert copied == headers
        assert type(copied) is Headers
    copied = headers.copy()
    copied["a"] = "3"
    assert headers["A"] == "1"


def test_what_is_not_there():
    with pytest.raises(KeyError):
        Headers()["A"]
    with pytest.raises(KeyError):
        del Headers()["A"]
    assert 1 not in Headers()
