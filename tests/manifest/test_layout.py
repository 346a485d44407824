"""layout.json: read as it is, with what is off reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.errors import ManifestError
from gatepost.manifest import Layout, LayoutOutput, load_layout

PAGES = [
    {"title": "Action", "sequence": 1, "parameters": [{"name": "tc_action"}]},
    {"title": "Configure", "sequence": 2, "parameters": [{"name": "suffix", "display": "tc_action in ('Append')"}]},
]


def loaded(folder: Path, data: object) -> tuple[Layout, set[tuple[str, str, int]]]:
    (folder / "layout.json").write_text(json.dumps(data, indent=1) + "\n")
    layout = load_layout(folder)
    return layout, {(finding.rule, finding.path, finding.line) for finding in layout.findings}


def test_a_complete_layout_has_no_findings(tmp_path: Path) -> None:
    outputs = [{"name": "demo.result", "display": "tc_action in ('Append')"}]
    layout, found = loaded(tmp_path, {"inputs": PAGES, "outputs": outputs})

    assert found == set()
    assert [(page.title, page.sequence) for page in layout.inputs] == [("Action", 1), ("Configure", 2)]
    assert [parameter.name for parameter in layout.parameters] == ["tc_action", "suffix"]
    assert layout.parameter("suffix").display == "tc_action in ('Append')"
    assert layout.parameter("prefix") is None
    assert layout.outputs == (LayoutOutput(name="demo.result", display="tc_action in ('Append')"),)
    assert layout.path == tmp_path / "layout.json"


def test_what_is_off_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    layout, found = loaded(
        tmp_path,
        {
            "inputs": [{"title": 5, "parameters": [{"display": "x"}, {"name": "a", "zzz": 1}]}, "page"],
            "outputs": {"name": "b", "display": None},
        },
    )

    assert [(page.title, page.sequence, [parameter.name for parameter in page.parameters]) for page in layout.inputs] == [
        ("5", 1, ["a"])
    ]
    assert layout.outputs == (LayoutOutput(name="b"),)
    assert layout.inputs[0].parameters[0].model_extra == {"zzz": 1}
    assert found == {
        ("GP202", "$.inputs[0]", 3),
        ("GP203", "$.inputs[0].title", 4),
        ("GP202", "$.inputs[0].parameters[0]", 6),
        ("GP201", "$.inputs[0].parameters[1].zzz", 11),
        ("GP204", "$.inputs[1]", 15),
        ("GP209", "$.outputs", 17),
        ("GP205", "$.outputs.display", 19),
    }


def test_a_layout_without_pages_is_read(tmp_path: Path) -> None:
    layout, found = loaded(tmp_path, {})

    assert (layout.inputs, layout.outputs) == ((), ())
    assert found == {("GP202", "$", 1)}


def test_a_layout_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"There is no .*layout\.json") as caught:
        load_layout(tmp_path)

    assert "gatepost new" not in caught.value.remedy


def test_a_layout_made_in_code_has_no_file() -> None:
    layout = Layout()

    assert (layout.path, layout.document, layout.findings) == (None, None, ())
