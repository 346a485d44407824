"""The JSON Schemas: they are schemas, they accept what is right, and they mark what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gatepost.errors import UsageError
from gatepost.manifest import load_app_spec
from gatepost.manifest.app_spec import generate
from gatepost.manifest.schema import SCHEMAS, json_schema, schema_text
from tests.manifest.app_spec.conftest import JOB, PLAYBOOK
from tests.manifest.test_attributes import COMPLETE as ATTRIBUTES
from tests.manifest.test_job import COMPLETE as FEED_JOB
from tests.manifest.test_loading import COMPLETE

ROOT = Path(__file__).resolve().parents[3]


def problems(name: str, data: object) -> list[str]:
    """Where a value is not as the schema of its file says: ``params.0.type: …``."""
    found = Draft202012Validator(json_schema(name)).iter_errors(data)
    return [f"{'.'.join(str(step) for step in error.absolute_path)}: {error.message}" for error in found]


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_schema_and_explains_every_key(name: str) -> None:
    schema, text = json_schema(name), schema_text(name)

    Draft202012Validator.check_schema(schema)
    assert schema == json.loads(text)
    assert text.isascii() or "\\u" not in text
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["description"]
        for key, value in part.get("properties", {}).items():
            assert value["description"], key
            assert "default" not in value or not problems_of_default(schema, value), key


def problems_of_default(schema: dict[str, object], value: dict[str, object]) -> list[str]:
    validator = Draft202012Validator({**value, "$defs": schema.get("$defs", {})})
    return [error.message for error in validator.iter_errors(value["default"])]


def test_texts_use_the_keys_of_the_file() -> None:
    param = json_schema("install.json")["$defs"]["Param"]["properties"]

    assert param["allowMultiple"]["description"].endswith("listDelimiter.")
    assert "app_name" in json_schema("tcex.json")["$defs"]["TcexPackage"]["properties"]


def test_an_unknown_schema_is_an_error_that_names_the_others() -> None:
    with pytest.raises(UsageError, match=r"install\.json, layout\.json"):
        json_schema("setup.py")


def test_complete_files_are_accepted(tmp_path: Path) -> None:
    assert problems("install.json", json.loads(COMPLETE)) == []
    assert problems("job.json", FEED_JOB) == []
    assert problems("attributes.json", ATTRIBUTES) == []
    assert problems("install.json", json.loads((ROOT / "install.json").read_text())) == []
    for text in (PLAYBOOK, JOB):
        (tmp_path / "app_spec.yml").write_text(text)
        spec = load_app_spec(tmp_path)
        data = spec.document.data
        assert [problem for problem in problems("app_spec.yml", data) if "'string'" not in problem] == []
        made = generate(spec)
        for name in ("install.json", "layout.json", "tcex.json"):
            if name in made:
                assert problems(name, json.loads(made[name])) == [], name


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"programVersion": "v1"}, "programVersion: 'v1' does not match"),
        ({"displayName": "X"}, "displayName: 'X' is too short"),
        ({"appId": "demo"}, "appId: 'demo' does not match"),
        ({"runtimeLevel": "playbook"}, "runtimeLevel: 'playbook' is not one of"),
        ({"params": [{"name": "a", "label": "A"}]}, "params.0: 'type' is a required property"),
        ({"params": [{"name": "a", "label": "A", "type": "Choice"}]}, "params.0: 'validValues' is a required property"),
        ({"params": [{"name": "a b", "label": "A", "type": "String"}]}, "params.0.name: 'a b' does not match"),
        ({"params": [{"name": "a", "label": "A", "type": "String", "default": True}]}, "params.0.default: True is not of type"),
        ({"params": [{"name": "a", "label": "A", "type": "Boolean", "default": "x"}]}, "params.0.default: 'x' is not of type"),
        (
            {"params": [{"name": "a", "label": "A", "type": "String", "exposePlaybookKeyAs": "String"}]},
            "params.0.type: 'KeyValueList' was expected",
        ),
        ({"playbook": {"type": "x", "retry": {}}}, "playbook.retry: 'defaultDelayMinutes' is a required property"),
        ({"playbook": None}, "playbook: None is not of type 'object'"),
        ({"features": "fileParams"}, "features: 'fileParams' is not of type 'array'"),
    ],
)
def test_what_is_off_is_marked(change: dict[str, object], where: str) -> None:
    found = problems("install.json", json.loads(COMPLETE) | change)

    assert any(problem.startswith(where) for problem in found), found


@pytest.mark.parametrize("change", [{"zzz": 1}, {"$schema": "x"}, {"features": ["newFeature"]}])
def test_what_platforms_may_know_is_accepted(change: dict[str, object]) -> None:
    assert problems("install.json", json.loads(COMPLETE) | change) == []


def test_editors_offer_choices_with_explanations() -> None:
    schema = json_schema("install.json")
    [offered, anything] = schema["properties"]["features"]["items"]["anyOf"]

    assert "runtimeVariables" in offered["enum"]
    assert len(offered["enum"]) == len(offered["enumDescriptions"])
    assert anything == {"type": "string"}
    assert schema["$defs"]["ParamType"]["enumDescriptions"][0].startswith("A check box")
    assert "${OWNERS}" in schema["$defs"]["Param"]["properties"]["validValues"]["items"]["anyOf"][0]["enum"]
