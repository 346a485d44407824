from __future__ import annotations


def test_types_of_attributes(found):
    kind = {"name": "Age", "description": "d", "errorMessage": "e", "indicators": ["Host"], "maxLength": 10}
    assert found({"attributes.json": {"types": [kind]}}) == set()
    assert found({"attributes.json": {"types": [kind, {**kind, "maxLength": 0}]}}) == {
        ("GP810", "$.types[1].name"),
        ("GP811", "$.types[1].maxLength"),
    }
