"""Launching an app as its own process, as the platform does: with its own environment, or against an emulated platform."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gatepost.errors import GatepostError, UsageError
from gatepost.inputs.collecting import SCENARIO_VARIABLE
from gatepost.inputs.environment import APP_PREFIX
from gatepost.inputs.param_file import KEY_VARIABLE, PATH_VARIABLE
from gatepost.inputs.standard import STANDARD_INPUTS
from gatepost.project.launching.app_params import app_params, given_inputs
from gatepost.project.launching.child import Ended, run_child
from gatepost.project.launching.launched_requests import launched_requests
from gatepost.project.launching.left_files import left_message, left_results, message_stamp, places_of_files
from gatepost.project.launching.tape import REPLACED, LaunchTape, open_tape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gatepost.emulator import Emulator
    from gatepost.inputs import Finding
    from gatepost.project.app_folder import AppFolder
    from gatepost.project.launching.launched_requests import LaunchedRequest
    from gatepost.project.launching.session_folder import SessionFolder
    from gatepost.project.launching.tape import TapeUse

__all__ = ["Launch", "launch", "launch_emulated"]

_EMULATED: dict[str, Literal["token", "hmac", "both"]] = {"token": "token", "hmac": "hmac", "auto": "both"}


@dataclass(frozen=True, slots=True)
class Launch:
    """How a launch went. There is no secret in it.

    Attributes:
        exit_code: The app's exit code; 128 and the signal's number when a signal killed it.
        message: Its message (``message.tc``), without the line end; None when it left none, or no one knows where.
        results: What it left to its next run (``results.tc``).
        log_file: Its log; None when there is none, or it was removed.
        session_folder: The folder of the session, or of what an app left that was told none; None when it was removed.
        requests: What it asked the emulated platform for, and then each emulated service.
        findings: What was noticed about its inputs.
        interrupted: Whether a signal interrupted it.
        stopped: Whether it was stopped because `stop_when` said so.
        tape: What came of its tape; None without one.
        outputs: What a playbook app gave out: values as JSON has them, by the whole texts of the variables that it was asked for;
            None in it for one that was not given out. None for other apps, and where it cannot be known.
    """

    exit_code: int
    message: str | None = None
    results: Mapping[str, str] | None = None
    log_file: Path | None = None
    session_folder: Path | None = None
    requests: tuple[LaunchedRequest, ...] = ()
    findings: tuple[Finding, ...] = ()
    interrupted: bool = False
    stopped: bool = False
    tape: TapeUse | None = None
    outputs: Mapping[str, object] | None = None

    @property
    def code(self) -> int:
        """The exit code of the command that launched it: the app's, or 1 when the tape did not match what it asked for."""
        return 1 if self.tape is not None and self.tape.mismatches else self.exit_code


