"""What an app's inputs would be in this environment: each value, where it comes from, and whether it will do."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import GatepostError, UsageError
from gatepost.inputs.coercion import coerce
from gatepost.inputs.collecting import SCENARIO_VARIABLE, collect
from gatepost.inputs.declared import declared_params
from gatepost.inputs.environment import input_name
from gatepost.inputs.report import inputs_report
from gatepost.inputs.standard import CREDENTIALS, STANDARD_INPUTS
from gatepost.inputs.values import Finding, Source, Value
from gatepost.project.judging_values import MODEL
from gatepost.runtime.external_inputs import declared_services, with_secrets
from gatepost.secret import Secret
from gatepost.variables import find_platform_variables, find_playbook_variables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from gatepost.inputs.declared import DeclaredParam
    from gatepost.inputs.report import ReportRow
    from gatepost.inputs.values import Collected, LookedAt, Problem
    from gatepost.manifest import Manifest
    from gatepost.project.app_code import AppCode, InputField

__all__ = ["InspectedInput", "Inspection", "inspect_inputs"]

_OF_FEATURES = {
    "calsettings": ("tc_cal_host", "tc_cal_token", "tc_cal_timestamp"),
    "smtpsettings": ("tc_smtp_host", "tc_smtp_port", "tc_smtp_username", "tc_smtp_password", "tc_sys_email"),
}
"""What the platform gives with a feature, in lower case, all of it (contract/inputs.md section 5)."""


@dataclass(frozen=True, slots=True)
class InspectedInput:
    """One input. There is no secret in it.

    Attributes:
        name: Its name.
        kind: ``app`` (declared in the manifest or read by the code), ``standard``, ``unknown``.
        type: Its type: the manifest's (``MultiChoice``, ``String, several, encrypted``) or that of the standard input.
        annotation: Its type in the code; empty where the code does not read it.
        shown: Its value as it may be shown: secrets are a mask, unset inputs empty.
        source: The kind of place that the value comes from; empty when there is none.
        place: The place itself.
        overridden: The sources and places that had a value too, and lost, best first.
        state: ``valid``, ``invalid``, ``missing``, ``reference`` (valid as far as can be known: the platform has the content),
            ``unset``.
        problem: What is wrong with it; empty when nothing is.
        remedy: What to do about it.
    """

    name: str
    kind: str
    type: str
    annotation: str
    shown: str
    source: str
    place: str
    overridden: tuple[tuple[str, str], ...]
    state: str
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """All inputs of an app in an environment.

    Attributes:
        app: The app's name; None for a script.
        folder: Its folder.
        inputs: The app's own first, then what nobody declared, then the standard ones; each by name.
        findings: What was noticed.
        looked_at: The places that were asked, best first.
    """

    app: str | None
    folder: Path
    inputs: tuple[InspectedInput, ...]
    findings: tuple[Finding, ...]
    looked_at: tuple[LookedAt, ...]

    @property
    def valid(self) -> bool:
        """Whether no input is missing or wrong."""
        return all(item.state not in ("invalid", "missing") for item in self.inputs)


def inspect_inputs(
    path: str | Path = ".",
    *,
    inputs: Mapping[str, str] | None = None,
    scenario: Path | None = None,
    environment: Mapping[str, str] | None = None,
    everything: bool = False,
) -> Inspection:
    """Look at the inputs that an app would have here. Asks no server, runs no app, deletes no param file.

    The app's code is imported in a process of its own, so that what its typed inputs require is known, too. What a variable of
    the platform holds, and what only the platform can choose from, is not checked.

    Args:
        path: The app's folder; without an ``install.json``, a script's.
        inputs: Inputs given for this once, by name.
        scenario: A file of inputs that comes before ``app_inputs.json``.
        environment: The environment; default is this process's.
        everything: Whether standard inputs are told that nobody gave.

    Raises:
        InputError: A source exists and cannot be read.
        ManifestError: The manifest cannot be read.
        UsageError: There is no such folder.
    """
    folder = Path(path).absolute()
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise UsageError(f"There is no folder {folder}", remedy="Name the folder of an app or a script")
    manifest = _manifest(folder)
    environment = dict(os.environ if environment is None else environment)
    if scenario is not None:
        environment[SCENARIO_VARIABLE] = str(scenario.absolute())
    collected = with_secrets(
        collect(explicit=inputs or {}, manifest=manifest, folder=folder, environment=environment, keep_param_file=True)
    )
    code, findings = _code(folder, environment, collected.best.values())
    values, problems = coerce(collected.best, manifest)
    given = {name for name, value in collected.best.items() if not value.empty}
    judge = _Judge(manifest, folder, code, values, [*_problems_of_services(collected.best), *problems], given=given)
    rows = {row.name: row for row in inputs_report(collected, manifest)}
    items = [judge.item(name, rows.get(name)) for name in judge.names(rows)]
    shown = [item for item in items if item.kind != "standard" or everything or _matters(item, collected)]
    order = ("app", "unknown", "standard")
    return Inspection(
        manifest.display_name or folder.name if manifest is not None else None,
        folder,
        tuple(sorted(shown, key=lambda item: (order.index(item.kind), item.name))),
        (*collected.findings, *findings),
        collected.looked_at,
    )


def _matters(item: InspectedInput, collected: Collected) -> bool:
    """Tell whether somebody gave a standard input, or something is wrong with it."""
    found = collected.best.get(item.name)
    given = found is not None and found.source < Source.DEFAULT and not found.empty
    return given or item.state in ("invalid", "missing")


def _manifest(folder: Path) -> Manifest | None:
    from gatepost.manifest.loading import load

    path = folder / "install.json"
    # Also a link that leads nowhere: what has this name makes the folder an app's, and is read or told.
    return load(path) if os.path.lexists(path) else None


def _code(folder: Path, environment: Mapping[str, str], values: Iterable[Value]) -> tuple[AppCode, list[Finding]]:
    """Return what the app's code reads, and what it would refuse."""
    from gatepost.project.app_code import AppCode, NoAppCodeError, describe

    try:
        return describe(folder, environment=environment, values=values), []
    except NoAppCodeError:
        return AppCode(""), []
    except GatepostError as error:
        what = f"the app's code could not be asked for its inputs: {error.what}"
        return AppCode(""), [Finding(what, remedy=error.remedy)]


