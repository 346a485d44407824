"""Rules about what the app's typed code and its manifest say of each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS
from gatepost.manifest.documents.places import Place, quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.params import Param, ParamType
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.services import params_of_services
from gatepost.project.validation.subject import Subject, text_of

if TYPE_CHECKING:
    from gatepost.project.app_code import InputField, OutputVariable

_SCALARS = frozenset({"text", "integer", "number", "boolean", "time", "binary", "choice", "secret"})
_ANYTHING = frozenset({"any", "other"})
_NO_BOOLEAN = frozenset({"text", "time", "binary", "secret", "key value", "entity"})
_OF_THE_FRAMEWORK = frozenset({*STANDARD_INPUTS, *ALIASES})
_CHOICES = {ParamType.CHOICE, ParamType.MULTI_CHOICE}


@rule("GP901", Severity.ERROR)
def code_import(app: Subject) -> Iterator[Problem]:
    """The app's code cannot be imported.

    Its modules are imported in a process of their own, with the app's interpreter, and the app is not run. What is wrong is
    wrong at each launch, too; only a package that is missing may be there on the platform: install it, or name the right
    interpreter.
    """
    _ = app.code
    error = app.code_error
    if error is not None:
        path = str(getattr(error, "path", "")) or str(app.folder / "app.py")
        reason = f": {error.why}" if error.why else ""
        line = int(getattr(error, "line", 0))
        yield Problem(f"{error.what}{reason}", error.remedy, file=Path(path), line=line, column=1 if line else 0)


@rule("GP902", Severity.ERROR)
def input_without_param(app: Subject) -> Iterator[Problem]:
    """The code needs an input that is no param of the manifest.

    The platform never asks for it, so that each run fails. Inputs that the platform gives every app (``tc_…``) are no params.
    """
    for field, param in _fields(app):
        if param is None and field.required and not _is_standard(field):
            yield _at(
                field, f"the code needs the input {quoted(field.name)}, and the manifest has no such param", "Add the param"
            )


@rule("GP903", Severity.WARNING)
def optional_input_without_param(app: Subject) -> Iterator[Problem]:
    """The code reads an input that is no param of the manifest.

    It has its default in every run on the platform.
    """
    for field, param in _fields(app):
        if param is None and not field.required and not _is_standard(field):
            yield _at(
                field,
                f"the code reads the input {quoted(field.name)}, and the manifest has no such param",
                "Add the param, or remove the field",
            )


@rule("GP904", Severity.WARNING)
def param_without_input(app: Subject) -> Iterator[Problem]:
    """The code does not read a param of the manifest.

    A person is asked for it in vain. Credentials and what the framework itself reads (of other services, too) are not meant;
    neither are hidden params.
    """
    if app.code is None:
        return
    read = {name for field, _ in _fields(app) for name in field.names} | app.once(params_of_services)
    for place, param in app.params:
        known = param.name in read or param.name in _OF_THE_FRAMEWORK or param.name == "tc_action"
        if not known and not param.hidden and not param.name.startswith("tc_adv_req_"):
            yield Problem(
                f"the code does not read the param {quoted(param.name)}", "Add a field, or remove the param", (*place, "name")
            )


@rule("GP905", Severity.ERROR)
def input_type(app: Subject) -> Iterator[Problem]:
    """A field of the code cannot take what the param gives.

    A Boolean gives ``true`` or ``false``; a KeyValueList gives a list of pairs; a MultiChoice, and a String with
    ``allowMultiple``, give a list; other params give a text, which a number, a time or a ``Literal`` is made of. In playbook
    apps also what ``playbookDataType`` allows.
    """
    for place, param, field in _pairs(app):
        needed = type_problem(app, param, field)
        if needed:
            yield Problem(
                f"{quoted(param.name)} gives {needed}, and the code's field is {quoted(field.annotation)}",
                "Change the field's type, or the param's",
                (*place, "type"),
            )


@rule("GP906", Severity.WARNING)
def required_differs(app: Subject) -> Iterator[Problem]:
    """The code needs an input that a person may leave empty.

    The run fails where nobody filled it in. Make the param required, or give the field a default.
    """
    for place, param, field in _pairs(app):
        may_be_empty = not param.required and param.default in (None, "") and param.type is not ParamType.BOOLEAN
        if field.required and not field.optional and may_be_empty and not param.hidden:
            yield Problem(
                f"the code needs {quoted(param.name)}, and the param is not required", 'Add "required": true, or a default', place
            )


@rule("GP907", Severity.NOTE)
def default_differs(app: Subject) -> Iterator[Problem]:
    """The default of the manifest is another one than the code's.

    A person who leaves the form as it is gets the manifest's; who runs the app elsewhere, by the code alone, gets the code's.
    """
    for place, param, field in _pairs(app):
        if field.required or not field.default_known or param.is_secret or field.default is None or param.default is None:
            continue
        code, manifest = (
            _as_text(field.default, app.manifest.list_delimiter),
            _as_text(param.default, app.manifest.list_delimiter),
        )
        if code.casefold() != manifest.casefold():
            yield Problem(
                f"the default of {quoted(param.name)} is another one in the code",  # which may be a secret
                "Write the same default in both places",
                (*place, "default"),
            )


@rule("GP908", Severity.ERROR)
def choice_that_the_code_refuses(app: Subject) -> Iterator[Problem]:
    """The manifest offers a choice that the code's Literal or Enum does not have.

    The run fails when somebody chooses it.
    """
    for place, param, field in _pairs(app):
        if field.kinds == {"choice"} and not field.lenient and param.type in {*_CHOICES, ParamType.EDIT_CHOICE}:
            for index, value in enumerate(param.valid_values):
                if value not in field.choices and "${" not in value:
                    where = (*place, "validValues", index)
                    yield Problem(
                        f"the code refuses the choice {quoted(value)}", "Add it to the field's type, or remove it", where
                    )


@rule("GP909", Severity.NOTE)
def choice_that_nobody_can_choose(app: Subject) -> Iterator[Problem]:
    """The code's Literal or Enum has a value that the manifest does not offer."""
    for place, param, field in _pairs(app):
        if (
            field.kinds == {"choice"}
            and not field.lenient
            and param.type in _CHOICES
            and not any("${" in value for value in param.valid_values)
        ):
            missing = [value for value in field.choices if value not in param.valid_values]
            if missing:
                yield Problem(
                    f"the code also takes {', '.join(map(quoted, missing))}", "Add it to validValues", (*place, "validValues")
                )


