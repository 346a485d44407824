"""One run, in process: how its end becomes a code and a message, and what it may ask."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
import responses

from gatepost import App, AppFailure, Inputs, PartialFailure, PlatformError, Result, Runtime, Secret
from gatepost.errors import CredentialError, GatepostError
from gatepost.inputs.values import InvalidInputs

KEY = "canary-secret-key-0123456789"
PAIR = {"api_access_id": "20000000000000000001", "api_secret_key": KEY, "tc_api_path": "https://platform.example/api"}
MANIFEST = {
    "displayName": "An Example",
    "programVersion": "2.1.0",
    "params": [
        {"name": "owner", "type": "String", "default": "Common Community"},
        {"name": "kinds", "type": "MultiChoice", "validValues": ["a", "b"]},
        {"name": "password", "type": "String", "encrypt": True},
    ],
}


class OwnInputs(Inputs):
    owner: str
    kinds: tuple[str, ...] = ()
    password: Secret | None = None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app's folder with a manifest."""
    (tmp_path / "install.json").write_text(json.dumps(MANIFEST))
    return tmp_path


def run(folder: Path, job: Callable[[Runtime[Any]], Any], *, auth: str | None = None, **inputs: Any) -> Result:
    """Run a function as the job of an app that has no credentials."""
    app = App(OwnInputs, auth=auth, folder=folder)
    app.job(job)
    return app.test(inputs)


# -- how it ends -----------------------------------------------------------------------------------------------------------------


def test_what_the_function_returns_is_the_message(folder: Path) -> None:
    result = run(folder, lambda runtime: f"read {runtime.inputs.owner}")
    assert (result.exit_code, result.message, result.error) == (0, "read Common Community", None)


@pytest.mark.parametrize("returned", [None, ""])
def test_a_function_that_says_nothing_succeeded(folder: Path, returned: str | None) -> None:
    result = run(folder, lambda runtime: returned)
    assert (result.exit_code, result.message, result.error) == (0, "Success", None)


def test_something_else_than_a_text_is_not_taken_for_one(folder: Path) -> None:
    result = run(folder, lambda runtime: ["a", "list"])
    assert (result.exit_code, result.message) == (0, "Success")
    assert "the app returned something that is no message type=list" in [record.message for record in result.log]


@pytest.mark.parametrize(
    ("end", "code", "message"),
    [
        (AppFailure("no feed"), 1, "no feed"),
        (AppFailure(""), 1, "Failure"),
        (PartialFailure("2 of 3"), 3, "2 of 3"),
        (SystemExit(), 0, "Success"),
        (SystemExit(0), 0, "Success"),
        (SystemExit(1), 1, "Failure"),
        (SystemExit(3), 3, "Partial Failure"),
        (SystemExit(4), 4, "Hard Failure"),
        (SystemExit(77), 1, "Failure"),
        (SystemExit(True), 1, "Failure"),
        (SystemExit("gave up"), 1, "gave up"),
        (ValueError("bad line 7"), 1, "The app failed: ValueError: bad line 7. The log has the details"),
        (GatepostError("It broke", why="It was old", remedy="Buy another"), 1, "It broke. It was old. Buy another"),
        (ExceptionGroup("two", [ValueError("a"), OSError("b")]), 1, "two (2 sub-exceptions)"),
    ],
)
def test_what_is_raised_decides_code_and_message(folder: Path, end: BaseException, code: int, message: str) -> None:
    def job(runtime: Runtime[Any]) -> None:
        raise end

    result = run(folder, job)
    assert (result.exit_code, type(result.exit_code)) == (code, int)
    assert message in result.message
    assert result.error is end


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [((), 0, "Success"), ((0, "all"), 0, "all"), ((1,), 1, "Failure"), ((3, "most"), 3, "most"), ((3,), 3, "Partial Failure")],
)
def test_the_runtime_ends_the_run(folder: Path, arguments: tuple[Any, ...], code: int, message: str) -> None:
    result = run(folder, lambda runtime: runtime.exit(*arguments))
    assert (result.exit_code, result.message) == (code, message)


def test_a_code_that_the_platform_does_not_know_fails_the_run(folder: Path) -> None:
    result = run(folder, lambda runtime: runtime.exit(2, "fine, really"))
    assert result.exit_code == 1
    assert result.message.startswith("2 is no exit code of an app")


