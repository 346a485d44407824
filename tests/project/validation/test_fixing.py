"""Correcting without a person: the same meaning, and twice is once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import Manifest
from gatepost.manifest.attributes import read_attributes
from gatepost.manifest.documents.document import parse_document
from gatepost.manifest.job import read_job
from gatepost.manifest.layout import read_layout
from gatepost.manifest.loading import read_manifest
from gatepost.manifest.tcex_json import read_tcex_json
from gatepost.project.validation import fix_document
from gatepost.project.validation.reading_rules import FIXABLE
from tests.project.validation.strategies import manifests

FILE = Path("install.json")


def meaning(manifest: Manifest) -> object:
    """What a manifest says, with the order of its params in the place of their numbers."""
    said = manifest.model_dump()
    numbers = [one.sequence for one in manifest.params]
    order = sorted(range(len(numbers)), key=lambda index: (numbers[index], index))
    for rank, index in enumerate(order):
        said["params"][index]["sequence"] = rank
    return said


def fixed(text: str) -> str:
    return fix_document(parse_document(FILE, text)).after.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"displayName": "A",}\n', '{"displayName": "A", "listDelimiter": "|"}\n'),
        ('{"listDelimiter": "|"}', '{"listDelimiter": "|"}\n'),
        ('{\n\t"listDelimiter": "|"\n}\n', '{\n  "listDelimiter": "|"\n}\n'),
        ('{"listDelimiter": "|", "note": "a\tb"}\n', '{"listDelimiter": "|", "note": "a\\tb"}\n'),
        ('{"listDelimiter": "|", "note": "a\\d"}\n', '{"listDelimiter": "|", "note": "a\\\\d"}\n'),
        ('{"listDelimiter": "|", "note": null}\n', '{"listDelimiter": "|"}\n'),
        ('{"listDelimiter": "|", "allowOnDemand": "true"}\n', '{"listDelimiter": "|", "allowOnDemand": true}\n'),
        ('{"listDelimiter": "|", "labels": "a"}\n', '{"listDelimiter": "|", "labels": ["a"]}\n'),
        ('{"listDelimiter": "|", "runtimeLevel": ["playbook"]}\n', '{"listDelimiter": "|", "runtimeLevel": "Playbook"}\n'),
        ('{"listDelimiter": "|", "languageVersion": "3.6.x"}\n', '{"listDelimiter": "|", "languageVersion": "3.6"}\n'),
        ('{"listDelimiter": "|", "programVersion": "v1"}\n', '{"listDelimiter": "|", "programVersion": "1.0.0"}\n'),
        ('{"listDelimiter": "|", "languageVersion": "JS"}\n', '{"listDelimiter": "|", "languageVersion": "JS"}\n'),
        (
            '{"listDelimiter": "|", "params": {"name": "a", "type": "choice", "sequence": 1}}\n',
            '{"listDelimiter": "|", "params": [{"name": "a", "type": "Choice", "sequence": 1}]}\n',
        ),
        (
            (
                '{"listDelimiter": "|", "params": [{"name": "a", "default": 5, "sequence": 7}, {"name": "b", "type": "Boolean", '
                '"default": "no"}]}\n'
            ),
            (
                '{"listDelimiter": "|", "params": [{"name": "a", "default": "5", "sequence": 2, "type": "String"}, {"name": "b", '
                '"type": "Boolean", "default": false, "sequence": 1}]}\n'
            ),
        ),
        (
            '{"listDelimiter": "|", "playbook": {"outputVariables": [{"name": "a"}, {"name": "b", "type": "string"}]}}\n',
            (
                '{"listDelimiter": "|", "playbook": {"outputVariables": [{"name": "a", "type": "String"}, '
                '{"name": "b", "type": "String"}]}}\n'
            ),
        ),
        ('{"listDelimiter": "|", "playbook": {"type": null}}\n', '{"listDelimiter": "|", "playbook": {"type": null}}\n'),
        # What only a person can decide stays.
        ('{"listDelimiter": "|", "note": "a", "note": "b"}\n', '{"listDelimiter": "|", "note": "a", "note": "b"}\n'),
        ('{"listDelimiter": "|" // why\n}\n', '{"listDelimiter": "|" // why\n}\n'),
        ('{"listDelimiter": "|", "allow_on_demand": true}\n', '{"listDelimiter": "|", "allow_on_demand": true}\n'),
        ('{"listDelimiter": "|", "runtimeLevel": "N/A"}\n', '{"listDelimiter": "|", "runtimeLevel": "N/A"}\n'),
    ],
)
def test_corrections(before: str, after: str) -> None:
    assert fixed(before) == after
    assert fixed(after) == after


def test_a_correction_says_what_it_was() -> None:
    fixes = fix_document(parse_document(FILE, '{\n"listDelimiter": "|",\n"labels": "a"}\n')).fixes
    assert [(one.rule, one.path, one.line) for one in fixes] == [("GP203", "$.labels", 3)]


@pytest.mark.parametrize(
    ("read", "before", "after"),
    [
        (
            read_layout,
            '{"inputs": {"title": 1, "sequence": "2", "parameters": [{"name": "a", "display": null}]}}',
            '{"inputs": [{"title": "1", "sequence": 2, "parameters": [{"name": "a"}]}]}\n',
        ),
        (
            read_job,
            '{"allowOnDemand": "yes", "scheduleStartDate": "7", "params": [{"name": "a", "default": 5, "encrypt": 0}]}\n',
            '{"allowOnDemand": true, "scheduleStartDate": 7, "params": [{"name": "a", "default": "5", "encrypt": false}]}\n',
        ),
        (
            read_tcex_json,
            '{"package": {"app_name": "a", "excludes": "b", "bundle": "false"}}\n',
            '{"package": {"app_name": "a", "excludes": ["b"], "bundle": false}}\n',
        ),
        (
            read_attributes,
            '{"types": [{"name": "a", "maxLength": "9", "indicators": 5, "validationRule": {"type": "regex", "data": "."}}]}\n',
            '{"types": [{"name": "a", "maxLength": 9, "indicators": ["5"], "validationRule": {"type": "REGEX", "data": "."}}]}\n',
        ),
    ],
)
def test_files_beside_the_manifest_are_corrected_by_what_was_read(read, before: str, after: str) -> None:
    document = parse_document(FILE, before)
    once = fix_document(document, read).after
    assert once.text == after
    assert read(once).model_dump() == read(document).model_dump()
    assert fix_document(once, read).fixes == ()


def test_a_file_with_thousands_of_findings_is_not_read_for_each_of_them() -> None:
    params = [{"name": f"p{number}", "type": "string", "label": 5} for number in range(400)]
    passes = 0

    def read(document, reading):
        nonlocal passes
        passes += 1
        return read_manifest(document, reading)

    fixed = fix_document(parse_document(FILE, json.dumps({"params": params})), read)
    assert (len(fixed.fixes), passes) == (1_202, 4)  # the text, the values, the numbers, and once to see that nothing is left


def test_all_objects_that_stand_for_lists_are_corrected_at_once_also_one_in_another() -> None:
    pages = [{"title": f"Page {number}", "sequence": number, "parameters": {"name": f"p{number}"}} for number in range(1, 121)]
    document = parse_document(Path("layout.json"), json.dumps({"inputs": pages}))
    once = fix_document(document, read_layout)
    assert [page["parameters"] for page in once.after.data["inputs"]] == [[page["parameters"]] for page in pages]
    assert fix_document(once.after, read_layout).fixes == ()
    feed = {"sourceName": "a", "deprecation": {"indicatorType": "Host"}}
    assert json.loads(fixed(json.dumps({"feeds": feed})))["feeds"] == [{**feed, "deprecation": [feed["deprecation"]]}]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(manifest=manifests, indent=st.sampled_from([None, 2, "\t"]), end=st.sampled_from(["", "\n"]))
def test_correcting_changes_no_meaning_and_twice_is_once(manifest, indent, end) -> None:
    text = json.dumps(manifest, indent=indent) + end
    once = fix_document(parse_document(FILE, text)).after
    assert meaning(read_manifest(once)) == meaning(read_manifest(parse_document(FILE, text)))
    again = fix_document(once)
    assert (again.after.text, again.fixes) == (once.text, ())


_DAMAGE = [",", "\t", "// c\n", "/* x */", "\\d", "\x01", '"a":1,', '"default":2,', "null", "{", "}", "\r\n"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(manifest=manifests, damage=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(_DAMAGE)), max_size=4))
def test_damaged_text_is_corrected_as_it_was_read(manifest, damage) -> None:
    text = json.dumps(manifest)
    for place, piece in damage:
        at = int(place * len(text))
        text = text[:at] + piece + text[at:]
    try:
        document = parse_document(FILE, text)
    except ManifestError:
        return
    once = fix_document(document).after
    assert meaning(read_manifest(once)) == meaning(read_manifest(document))
    assert fix_document(once).fixes == ()


def test_what_a_correction_can_correct_is_gone() -> None:
    text = (
        '{"params": [{"name": "a", "default": 1, "encrypt": "no",}, {"name": "b", "sequence": 1, "note": null}], "features": "x"}'
    )
    left = read_manifest(fix_document(parse_document(FILE, text)).after).findings
    assert not {finding.rule for finding in left} & FIXABLE