@rule("GP910", Severity.ERROR)
def secret_as_text(app: Subject) -> Iterator[Problem]:
    """A param is encrypted, and the code's field is no Secret.

    gatepost refuses to hand the value of an encrypted param to a field that would show it. A Boolean stays one, and of a
    KeyValueList it is the values that are secret.
    """
    for place, param, field in _pairs(app):
        if param.type in {ParamType.BOOLEAN, ParamType.KEY_VALUE_LIST}:
            continue
        if param.is_secret and not field.lenient and not field.kinds & ({"secret"} | _ANYTHING):
            yield Problem(
                f"{quoted(param.name)} is a secret, and the code's field is {quoted(field.annotation)}",
                f"Write {field.field}: Secret",
                (*place, "encrypt"),
            )


@rule("GP911", Severity.ERROR)
def secret_not_encrypted(app: Subject) -> Iterator[Problem]:
    """The code's field is a Secret, and the param is not encrypted.

    The platform then stores and shows what the app treats as a secret.
    """
    for place, param, field in _pairs(app):
        if field.kinds == {"secret"} and not param.encrypt:
            yield Problem(f"{quoted(param.name)} is a secret in the code, and not encrypted here", 'Add "encrypt": true', place)


@rule("GP912", Severity.ERROR)
def output_missing(app: Subject) -> Iterator[Problem]:
    """The code gives out a variable that the manifest does not declare.

    The designer does not offer it to other apps. Name and type together are a variable's key.
    """
    declared = _declared_outputs(app)
    types = dict(declared)
    for output in _outputs(app):
        if (output.name, output.type) not in declared:
            other = types.get(output.name)
            as_type = f" of the type {output.type}" if other else ""
            yield Problem(
                f"the code gives out {quoted(output.name)}{as_type}, and the manifest does not declare it",
                f'Write "type": "{output.type}"' if other else "Add the output variable",
                ("playbook", "outputVariables"),
            )


