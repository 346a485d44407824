"""What a developer declares: an app, its inputs, and what it does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from gatepost.errors import UsageError
from gatepost.exports import load

if TYPE_CHECKING:
    import requests

    from gatepost.app.result import Result
    from gatepost.inputs import Inputs
    from gatepost.playbook.outputs import Outputs
    from gatepost.runtime import Runtime

__all__ = ["App"]

InputsType = TypeVar("InputsType", bound="Inputs")

Job = Callable[["Runtime[InputsType]"], "str | None"]
Step = Callable[["Runtime[InputsType]"], "str | Outputs | None"]
StepType = TypeVar("StepType", bound=Callable[..., Any])


class App(Generic[InputsType]):
    """An integration app.

    ``install.json`` is looked for in the folder of the module that makes the `App`, else in the working directory.

    Args:
        inputs: The app's own inputs: a subclass of `Inputs`. None: the app reads none.
        outputs: What a playbook app gives out: a subclass of `Outputs`. None: nothing, or by ``runtime.playbook.write`` alone.
        auth: ``auto``; ``token`` or ``hmac`` to force one; None for an app that does not talk to the platform.
        raise_for_status: Whether ``runtime.session`` raises `PlatformError` when the platform refuses a request.
        folder: The app's folder, where another one is meant.
    """

    def __init__(
        self,
        inputs: type[InputsType] | None = None,
        *,
        outputs: type[Outputs] | None = None,
        auth: str | None = "auto",
        raise_for_status: bool = False,
        folder: str | Path | None = None,
    ) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.auth = auth
        self.raise_for_status = raise_for_status
        self.folder = Path(folder) if folder is not None else _folder_of(_caller())
        self._job: Job[InputsType] | None = None
        self._playbook: Step[InputsType] | None = None

    def job(self, function: Job[InputsType]) -> Job[InputsType]:
        """Declare the function that a job runs; use as a decorator.

        The function takes the `Runtime` and returns the run's message; None means ``Success``. It ends the run otherwise by
        raising `AppFailure`, `PartialFailure`, or by ``runtime.exit``.

        Raises:
            UsageError: The app has a job already.
        """
        self._check_alone(function)
        self._job = function
        return function

    def playbook(self, function: StepType) -> StepType:
        """Declare the function that a step of a playbook runs; use as a decorator.

        The function takes the `Runtime`: ``runtime.inputs`` has the values of the variables that the inputs name,
        ``runtime.outputs`` is there to be assigned, ``runtime.playbook`` is for names that are known only then. It returns the
        run's message; or `Outputs`, then the message is ``Success``; or None. What was given out is written however the run ends.
        To fail, it raises `AppFailure`; with ``retry=False`` the platform does not run it again.

        Raises:
            UsageError: The app has such a function already, or a job.
        """
        self._check_alone(function)
        self._playbook = function
        return function

    def _check_alone(self, function: Callable[..., object]) -> None:
        other = self._job or self._playbook
        if other is not None:
            raise UsageError(
                f"The app has two functions to run: {_name(other)} and {_name(function)}",
                remedy="Decorate one function, and call the other from it",
            )

    @property
    def is_playbook(self) -> bool:
        """Whether the app is a step of a playbook."""
        return self._playbook is not None

    @property
    def output_models(self) -> tuple[type[Outputs], ...]:
        """All models of outputs that the app declares."""
        return () if self.outputs is None else (self.outputs,)

    @property
    def runner(self) -> Step[InputsType]:
        """The function that a run calls.

        Raises:
            UsageError: None was declared.
        """
        runner = self._job or self._playbook
        if runner is None:
            raise UsageError("The app does nothing yet", remedy="Decorate a function with @app.job or @app.playbook")
        return runner

    def run(self, arguments: Sequence[str] | None = None) -> NoReturn:
        """Run the app as the platform does, and end the process with its exit code.

        Reads the inputs from everywhere (param file, arguments, environment, ``.env``, ``app_inputs.json``, the manifest's
        defaults), gets authorized, calls the app's function, writes ``message.tc`` and ``results.tc``. Never shows a
        traceback for a user's mistake, never a secret.

        Args:
            arguments: The command line without the program's name; default is the process's own.
        """
        execution = load("gatepost.app.execution")
        sys.exit(execution.run_process(self, sys.argv[1:] if arguments is None else arguments))

    def test(
        self,
        inputs: Mapping[str, Any] | None = None,
        *,
        session: requests.Session | None = None,
        variables: Mapping[str, object] | None = None,
        **more: Any,
    ) -> Result:
        """Run the app in this process, for a unit test: no files, no signals, no ``SystemExit``.

        Nothing but the given inputs is asked: no environment, no ``.env``. The manifest's defaults count.

        Args:
            inputs: Inputs by name, credentials included.
            session: What stands in for ``runtime.session``; with one, no credential is needed. Without one, requests are
                really sent: to the emulator, or to what ``responses`` or ``requests-mock`` put in their way.
            variables: Values of the playbook's variables by their whole texts, which inputs may name:
                ``{"#App:1234:name!String": "text"}``. They are kept in memory, and so is what the app gives out, unless
                ``tc_kvstore_type`` is among the inputs. Without ``tc_playbook_out_variables`` all declared outputs are asked for.
            **more: Further inputs by name.

        Returns:
            Exit code, message, results, outputs, log, and the exception that ended the run.
        """
        from gatepost.app.execution import run_in_process

        return run_in_process(self, {**(inputs or {}), **more}, session, variables)


def _caller() -> Mapping[str, Any]:
    """Return the names of the module that makes an app; ``App[AppInputs](…)`` is a call out of ``typing``."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") == "typing":
        frame = frame.f_back
    return frame.f_globals


def _folder_of(module: Mapping[str, Any]) -> Path:
    """Return the folder of the module that makes an app, if the manifest is there, else the working directory."""
    file = module.get("__file__")
    if isinstance(file, str):
        folder = Path(file).resolve().parent
        if (folder / "install.json").is_file():
            return folder
    return Path.cwd()


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__name__", "a function")
