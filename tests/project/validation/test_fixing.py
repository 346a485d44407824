"""Correcting without a person: the same meaning, and twice is once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import Manifest
from gatepost.manifest.document import parse_document
from gatepost.manifest.loading import read_manifest
from gatepost.manifest.places import json_path
from gatepost.project.validation import fix_document
from gatepost.project.validation.fixing import place_of
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


@given(st.lists(st.integers(0, 99) | st.text(max_size=6), max_size=5).map(tuple))
def test_a_place_is_read_as_it_was_written(place) -> None:
    assert place_of(json_path(place)) == place


def test_what_is_no_place_is_an_error() -> None:
    with pytest.raises(ValueError, match="no JSON path"):
        place_of("$.a[b]")


def test_what_a_correction_can_correct_is_gone() -> None:
    text = (
        '{"params": [{"name": "a", "default": 1, "encrypt": "no",}, {"name": "b", "sequence": 1, "note": null}], "features": "x"}'
    )
    left = read_manifest(fix_document(parse_document(FILE, text)).after).findings
    assert not {finding.rule for finding in left} & FIXABLE