def launch(
    app: AppFolder,
    *,
    python: str = sys.executable,
    inputs: Iterable[tuple[str, str]] = (),
    scenario: Path | None = None,
    environment: Mapping[str, str] | None = None,
    record: Path | None = None,
    replay: Path | None = None,
    stdout: int | None = None,
    stop_when: Callable[[], bool] | None = None,
) -> Launch:
    """Launch an app with the caller's environment as it is: ``python run.py`` in its folder.

    A folder for its message is made where nobody names one (``tc_out_path``).

    Args:
        app: The app.
        python: The interpreter.
        inputs: Inputs for this run, names and values; they go into the app's environment, which other users of the machine
            cannot see.
        scenario: A file of inputs (`gatepost.inputs.find_scenario`) that comes before ``app_inputs.json``.
        environment: The environment; default is this process's.
        record: A tape to record what the app asks servers for.
        replay: A tape to answer it instead: no server is asked, and the app gets made-up credentials.
        stdout: A file descriptor for the app's output; default is this process's own.
        stop_when: Asked five times a second; True stops the app.

    Raises:
        GatepostError: The interpreter cannot be started.
        TapeError: The tape cannot be read, or not be written.
        UsageError: An input is none of the app's, or could not reach it.
    """
    from gatepost.project.launching.playbook_step import own_step
    from gatepost.project.launching.session_folder import has_other_files, message_folder

    given = given_inputs(app, inputs)
    with open_tape(record=record, replay=replay) as tape, contextlib.ExitStack() as stack:
        environment = dict(os.environ if environment is None else environment)
        if tape is not None:
            environment = tape.environment(environment)
            given = {**tape.inputs, **given}
        if (given or scenario) and environment.get(PATH_VARIABLE) and environment.get(KEY_VARIABLE):
            raise UsageError(
                f"The input {next(iter(given))} would not reach the app" if given else f"{scenario} would not reach the app",
                why=f"{PATH_VARIABLE} is set: an app that reads a param file does not ask its environment",
                remedy=f"Unset {PATH_VARIABLE}",
            )
        environment |= {_variable(name): value for name, value in given.items()}
        if scenario is not None:
            environment[SCENARIO_VARIABLE] = str(scenario.absolute())
        step = stack.enter_context(own_step(app, environment, scenario))
        environment |= step.variables
        out_path, log_file = places_of_files(app, environment)
        named = out_path is not None
        if out_path is None:
            out_path = stack.enter_context(message_folder())
            environment["TC_OUT_PATH"] = str(out_path)
        earlier = message_stamp(out_path)
        ended = _run(app, python, environment, stdout, stop_when)
        return Launch(
            ended.exit_code,
            message=left_message(out_path) if message_stamp(out_path) != earlier else None,
            results=left_results(out_path),
            log_file=log_file if log_file is not None and log_file.is_file() else None,
            interrupted=ended.interrupted,
            stopped=ended.stopped,
            session_folder=None if named or not has_other_files(out_path) else out_path,
            tape=tape.use(ended.exit_code) if tape is not None else None,
            outputs=step.outputs(),
        )


def launch_emulated(
    app: AppFolder,
    platform: Emulator,
    *,
    auth: str = "auto",
    python: str = sys.executable,
    python_options: Sequence[str] = (),
    inputs: Iterable[tuple[str, str]] = (),
    scenario: Path | None = None,
    keep: bool = False,
    environment: Mapping[str, str] | None = None,
    record: Path | None = None,
    replay: Path | None = None,
    stdout: int | None = None,
    stop_when: Callable[[], bool] | None = None,
) -> Launch:
    """Launch an app as an emulated platform does: by an encrypted param file, in an environment of its own making.

    The app gets none of the caller's ``TC_*``, ``API_*``, ``APP_INPUT_*`` and proxy variables, and reads no ``.env``. Of its
    ``app_inputs.json`` only its own inputs count: they go into the param file. A service that the app declares by an input
    ``<service>_auth`` (``tcap``, ``tcap_account`` or ``timbr``) is emulated too, unless `inputs` name its address.

    Args:
        app: The app.
        platform: The platform; it runs.
        auth: What the app is given: ``token``, ``hmac``, or with ``auto`` both, as a platform does for an app whose manifest
            declares the HMAC pair.
        python: The interpreter.
        python_options: Its options, before the program's name.
        inputs: Inputs for this run, names and values; they come before everything else.
        scenario: A file of inputs (`gatepost.inputs.find_scenario`) that comes before ``app_inputs.json``; of it, too, only the
            app's own inputs count.
        keep: Keep the session's folder.
        environment: The caller's environment; default is this process's.
        record: A tape to record what the app asks servers for.
        replay: A tape to answer it instead: the app gets made-up credentials, and what it sends by gatepost reaches nobody.
        stdout: A file descriptor for the app's output; default is this process's own.
        stop_when: Asked five times a second; True stops the app.

    Raises:
        GatepostError: The interpreter cannot be started, or the session's folder cannot be written.
        InputError: ``app_inputs.json`` or the scenario cannot be read.
        TapeError: The tape cannot be read, or not be written.
        UsageError: An input is none of the app's.
    """
    from gatepost.inputs.param_file import make_param_key, write_param_file
    from gatepost.project.ca_bundle import CA_VARIABLES, write_ca_bundle
    from gatepost.project.launching.emulated_services import EmulatedServices
    from gatepost.project.launching.made_environment import made_environment
    from gatepost.project.launching.playbook_step import EmulatedStep

    if auth not in _EMULATED:
        raise UsageError(f"{auth!r} is no way to be authorized", remedy="Choose auto, token or hmac")
    caller = os.environ if environment is None else environment
    given = given_inputs(app, inputs)
    with open_tape(record=record, replay=replay) as tape, _session(keep=keep) as session, contextlib.ExitStack() as stack:
        made = made_environment(caller)
        bundle = session.path / "ca.pem"
        step = EmulatedStep(app, platform, scenario)
        own = _platform_inputs(platform, session, auth, tape) | step.inputs
        services = EmulatedServices(stack, given, tape)
        params = app_params(app, platform=own, given=given, environment=made, services=services.start, scenario=scenario)
        key = make_param_key()
        param_file = session.in_path / ".params"
        try:
            write_ca_bundle(bundle, platform.ca_file, *services.authorities, environment=caller)
            write_param_file(param_file, key, step.asking(params.values))
        except OSError as error:
            raise _cannot_write(error) from None
        made |= dict.fromkeys(CA_VARIABLES, str(bundle))
        made |= {PATH_VARIABLE: str(param_file), KEY_VARIABLE: key.reveal()}
        usual = app.folder / "app_inputs.json"
        if scenario is not None or usual.is_file():
            made[SCENARIO_VARIABLE] = str((scenario or usual).absolute())
        if tape is not None:
            made |= tape.variables
        last = max((request.number for request in platform.requests), default=0)
        ended = _run(app, python, made, stdout, stop_when, options=python_options)
        log_file = session.log_path / str(params.values.get("tc_log_file") or STANDARD_INPUTS["tc_log_file"].default)
        return Launch(
            ended.exit_code,
            message=left_message(session.out_path),
            results=left_results(session.out_path),
            log_file=log_file if keep and log_file.is_file() else None,
            session_folder=session.path if keep else None,
            requests=(
                *launched_requests(platform, after=last),
                *(request for name, server in services.running.items() for request in launched_requests(server, name=name)),
            ),
            findings=params.findings,
            interrupted=ended.interrupted,
            stopped=ended.stopped,
            tape=tape.use(ended.exit_code) if tape is not None else None,
            outputs=step.outputs(),
        )


