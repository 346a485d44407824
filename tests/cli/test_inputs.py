from __future__ import annotations

import json
from pathlib import Path

import pytest

CANARY = "canary-0123456789"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an app, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    params = [
        {"name": "owner", "type": "String", "required": True},
        {"name": "password", "type": "String", "encrypt": True},
    ]
    (tmp_path / "install.json").write_text(json.dumps({"displayName": "An App", "params": params}))
    (tmp_path / "app_inputs.json").write_text(json.dumps({"password": CANARY, "onwer": "Acme"}))
    return tmp_path


def test_what_is_missing_is_told_with_what_to_do(gatepost, app: Path):
    said = gatepost("inputs")
    assert said.code == 1
    assert f"An App in {app}" in said.out
    assert "owner is missing: install.json requires it. Set APP_INPUT_OWNER in the environment" in said.out
    assert "onwer is not declared" in said.out
    assert said.out.rstrip().endswith("1 input is missing or wrong.")
    assert CANARY not in said.out + said.err


def test_everything_in_order_is_zero(gatepost, app: Path):
    said = gatepost("inputs", app, "--input", "owner=&{TC:TEXT:abc}")
    assert said.code == 0
    assert "owner refers to something that the platform has" in said.out
    assert said.out.rstrip().endswith("Every input will do.")


def test_a_scenario_is_looked_at_by_its_name(gatepost, app: Path):
    (app / "app_inputs.d").mkdir()
    (app / "app_inputs.d" / "small.json").write_text('{"owner": "Small"}')
    assert "Small" in gatepost("inputs", "--inputs", "small").out
    said = gatepost("inputs", "--inputs", "smalll")
    assert said.code != 0
    assert "Did you mean small?" in said.err


def test_standard_inputs_are_shown_on_request(gatepost, app: Path):
    assert "tc_svc_broker_timeout" not in gatepost("inputs").out
    assert "tc_svc_broker_timeout" in gatepost("inputs", "--all").out


def test_programs_get_json_without_secrets(gatepost, app: Path):
    said = gatepost("inputs", "--json")
    assert (said.code, said.json["app"], said.json["valid"]) == (1, "An App", False)
    owner, password = said.json["inputs"][:2]
    assert (owner["name"], owner["state"]) == ("owner", "missing")
    assert (password["shown"], password["source"]) == ("**********", "app_inputs.json")
    assert said.json["places"][0] == {"source": "explicit", "place": "given by the caller", "outcome": "0 inputs"}
    assert CANARY not in said.out + said.err


@pytest.mark.parametrize("option", [("--output", "x.py"), ("--force",), ("--diff",)])
def test_what_is_about_the_typed_model_needs_its_manifest(gatepost, app: Path, option: tuple[str, ...]):
    said = gatepost("inputs", *option)
    assert said.code == 2
    assert option[0] in said.err
    assert "--from" in said.err


def test_a_difference_needs_a_module_to_compare_with(gatepost, app: Path):
    said = gatepost("inputs", "--from", ".", "--diff")
    assert (said.code, said.out) == (1, "")
    assert "There is nothing to compare with" in said.err