def _problems_of_services(values: Mapping[str, Value]) -> Iterator[Problem]:
    """Yield what is wrong with the inputs of other services (``<service>_auth`` and so on), as far as that is known here."""
    for service in declared_services(values).values():
        for problem in service.problems:
            value = values.get(problem.name)
            if value is None or not _holds_reference(value.value):
                yield problem


def _fields(code: AppCode, action: str) -> dict[str, InputField]:
    """Return what the app, or its action, reads, by every name that may fill a field."""
    plain = action.strip().lower().replace(" ", "_")
    chosen = next((one for one in code.actions if one.name.strip().lower().replace(" ", "_") == plain), None)
    fields = chosen.inputs if chosen is not None and chosen.inputs else code.inputs
    return {name: field for field in fields for name in field.names}


class _Judge:
    """Says of each input what it is and whether it will do."""

    def __init__(
        self,
        manifest: Manifest | None,
        folder: Path,
        code: AppCode,
        values: Mapping[str, Value],
        problems: Iterable[Problem],
        *,
        given: Collection[str],
    ) -> None:
        self.is_app = manifest is not None
        self.declared = declared_params(manifest)
        self.fields = _fields(code, values["tc_action"].text if "tc_action" in values else "")
        self.refused = {item.name: item for item in reversed(code.refused)}
        if any(_holds_reference(values[name].value) for name in self.fields if name in values):
            self.refused.pop(MODEL, None)  # what goes together is known once the platform has been asked
        self.values = values
        self.problems = {problem.name: problem for problem in problems}
        self.given = given
        self.conditional = _shown_on_condition(folder)
        features = () if manifest is None else manifest.features
        self.of_features = {name: feature for feature in features for name in _OF_FEATURES.get(feature.casefold(), ())}

    def names(self, rows: Iterable[str]) -> set[str]:
        """Return the names of all inputs that there are."""
        read = {field.name for field in self.fields.values()}
        return {*self.declared, *rows, *STANDARD_INPUTS, *read, *self.refused, *self.problems}

    def item(self, name: str, row: ReportRow | None) -> InspectedInput:
        """Describe one input."""
        param, field, standard = self.declared.get(name), self.fields.get(name), STANDARD_INPUTS.get(name)
        state, problem, remedy = self.state(name, param, field)
        known = param is not None or field is not None or standard is not None or name in self.refused
        unknown = not known and (row is None or row.kind != "standard")
        unset = row is None or not row.shown
        if unknown and not problem and self.is_app:  # a script reads what it likes
            remedy = "Declare it in install.json, or remove it: the app does not read it"
        return InspectedInput(
            name=name,
            kind=self.kind(name, unknown=unknown),
            type=_manifest_type(param) if param is not None else standard.kind if standard is not None else "",
            annotation=field.annotation if field is not None else "",
            shown="" if row is None else row.shown,
            source="" if row is None or unset else row.source,
            place="" if row is None or unset else row.place,
            overridden=() if row is None else row.overridden,
            state=state,
            problem=problem,
            remedy=remedy,
        )

    def kind(self, name: str, *, unknown: bool) -> str:
        """Return whose input it is."""
        if name in self.declared or (name not in STANDARD_INPUTS and (name in self.fields or name in self.refused)):
            return "app"
        return "unknown" if unknown else "standard"

    def state(self, name: str, param: DeclaredParam | None, field: InputField | None) -> tuple[str, str, str]:
        """Return the state, the problem and the remedy of one input."""
        problem = self.problems.get(name)
        if problem is not None:
            return "invalid" if name in self.given else "missing", problem.what, problem.remedy
        value = self.values.get(name)
        refused = self.refused.get(name)
        if value is not None and not value.empty:
            if _holds_reference(value.value):
                return "reference", "", ""
            return ("valid", "", "") if refused is None else ("invalid", _as_predicate(refused.what), refused.remedy)
        reason = self.requirement(name, param, field)
        if reason:
            return "missing", f"is missing: {reason}", _ways(name)
        if refused is None:
            return "unset", "", ""
        return "invalid" if name == MODEL else "missing", _as_predicate(refused.what), refused.remedy

    def requirement(self, name: str, param: DeclaredParam | None, field: InputField | None) -> str:
        """Return who requires an input; empty when nobody does."""
        if name in CREDENTIALS:
            return ""  # one way in of several is enough, and gatepost doctor says which one is used
        if name in self.of_features:
            return f"the platform gives it with the feature {self.of_features[name]}"
        if field is not None:
            others = (self.values.get(other) for other in field.names)
            if not field.required or field.optional or any(value is not None and not value.empty for value in others):
                return ""
            return f"the app's code requires it ({field.field}: {field.annotation})"
        # An input that is shown under a condition only is required only then, which nobody knows without the app's code.
        if param is not None and param.required and param.kind != "boolean" and name not in self.conditional:
            return "install.json requires it"
        return ""


