"""Several sets of inputs for one app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.errors import InputError, UsageError
from gatepost.inputs import Source, collect, find_scenario, scenario_names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app's folder with two scenarios."""
    (tmp_path / "app_inputs.d").mkdir()
    for name, owner in (("small", "Acme"), ("large", "Everybody")):
        text = json.dumps({"stage": {"kvstore": {}}, "inputs": {"owner": owner, "key": "${env.VENDOR_KEY}"}})
        (tmp_path / "app_inputs.d" / f"{name}.json").write_text(text)
    (tmp_path / "app_inputs.d" / "notes.txt").write_text("not a scenario")
    (tmp_path / "app_inputs.json").write_text('{"owner": "Usual", "depth": 3}')
    (tmp_path / ".env").write_text("VENDOR_KEY=from dotenv\n")
    return tmp_path


def test_a_scenario_is_found_by_its_name_or_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert scenario_names(folder) == ("large", "small")
    assert find_scenario(folder, "small") == folder / "app_inputs.d" / "small.json"
    monkeypatch.chdir(folder / "app_inputs.d")
    assert find_scenario(folder, "./large.json") == find_scenario(folder, "large.json") == folder / "app_inputs.d" / "large.json"


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("smal", "Did you mean small?"),
        ("unlike", "There are: large, small"),
        ("missing/it.json", "Correct the path, or name a scenario"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(folder: Path, name: str, remedy: str):
    with pytest.raises(UsageError) as error:
        find_scenario(folder, name)
    assert error.value.remedy == remedy


def test_an_app_without_scenarios_says_where_one_would_be(tmp_path: Path):
    assert scenario_names(tmp_path) == ()
    with pytest.raises(UsageError, match=r"app_inputs\.d/small\.json"):
        find_scenario(tmp_path, "small")


def test_a_scenario_comes_before_app_inputs_and_is_trusted_no_more(folder: Path):
    environment = {"GATEPOST_APP_INPUTS": str(find_scenario(folder, "small"))}
    collected = collect(folder=folder, environment=environment)
    assert [collected.value(name) for name in ("owner", "depth", "key")] == ["Acme", 3, "from dotenv"]
    assert collected.best["owner"].source is Source.APP_INPUTS
    assert collected.best["owner"].place.endswith("small.json (owner)")
    looked = [row.outcome for row in collected.looked_at if row.source is Source.APP_INPUTS]
    assert looked == ["2 inputs", "2 inputs"]


def test_a_scenario_that_is_gone_is_an_error(folder: Path):
    with pytest.raises(InputError, match=r"gone\.json cannot be read"):
        collect(folder=folder, environment={"GATEPOST_APP_INPUTS": "gone.json"})


def test_nothing_is_read_where_the_folder_is_nobodys_business(folder: Path):
    assert collect(environment={"GATEPOST_APP_INPUTS": "gone.json"}).value("owner") is None
