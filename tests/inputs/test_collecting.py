from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from gatepost.errors import InputError, PlatformError
from gatepost.inputs.coercion import coerce
from gatepost.inputs.collecting import collect, collect_remote
from gatepost.inputs.param_file import write_param_file
from gatepost.inputs.values import Collected, Source
from gatepost.manifest import load
from gatepost.secret import Secret

KEY = "abcdefghijklmnop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app's folder in which every local file says where it is from."""
    (tmp_path / ".env").write_text("APP_INPUT_OWNER=from .env\nAPP_INPUT_A=from .env\n")
    (tmp_path / "app_inputs.json").write_text(json.dumps({"owner": "from app_inputs.json", "b": "from file"}))
    return tmp_path


def param_file(tmp_path: Path, values: Mapping[str, object]) -> dict[str, str]:
    path = tmp_path / "params"
    write_param_file(path, KEY, values)
    return {"TC_APP_PARAM_FILE": str(path), "TC_APP_PARAM_KEY": KEY}


def outcome(collected: Collected, source: Source) -> str:
    (looked_at,) = [looked for looked in collected.looked_at if looked.source == source]
    return looked_at.outcome


def test_the_order_of_all_sources(tmp_path: Path, folder: Path, manifest_of, param) -> None:
    manifest = manifest_of(param("owner", default="from manifest"))
    sources = {
        "explicit": {"owner": "from caller"},
        "arguments": ["--owner", "from arguments"],
        "environment": {"APP_INPUT_OWNER": "from environment"},
    }
    collected = collect(manifest=manifest, folder=folder, **sources)  # type: ignore[arg-type]
    assert [value.value for value in collected.candidates["owner"]] == [
        "from caller",
        "from arguments",
        "from environment",
        "from .env",
        "from app_inputs.json",
        "from manifest",
    ]
    assert [looked.source for looked in collected.looked_at] == [
        Source.EXPLICIT,
        Source.PARAM_FILE,
        Source.ARGUMENTS,
        Source.ENVIRONMENT,
        Source.DOTENV,
        Source.APP_INPUTS,
        Source.DEFAULT,
    ]


def test_where_a_param_file_was_read_only_arguments_fill_gaps(tmp_path: Path, folder: Path) -> None:
    environment = param_file(tmp_path, {"owner": "from param file"})
    environment |= {"APP_INPUT_OWNER": "from environment", "APP_INPUT_C": "from environment"}
    collected = collect(folder=folder, environment=environment, arguments=["--owner", "x", "--gap", "from arguments"])
    assert [value.value for value in collected.candidates["owner"]] == ["from param file", "x"]
    assert collected.value("gap") == "from arguments"
    assert not {"a", "b", "c"} & collected.best.keys()
    for source in (Source.ENVIRONMENT, Source.DOTENV, Source.APP_INPUTS):
        assert outcome(collected, source) == "not asked: a param file was read"
    assert [finding.what for finding in collected.findings] == [
        f"{folder / '.env'} was ignored: a param file was read",
        f"{folder / 'app_inputs.json'} was ignored: a param file was read",
    ]
    assert not (tmp_path / "params").exists()


def test_a_file_that_went_into_the_param_file_is_not_said_to_be_ignored(tmp_path: Path, folder: Path) -> None:
    environment = param_file(tmp_path, {"owner": "from param file"}) | {"GATEPOST_APP_INPUTS": str(folder / "app_inputs.json")}
    collected = collect(folder=folder, environment=environment)
    assert [finding.what for finding in collected.findings] == [f"{folder / '.env'} was ignored: a param file was read"]
    assert collected.value("owner") == "from param file"


def test_the_caller_beats_the_param_file(tmp_path: Path) -> None:
    environment = param_file(tmp_path, {"tc_token": "t0ken-of-the-param-file"})
    collected = collect(explicit={"tc_token": "from caller"}, environment=environment, keep_param_file=True)
    assert collected.value("tc_token") == Secret("from caller")
    assert (tmp_path / "params").exists()


def test_a_param_file_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    environment = param_file(tmp_path, {}) | {"TC_APP_PARAM_KEY": "ponmlkjihgfedcba"}
    with pytest.raises(InputError, match="cannot be decrypted"):
        collect(environment=environment)
    assert (tmp_path / "params").exists()


