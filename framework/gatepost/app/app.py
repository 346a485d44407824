"""What a developer declares: an app, its inputs, and what it does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from gatepost.app.actions import Action, choose_action, own_name, plain_name, scope_of
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
        auth: ``auto``; ``token`` or ``hmac`` to force one; None for an app whose code does not talk to the platform. What its
            inputs name there is fetched all the same, with the credential that it is given.
        raise_for_status: Whether ``runtime.session`` raises `PlatformError` when the platform refuses a request.
        features: What the code knows of the manifest's ``features``: above all what a playbook app creates and deletes, as
            ``CreatesGroup`` and ``DeletesTag``, by which the platform keeps a playbook from starting itself for ever
            (contract/install_json.md section 5). They change nothing in a run: ``gatepost manifest`` writes them into
            ``install.json``, and ``gatepost validate`` says which are missing there.
        folder: The app's folder, where another one is meant.

    Attributes:
        features: As above, and ``advancedRequest`` when the app has that action.

    Raises:
        UsageError: A feature is no name.
    """

    def __init__(
        self,
        inputs: type[InputsType] | None = None,
        *,
        outputs: type[Outputs] | None = None,
        auth: str | None = "auto",
        raise_for_status: bool = False,
        features: Iterable[str] = (),
        folder: str | Path | None = None,
    ) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.auth = auth
        self.raise_for_status = raise_for_status
        self.folder = Path(folder) if folder is not None else _folder_of(_caller())
        self.features = _features(features)
        self._job: Job[InputsType] | None = None
        self._playbook: Step[InputsType] | None = None
        self._actions: dict[str, Action] = {}

    def job(self, function: Job[InputsType]) -> Job[InputsType]:
        """Declare the function that a job runs; use as a decorator.

        The function takes the `Runtime` and returns the run's message; None means ``Success``. It ends the run otherwise by
        raising `AppFailure`, `PartialFailure`, or by ``runtime.exit``.

        Raises:
            UsageError: The app has a job already.
        """
        self._check_alone(function)
        if self._actions:
            raise UsageError(f"A job has no actions: {own_name(function)}", remedy="Decorate it with @app.playbook")
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

    def action(
        self,
        name: str,
        *,
        inputs: type[Inputs] | None = None,
        outputs: type[Outputs] | None = None,
        retry: bool | None = None,
    ) -> Callable[[StepType], StepType]:
        """Declare the function that a step of a playbook runs for one value of ``tc_action``; use as a decorator.

        The function is like that of `playbook`. What it reads and gives out says its annotation, ``runtime: Runtime[AppendInputs,
        AppendOutputs]``, or the arguments here; else the app's own models count. A model of an action usually extends the app's:
        ``class AppendInputs(AppInputs)``. An app may have a function of `playbook` besides: it runs where ``tc_action`` is not
        set.

        The name is compared as it is, then in lower case with ``_`` for spaces.

        Args:
            name: The value of ``tc_action``.
            inputs: What it reads: ``runtime.inputs``.
            outputs: What it gives out: ``runtime.outputs``.
            retry: Whether the platform may run it again when it fails. False: it must not, every failure is a hard one, exit
                code 4. True: the manifest's ``playbook.retry`` has to allow it, which ``gatepost validate`` checks. None: as the
                manifest says.

        Raises:
            UsageError: There is such an action already, the app has a job, or the name is empty.
        """
        if not isinstance(name, str):
            raise UsageError(
                f"The action of {own_name(name)} has no name",
                why="@app.action stands there without parentheses",
                remedy='Give it the value of tc_action: @app.action("Name")',
            )
        scope = scope_of(1)

        def declare(function: StepType) -> StepType:
            self._add_action(Action(name, function, inputs=inputs, outputs=outputs, retry=retry, scope=scope))
            return function

        return declare

    def advanced_request(
        self,
        prefix: str,
        *,
        service: str | None = None,
        session: Callable[[Runtime[Any]], requests.Session] | None = None,
    ) -> None:
        """Add the action Advanced Request: a person describes any request in a form, and its answer is given out.

        Its inputs and outputs are those of `gatepost.app.AdvancedRequest`; the manifest needs them, and the feature
        ``advancedRequest``. The request goes by the platform's session, or as the arguments say.

        Args:
            prefix: What the names of the outputs begin with: ``playbook.outputPrefix`` of the manifest.
            service: A service that the inputs declare: it goes by ``runtime.service(service)``.
            session: Returns the session: ``lambda runtime: runtime.external("https://example.com", auth=…)``.

        Raises:
            UsageError: There is no prefix, both a service and a session are given, or the app has the action already.
        """
        from gatepost.app.advanced_request import FEATURE, AdvancedRequest

        if service is not None and session is not None:
            raise UsageError("The Advanced Request goes by one session", remedy="Give service= or session=, not both")
        if service is not None:
            name = service
            self._add_action(AdvancedRequest(prefix, lambda runtime: runtime.service(name)))
        else:
            self._add_action(AdvancedRequest(prefix, session or (lambda runtime: runtime.session)))
        self.features = tuple(dict.fromkeys((*self.features, FEATURE)))

    def _add_action(self, action: Action) -> None:
        if not action.name.strip():
            raise UsageError(f"The action of {own_name(action.function)} has no name", remedy="Give it the value of tc_action")
        if self._job is not None:
            raise UsageError(
                f"A job has no actions: {action.name!r}", remedy="Decorate the function of the job with @app.playbook instead"
            )
        twin = next((name for name in self._actions if plain_name(name) == plain_name(action.name)), None)
        if twin is not None:
            first, second = own_name(self._actions[twin].function), own_name(action.function)
            raise UsageError(f"The app has two functions for the action {action.name!r}: {first} and {second}")
        self._actions[action.name] = action

    def _check_alone(self, function: Callable[..., object]) -> None:
        other = self._job or self._playbook
        if other is not None:
            raise UsageError(
                f"The app has two functions to run: {own_name(other)} and {own_name(function)}",
                remedy="Decorate one function, and call the other from it; or give each an action: @app.action(…)",
            )

    @property
    def actions(self) -> Mapping[str, Action]:
        """The actions by name, in the order of their declaration."""
        return MappingProxyType(self._actions)

    @property
    def is_playbook(self) -> bool:
        """Whether the app is a step of a playbook."""
        return self._playbook is not None or bool(self._actions)

    @property
    def output_models(self) -> tuple[type[Outputs], ...]:
        """All models of outputs that the app declares, those of its actions too."""
        models = [self.outputs, *(action.outputs for action in self._actions.values())]
        return tuple(dict.fromkeys(model for model in models if model is not None))

    def choose(self, action: str | None = None) -> Action:
        """Return what a run calls.

        Args:
            action: The value of ``tc_action``; None or empty for none.

        Raises:
            InputError: There is no such action, or none was chosen and there is no function without one.
            UsageError: The app has no function at all.
        """
        runner = self._job or self._playbook
        return choose_action(self._actions, Action("", runner) if runner is not None else None, action)

    def run(self, arguments: Sequence[str] | None = None) -> NoReturn:
        """Run the app as the platform does, and end the process with its exit code.

        Reads the inputs from everywhere (param file, arguments, environment, ``.env``, ``app_inputs.json``, the manifest's
        defaults), gets authorized, calls the app's function, writes ``message.tc`` and ``results.tc``. Never shows a
        traceback for a user's mistake, never a secret.

        Args:
            arguments: The command line without the program's name; default is the process's own.
        """
        process = load("gatepost.app.process")
        sys.exit(process.run_process(self, sys.argv[1:] if arguments is None else arguments))

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
        from gatepost.app.in_process import run_in_process

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


def _features(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise UsageError(f"features is a text: {names!r}", remedy="Put it into a list")
    listed = tuple(dict.fromkeys(names))
    wrong = next((name for name in listed if not str(name).isidentifier()), None)
    if wrong is not None:
        raise UsageError(f"{wrong!r} is no feature of an app", remedy="Use its name in install.json: CreatesGroup, for example")
    return listed