def test_a_crash_leaves_its_traceback_in_the_log_and_nowhere_else(folder: Path) -> None:
    def job(runtime: Runtime[Any]) -> None:
        raise KeyError("row")

    result = run(folder, job)
    assert result.message == "The app failed: KeyError: 'row'. The log has the details"
    crash = next(record for record in result.log if record.event == "the app failed")
    assert "test_execution.py" in crash.exception
    assert crash.level_name == "ERROR"


def test_an_interrupt_by_hand_is_not_swallowed(folder: Path) -> None:
    def job(runtime: Runtime[Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(folder, job)


def test_the_last_event_says_how_it_ended(folder: Path) -> None:
    good, bad = run(folder, lambda runtime: "fine"), run(folder, lambda runtime: runtime.exit(1, "no"))
    assert good.log[-1].message == "exit message=fine code=0 name=Success"
    assert good.log[-1].level_name == "INFO"
    assert bad.log[-1].message == "exit message=no code=1 name=Failure"
    assert bad.log[-1].level_name == "ERROR"


def test_the_first_event_says_what_runs(folder: Path) -> None:
    start = run(folder, lambda runtime: None).log[0]
    assert start.event == "start"
    assert start.values["app"] == "An Example"
    assert start.values["version"] == "2.1.0"
    assert start.values["python"] == ".".join(map(str, sys.version_info[:3]))


def test_an_app_without_a_job_fails_and_says_why(folder: Path) -> None:
    result = App(OwnInputs, auth=None, folder=folder).test()
    assert result.exit_code == 1
    assert result.message == "The app does nothing yet. Decorate a function with @app.job, @app.playbook or @app.action(…)"


# -- results ---------------------------------------------------------------------------------------------------------------------


def test_results_are_texts_as_the_next_run_gets_them(folder: Path) -> None:
    def job(runtime: Runtime[Any]) -> None:
        runtime.results["last_run"] = 17
        runtime.results["done"] = True
        runtime.results["gone"] = "for now"
        runtime.results["gone"] = None

    assert run(folder, job).results == {"last_run": "17", "done": "true"}


def test_a_run_under_test_leaves_no_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    def job(runtime: Runtime[Any]) -> None:
        runtime.results["last_run"] = 17

    before = sorted(folder.rglob("*"))
    run(folder, job, tc_out_path=str(folder / "out"), tc_log_path=str(folder / "log"))
    assert sorted(folder.rglob("*")) == before


# -- inputs ----------------------------------------------------------------------------------------------------------------------


def test_inputs_are_typed_and_encrypted_ones_secret(folder: Path) -> None:
    seen: list[Any] = []
    result = run(folder, lambda runtime: seen.append(runtime.inputs), owner="Blue", kinds="a|b", password="canary-password")
    assert (result.exit_code, result.message) == (0, "Success")
    assert seen == [OwnInputs(owner="Blue", kinds=("a", "b"), password=Secret("canary-password"))]


def test_the_surroundings_are_not_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_INPUT_OWNER", "from the environment")
    (folder / ".env").write_text("APP_INPUT_OWNER=from .env\n")
    (folder / "app_inputs.json").write_text('{"owner": "from a file"}')
    assert run(folder, lambda runtime: runtime.inputs.owner).message == "Common Community"


def test_all_problems_with_the_inputs_are_in_the_message(tmp_path: Path) -> None:
    class Strict(Inputs):
        owner: str
        kind: Literal["red", "blue"]
        limit: int

    app = App(Strict, auth=None, folder=tmp_path)
    app.job(lambda runtime: "never reached")
    result = app.test(kind="green", limit="many")
    assert result.exit_code == 1
    assert result.message.startswith("Input validation errors\n")
    for name in ("owner", "kind", "limit"):
        assert f"\n{name}: " in f"\n{result.message}"
    assert isinstance(result.error, InvalidInputs)


def test_an_app_may_have_no_inputs(tmp_path: Path) -> None:
    app = App[Any](auth=None, folder=tmp_path)
    app.job(lambda runtime: f"inputs: {runtime.inputs}")
    assert app.test().message == "inputs: None"


def test_a_manifest_that_cannot_be_read_fails_the_run(folder: Path) -> None:
    (folder / "install.json").write_text('{"params": [}')
    result = run(folder, lambda runtime: "never reached")
    assert result.exit_code == 1
    assert str(folder / "install.json") in result.message


# -- credentials and the session -------------------------------------------------------------------------------------------------


def test_an_app_without_a_credential_does_not_start(folder: Path) -> None:
    started: list[str] = []
    result = run(folder, lambda runtime: started.append("started"), auth="auto")
    assert started == []
    assert result.exit_code == 1
    assert isinstance(result.error, CredentialError)
    assert result.message.startswith("There is no credential for the platform. Set api_access_id and api_secret_key")


def test_half_a_key_is_named(folder: Path) -> None:
    result = run(folder, lambda runtime: "never reached", auth="auto", api_access_id="1")
    assert result.exit_code == 1
    assert "api_secret_key is not" in result.message


def test_an_app_without_the_platform_needs_no_credential(folder: Path) -> None:
    result = run(folder, lambda runtime: str(runtime.choice), auth=None)
    assert (result.exit_code, result.message) == (0, "None")


def test_its_session_is_refused_with_words(folder: Path) -> None:
    result = run(folder, lambda runtime: runtime.session.get("/v2/owners"), auth=None)
    assert result.exit_code == 1
    assert result.message.startswith("This app has no credential for the platform")


def test_a_stand_in_is_the_session_and_needs_no_credential(folder: Path) -> None:
    stand_in = requests.Session()
    app = App(OwnInputs, folder=folder)
    app.job(lambda runtime: str(runtime.session is stand_in))
    assert app.test(session=stand_in).message == "True"


def test_beside_a_stand_in_a_credential_can_be_used(folder: Path) -> None:
    prepared = requests.Request("GET", "https://platform.example/api/v2/owners").prepare()
    app = App(OwnInputs, folder=folder)
    app.job(lambda runtime: ", ".join(runtime.authorization(prepared)))
    assert app.test(PAIR, session=requests.Session()).message == "Timestamp, Authorization"


def test_what_is_odd_about_a_credential_is_a_warning(folder: Path) -> None:
    result = run(folder, lambda runtime: "fine", auth="auto", tc_token="API:1:token", tc_api_path=PAIR["tc_api_path"])
    assert result.exit_code == 0
    warnings = [record.message for record in result.log if record.level_name == "WARNING"]
    (warning,) = warnings
    assert warning.startswith("tc_token came without tc_token_expires: it is renewed only after the platform refused it")
    assert "Set tc_token_expires in the same place" in warning


@responses.activate
def test_requests_are_really_sent_when_nothing_stands_in(folder: Path) -> None:
    responses.get("https://platform.example/api/v2/owners", json={"status": "Success"})
    result = run(folder, lambda runtime: runtime.session.get("/v2/owners").json()["status"], auth="auto", **PAIR)
    assert (result.exit_code, result.message) == (0, "Success")
    assert responses.calls[0].request.headers["Authorization"].startswith("TC 20000000000000000001:")


@responses.activate
def test_a_refusal_can_end_the_run_in_the_platforms_words(folder: Path) -> None:
    responses.get("https://platform.example/api/v2/owners", status=403, json={"status": "Failure", "message": "Not for you"})
    app = App(OwnInputs, folder=folder, raise_for_status=True)
    app.job(lambda runtime: str(runtime.session.get("/v2/owners")))
    result = app.test(PAIR)
    assert result.exit_code == 1
    assert isinstance(result.error, PlatformError)
    assert "Not for you" in result.message


def test_no_secret_leaves_the_run(folder: Path) -> None:
    def job(runtime: Runtime[Any]) -> None:
        runtime.log.info("look", key=KEY, inputs=runtime.collected.best)
        raise ValueError(f"the key is {KEY} and the password {runtime.inputs.password.reveal()}")

    result = run(folder, job, auth="auto", password="canary-password", **PAIR)
    shown = "\n".join([result.message, *(f"{record.message}{record.exception}{record.values}" for record in result.log)])
    assert "The app failed: ValueError: the key is" in shown
    assert "canary" not in shown
