"""Running a profile: staged, launched, and compared."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError
from gatepost.playbook.errors import VariableError
from gatepost.playbook.serialization import deserialize
from gatepost.redaction import redact
from gatepost.secret import Secret
from gatepost.testing.profiles.answering import answered
from gatepost.testing.profiles.answers import recorded_answers
from gatepost.testing.profiles.checks import Check, check_exit_code, check_message, check_output, report
from gatepost.testing.profiles.staging import staged_values, staging
from gatepost.testing.profiles.templates import Variables, evaluate, fill_in
from gatepost.testing.profiles.vault import vault_of
from gatepost.variables import parse_playbook_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from gatepost.app import App
    from gatepost.log import Record
    from gatepost.testing.profiles.platform import ProfilePlatform
    from gatepost.testing.profiles.profile import Expectation, Profile

__all__ = ["Finished", "Launch", "ProfileResult", "in_this_process", "read_value", "run_profile"]


@dataclass(frozen=True, slots=True)
class Launch:
    """What an app is launched with.

    Attributes:
        inputs: Its inputs by name, those of the platform not among them.
        variables: Values of staged variables, by their whole texts.
        requested: The variables that the playbook asks for.
        answers: What stands in for servers, as `gatepost.testing.profiles.answers.recorded_answers` returns it.
    """

    inputs: Mapping[str, Any]
    variables: Mapping[str, object]
    requested: tuple[str, ...]
    answers: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """What a launched app left.

    Attributes:
        exit_code: Its exit code.
        message: Its message, without the newline at its end.
        outputs: The values of the requested variables, by their whole texts.
        log: Its log, where it ran in this process.
        error: The exception that ended it, where it ran in this process.
    """

    exit_code: int
    message: str
    outputs: Mapping[str, Any]
    log: tuple[Record, ...] = ()
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class ProfileResult:
    """How a profile came out.

    Attributes:
        profile: The profile.
        exit_code: The app's exit code.
        message: Its message, redacted.
        outputs: What it gave out, by the whole texts of the variables, typed.
        checks: One for the exit code, one for the message where it is expected, one for each output.
        log: The app's log, where it ran in this process.
        error: The exception that ended it.
        secrets: What was filled in from secret places: masked as long as the result is kept.
        message_had_secret: Whether a secret was masked in the message.
    """

    profile: Profile
    exit_code: int
    message: str
    outputs: Mapping[str, Any]
    checks: tuple[Check, ...]
    log: tuple[Record, ...] = ()
    error: BaseException | None = None
    secrets: tuple[object, ...] = field(default=(), repr=False)
    message_had_secret: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected, and the expectations are a person's or were taken from a run."""
        return self.profile.initialized and all(check.passed for check in self.checks)

    def report(self) -> str:
        """Return the lines that tell what came out otherwise; empty when nothing did."""
        if not self.profile.initialized:
            return (
                "the profile is not initialized: nobody has said yet what is expected\n"
                f"    to do:    gatepost test --update --profile {self.profile.name}"
            )
        return report(self.checks)


