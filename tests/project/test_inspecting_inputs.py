"""What an app's inputs would be in an environment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import GatepostError, InputError, UsageError
from gatepost.project.inspecting_inputs import InspectedInput, Inspection, inspect_inputs

CANARY = "canary-0123456789"
PARAMS = [
    {"name": "owner", "type": "EditChoice", "validValues": ["${OWNERS}"], "required": True},
    {"name": "level", "type": "Choice", "validValues": ["Low", "High"], "default": "Low"},
    {"name": "deep", "type": "Boolean", "required": True},
    {"name": "tags", "type": "String", "allowMultiple": True},
    {"name": "password", "type": "String", "encrypt": True},
    {"name": "api_access_id", "type": "String", "required": True},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app's folder, without code."""
    write(tmp_path, {"displayName": "An App", "params": PARAMS})
    return tmp_path


def write(folder: Path, manifest: Mapping[str, Any]) -> None:
    (folder / "install.json").write_text(json.dumps(manifest))


def inspect(folder: Path, environment: Mapping[str, str] | None = None, **options: Any) -> Inspection:
    return inspect_inputs(folder, environment=environment or {}, **options)


def items(inspection: Inspection) -> dict[str, InspectedInput]:
    return {item.name: item for item in inspection.inputs}


def test_each_value_is_told_with_its_source_and_type(folder: Path):
    (folder / "app_inputs.json").write_text(json.dumps({"owner": "Acme", "level": "high"}))
    found = items(inspect(folder, {"APP_INPUT_OWNER": "Other", "APP_INPUT_PASSWORD": CANARY}))
    assert (found["owner"].shown, found["owner"].source, found["owner"].place) == ("Other", "environment", "APP_INPUT_OWNER")
    assert found["owner"].overridden == (("app_inputs.json", f"{folder / 'app_inputs.json'} (owner)"),)
    assert {name: item.type for name, item in found.items()} == {
        "owner": "EditChoice", "level": "Choice", "deep": "Boolean", "tags": "String, several",
        "password": "String, encrypted", "api_access_id": "String",
    }  # fmt: skip
    assert (found["password"].shown, found["password"].state) == ("**********", "valid")


@pytest.mark.parametrize(
    ("environment", "name", "state", "problem"),
    [
        ({}, "owner", "missing", "is missing: install.json requires it"),
        ({"APP_INPUT_OWNER": "Acme"}, "owner", "valid", ""),
        ({"APP_INPUT_OWNER": "&{TC:TEXT:abc}"}, "owner", "reference", ""),
        ({"APP_INPUT_OWNER": "see #App:1:owner!String"}, "owner", "reference", ""),
        ({"APP_INPUT_LEVEL": "Middle"}, "level", "invalid", "is none of the choices"),
        ({}, "level", "valid", ""),
        ({}, "deep", "unset", ""),
        ({}, "tags", "unset", ""),
        ({}, "api_access_id", "unset", ""),
        ({"TC_PROXY_PORT": "many"}, "tc_proxy_port", "invalid", "is not a whole number"),
    ],
)
def test_each_input_is_judged(folder: Path, environment: dict[str, str], name: str, state: str, problem: str):
    inspection = inspect(folder, environment)
    found = items(inspection)[name]
    assert (found.state, found.problem) == (state, problem)
    if problem:
        assert found.remedy
        assert not inspection.valid


@pytest.mark.parametrize(
    ("environment", "name", "state", "problem"),
    [
        ({"APP_INPUT_FEED_AUTH": "smoke"}, "feed_auth", "invalid", "names no scheme"),
        ({"APP_INPUT_FEED_AUTH": "header"}, "feed_api_key", "missing", "is missing: feed_auth is header"),
        ({"APP_INPUT_FEED_AUTH": "header", "APP_INPUT_FEED_API_KEY": CANARY}, "feed_api_key", "valid", ""),
        ({"APP_INPUT_FEED_AUTH": "none", "APP_INPUT_FEED_URL": "feed"}, "feed_url", "invalid", "is no address"),
        ({"APP_INPUT_FEED_AUTH": "none", "APP_INPUT_FEED_URL": "&{TC:TEXT:abc}"}, "feed_url", "reference", ""),
    ],
)
def test_the_inputs_of_other_services_are_judged_and_their_secrets_masked(
    folder: Path, environment: dict[str, str], name: str, state: str, problem: str
):
    inspection = inspect(folder, {"APP_INPUT_FEED_URL": "https://feed.example", **environment})
    found = items(inspection)[name]
    assert (found.state, found.problem) == (state, problem)
    assert CANARY not in repr(inspection)


def test_it_is_valid_when_nothing_is_missing_or_wrong(folder: Path):
    assert inspect(folder, inputs={"owner": "Acme"}).valid


def test_what_nobody_declared_is_told(folder: Path):
    (folder / "app_inputs.json").write_text(json.dumps({"onwer": "Acme"}))
    found = items(inspect(folder))["onwer"]
    assert (found.kind, found.state) == ("unknown", "valid")
    assert found.remedy == "Declare it in install.json, or remove it: the app does not read it"


def test_standard_inputs_are_told_when_somebody_gave_them_or_when_asked(folder: Path):
    assert "tc_log_level" not in items(inspect(folder))
    assert items(inspect(folder, {"TC_LOG_LEVEL": "debug"}))["tc_log_level"].shown == "debug"
    every = items(inspect(folder, everything=True))
    assert (every["tc_log_level"].shown, every["tc_log_level"].source) == ("info", "standard default")
    assert (every["tc_token"].state, every["tc_token"].type) == ("unset", "text")


