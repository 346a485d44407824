"""Profiles are made of the manifest and its layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import UsageError
from gatepost.project.profiles.generation import generate_profiles
from gatepost.testing.profiles import read_profile
from tests.testing.profiles.demo import LAYOUT, MANIFEST, write_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_app(tmp_path)


def change(folder: Path, name: str, **changes: Any) -> None:
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}), encoding="utf-8")


def names(folder: Path) -> list[str]:
    return [made.path.name for made in generate_profiles(folder)]


def test_one_for_each_action_and_each_form_of_it(folder: Path):
    made = generate_profiles(folder)
    assert [(each.path.relative_to(folder).as_posix(), each.written, each.action) for each in made] == [
        ("tests/upper/profiles.d/upper.json", True, "Upper"),
        ("tests/append/profiles.d/append.json", True, "Append"),
        ("tests/append/profiles.d/append_2.json", True, "Append"),
    ]
    upper, append, strict = (read_profile(each.path) for each in made)
    assert upper.inputs == {"tc_action": "Upper", "text": "#App:1234:text!String", "strict": False}
    assert [each.what for each in upper.outputs] == ["#App:9876:demo.out!String"]
    assert [each.what for each in append.outputs] == ["#App:9876:demo.out!String", "#App:9876:demo.items!StringArray"]
    assert strict.inputs == {"tc_action": "Append", "text": "#App:1234:text!String", "strict": True, "suffix": "text"}
    assert [each.what for each in strict.outputs][2:] == ["#App:9876:demo.file!Binary"]
    for profile in (upper, append, strict):
        assert profile.kvstore == {"#App:1234:text!String": "text"}
        assert (profile.initialized, profile.exit_codes, profile.findings) == (False, (0,), ())


def test_what_is_there_is_left_alone(folder: Path):
    path = generate_profiles(folder)[0].path
    path.write_text("{}", encoding="utf-8")
    assert [each.written for each in generate_profiles(folder)] == [False, False, False]
    assert path.read_text() == "{}"


def test_forms_beyond_the_bound_are_told(folder: Path):
    made = generate_profiles(folder, most=1)
    assert [(each.action, each.left_out) for each in made] == [("Upper", 0), ("Append", 1)]
    with pytest.raises(UsageError):
        generate_profiles(folder, most=0)


def test_without_a_layout_everything_is_shown(folder: Path):
    (folder / "layout.json").unlink()
    profile = read_profile(generate_profiles(folder)[0].path)
    assert profile.inputs["suffix"] == "text"
    assert profile.inputs["key"] == "${envs:KEY=made-up-key}"
    assert len(profile.outputs) == 3


def test_an_app_without_actions_has_one(folder: Path):
    change(folder, "install.json", params=MANIFEST["params"][1:])
    change(folder, "layout.json", inputs=LAYOUT["inputs"][:1], outputs=[])
    (made,) = generate_profiles(folder)
    assert made.path == folder / "tests" / "default" / "profiles.d" / "default.json"


def test_a_job_is_asked_for_no_outputs(folder: Path):
    manifest = {**MANIFEST, "runtimeLevel": "Organization", "params": MANIFEST["params"][1:2]}
    del manifest["playbook"]
    (folder / "install.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "layout.json").unlink()
    (made,) = generate_profiles(folder)
    profile = read_profile(made.path)
    assert (profile.outputs, profile.validation_criteria) == ((), {"count": 0, "percent": 0})


@pytest.mark.parametrize(
    ("param", "value", "staged"),
    [
        ({"type": "Choice", "validValues": ["${OWNERS}", "Red", "Blue"]}, "Red", None),
        ({"type": "String", "default": "usual"}, "usual", None),
        ({"type": "Boolean", "default": True}, True, None),
        ({"type": "String"}, "text", None),
        ({"type": "KeyValueList"}, "#App:1234:x!KeyValueArray", [{"key": "key", "value": "text"}]),
        ({"type": "String", "playbookDataType": ["TCEntity", "Binary"]}, "#App:1234:x!Binary", "dGV4dA=="),
        ({"type": "String", "required": False, "playbookDataType": ["String"]}, None, None),
    ],
)
def test_the_values_of_inputs(folder: Path, param: dict[str, Any], value: Any, staged: Any):
    (folder / "layout.json").unlink()
    change(folder, "install.json", params=[{"name": "x", "label": "X", "required": True, **param}])
    (made,) = generate_profiles(folder)
    profile = read_profile(made.path)
    assert profile.inputs["x"] == value
    assert profile.kvstore == ({} if staged is None else {value: staged})


def test_names_of_actions_become_names_of_files(folder: Path):
    params = [{**MANIFEST["params"][0], "validValues": ["-- Select --", "Get It / Now!", "${ACTIONS}"]}]
    change(folder, "install.json", params=params)
    change(folder, "layout.json", inputs=[], outputs=[])
    assert names(folder) == ["get_it_now.json"]
