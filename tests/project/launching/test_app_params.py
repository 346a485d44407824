from __future__ import annotations

import json

import pytest

from gatepost.errors import InputError, UsageError
from gatepost.project.launching.app_params import app_params, given_inputs
from gatepost.secret import Secret

OWNER = {"name": "owner", "type": "String", "default": "Common Community"}
TAGS = {"name": "tags", "type": "MultiChoice", "validValues": ["a", "b", "c"]}
KEY = {"name": "vendor_key", "type": "String", "encrypt": True}


def params(app, *, platform=None, given=None, environment=None):
    return app_params(app, platform=platform or {}, given=given or {}, environment=environment or {})


def write_app_inputs(app, inputs: object) -> None:
    (app.folder / "app_inputs.json").write_text(json.dumps(inputs))


def test_the_form_is_filled_with_the_manifests_defaults(make_app):
    assert params(make_app(params=[OWNER, TAGS])).values == {"owner": "Common Community"}


def test_each_source_beats_the_one_before(make_app):
    app = make_app(params=[OWNER])
    write_app_inputs(app, {"owner": "of app_inputs.json"})
    assert params(app).values["owner"] == "of app_inputs.json"
    assert params(app, platform={"owner": "of the platform"}).values["owner"] == "of the platform"
    assert params(app, platform={"owner": "of the platform"}, given={"owner": "given"}).values["owner"] == "given"


def test_a_scenario_comes_before_app_inputs(make_app):
    app = make_app(params=[OWNER, TAGS])
    write_app_inputs(app, {"owner": "of app_inputs.json", "tags": "a"})
    scenario = app.folder / "scenario.json"
    scenario.write_text(json.dumps({"inputs": {"owner": "of the scenario", "tc_token": "x" * 20}}))
    read = app_params(app, platform={}, given={}, environment={}, scenario=scenario)
    assert read.values == {"owner": "of the scenario", "tags": "a"}


def test_app_inputs_cannot_say_where_the_platform_is_or_who_one_is(make_app):
    app = make_app()
    theirs = {
        "tc_api_path": "https://elsewhere.example",
        "tc_token": "x" * 20,
        "api_access_id": "1",
        "api_secret_key": "y" * 20,
        "tc_proxy_host": "proxy.example",
        "tc_out_path": "/elsewhere",
        "tc_verify": False,
        "tc_log_level": "debug",
    }
    write_app_inputs(app, theirs)
    assert params(app, platform={"tc_token": "t0ken-of-the-platform"}).values == {
        "tc_token": Secret("t0ken-of-the-platform"),
        "tc_log_level": "debug",
    }


def test_a_credential_in_the_manifests_defaults_does_not_count(make_app):
    assert params(make_app(params=[{"name": "api_access_id", "type": "String", "default": "1"}])).values == {}


def test_secrets_are_secrets(make_app):
    values = params(make_app(params=[KEY]), platform={"tc_token": "T" * 20}, given={"vendor_key": "V" * 20}).values
    assert values == {"tc_token": Secret("T" * 20), "vendor_key": Secret("V" * 20)}


def test_variables_of_the_environment_stand_in_app_inputs(make_app):
    app = make_app(params=[OWNER])
    write_app_inputs(app, {"owner": "${env.TEAM}", "tags": "${env.MISSING}"})
    found = params(app, environment={"TEAM": "Blue"})
    assert found.values == {"owner": "Blue"}
    assert "MISSING" in str(found.findings[0])


def test_app_inputs_that_are_no_json_are_an_error(make_app):
    app = make_app()
    (app.folder / "app_inputs.json").write_text("{")
    with pytest.raises(InputError, match=r"app_inputs\.json is not JSON"):
        params(app)


def test_given_names_are_checked(make_app):
    app = make_app(params=[OWNER])
    assert given_inputs(app, [("Owner", "x"), ("tc_log_level", "debug")]) == {"owner": "x", "tc_log_level": "debug"}
    with pytest.raises(UsageError, match="Did you mean owner"):
        given_inputs(app, [("ownr", "x")])
    with pytest.raises(UsageError, match="Its inputs are: owner"):
        given_inputs(app, [("zzzzzzzzz", "x")])


def test_several_values_are_joined_where_the_input_takes_several(make_app):
    app = make_app(params=[OWNER, TAGS], listDelimiter=";")
    assert given_inputs(app, [("tags", "a"), ("owner", "x"), ("tags", "c")]) == {"tags": "a;c", "owner": "x"}
    with pytest.raises(UsageError, match="owner is given twice"):
        given_inputs(app, [("owner", "x"), ("owner", "y")])