def test_a_feature_requires_what_the_platform_gives_with_it(folder: Path):
    write(folder, {"params": [], "features": ["SmtpSettings", "secureParams"]})
    found = items(inspect(folder, {"TC_SMTP_HOST": "mail.example"}))
    assert found["tc_smtp_host"].state == "valid"
    assert found["tc_smtp_password"].problem == "is missing: the platform gives it with the feature SmtpSettings"


def test_what_the_form_shows_on_a_condition_only_is_not_missing(folder: Path):
    parameters = [{"name": "owner", "display": "tc_action in ('Search')"}]
    (folder / "layout.json").write_text(json.dumps({"inputs": [{"title": "First", "sequence": 1, "parameters": parameters}]}))
    assert items(inspect(folder))["owner"].state == "unset"
    (folder / "layout.json").write_text("no layout at all")
    assert items(inspect(folder))["owner"].state == "missing"


def test_the_apps_code_says_what_it_requires(make_app: Callable[..., Any]):
    code = (
        "from gatepost import App, Inputs\n"
        "class AppInputs(Inputs):\n    owner: str | None = None\n    depth: int\n"
        "app = App(AppInputs)\n@app.job\ndef job(runtime): pass\n"
        "if __name__ == '__main__': app.run()\n"
    )
    app = make_app("from app import app\napp.run()\n", params=[{"name": "owner", "type": "String", "required": True}])
    (app.folder / "app.py").write_text(code)
    found = items(inspect_inputs(app.folder))
    assert found["owner"].state == "unset"
    assert (found["depth"].state, found["depth"].annotation, found["depth"].kind) == ("missing", "int", "app")
    assert found["depth"].problem == "is missing: the app's code requires it (depth: int)"


TYPED = """
from gatepost import App, Inputs, Secret

class AppInputs(Inputs):
    depth: int = 1
    other: int = 1
    password: Secret | None = None

class CutInputs(AppInputs):
    length: int

app = App(AppInputs)

@app.playbook
def step(runtime):
    raise AssertionError("the app was run")

@app.action("Cut It", inputs=CutInputs)
def cut(runtime):
    raise AssertionError("the app was run")
"""


def test_the_apps_model_judges_the_values_and_the_chosen_action_counts(make_app: Callable[..., Any]):
    params = [{"name": "password", "type": "String", "encrypt": True}]
    app = make_app("from app import app\napp.run()\n", params=params)
    (app.folder / "app.py").write_text(TYPED)
    given = {"depth": "deep", "other": "&{TC:TEXT:a-b}", "password": CANARY}
    inspection = inspect_inputs(app.folder, inputs=given)
    found = items(inspection)
    assert (found["depth"].state, found["depth"].problem[:42]) == ("invalid", "is refused: input should be a valid intege")
    assert (found["other"].state, found["password"].state) == ("reference", "valid")
    assert not inspection.valid
    assert CANARY not in repr(inspection)

    found = items(inspect_inputs(app.folder, inputs={"tc_action": "cut_it", "depth": "7"}))
    assert found["length"].problem == "is missing: the app's code requires it (length: int)"
    assert found["depth"].state == "valid"


def test_what_goes_together_is_not_judged_while_the_platform_has_a_part_of_it(make_app: Callable[..., Any]):
    code = """
from pydantic import model_validator
from gatepost import App, Inputs

class AppInputs(Inputs):
    first: str
    second: str

    @model_validator(mode="after")
    def both_alike(self):
        if self.first != self.second:
            raise ValueError("they differ")
        return self

app = App(AppInputs)
"""
    app = make_app("from app import app\napp.run()\n", params=[])
    (app.folder / "app.py").write_text(code)
    assert inspect_inputs(app.folder, inputs={"first": "a", "second": "&{TC:TEXT:a-b}"}).valid
    found = items(inspect_inputs(app.folder, inputs={"first": "a", "second": "b"}))
    assert (found["inputs"].state, found["inputs"].problem) == ("invalid", "is refused: Value error, they differ")


def test_code_that_cannot_be_imported_is_told_and_stops_nothing(make_app: Callable[..., Any]):
    app = make_app("from app import app\napp.run()\n")
    (app.folder / "app.py").write_text("from gatepost import App\nimport there_is_no_such_module\n")
    inspection = inspect_inputs(app.folder)
    assert [finding for finding in inspection.findings if "could not be asked for its inputs" in finding.what]


def test_a_script_has_standard_inputs_only(tmp_path: Path):
    (tmp_path / ".env").write_text("TC_TOKEN=" + CANARY)
    inspection = inspect(tmp_path)
    assert (inspection.app, list(items(inspection))) == (None, ["tc_token"])
    assert CANARY not in repr(inspection)


def test_nobody_declares_what_a_script_reads(tmp_path: Path):
    item = items(inspect(tmp_path, inputs={"depth": "3"}))["depth"]
    assert (item.kind, item.shown, item.state, item.remedy) == ("unknown", "3", "valid", "")


def test_a_scenario_counts(folder: Path):
    scenario = folder / "large.json"
    scenario.write_text(json.dumps({"owner": "Everybody"}))
    assert items(inspect(folder, scenario=scenario))["owner"].shown == "Everybody"


def test_what_cannot_be_read_is_an_error(folder: Path):
    with pytest.raises(UsageError, match="There is no folder"):
        inspect(folder / "missing")
    with pytest.raises(UsageError, match="There is no folder"):
        inspect(folder / ("x" * 5000))
    (folder / "app_inputs.json").write_text("{")
    with pytest.raises(InputError, match="is not JSON"):
        inspect(folder)
    (folder / "install.json").write_text("[]")
    with pytest.raises(GatepostError, match="install"):
        inspect(folder)
    (folder / "install.json").unlink()
    (folder / "install.json").symlink_to("install.json")
    with pytest.raises(GatepostError, match="cannot be read"):
        inspect(folder)
