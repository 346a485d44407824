"""Profile files, read as they are (contract/logging_and_runtime.md section 9, schema versions 1.0.0 and 1.0.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import ManifestError, UsageError
from gatepost.manifest.documents.document import read_document
from gatepost.testing.profiles.operators import OPERATORS, operator_name
from gatepost.variables import parse_playbook_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place

__all__ = ["FOLDER", "Expectation", "Profile", "ProfileError", "Trigger", "app_folder", "find_profiles", "read_profile"]

FOLDER = "profiles.d"
"""The folder of profiles, anywhere below an app's ``tests``."""

_INPUT_SECTIONS = ("defaults", "optional", "required")
_STAGES = ("kvstore", "threatconnect", "vault", "request")
_KNOWN = {
    "$schema",
    "_comments_",
    "configs",
    "environments",
    "exit_codes",
    "exit_message",
    "initialized",
    "inputs",
    "outputs",
    "schema_version",
    "stage",
    "validation_criteria",
}


class ProfileError(ManifestError):
    """A profile cannot be read, or not be carried out."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run has to leave in one place.

    Attributes:
        what: The whole text of a variable, or ``message``.
        expected: The value.
        operator: How it is compared, by its full name.
        options: The other keys of the entry.
        line: Its line in the file, from 1; 0 when it comes from elsewhere.
    """

    what: str
    expected: Any = None
    operator: str = "eq"
    options: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Trigger:
    """The configuration of one trigger of a service.

    Attributes:
        id: Its id.
        inputs: Its inputs; required ones before optional ones before defaults.
    """

    id: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """A test of an app, as a file has it. Templates in it are as they are written.

    Attributes:
        name: The file's name without ``.json``.
        path: The file.
        document: The file as it is written, with the lines of everything.
        environments: Where it is to be run; empty: everywhere.
        kvstore: Values that are staged, by the whole texts of their variables.
        threatconnect: Objects to make on the platform: by type (``indicators``), by a name of their own.
        vault: Paths in the vault, by a name of their own.
        request: Recorded answers by method in lower case.
        inputs: The app's inputs; required ones before optional ones before defaults.
        configs: The configurations of a service's triggers.
        outputs: What has to be given out.
        exit_message: What the run's message has to be; None: anything.
        exit_codes: The exit codes that are right.
        initialized: Whether the expectations are a person's, or were taken from a run.
        validation_criteria: For jobs; kept as it is written.
        schema_version: As it is written; empty when it is not there.
        findings: What is off in the file and was tolerated.
    """

    name: str
    path: Path
    document: Document
    environments: tuple[str, ...] = ()
    kvstore: Mapping[str, Any] = field(default_factory=dict)
    threatconnect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    vault: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    configs: tuple[Trigger, ...] = ()
    outputs: tuple[Expectation, ...] = ()
    exit_message: Expectation | None = None
    exit_codes: tuple[int, ...] = (0,)
    initialized: bool = True
    validation_criteria: Mapping[str, Any] = field(default_factory=dict)
    schema_version: str = ""
    findings: tuple[str, ...] = ()

    def line(self, *place: str | int) -> int:
        """Return the line of a place in the file, from 1, or of the nearest thing around it."""
        return self.document.position(place).line

    def error(self, place: Place, what: str, *, why: str = "", remedy: str = "") -> ProfileError:
        """Return an error about a place in the file."""
        return _error(self.document, place, what, why=why, remedy=remedy)

    def is_for(self, environments: Iterable[str]) -> bool:
        """Tell whether it is to be run in one of these environments."""
        return not self.environments or not set(self.environments).isdisjoint(environments)


def app_folder(path: Path) -> Path | None:
    """Return the app's folder that a profile belongs to: the nearest one above it with an ``install.json``; None without one."""
    return next((folder for folder in path.absolute().parents if (folder / "install.json").is_file()), None)


def find_profiles(folder: str | Path, names: Iterable[str] = ()) -> tuple[Path, ...]:
    """Return the profile files of an app, ``tests/**/profiles.d/*.json``, in the order of their paths.

    Args:
        folder: The app's folder.
        names: Names of profiles (``upper``), also with the feature's folder (``text/upper``), or paths of files; none: all.

    Raises:
        UsageError: There is no profile of such a name.
    """
    place = Path(folder).absolute()
    every = tuple(sorted(path for path in (place / "tests").glob(f"**/{FOLDER}/*.json") if path.is_file()))
    chosen: list[Path] = []
    for name in names:
        named = Path(name).absolute()
        found = [named] if name.endswith(".json") and named.is_file() else [path for path in every if _is_named(path, name)]
        if not found:
            known = ", ".join(dict.fromkeys(path.stem for path in every))
            raise UsageError(
                f"The app has no profile {name!r}",
                why=f"It was looked for in {place / 'tests'}, below {FOLDER}",
                remedy=f"There are: {known}" if known else "Make some: gatepost test --generate",
            )
        chosen += found
    return tuple(dict.fromkeys(chosen)) if chosen else every


def _is_named(path: Path, name: str) -> bool:
    feature, _, stem = name.removesuffix(".json").rpartition("/")
    return path.stem == stem and (not feature or path.parent.parent.as_posix().endswith(f"/{feature}"))


def read_profile(path: str | Path) -> Profile:
    """Read a profile as it is: what can be tolerated is, and told in ``findings``.

    Raises:
        ProfileError: The file is no profile (an operator that does not exist, an output that is no variable), it cannot be read,
            or is no JSON even after repair. Has the line.
    """
    file = Path(path)
    try:
        document = read_document(file, name=file.name)
    except ManifestError as error:
        # Its remedies may be those for a manifest.
        remedy = (
            "Write a profile, or let gatepost make one: gatepost test --generate"
            if "install.json" in error.remedy
            else error.remedy
        )
        raise ProfileError(
            error.what, why=error.why, remedy=remedy, path=str(file), line=error.line, column=error.column
        ) from None
    return _Reading(document).profile()