@pytest.mark.parametrize(
    ("given", "missing"), [("TC_APP_PARAM_FILE", "TC_APP_PARAM_KEY"), ("TC_APP_PARAM_KEY", "TC_APP_PARAM_FILE")]
)
def test_half_of_the_param_file_variables_is_a_finding(given: str, missing: str) -> None:
    collected = collect(environment={given: KEY, "TC_TOKEN": "t"})
    assert collected.findings[0].what == f"{given} is set and {missing} is not: no param file was read"
    assert collected.value("tc_token") == Secret("t")
    assert KEY not in str(collected.findings)


def test_names_of_the_param_file_are_made_canonical(tmp_path: Path) -> None:
    collected = collect(environment=param_file(tmp_path, {"My Param": "a", "my_param": "b", "…": "c"}))
    assert collected.value("my_param") == "b"
    assert "more than once" in collected.findings[0].what
    assert outcome(collected, Source.PARAM_FILE) == "1 input"


def test_secrets_are_wrapped_in_every_source(tmp_path: Path, manifest_of, param) -> None:
    manifest = manifest_of(param("password", encrypt=True, default="changeme"), param("keys", encrypt=True))
    (tmp_path / ".env").write_text("API_SECRET_KEY=from .env\n")
    (tmp_path / "app_inputs.json").write_text(
        json.dumps({"password": 12, "keys": ["a", {"key": "k", "value": True}], "tc_token": None})
    )
    collected = collect(
        manifest=manifest,
        folder=tmp_path,
        arguments=["--password=from arguments", "--tc_token", "t"],
        environment={"TC_PROXY_PASSWORD": "p"},
    )
    assert [value.value for value in collected.candidates["password"]] == [
        Secret("from arguments"),
        Secret("12"),
        Secret("changeme"),
    ]
    assert collected.value("keys") == [Secret("a"), {"key": Secret("k"), "value": Secret("true")}]
    for name, text in {"api_secret_key": "from .env", "tc_token": "t", "tc_proxy_password": "p"}.items():
        assert collected.value(name) == Secret(text)


def test_the_two_generations_of_credentials_stay_apart() -> None:
    collected = collect(environment={"API_ACCESS_ID": "1", "TC_API_ACCESS_ID": "2"})
    assert (collected.value("api_access_id"), collected.value("tc_api_access_id")) == ("1", "2")


def test_old_names_are_there_under_both_names(manifest_of, param) -> None:
    manifest = manifest_of(param("logging", "Choice", default="info"), param("apply_proxy_tc", "Boolean"))
    collected = collect(manifest=manifest, arguments=["--logging", "debug", "--apply_proxy_tc"], environment={})
    assert collected.value("logging") == collected.value("tc_log_level") == "debug"
    assert collected.value("apply_proxy_tc") is collected.value("tc_proxy_tc") is True
    assert collected.best["tc_log_level"].place == "--logging"


def test_the_standard_name_beats_the_old_one_in_one_source() -> None:
    collected = collect(arguments=["--logging", "debug", "--tc_log_level", "error"], environment={})
    assert collected.value("tc_log_level") == "error"


