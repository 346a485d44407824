"""The actions of an app: which one runs, what it reads and gives out, and what its failures mean."""

from __future__ import annotations

from typing import Any

import pytest

from gatepost import App, AppFailure, Inputs, Outputs, PartialFailure, Runtime
from gatepost.app import debug, on_exception
from gatepost.emulator import Emulator
from gatepost.errors import UsageError


class TextInputs(Inputs):
    text: str


class AppendInputs(TextInputs):
    suffix: str = "!"


class AppendOutputs(Outputs, prefix="demo"):
    appended: str | None = None


class AppOutputs(Outputs, prefix="demo"):
    text: str | None = None


@pytest.fixture
def app() -> App[TextInputs]:
    app = App(TextInputs, outputs=AppOutputs, auth=None)

    @app.action("Append Text")
    def append(runtime: Runtime[AppendInputs, AppendOutputs]) -> str:
        runtime.outputs.appended = runtime.inputs.text + runtime.inputs.suffix
        return "appended"

    @app.action("Upper")
    def upper(runtime: Runtime[TextInputs, AppOutputs]) -> AppOutputs:
        return AppOutputs(text=runtime.inputs.text.upper())

    return app


# -- which one runs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Append Text", "append text", "append_text", "APPEND_TEXT"])
def test_the_action_is_chosen_by_its_name(app: App[TextInputs], name: str) -> None:
    result = app.test(tc_action=name, text="a")
    assert (result.exit_code, result.message, result.outputs) == (0, "appended", {"demo.appended": "a!"})


def test_an_unknown_action_fails_and_the_known_ones_are_named(app: App[TextInputs]) -> None:
    result = app.test(tc_action="Lower", text="a")
    assert result.exit_code == 1
    assert result.message.startswith("Action 'Lower' was not found. The app has 'Append Text', 'Upper'")


def test_without_an_action_nothing_runs(app: App[TextInputs]) -> None:
    result = app.test(text="a")
    assert result.exit_code == 1
    assert "tc_action is not set" in result.message


def test_without_an_action_the_function_of_the_playbook_runs(app: App[TextInputs]) -> None:
    app.playbook(lambda runtime: f"no action for {runtime.inputs.text}")
    assert app.test(text="a").message == "no action for a"
    assert app.test(text="a", tc_action="Upper").outputs == {"demo.text": "A"}
    assert app.test(text="a", tc_action="Lower").exit_code == 1


def test_an_app_without_actions_does_not_care_for_one() -> None:
    app = App[Any](auth=None)
    app.playbook(lambda runtime: "done")
    assert app.test(tc_action="Anything").message == "done"


# -- what it reads and gives out ---------------------------------------------------------------------------------------------


def test_models_may_be_arguments() -> None:
    app = App[Any](auth=None)

    @app.action("Append", inputs=AppendInputs, outputs=AppendOutputs)
    def append(runtime):  # type: ignore[no-untyped-def]
        runtime.outputs.appended = runtime.inputs.text + runtime.inputs.suffix

    assert app.test(tc_action="Append", text="a").outputs == {"demo.appended": "a!"}


def test_models_may_be_local_classes_and_inputs_of_other_actions_are_not_asked_for(app: App[TextInputs]) -> None:
    class LocalInputs(Inputs):
        number: int

    @app.action("Double")
    def double(runtime: Runtime[LocalInputs]) -> str:
        return str(runtime.inputs.number * 2)

    assert app.test(tc_action="Double", number="21").message == "42"
    assert "text" in app.test(tc_action="Upper", number="21").message


def test_an_annotation_that_names_nothing_is_told(app: App[TextInputs]) -> None:
    def broken(runtime): ...  # type: ignore[no-untyped-def]

    broken.__annotations__["runtime"] = "Runtime[Nowhere]"
    app.action("Broken")(broken)
    result = app.test(tc_action="Broken")
    assert result.exit_code == 1
    assert "The annotation Runtime[Nowhere] of broken cannot be read" in result.message