@rule("GP913", Severity.WARNING)
def output_without_code(app: Subject) -> Iterator[Problem]:
    """The manifest declares an output that the code does not give out.

    Said only of apps whose code has typed outputs. Outputs of an advanced request are made by the framework.
    """
    given = {(output.name, output.type) for output in _outputs(app)}
    if not given:
        return
    unused = _declared_outputs(app) - given
    for place, output in app.outputs:
        name = text_of(output, "name")
        if (name, text_of(output, "type") or "String") in unused and ".request." not in name:
            yield Problem(
                f"the code does not give out {quoted(name)}", "Remove it, or add it to the code's Outputs", (*place, "name")
            )


@rule("GP914", Severity.ERROR)
def action_differs(app: Subject) -> Iterator[Problem]:
    """The actions of the code are not those of the param tc_action.

    The app fails for an action that it does not know, and nobody can choose one that the manifest does not offer. Names are
    compared as a run does it: as they are, then in lower case with ``_`` for spaces. Display conditions of the layout are held
    to the choices by GP709.
    """
    if app.code is None or not app.code.actions:
        return
    choices = app.action_choices()
    if app.manifest.param("tc_action") is None:
        yield Problem("the code has actions, and the manifest has no param tc_action", "Add a Choice tc_action", ("params",))
    if choices is None:
        return
    place = next(place for place, param in app.params if param.name == "tc_action")
    known = {_plain(action.name) for action in app.code.actions}
    for index, choice in enumerate(choices):
        if _plain(choice) not in known:
            yield Problem(
                f"the code has no action {quoted(choice)}", "Write it, or remove the choice", (*place, "validValues", index)
            )
    for action in app.code.actions:
        if _plain(action.name) not in map(_plain, choices):
            yield Problem(
                f"the code's action {quoted(action.name)} cannot be chosen", "Add it to validValues", (*place, "validValues")
            )


@rule("GP915", Severity.ERROR)
def kind_differs(app: Subject) -> Iterator[Problem]:
    """The code makes another kind of app than the manifest says.

    A job runs once and has no outputs; a playbook app is a step of a playbook.
    """
    if app.code is None or not app.code.kind:
        return
    is_job = app.level.is_job
    if (app.code.kind == "job" and app.is_playbook) or (app.code.kind == "playbook" and is_job):
        wanted = "Organization" if app.code.kind == "job" else "Playbook"
        yield Problem(
            f"the code is that of a {app.code.kind} app", f'Write "{wanted}", or change the decorator', ("runtimeLevel",)
        )


@rule("GP916", Severity.WARNING)
def feature_missing(app: Subject) -> Iterator[Problem]:
    """The code names a feature that the manifest does not have.

    Of ``CreatesGroup``, ``DeletesTag`` and the like the platform learns what the app may set off: without them a playbook may
    start itself for ever. They are named by ``App(features=[…])``; ``advancedRequest`` by ``app.advanced_request(…)``.
    """
    if app.code is None:
        return
    listed = {name.casefold() for name in app.manifest.features}
    for name in app.code.features:
        if name.casefold() not in listed:
            yield Problem(f"the code names the feature {quoted(name)}, and the manifest does not", "Add it", ("features",))