def _as_predicate(what: str) -> str:
    """Return what is wrong so that it can follow the input's name; texts of validators are sentences of their own."""
    return what if what.split(" ", 1)[0] in ("is", "was", "names", "cannot") else f"is refused: {what}"


def _shown_on_condition(folder: Path) -> frozenset[str]:
    from gatepost.inputs.standard import canonical_name
    from gatepost.manifest import load_layout

    path = folder / "layout.json"
    if not path.is_file():
        return frozenset()
    try:
        layout = load_layout(path)
    except GatepostError:
        return frozenset()  # gatepost validate says what is wrong with it
    return frozenset(
        canonical_name(parameter.name) for step in layout.inputs for parameter in step.parameters if parameter.display.strip()
    )


def _manifest_type(param: DeclaredParam) -> str:
    names = {
        "boolean": "Boolean",
        "choice": "Choice",
        "editchoice": "EditChoice",
        "keyvaluelist": "KeyValueList",
        "multichoice": "MultiChoice",
        "string": "String",
        "stringmixed": "StringMixed",
    }
    several = ["several"] if param.multiple and param.kind != "multichoice" else []
    return ", ".join([names[param.kind], *several, *(["encrypted"] if param.sensitive else [])])


def _holds_reference(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_reference(item) for item in value)
    if isinstance(value, dict):
        return any(_holds_reference(item) for item in value.values())
    text = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(text, str):
        return False
    return next(find_platform_variables(text), None) is not None or next(find_playbook_variables(text), None) is not None


def _ways(name: str) -> str:
    variable = name.upper() if input_name(name) == name else f"APP_INPUT_{name.upper()}"
    return f"Set {variable} in the environment or in .env, or {name} in app_inputs.json"