def run_profile(
    profile: Profile,
    launch: App[Any] | Callable[[Launch], Finished],
    platform: ProfilePlatform,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> ProfileResult:
    """Run an app as a profile says, and compare.

    Args:
        profile: The profile.
        launch: The app, to run it in this process; or what launches it otherwise.
        platform: The platform.
        folder: The app's folder, for ``.env`` and recorded bodies; default is the app's.
        environment: What templates may stand for; default is the process's, and the app's ``.env``.

    Raises:
        ProfileError: A template has no value, something cannot be staged…; says the line.
        GatepostError: Something that the run needs is not installed.
    """
    from gatepost.app import App

    started = in_this_process(launch, platform) if isinstance(launch, App) else launch
    home = folder if folder is not None else getattr(launch, "folder", None)
    variables = _variables(home, environment)
    _check_kind(profile)
    with staging(profile, variables, platform) as staged:

        def filled(value: Any, *place: str | int) -> Any:
            return evaluate(profile, fill_in(profile, value, variables, place), staged, place)

        values = staged_values(profile, filled(dict(profile.kvstore), "stage", "kvstore"))
        inputs = {name: filled(value, *_place_of(profile, name)) for name, value in profile.inputs.items()}
        answers = recorded_answers(profile, filled(dict(profile.request), "stage", "request"), home)
        expected = tuple(_filled_expectation(profile, each, variables) for each in profile.outputs)
        message = profile.exit_message
        if message is not None:
            text = filled(message.expected, "exit_message", "expected_output")
            message = type(message)(message.what, text, message.operator, message.options, message.line)
        requested = tuple(each.what for each in expected) or _declared(profile, home)
        given = {name: value for name, value in inputs.items() if value is not None}
        variables.secrets += _secret_inputs(home, given, values)
        finished = started(Launch(given, values, requested, answers))
        checks = [
            check_exit_code(profile.exit_codes, finished.exit_code, message=finished.message, line=profile.line("exit_codes"))
        ]
        if message is not None:
            checks.append(check_message(message, finished.message))
        checks += [_checked(profile, each, finished.outputs.get(each.what)) for each in expected]
        return ProfileResult(
            profile,
            finished.exit_code,
            redact(finished.message),
            dict(finished.outputs),
            tuple(checks),
            finished.log,
            finished.error,
            tuple(variables.secrets),
            redact(finished.message) != finished.message or "***" in finished.message,
        )


def _checked(profile: Profile, expectation: Expectation, value: object) -> Check:
    """Compare, and say where it stands when that cannot be done."""
    try:
        return check_output(expectation, value)
    except GatepostError as error:
        raise profile.error(("outputs", expectation.what), error.what, why=error.why, remedy=error.remedy) from None


def in_this_process(app: App[Any], platform: ProfilePlatform) -> Callable[[Launch], Finished]:
    """Return what runs an app in this process, in its folder, with variables in memory."""
    from gatepost.app.in_process import run_in_process
    from gatepost.app.playbook import stage
    from gatepost.testing.profiles.app_import import app_modules

    def run(launch: Launch) -> Finished:
        store = stage(launch.variables)
        own = {} if app.auth is None else platform.inputs()
        asked = {"tc_playbook_out_variables": ",".join(launch.requested)} if launch.requested else {}
        with _working_in(app.folder), app_modules(app.folder), answered(launch.answers):
            result = run_in_process(app, {**own, **asked, **launch.inputs}, None, store=store)
        outputs = {}
        for text in launch.requested:
            data = store.values.get(text)
            if data is not None:
                outputs[text] = read_value(text, data)
        return Finished(result.exit_code, result.message, outputs, result.log, result.error)

    return run


def _declared(profile: Profile, folder: Path | None) -> tuple[str, ...]:
    """Return all outputs of the manifest for a profile that is to learn what comes out."""
    if profile.initialized or folder is None or not (folder / "install.json").is_file():
        return ()
    from gatepost.app.playbook import request_everything
    from gatepost.manifest.loading import load

    return request_everything((), load(folder / "install.json"))


def read_value(text: str, data: bytes) -> Any:
    """Return the typed value of a variable; what is kept, as text, when it is no value of its type: a comparison will show it."""
    variable = parse_playbook_variable(text)
    try:
        return deserialize(variable.type if variable is not None else "String", data, text)
    except VariableError:
        return data.decode("utf-8", "replace")


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Let the app's folder be the working directory, as on the platform."""
    before = os.getcwd()  # noqa: PTH109 - pathlib's resolves nothing more
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _variables(folder: Path | None, environment: Mapping[str, str] | None) -> Variables:
    found: dict[str, str] = {}
    if environment is None:
        file = folder / ".env" if folder is not None else None
        if file is not None and file.is_file():
            from dotenv import dotenv_values

            found = {name: value for name, value in dotenv_values(file, interpolate=False).items() if value is not None}
        environment = os.environ
    everything = {**found, **environment}
    return Variables(everything, vault_of(everything))


def _secret_inputs(folder: Path | None, inputs: Mapping[str, Any], values: Mapping[str, object]) -> list[Secret]:
    """Return the values of the inputs that the manifest calls encrypted, so that they stay masked after the run."""
    if folder is None or not (folder / "install.json").is_file():
        return []
    from gatepost.inputs.declared import declared_params
    from gatepost.manifest.loading import load

    sensitive = {name for name, param in declared_params(load(folder / "install.json")).items() if param.sensitive}
    texts = [values.get(value, value) for name, value in inputs.items() if name in sensitive and isinstance(value, str)]
    return [Secret(text) for text in texts if isinstance(text, str) and text]


def _check_kind(profile: Profile) -> None:
    if profile.configs:
        raise profile.error(
            ("configs",),
            "the profile is for a service: it has configurations of triggers",
            remedy="Services cannot be run by profiles yet; profiles of playbook apps and jobs can",
        )


def _place_of(profile: Profile, name: str) -> tuple[str | int, ...]:
    inputs: Any = profile.document.data.get("inputs")
    for section in ("required", "optional", "defaults"):
        if isinstance(inputs, dict) and isinstance(inputs.get(section), dict) and name in inputs[section]:
            return ("inputs", section, name)
    return ("inputs", name)


def _filled_expectation(profile: Profile, expectation: Expectation, variables: Variables) -> Expectation:
    """Fill in an expectation as the file's text; what was staged has no say in it (contract section 9)."""
    place = ("outputs", expectation.what, "expected_output")
    expected = fill_in(profile, expectation.expected, variables, place)
    return type(expectation)(expectation.what, expected, expectation.operator, expectation.options, expectation.line)