def test_sources_that_are_not_given_are_not_asked(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.argv", ["script.py", "--owner", "of the script"])
    collected = collect(environment={})
    assert "owner" not in collected.best
    assert outcome(collected, Source.ARGUMENTS) == outcome(collected, Source.DOTENV) == "not asked"
    assert outcome(collected, Source.DEFAULT) == "there is no manifest"


def test_the_process_environment_is_asked_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().startswith("tc_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TC_TOKEN", "t")
    assert collect().value("tc_token") == Secret("t")


def test_parents_of_the_folder_are_not_looked_at(folder: Path) -> None:
    (folder / "app").mkdir()
    collected = collect(folder=folder / "app", environment={})
    assert "a" not in collected.best
    assert outcome(collected, Source.DOTENV) == outcome(collected, Source.APP_INPUTS) == "does not exist"


def test_none_from_the_caller_does_not_count() -> None:
    collected = collect(explicit={"tc_token": None, "owner": "Acme"}, environment={})
    assert "tc_token" not in collected.best
    assert outcome(collected, Source.EXPLICIT) == "1 input"


def test_standard_defaults_come_last() -> None:
    collected = collect(environment={"TC_OUT_PATH": "/out"})
    assert collected.value("tc_api_path") == "https://api.threatconnect.com"
    assert collected.best["tc_api_path"].source == Source.STANDARD
    assert collected.value("tc_out_path") == "/out"
    assert collected.value("tc_in_path") == tempfile.gettempdir()


@pytest.mark.parametrize(("arguments", "expected"), [(["run"], False), ([], "true")])
def test_a_flag_that_the_platform_left_out_is_false(arguments: list[str], expected: object, manifest_of, param) -> None:
    manifest = manifest_of(param("dry_run", "Boolean", default="true"))
    assert collect(manifest=manifest, arguments=arguments, environment={}).value("dry_run") == expected


def test_text_that_is_not_utf_8_is_a_finding() -> None:
    collected = collect(environment={"TC_TOKEN": "\udcff", "API_DEFAULT_ORG": "größe"})
    assert "tc_token" not in collected.best
    assert collected.value("api_default_org") == "größe"
    assert collected.findings[0].what == "TC_TOKEN was ignored: it is not UTF-8 text"


def test_secure_params_fill_gaps_and_replace_nothing(manifest_of, param) -> None:
    manifest = manifest_of(param("owner"), param("password", encrypt=True), param("limit", default="5"))
    collected = collect(manifest=manifest, arguments=["--owner", "from arguments"], environment={"TC_TOKEN": "t"})
    collected = collect_remote(
        collected,
        lambda: {"owner": "remote", "password": "remote", "limit": 7, "TC_TOKEN": "r", "tc_api_path": "https://e.com"},
        manifest,
    )
    assert collected.value("owner") == "from arguments"
    assert collected.value("password") == Secret("remote")
    assert collected.value("limit") == 7
    assert collected.best["limit"].place == "secure params (limit)"
    assert collected.value("tc_token") == Secret("t")
    assert len(collected.candidates["tc_token"]) == 1
    assert collected.value("tc_api_path") == "https://api.threatconnect.com"
    assert [finding.what for finding in collected.findings] == [
        "tc_api_path of the secure params was ignored: the session is already made",
        "tc_token of the secure params was ignored: the session is already made",
    ]
    assert outcome(collected, Source.REMOTE) == "5 inputs"
    assert [looked.source for looked in collected.looked_at] == sorted(looked.source for looked in collected.looked_at)


def test_what_has_no_name_is_left_out() -> None:
    assert outcome(collect(explicit={"…": "x"}, environment={}), Source.EXPLICIT) == "0 inputs"


def test_a_secret_without_text_is_left_for_coercion(manifest_of, param) -> None:
    collected = collect(manifest=manifest_of(param("p", encrypt=True)), explicit={"p": b"bytes"}, environment={})
    assert collected.value("p") == b"bytes"


def test_no_temporary_folder_is_looked_for_when_all_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: pytest.fail("it was looked for"))
    paths = {"tc_in_path": "in", "tc_log_path": "log", "tc_out_path": "out", "tc_temp_path": "temp"}
    assert collect(explicit=paths, environment={}).value("tc_temp_path") == "temp"


def test_a_real_manifest_is_understood(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text(
        json.dumps(
            {
                "displayName": "An app",
                "listDelimiter": ",",
                "params": [
                    {"name": "owner", "label": "Owner", "type": "String", "default": "Acme"},
                    {"name": "kinds", "label": "Kinds", "type": "MultiChoice", "validValues": ["Host", "URL"]},
                    {"name": "password", "label": "Password", "type": "String", "encrypt": True},
                    {"name": "dry_run", "label": "Dry run", "type": "Boolean", "default": True},
                ],
            }
        )
    )
    manifest = load(tmp_path)
    collected = collect(manifest=manifest, arguments=["--kinds", "host,url", "--password", "p"], environment={})
    values, problems = coerce(collected.best, manifest)
    assert problems == ()
    assert {name: values[name].value for name in ("owner", "kinds", "password", "dry_run")} == {
        "owner": "Acme",
        "kinds": ["Host", "URL"],
        "password": Secret("p"),
        "dry_run": True,
    }
    assert collected.best["owner"].place == f"{tmp_path / 'install.json'} (default)"


def test_a_failure_to_fetch_passes_through() -> None:
    def fetch() -> Mapping[str, object]:
        raise PlatformError("refused", status=401)

    with pytest.raises(PlatformError, match="refused"):
        collect_remote(collect(environment={}), fetch)