def test_decorators_do_not_hide_what_a_function_reads(app: App[TextInputs]) -> None:
    @app.action("Decorated")
    @on_exception("failed")
    @debug
    def decorated(runtime: Runtime[AppendInputs, AppendOutputs]) -> str:
        return runtime.inputs.suffix

    assert (app.actions["Decorated"].inputs, app.actions["Decorated"].outputs) == (AppendInputs, AppendOutputs)
    assert app.test(tc_action="Decorated", text="a").message == "!"


def test_all_models_of_outputs_are_known(app: App[TextInputs]) -> None:
    assert app.output_models == (AppOutputs, AppendOutputs)


# -- what its failures mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "retry", "code"),
    [
        (AppFailure("no"), None, 1),
        (AppFailure("no"), True, 1),
        (AppFailure("no"), False, 4),
        (AppFailure("no", retry=False), True, 4),
        (RuntimeError("a bug"), False, 4),
        (PartialFailure("some"), False, 0),
    ],
)
def test_an_action_that_must_not_be_repeated_fails_hard(failure: Exception, retry: bool | None, code: int) -> None:
    app = App[Any](auth=None)

    @app.action("Create", retry=retry)
    def create(runtime: Runtime[Any]) -> None:
        raise failure

    assert app.test(tc_action="Create").exit_code == code


# -- mistakes ----------------------------------------------------------------------------------------------------------------


def test_two_functions_for_one_action_are_refused(app: App[TextInputs]) -> None:
    with pytest.raises(UsageError, match="two functions for the action 'append_text': append and again"):

        @app.action("append_text")
        def again(runtime: Runtime[Any]) -> None:
            """Would never be called."""


def test_a_job_has_no_actions(app: App[TextInputs]) -> None:
    with pytest.raises(UsageError, match="A job has no actions"):
        app.job(lambda runtime: None)
    job = App[Any](auth=None)
    job.job(lambda runtime: None)
    with pytest.raises(UsageError, match="A job has no actions"):
        job.action("Append")(lambda runtime: None)


def test_an_action_has_a_name() -> None:
    with pytest.raises(UsageError, match="has no name"):
        App[Any]().action(" ")(lambda runtime: None)


# -- features ----------------------------------------------------------------------------------------------------------------


def test_an_action_without_its_parentheses_is_told() -> None:
    app = App(auth=None)
    with pytest.raises(UsageError, match=r'@app\.action\("Name"\)'):
        app.action(lambda runtime: None)  # type: ignore[arg-type]


async def asynchronous(runtime: Runtime[Any]) -> None:
    raise AssertionError("never begun")


def yielding(runtime: Runtime[Any]) -> Any:
    yield "never begun"


@pytest.mark.parametrize(("function", "what"), [(asynchronous, "a coroutine"), (yielding, "a generator")])
def test_a_function_of_which_nothing_runs_is_no_success(function: Any, what: str) -> None:
    app = App(auth=None)
    app.action("Wait")(on_exception("never said")(function))
    result = app.test(tc_action="Wait")
    assert (result.exit_code, result.message.partition(", of which")[0]) == (
        1,
        f"{function.__name__} did nothing. It returned {what}",
    )


def test_an_app_says_what_it_creates() -> None:
    assert App[Any](features=["CreatesGroup", "DeletesTag", "CreatesGroup"]).features == ("CreatesGroup", "DeletesTag")


@pytest.mark.parametrize("features", ["CreatesGroup", ["Creates Group"], [""]])
def test_what_is_no_list_of_names_is_no_feature(features: Any) -> None:
    with pytest.raises(UsageError, match="feature"):
        App[Any](features=features)


# -- what only the platform may say ------------------------------------------------------------------------------------------


def test_an_action_may_come_with_the_inputs_that_the_platform_holds_back(app: App[TextInputs], tc_platform: Emulator) -> None:
    held_back = App(TextInputs, outputs=AppOutputs)
    for action in app.actions.values():
        held_back.action(action.name)(action.function)
    tc_platform.job_parameters = {"tc_action": "Upper", "text": "a"}
    result = held_back.test(tc_platform.inputs("token"), tc_secure_params="true")
    assert (result.exit_code, result.outputs) == (0, {"demo.text": "A"}), result.message
