"""Changing a file as its owner would: the rest stays to the character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatepost.errors import ManifestError, UsageError
from gatepost.manifest import DocumentEdit, ParamType
from gatepost.manifest.documents.document import Document, parse_document
from gatepost.manifest.documents.json_values import same

FILE = Path("install.json")

TEXT = """\
{
    "displayName": "Caf\\u00e9", // what a person sees
    "params": [
        // the first
        {"name": "a", "sequence" : 1},
        {"name": "b", "sequence" : 2} // the last
    ],
    "features": [],
    "z": 1.0
}
"""


def edit_of(text: str) -> DocumentEdit:
    return DocumentEdit(parse_document(FILE, text))


def text_after(text: str, *steps: tuple[object, ...]) -> str:
    edit = edit_of(text)
    for method, *arguments in steps:
        getattr(edit, method)(*arguments)
    return edit.document().text


def test_a_document_that_nothing_changed_in_is_the_same_one() -> None:
    document = parse_document(FILE, TEXT)
    edit = DocumentEdit(document)
    edit.set((), document.data)
    edit.set(("params", 0, "sequence"), 1)

    assert edit.document() is document


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        ('"sequence" : 2', '"sequence" : 3', [("set", ("params", 1, "sequence"), 3)]),
        ('"z": 1.0', '"z": 1', [("set", ("z",), 1)]),
        ('"z": 1.0', '"z": true', [("set", ("z",), True)]),
        ('"b", "sequence" : 2}', '"b", "sequence" : 2, "type": "String"}', [("set", ("params", 1, "type"), ParamType.STRING)]),
        ('"features": []', '"features": [\n        "fileParams"\n    ]', [("set", ("features",), ["fileParams"])]),
        ('"features": []', '"features": [\n        "fileParams"\n    ]', [("insert", ("features",), 0, "fileParams")]),
        ('"z": 1.0', '"z": 1.0,\n    "new": {\n        "a": [\n            1\n        ]\n    }', [("set", ("new", "a"), [1])]),
        (" // the last", ', // the last\n        {"name": "c"}', [("insert", ("params",), 2, {"name": "c"})]),
        (
            '        {"name": "b"',
            '        {"name": "c"},\n        {"name": "b"',
            [("insert", ("params",), -1, {"name": "c"})],
        ),
        ('        // the first\n        {"name": "a", "sequence" : 1},\n', "", [("remove", ("params", 0))]),
        (',\n        {"name": "b", "sequence" : 2} // the last', "", [("remove", ("params", 1))]),
        ('    "displayName": "Caf\\u00e9", // what a person sees\n', "", [("remove", ("displayName",))]),
        (',\n    "z": 1.0', "", [("remove", ("z",))]),
    ],
)
def test_a_change_touches_nothing_else(old: str, new: str, steps: list[tuple[object, ...]]) -> None:
    assert TEXT.count(old) == 1
    assert text_after(TEXT, *steps) == TEXT.replace(old, new)


def test_a_new_key_may_stand_before_another_one() -> None:
    edit = edit_of(TEXT)
    edit.set(("params", 0, "allowMultiple"), True, before="sequence")
    edit.set(("y",), "ä", before="z")

    assert edit.document().text == TEXT.replace('"a", "sequence"', '"a", "allowMultiple": true, "sequence"').replace(
        '"z": 1.0', '"y": "\\u00e4",\n    "z": 1.0'
    )


def test_a_value_takes_its_comments_along() -> None:
    params = [{"name": "b", "sequence": 2}, {"name": "a", "sequence": 1}]

    assert text_after(TEXT, ("set", ("params",), params)) == TEXT.replace(
        '        // the first\n        {"name": "a", "sequence" : 1},\n        {"name": "b", "sequence" : 2} // the last',
        '        {"name": "b", "sequence" : 2}, // the last\n        // the first\n        {"name": "a", "sequence" : 1}',
    )


def test_a_list_of_named_objects_keeps_those_whose_name_stays() -> None:
    params = [{"name": "b", "sequence": 1}, {"name": "c"}]

    assert text_after(TEXT, ("set", ("params",), params)) == TEXT.replace(
        '        // the first\n        {"name": "a", "sequence" : 1},\n        {"name": "b", "sequence" : 2} // the last',
        '        {"name": "b", "sequence" : 1}, // the last\n        {"name": "c"}',
    )


@pytest.mark.parametrize(
    ("text", "steps", "result"),
    [
        ('{"a":1,"b":2}', [("set", ("c",), [1, {"d": 2}])], '{"a":1,"b":2,"c":[1,{"d":2}]}'),
        ('{"a": 1}', [("set", ("b",), {"c": [1, 2]})], '{"a": 1, "b": {"c": [1, 2]}}'),
        ('{ "a": 1, "b": 2 }', [("remove", ("a",))], '{ "b": 2 }'),
        ('{"a": [ 1, 2 ]}', [("set", ("a",), [2, 1])], '{"a": [ 2, 1 ]}'),
        ('{"a": 1, "b": 2}', [("remove", ("a",)), ("remove", ("b",))], "{}"),
        ("{}", [("set", ("a", "b"), 1)], '{\n  "a": {\n    "b": 1\n  }\n}'),
        ('{\r\n\t"a": 1\r\n}', [("set", ("b",), [1])], '{\r\n\t"a": 1,\r\n\t"b": [\r\n\t\t1\r\n\t]\r\n}'),
        ('{"a": [1, 2,],}', [("insert", ("a",), 9, 3)], '{"a": [1, 2, 3,],}'),
        ('{"a": [1, 2]}', [("insert", ("a",), 0, 0)], '{"a": [0, 1, 2]}'),
        ('{"a": [1]}', [("insert", ("a",), 0, 0)], '{"a": [0, 1]}'),
        ('{"a": 1, "b": 2, "a": 3}', [("set", ("a",), 4)], '{"a": 1, "b": 2, "a": 4}'),
        ('{"a": 1, "b": 2, "a": 3}', [("remove", ("a",))], '{"b": 2}'),
        ('{"a": [1, // one\n2]}', [("remove", ("a", 1))], '{"a": [1 // one\n]}'),
        ('{"a": [1, // one\n2]}', [("set", ("a",), [2, 1])], '{"a": [\n2,1 // one\n]}'),
    ],
)
def test_changes_look_like_the_rest_of_the_file(text: str, steps: list[tuple[object, ...]], result: str) -> None:
    assert text_after(text, *steps) == result


def test_a_strict_text_means_the_same_to_every_reader() -> None:
    odd = (
        '// top\n{ // of all\n  "a": [1, 2,], /* two */\n  // of b\n  "b": 1,\n  "b": "x\ty\\d", // tail\n'
        '  "c": NaN,\n  "k\ty": "\\ud800",\n}\n// end\n'
    )
    document = parse_document(FILE, odd)
    edit = DocumentEdit(document)
    edit.strict()
    strict = edit.document()

    assert strict.text == ('{\n  "a": [1, 2],\n  "b": "x\\ty\\\\d",\n  "c": null,\n  "k\\ty": "\\ufffd"\n}\n')
    assert json.loads(strict.text) == document.data == strict.data
    assert strict.repairs == ()


@pytest.mark.parametrize(
    ("method", "arguments", "what"),
    [
        ("value", [("params", 7)], "There is no $.params[7]"),
        ("value", [("params", "a")], "There is no $.params.a"),
        ("value", [("z", "a")], "There is no $.z.a"),
        ("set", [("params", 7), 1], "There is no $.params[7]"),
        ("set", [("params", "a"), 1], "has no place $.params.a"),
        ("set", [("z", "a"), 1], "There is no $.z.a"),
        ("set", [("z", "a", "b"), 1], "There is no $.z"),
        ("set", [(), []], "A manifest is an object"),
        ("set", [("z",), float("nan")], "cannot be written as JSON"),
        ("set", [("z",), 10**5000], "cannot be written as JSON"),
        ("set", [("z",), {1: 2}], "cannot be written as JSON"),
        ("set", [("z",), b""], "cannot be written as JSON"),
        ("insert", [("z",), 0, 1], "has no place $.z[0]"),
        ("remove", [("y",)], "There is no $.y"),
        ("remove", [()], "cannot be removed"),
        ("remove", [("params", 2)], "There is no $.params[2]"),
    ],
)
def test_a_place_that_cannot_be_is_an_error(method: str, arguments: list[object], what: str) -> None:
    edit = edit_of(TEXT)

    with pytest.raises(UsageError) as caught:
        getattr(edit, method)(*arguments)

    assert what in str(caught.value)
    assert edit.document().text == TEXT


def test_a_change_that_nests_too_deeply_is_an_error() -> None:
    edit = edit_of("{}")
    value: object = 1
    for _ in range(101):
        value = [value]
    edit.set(("a",), value)

    with pytest.raises(ManifestError, match="nested"):
        edit.document()


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
json_values = st.recursive(
    scalars,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=3), children, max_size=4),
    max_leaves=8,
)
objects = st.dictionaries(st.text(max_size=3), json_values, max_size=5)
layouts = st.sampled_from([{}, {"indent": 2}, {"indent": "\t"}, {"indent": 0}, {"separators": (",", ":")}])


def document_of(value: object, layout: dict[str, object]) -> Document:
    return parse_document(FILE, json.dumps(value, ensure_ascii=False, **layout).encode("utf-8", "replace").decode())


def places_of(value: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in items for found in places_of(item, (*place, key)))]


@given(data=st.data(), layout=layouts)
@settings(max_examples=50)
def test_a_change_of_one_place_changes_that_place_alone(data: st.DataObject, layout: dict[str, object]) -> None:
    document = document_of(data.draw(objects), layout)
    places = places_of(document.data)[1:]
    assume(places)
    place, value = data.draw(st.sampled_from(places)), data.draw(json_values)
    edit = DocumentEdit(document)
    edit.set(place, value)
    changed = edit.document()

    expected = json.loads(json.dumps(document.data))
    parent = expected
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = json.loads(json.dumps(value))
    assert same(changed.data, expected)
    assert list(changed.data) == list(document.data)
    assert changed.repairs == ()


@given(old=objects, new=objects, layout=layouts)
@settings(max_examples=50)
def test_any_object_becomes_any_other(old: dict[str, object], new: dict[str, object], layout: dict[str, object]) -> None:
    document = document_of(old, layout)
    edit = DocumentEdit(document)
    edit.set((), new)

    assert same(edit.document().data, json.loads(json.dumps(new)))


@given(data=st.data(), layout=layouts)
@settings(max_examples=50)
def test_reordering_and_removing_keep_the_rest(data: st.DataObject, layout: dict[str, object]) -> None:
    items = data.draw(st.lists(json_values, min_size=1, max_size=5))
    edit = DocumentEdit(document_of({"a": items}, layout))
    expected = data.draw(st.permutations(json.loads(json.dumps(items))))
    edit.set(("a",), expected)
    assert same(edit.document().data["a"], expected)

    index = data.draw(st.integers(0, len(items) - 1))
    edit.remove(("a", index))
    del expected[index]
    assert same(edit.document().data["a"], expected)


def test_a_text_that_is_no_json_cannot_be_edited() -> None:
    with pytest.raises(ManifestError, match="line 1, column 1"):
        DocumentEdit(Document(FILE, "displayName: Demo\n", {"displayName": "Demo"}))


@pytest.mark.parametrize(
    ("text", "steps", "result"),
    [
        ('{"a": [{"x": 1}, [2]]}', [("set", ("a",), [{"x": 2}, [2, 3]])], '{"a": [{"x": 2}, [2, 3]]}'),
        ('{"a": {"x": 1}}', [("set", ("a",), [1])], '{"a": [1]}'),
        ('{"a": [1]}', [("set", ("a", -1), 2)], '{"a": [2]}'),
        ('{"a": [1, 2]}', [("insert", ("a",), -9, 0)], '{"a": [0, 1, 2]}'),
    ],
)
def test_small_changes_of_small_files(text: str, steps: list[tuple[object, ...]], result: str) -> None:
    assert text_after(text, *steps) == result