def _run(
    app: AppFolder,
    python: str,
    environment: Mapping[str, str],
    stdout: int | None,
    stop_when: Callable[[], bool] | None,
    *,
    options: Sequence[str] = (),
) -> Ended:
    # Looked up here, by the caller's PATH and folder: the app runs in another folder.
    interpreter = shutil.which(python) or python
    started = os.path.abspath(interpreter) if os.sep in interpreter else interpreter  # noqa: PTH100 - a link to a venv's interpreter stays one
    command = (started, *options, app.program)
    return run_child(command, folder=app.folder, environment=environment, stdout=stdout, stop_when=stop_when)


def _variable(name: str) -> str:
    """Return the environment variable that carries an input."""
    return name.upper() if name in STANDARD_INPUTS and not name.startswith("batch_") else f"{APP_PREFIX}{name}".upper()


def _platform_inputs(platform: Emulator, session: SessionFolder, auth: str, tape: LaunchTape | None) -> dict[str, Any]:
    from gatepost.emulator import OwnerKind

    inputs = platform.inputs(_EMULATED[auth])
    # A platform says whether to verify. Which authorities to trust says the environment, to other programs too.
    inputs["tc_verify"] = "true"
    if tape is not None and tape.mode == "replay":
        inputs = {name: value for name, value in inputs.items() if name not in REPLACED} | dict(tape.inputs)
    own = next((owner.name for owner in platform.owners if owner.type == OwnerKind.ORGANIZATION), "")
    return {**inputs, **session.inputs, "tc_session_id": session.path.name, "api_default_org": own}


@contextlib.contextmanager
def _session(*, keep: bool) -> Iterator[SessionFolder]:
    """Make the folder of a session for the block, or for longer."""
    from gatepost.project.launching.session_folder import make_session_folder

    try:
        session = make_session_folder()
    except OSError as error:
        raise _cannot_write(error) from None
    try:
        yield session
    finally:
        if not keep:
            shutil.rmtree(session.path, ignore_errors=True)


def _cannot_write(error: OSError) -> GatepostError:
    return GatepostError(
        "The folder of the session cannot be written",
        why=f"{error.filename or ''}: {error.strerror}".lstrip(": "),
        remedy="Free space there, or let TMPDIR name another folder",
    )
