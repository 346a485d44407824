"""attributes.json, and the same in CSV."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import Attributes, ValidationKind, load_attributes

COMPLETE = {
    "types": [
        {
            "name": "Score",
            "description": "How bad it is",
            "errorMessage": "A number please",
            "maxLength": 3,
            "allowMarkdown": False,
            "indicators": ["Host"],
            "groups": ["Adversary", "Campaign"],
            "validationRule": {"name": "Number", "type": "INTEGER", "data": "0-100"},
        }
    ],
    "validationRules": [{"name": "Day", "description": "A day", "type": "DATE"}],
}


def loaded(folder: Path, data: object) -> tuple[Attributes, set[tuple[str, str]]]:
    (folder / "attributes.json").write_text(json.dumps(data) + "\n")
    attributes = load_attributes(folder)
    return attributes, {(finding.rule, finding.path) for finding in attributes.findings}


def test_a_complete_file_has_no_findings(tmp_path: Path) -> None:
    attributes, found = loaded(tmp_path, COMPLETE)

    assert found == set()
    [score] = attributes.types
    assert (score.max_length, score.indicators, score.groups) == (3, ("Host",), ("Adversary", "Campaign"))
    assert (score.validation_rule.type, score.validation_rule.data) == (ValidationKind.INTEGER, "0-100")
    assert attributes.validation_rules[0].type is ValidationKind.DATE


def test_what_is_off_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    attributes, found = loaded(
        tmp_path,
        {
            "types": [
                {"description": "x"},
                {"name": "a", "maxLength": "7", "validationRule": {"type": "regex"}},
                {"name": "b", "description": "", "errorMessage": "", "groups": "Campaign", "validationRule": {"type": "LOTTERY"}},
            ],
            "validationRules": [{"name": "c"}],
        },
    )

    assert [(kind.name, kind.max_length, kind.groups) for kind in attributes.types] == [
        ("a", 7, ()),
        ("b", None, ("Campaign",)),
    ]
    assert [kind.validation_rule.type for kind in attributes.types] == [ValidationKind.REGEX, None]
    assert found == {
        ("GP202", "$.types[0]"),
        ("GP202", "$.types[1]"),
        ("GP203", "$.types[1].maxLength"),
        ("GP206", "$.types[1].validationRule.type"),
        ("GP202", "$.types[1].validationRule"),
        ("GP203", "$.types[2].groups"),
        ("GP207", "$.types[2].validationRule.type"),
        ("GP202", "$.validationRules[0]"),
    }


def test_csv_is_read_into_the_same_form(tmp_path: Path) -> None:
    path = tmp_path / "attributes.csv"
    path.write_text(
        "name,description,errorMessage,maxLength,types,allowMarkdown\r\n"
        'Score,"How bad, in\r\nnumbers",A number please,3,Host|Adversary,true\r\n'
        "\r\n"
        "Note,Text,,,Campaign,FALSE\r\n",
        newline="",
    )
    attributes = load_attributes(path)

    assert [(kind.name, kind.description, kind.max_length, kind.types, kind.allow_markdown) for kind in attributes.types] == [
        ("Score", "How bad, in\r\nnumbers", 3, ("Host", "Adversary"), True),
        ("Note", "Text", None, ("Campaign",), False),
    ]
    assert attributes.findings == ()


def test_what_is_off_in_csv_has_the_line_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "attributes.csv"
    path.write_text('name,description,errorMessage,maxLength,colour\n"a\nb",x,y,many,red\n,x\nc,x,y,1,,extra\n')
    attributes = load_attributes(path)

    assert [kind.name for kind in attributes.types] == ["a\nb", "c"]
    assert [(finding.rule, finding.path, finding.line) for finding in attributes.findings] == [
        ("GP201", "$.types[0].colour", 2),
        ("GP202", "$.types[0]", 2),
        ("GP204", "$.types[0].maxLength", 2),
        ("GP202", "$.types[1]", 4),
        ("GP201", "$.types[2]['(cells without a column)']", 5),
        ("GP202", "$.types[2]", 5),
    ]


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [("", "is empty", 1), ("\n\n", "is empty", 1), ('name\n"a', "no CSV", 2), ('name\na\n"b"c\n', "no CSV", 3)],
)
def test_what_is_no_csv_is_an_error_with_its_line(tmp_path: Path, text: str, what: str, line: int) -> None:
    path = tmp_path / "attributes.csv"
    path.write_text(text)

    with pytest.raises(ManifestError, match=what) as caught:
        load_attributes(path)
    assert (caught.value.line, caught.value.path) == (line, str(path))
    assert caught.value.remedy


def test_a_large_csv_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "attributes.csv"
    path.write_text("name,description,errorMessage\n" + "a,b,c\n" * 900_000)

    with pytest.raises(ManifestError, match="larger than 1 MB"):
        load_attributes(path)


@given(raw=st.text(alphabet='name,"|\n\r\0 x1') | st.text())
def test_no_text_raises_anything_but_a_manifest_error(tmp_path_factory: pytest.TempPathFactory, raw: str) -> None:
    path = tmp_path_factory.getbasetemp() / "attributes.csv"
    path.write_text("name,description,maxLength,types\n" + raw, encoding="utf-8", errors="replace", newline="")
    try:
        attributes = load_attributes(path)
    except ManifestError:
        return
    assert all(finding.line for finding in attributes.findings)