def _error(document: Document, place: Place, what: str, *, why: str = "", remedy: str = "") -> ProfileError:
    position = document.position(place)
    return ProfileError(
        f"{document.path}:{position.line}: {what}",
        why=why,
        remedy=remedy,
        path=str(document.path),
        line=position.line,
        column=position.column,
    )


class _Reading:
    """The reading of one file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._data = document.data
        self._findings = [str(repair) for repair in document.repairs]

    def profile(self) -> Profile:
        unknown = sorted(set(map(str, self._data)) - _KNOWN)
        self._findings += [f"the key {name!r} is not known" for name in unknown]
        stage = self._object(("stage",))
        self._findings += [f"the stage {name!r} is not known, and not carried out" for name in stage if name not in _STAGES]
        message = self._data.get("exit_message")
        return Profile(
            name=self._document.path.stem,
            path=self._document.path,
            document=self._document,
            environments=self._texts(("environments",)),
            kvstore=self._staged(),
            threatconnect={
                name: self._object(("stage", "threatconnect", name)) for name in self._object(("stage", "threatconnect"))
            },
            vault=self._object(("stage", "vault")),
            request=self._answers(),
            inputs=self._inputs(("inputs",)),
            configs=self._configs(),
            outputs=self._outputs(),
            exit_message=self._expectation(("exit_message",), "message") if message is not None else None,
            exit_codes=self._exit_codes(),
            initialized=self._data.get("initialized") is not False,
            validation_criteria=self._object(("validation_criteria",)),
            schema_version=str(self._data.get("schema_version") or ""),
            findings=tuple(self._findings),
        )

    def _error(self, place: Place, what: str, remedy: str = "") -> ProfileError:
        return _error(self._document, place, what, remedy=remedy)

    def _value(self, place: Place) -> Any:
        value: Any = self._data
        for step in place:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int):
                value = value[step]
            else:
                return None
        return value

    def _object(self, place: Place) -> dict[str, Any]:
        value = self._value(place)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._error(place, f"{place[-1]} is no object", "Write it as an object: {}")
        return value

    def _list(self, place: Place) -> list[Any]:
        value = self._value(place)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def _texts(self, place: Place) -> tuple[str, ...]:
        return tuple(str(item) for item in self._list(place) if item is not None)

    def _staged(self) -> dict[str, Any]:
        staged = self._object(("stage", "kvstore"))
        for name in staged:
            if parse_playbook_variable(name) is None:
                place = ("stage", "kvstore", name)
                raise self._error(place, f"{name!r} is no variable", "Use its whole text: #App:1234:name!String")
        return staged

    def _answers(self) -> dict[str, tuple[Mapping[str, Any], ...]]:
        answers = {}
        for method in self._object(("stage", "request")):
            place: Place = ("stage", "request", method)
            listed = self._list(place)
            for number, answer in enumerate(listed):
                if not isinstance(answer, dict) or not isinstance(answer.get("url"), str):
                    raise self._error((*place, number), "a recorded answer has no url", 'Write {"url": "https://…", "body": …}')
                status = answer.get("status_code")
                if status is not None and not re.fullmatch("[1-9][0-9]{2}", str(status)):
                    raise self._error((*place, number, "status_code"), f"{status!r} is no status", "Write a number: 200")
            answers[method.lower()] = tuple(listed)
        return answers

    def _inputs(self, place: Place) -> dict[str, Any]:
        sections = self._object(place)
        if sections and not any(name in _INPUT_SECTIONS for name in sections):
            self._findings.append("the inputs have no sections (defaults, optional, required)")
            return dict(sections)
        merged: dict[str, Any] = {}
        for name in _INPUT_SECTIONS:
            merged |= self._object((*place, name))
        return merged

    def _configs(self) -> tuple[Trigger, ...]:
        triggers = []
        for number, _ in enumerate(self._list(("configs",))):
            entry = self._object(("configs", number))
            triggers.append(Trigger(str(entry.get("trigger_id", number)), self._inputs(("configs", number, "config"))))
        return tuple(triggers)

    def _outputs(self) -> tuple[Expectation, ...]:
        expectations = []
        for name in self._object(("outputs",)):
            place: Place = ("outputs", name)
            if parse_playbook_variable(name) is None:
                raise self._error(place, f"{name!r} is no variable", "Use its whole text: #App:9876:name!String")
            expectations.append(self._expectation(place, name))
        return tuple(expectations)

    def _expectation(self, place: Place, what: str) -> Expectation:
        entry = self._value(place)
        line = self._document.position(place).line
        if not isinstance(entry, dict) or ("op" not in entry and "expected_output" not in entry):
            self._findings.append(f"line {line}: the expectation has no op; it is compared as it is")
            return Expectation(what, entry, line=line)
        written = entry.get("op") or "eq"
        operator = operator_name(str(written))
        if operator is None:
            raise self._error((*place, "op"), f"there is no operator {written!r}", f"Use one of {', '.join(OPERATORS)}")
        options = {key: value for key, value in entry.items() if key not in {"expected_output", "op"}}
        return Expectation(what, entry.get("expected_output"), operator, options, line)

    def _exit_codes(self) -> tuple[int, ...]:
        codes = []
        for number, code in enumerate(self._list(("exit_codes",))):
            try:
                codes.append(int(str(code)))
            except ValueError:
                raise self._error(("exit_codes", number), f"{code!r} is no exit code", "Write numbers: [0]") from None
        return tuple(codes) or (0,)
