"""Models back to files, without loss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.manifest import (
    Job,
    JobParam,
    Layout,
    LayoutInput,
    LayoutParameter,
    Manifest,
    Param,
    ParamType,
    TcexJson,
    dump,
    load,
    load_attributes,
    load_job,
    load_layout,
    load_tcex_json,
)

TEXT = """\
{
  "zzz": {"b": 1.0, "a": "\\u00e9"}, // unknown
  "displayName": "Demo",
  "params": [
    {"type": "string", "name": "Some Name!", "default": 5, "extra": [1]},
    {"name": "!!!"},
    {"name": "b", "sequence": 7, "label" : "B"},
  ],
  "playbook": {"type": "x", "retry": {"allowed": "true"}},
}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    (tmp_path / "install.json").write_text(TEXT)
    return load(tmp_path)


def test_what_was_read_is_dumped_as_it_is_written(manifest: Manifest) -> None:
    assert dump(manifest) == TEXT


def test_what_was_changed_is_all_that_changes(manifest: Manifest) -> None:
    changed = manifest.model_copy(
        update={"display_name": "Other", "playbook": manifest.playbook.model_copy(update={"type": "y"}), "category": "new"}
    )

    assert dump(changed) == TEXT.replace('"Demo"', '"Other"').replace('"type": "x"', '"type": "y"').replace(
        '"true"}},\n', '"true"}},\n  "category": "new",\n'
    )


def test_items_of_lists_are_found_again(tmp_path: Path) -> None:
    text = TEXT.replace('    {"name": "!!!"},\n', "")
    (tmp_path / "install.json").write_text(text)
    manifest = load(tmp_path)
    first, second = manifest.params
    changed = manifest.model_copy(update={"params": (second.model_copy(update={"label": "C"}), Param(name="c"), first)})

    assert '"params": [\n    {"name": "b", "sequence": 7, "label" : "C"},' in dump(changed)
    assert json.loads(json.dumps(load_text(tmp_path, dump(changed))))["params"] == [
        {"name": "b", "sequence": 7, "label": "C"},
        {"name": "c"},
        {"type": "string", "name": "Some Name!", "default": 5, "extra": [1]},
    ]


def load_text(folder: Path, text: str) -> dict[str, object]:
    (folder / "install.json").write_text(text)
    return load(folder).document.data


def test_unknown_keys_and_keys_without_a_value(manifest: Manifest) -> None:
    changed = manifest.model_copy(update={"playbook": None})
    changed.model_extra.clear()

    assert dump(changed) == TEXT.replace('  "zzz": {"b": 1.0, "a": "\\u00e9"}, // unknown\n', "").replace(
        '\n  "playbook": {"type": "x", "retry": {"allowed": "true"}},', ""
    )


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (
            Manifest(display_name="D", params=(Param(name="a", type=ParamType.CHOICE, valid_values=("x",)),)),
            {"displayName": "D", "params": [{"name": "a", "type": "Choice", "validValues": ["x"]}]},
        ),
        (
            Layout(inputs=(LayoutInput(title="T", parameters=(LayoutParameter(name="a", display="1"),)),)),
            {"inputs": [{"title": "T", "parameters": [{"name": "a", "display": "1"}]}]},
        ),
        (
            Job(job_name="J", params=(JobParam(name="a", default=True),)),
            {"jobName": "J", "params": [{"name": "a", "default": True}]},
        ),
        (TcexJson.model_validate({"package": {"app_name": "x"}, "zzz": 1.0}), {"package": {"app_name": "x"}, "zzz": 1.0}),
    ],
)
def test_a_model_made_in_code_gives_what_was_given_to_it(model, data) -> None:
    assert json.loads(dump(model)) == data


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=4), children, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(st.sampled_from(["name", "parameters", "type", "title", "default"]), json_values, max_size=3)
files = st.dictionaries(
    st.sampled_from(["params", "inputs", "outputs", "package", "types", "validationRules", "jobName", "playbook", "zzz"]),
    st.lists(
        st.dictionaries(st.sampled_from(["name", "parameters", "type", "title", "default"]), json_values, max_size=3), max_size=3
    )
    | json_values,
    max_size=4,
)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd") / "any.json"


@given(value=files, indent=st.sampled_from([None, 2]))
@settings(max_examples=50)
def test_nothing_is_lost_whatever_the_file_holds(
    tmp_path_factory: pytest.TempPathFactory, value: object, indent: int | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    text = json.dumps(value, indent=indent)
    path.write_text(text)
    for read in (load, load_layout, load_job, load_tcex_json, load_attributes):
        model = read(path)
        assert dump(model) == text
        assert all(finding.line >= 1 for finding in model.findings)
