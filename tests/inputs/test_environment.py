from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import InputError
from gatepost.inputs.declared import DeclaredParam
from gatepost.inputs.environment import Variables, input_name, read_dotenv, read_environment
from gatepost.inputs.values import Source

DECLARED = {
    "password": DeclaredParam("password", "string", None, True, False, (), False, "|"),
    "owner": DeclaredParam("owner", "string", None, False, False, (), False, "|"),
    "pin": DeclaredParam("pin", "string", None, True, False, (), False, "|"),
    "pin_file": DeclaredParam("pin_file", "string", None, False, False, (), False, "|"),
}


def held(variables: Variables) -> dict[str, object]:
    return {value.name: value.value for value in variables.values}


def noticed(variables: Variables) -> list[str]:
    return [finding.what for finding in variables.findings]


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("TC_TOKEN", "tc_token"),
        ("tc_token", "tc_token"),
        ("Api_Access_Id", "api_access_id"),
        ("API_SECRET_KEY", "api_secret_key"),
        ("API_DEFAULT_ORG", "api_default_org"),
        ("APP_INPUT_USER", "user"),
        ("app_input_path", "path"),
        ("APP_INPUT_", ""),
        ("USER", ""),
        ("OWNER", ""),
        ("LOGGING", ""),
        ("TC_APP_PARAM_FILE", ""),
        ("TC_APP_PARAM_KEY", ""),
        ("TC_APP_PARAM_LOCK", ""),
        ("TC_TOKEN_SLEEP_INTERVAL", ""),
        ("TCEX_RUN_LOCAL", ""),
    ],
)
def test_only_some_variables_are_inputs(variable: str, name: str) -> None:
    assert input_name(variable) == name


def test_values_know_their_variable() -> None:
    variables = read_environment({"TC_TOKEN": "t", "HOME": "/root", "APP_INPUT_OWNER": "Acme"}, DECLARED)
    assert held(variables) == {"tc_token": "t", "owner": "Acme"}
    assert [(value.source, value.place) for value in variables.values] == [
        (Source.ENVIRONMENT, "TC_TOKEN"),
        (Source.ENVIRONMENT, "APP_INPUT_OWNER"),
    ]


@pytest.mark.parametrize("order", [("TC_TOKEN", "tc_token"), ("tc_token", "TC_TOKEN")])
def test_of_two_spellings_the_one_in_capitals_counts(order: tuple[str, str]) -> None:
    variables = read_environment({variable: f"from {variable}" for variable in order}, {})
    assert held(variables) == {"tc_token": "from TC_TOKEN"}
    assert noticed(variables) == ["tc_token was ignored: TC_TOKEN is set too"]


def test_standard_inputs_have_variables_of_their_own() -> None:
    variables = read_environment({"APP_INPUT_TC_TOKEN": "t", "APP_INPUT_BATCH_ACTION": "Delete"}, {})
    assert held(variables) == {"batch_action": "Delete"}
    assert noticed(variables) == ["APP_INPUT_TC_TOKEN was ignored: tc_token is no input of the app's own"]
    assert variables.findings[0].remedy == "Set TC_TOKEN"


@pytest.mark.parametrize(
    ("content", "secret"),
    [(b"s3cret\n", "s3cret"), (b"s3cret\r\n", "s3cret"), (b" s3\ncret\n\n", " s3\ncret\n"), (b"s", "s")],
)
def test_a_secret_may_stand_in_a_file(tmp_path: Path, content: bytes, secret: str) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    variables = read_environment({"TC_TOKEN_FILE": str(file), "APP_INPUT_PASSWORD_FILE": str(file)}, DECLARED)
    assert held(variables) == {"tc_token": secret, "password": secret}
    assert variables.values[0].place == "TC_TOKEN_FILE (the file it names)"


def test_a_name_of_its_own_is_no_file_of_a_secret(tmp_path: Path) -> None:
    environment = {"APP_INPUT_PIN_FILE": "pin.txt", "APP_INPUT_OWNER_FILE": "owner.txt", "TC_LOG_FILE": "my.log"}
    assert held(read_environment(environment, DECLARED)) == {
        "pin_file": "pin.txt",
        "owner_file": "owner.txt",
        "tc_log_file": "my.log",
    }


def test_the_variable_itself_beats_its_file() -> None:
    variables = read_environment({"TC_TOKEN_FILE": "/does/not/exist", "TC_TOKEN": "t"}, {})
    assert held(variables) == {"tc_token": "t"}
    assert noticed(variables) == ["TC_TOKEN_FILE was ignored: TC_TOKEN is set too"]


def test_an_empty_file_name_is_no_file() -> None:
    assert held(read_environment({"TC_TOKEN_FILE": ""}, {})) == {}


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file"), (b"\xff", "not UTF-8"), (b"x" * (1 << 20) + b"x", "longer than 1 MiB")],
    ids=["absent", "binary", "huge"],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=why) as caught:
        read_environment({"TC_TOKEN_FILE": str(file)}, {})
    assert "TC_TOKEN_FILE" in str(caught.value)


def dotenv(tmp_path: Path, text: str) -> Variables:
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    return read_dotenv(tmp_path / ".env", DECLARED)


def test_dotenv_is_read_with_line_numbers(tmp_path: Path) -> None:
    variables = dotenv(tmp_path, "\ufeff# a comment\n\nexport TC_TOKEN='t'\nAPP_INPUT_OWNER=Acme # where\nFOO=bar\n")
    assert held(variables) == {"tc_token": "t", "owner": "Acme"}
    assert [value.place for value in variables.values] == [
        f"{tmp_path / '.env'} line 3 (TC_TOKEN)",
        f"{tmp_path / '.env'} line 4 (APP_INPUT_OWNER)",
    ]
    assert {value.source for value in variables.values} == {Source.DOTENV}
    assert variables.all == {"TC_TOKEN": "t", "APP_INPUT_OWNER": "Acme", "FOO": "bar"}


def test_dotenv_takes_nothing_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET", "hunter2")
    assert held(dotenv(tmp_path, 'TC_TOKEN="${AWS_SECRET}"\n')) == {"tc_token": "${AWS_SECRET}"}


def test_dotenv_names_no_files_of_secrets(tmp_path: Path) -> None:
    variables = dotenv(tmp_path, "TC_TOKEN_FILE=/etc/passwd\n")
    assert held(variables) == {}
    assert "only the environment names files" in noticed(variables)[0]


def test_a_later_line_of_dotenv_counts(tmp_path: Path) -> None:
    assert held(dotenv(tmp_path, "TC_TOKEN=a\nTC_TOKEN=b\n")) == {"tc_token": "b"}


def test_a_broken_line_of_dotenv_is_a_finding_that_does_not_quote_it(tmp_path: Path) -> None:
    variables = dotenv(tmp_path, "TC_TOKEN='hunter2\nAPP_INPUT_OWNER=Acme\nJUST_A_NAME\n")
    assert held(variables) == {"owner": "Acme"}
    assert noticed(variables) == [f"line 1 of {tmp_path / '.env'} cannot be read"]


def test_dotenv_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TC_TOKEN=\xff")
    with pytest.raises(InputError, match="It is not UTF-8 text"):
        read_dotenv(tmp_path / ".env", {})


@given(st.dictionaries(st.text(), st.text()))
def test_no_environment_is_an_error(environment: dict[str, str]) -> None:
    variables = read_environment(environment, {})
    assert all(value.name for value in variables.values)


@given(text=st.text())
def test_no_dotenv_text_is_an_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("dotenv") / ".env"
    path.write_bytes(text.encode())
    assert read_dotenv(path, {}).all is not None
