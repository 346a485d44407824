from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.errors import InputError
from gatepost.inputs.app_inputs import AppInputsFile, read_app_inputs
from gatepost.inputs.values import Source


def read(tmp_path: Path, document: object, environment: dict[str, str] | None = None, **dotenv: str) -> AppInputsFile:
    (tmp_path / "app_inputs.json").write_text(json.dumps(document), encoding="utf-8")
    return read_app_inputs(tmp_path / "app_inputs.json", environment or {}, dotenv)


def held(file: AppInputsFile) -> dict[str, object]:
    return {value.name: value.value for value in file.values}


def test_sections_are_told_apart(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        {"stage": {"kvstore": {"#App:1:a!String": "x"}}, "trigger_inputs": [{"a": 1}], "inputs": {"Owner": "Acme"}},
    )
    assert held(file) == {"owner": "Acme"}
    assert file.stage == {"kvstore": {"#App:1:a!String": "x"}}
    assert file.trigger_inputs == ({"a": 1},)
    (value,) = file.values
    assert (value.source, value.place) == (Source.APP_INPUTS, f"{tmp_path / 'app_inputs.json'} (Owner)")


def test_a_flat_file_is_inputs_alone(tmp_path: Path) -> None:
    assert held(read(tmp_path, {"owner": "Acme", "inputs": "an input that is called so"})) == {
        "owner": "Acme",
        "inputs": "an input that is called so",
    }


def test_variables_are_put_in_at_any_depth(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        {"…": "no name", "url": "https://${env.HOST}/${env.PAGE}", "pairs": [{"key": "k", "value": "${env.HOST}"}], "count": 5},
        {"HOST": "example.com"},
        PAGE="start",
        HOST="from .env",
    )
    assert held(file) == {
        "url": "https://example.com/start",
        "pairs": [{"key": "k", "value": "example.com"}],
        "count": 5,
    }


def test_a_missing_variable_leaves_its_input_out(tmp_path: Path) -> None:
    file = read(tmp_path, {"key": "${env.MY_KEY}", "owner": "Acme"})
    assert held(file) == {"owner": "Acme"}
    (finding,) = file.findings
    assert finding.name == "key"
    assert finding.what.endswith("(key) was ignored: ${env.MY_KEY} is not set")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("tc_token", "GITHUB_TOKEN"),
        ("tc_api_path", "GITHUB_TOKEN"),
        ("api_access_id", "TC_TOKEN"),
        ("tc_token", "API_SECRET_KEY"),
        ("logging", "GITHUB_TOKEN"),
    ],
)
def test_a_cloned_file_cannot_send_exported_secrets_away(tmp_path: Path, name: str, variable: str) -> None:
    file = read(tmp_path, {name: f"x${{env.{variable}}}"}, {variable: "hunter2"})
    assert held(file) == {}
    assert "may not go into a standard input" in file.findings[0].what
    assert "hunter2" not in str(file.findings[0])


def test_a_standard_input_takes_variables_from_dotenv_and_what_is_no_secret(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        {"tc_token": "${env.MY_TOKEN}", "tc_api_path": "${env.TC_API_PATH}"},
        {"MY_TOKEN": "exported", "TC_API_PATH": "https://example.com/api"},
        MY_TOKEN="from .env",
    )
    assert held(file) == {"tc_token": "from .env", "tc_api_path": "https://example.com/api"}


def test_of_two_spellings_the_last_counts(tmp_path: Path) -> None:
    file = read(tmp_path, {"Owner": "a", "owner": "b"})
    assert held(file) == {"owner": "b"}
    assert "more than once" in file.findings[0].what


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "Line 1, column 2"),
        (b"[]", "It is a list, not an object"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"1" * 5000 + b"}", "impossible number"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "app_inputs.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_app_inputs(path, {}, {})
    assert str(path) in caught.value.what


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_app_inputs(tmp_path / "app_inputs.json", {}, {})