@rule("GP917", Severity.WARNING)
def retry_differs(app: Subject) -> Iterator[Problem]:
    """The manifest and the code do not agree on which actions may be repeated.

    ``@app.action("Name", retry=True)`` needs ``playbook.retry`` with ``allowed``, and the action in its ``actions`` unless that
    list is empty; with ``retry=False`` its failures end with exit code 4, so that the platform does not repeat it whatever the
    manifest says.
    """
    actions = app.code.actions if app.code is not None else ()
    retry = app.manifest.playbook.retry if app.manifest.playbook is not None else None
    listed = {_plain(name) for name in retry.actions} if retry is not None else set()
    for action in actions:
        allowed = retry is not None and retry.allowed and (not listed or _plain(action.name) in listed)
        if action.retry is True and not allowed:
            yield Problem(
                f"the code's action {quoted(action.name)} may be repeated, and the manifest does not allow it",
                "Add it to playbook.retry",
                ("playbook", "retry") if retry is not None else ("playbook",),
            )
        if action.retry is False and _plain(action.name) in listed:
            yield Problem(
                f"the code's action {quoted(action.name)} must not be repeated, and the manifest lists it",
                "Remove it from playbook.retry.actions",
                ("playbook", "retry", "actions"),
            )


def _plain(action: str) -> str:
    """Return the name of an action as a run compares it the second time."""
    return action.strip().lower().replace(" ", "_")


def _fields(app: Subject) -> Iterator[tuple[InputField, Param | None]]:
    """Yield each field that the code reads, with the param that fills it. A field of several actions comes once for each type."""
    if app.code is None:
        return
    fields = [*app.code.inputs, *(field for action in app.code.actions for field in action.inputs)]
    params = {param.name: param for _, param in app.params}
    seen: set[tuple[str, str, bool]] = set()
    for field in fields:
        key = (field.name, field.annotation, field.required)
        if key not in seen:
            seen.add(key)
            yield field, next((params[name] for name in field.names if name in params), None)


def _pairs(app: Subject) -> Iterator[tuple[Place, Param, InputField]]:
    places = {param.name: place for place, param in app.params}
    for field, param in _fields(app):
        if param is not None and param.name not in _OF_THE_FRAMEWORK:
            yield places[param.name], param, field


def _is_standard(field: InputField) -> bool:
    return any(name in _OF_THE_FRAMEWORK or name == "tc_action" for name in field.names)


def _at(field: InputField, message: str, remedy: str) -> Problem:
    if not field.file:
        return Problem(message, remedy, ("params",))
    return Problem(message, remedy, file=Path(field.file), line=field.line, column=1 if field.line else 0)


def _outputs(app: Subject) -> list[OutputVariable]:
    if app.code is None:
        return []
    every = [*app.code.outputs, *(output for action in app.code.actions for output in action.outputs)]
    return list(dict.fromkeys(every))


def _declared_outputs(app: Subject) -> set[tuple[str, str]]:
    """Return name and type of the outputs as they were read: what the manifest writes may be no text, or spelled otherwise."""
    playbook = app.manifest.playbook
    return {(output.name, output.type) for output in playbook.output_variables} if playbook is not None else set()


def type_problem(app: Subject, param: Param, field: InputField) -> str:
    """Return what the param gives and the field cannot take; empty when it can."""
    kinds = field.kinds
    if kinds & _ANYTHING or not kinds or field.lenient:
        return ""
    if app.has_outputs and param.playbook_data_type:
        return ""  # what arrives is a variable of one of these types
    if param.type is ParamType.KEY_VALUE_LIST:
        return "" if field.many and "key value" in kinds else "a list of pairs"
    if param.type is ParamType.BOOLEAN:
        return "" if not field.many and not kinds <= _NO_BOOLEAN else "true or false"
    if param.is_list:
        return "" if field.many else "a list"
    if field.many:
        return "one value"
    return "" if kinds & _SCALARS else "a text"


def _as_text(value: object, delimiter: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return delimiter.join(_as_text(item, delimiter) for item in value)
    return str(value)
