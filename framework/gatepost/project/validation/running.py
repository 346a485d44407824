"""Validates an app: reads its files, asks every rule, and leaves out what its owner ignores."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import ManifestError, UsageError
from gatepost.manifest.documents.places import json_path
from gatepost.manifest.findings import Finding, Severity
from gatepost.project.validation.ignoring import read_ignore_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gatepost.project.app_code import AppCode
    from gatepost.project.validation.ignoring import IgnoreList
    from gatepost.project.validation.rule import CheckedRule, Problem
    from gatepost.project.validation.subject import Subject

__all__ = ["MAX_FINDINGS_OF_A_RULE", "Validation", "file_in", "find_app", "validate"]

MAX_FINDINGS_OF_A_RULE = 200
"""So many findings of one rule are listed; the others are counted in GP199."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found in an app.

    Attributes:
        folder: Its folder.
        findings: What is off, by file and line.
        ignored: What is off and ignored.
        notes: What was not looked at, and why.
    """

    folder: Path
    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    def passes(self, *, strict: bool = False) -> bool:
        """Whether nothing is an error; with *strict*, nothing a warning either."""
        refused = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return not any(finding.severity in refused for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """Return how many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def file_of(self, finding: Finding) -> str:
        """Return the file of a finding, relative to the app's folder; empty when it is in none."""
        return file_in(self.folder, finding)


def find_app(path: str | os.PathLike[str]) -> Path:
    """Return the folder of an app, absolute.

    Args:
        path: The folder, or its ``install.json``.

    Raises:
        UsageError: There is none.
    """
    folder = Path(path).absolute()
    if folder.name == "install.json" and folder.is_file():
        folder = folder.parent
    if not os.path.exists(folder / "install.json"):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise UsageError(
            f"There is no app in {folder}",
            why="It has no install.json" if os.path.isdir(folder) else "It is no folder",  # noqa: PTH112
            remedy="Name the folder of an app, or make one: gatepost new job NAME",
        )
    return folder


def validate(
    path: str | os.PathLike[str] = ".",
    *,
    ignore: Iterable[str] = (),
    code: bool = True,
    python: str = sys.executable,
    environment: dict[str, str] | None = None,
) -> Validation:
    """Check an app's manifest, the files beside it, and what its typed code says.

    Args:
        path: The app's folder, or its ``install.json``.
        ignore: What is ignored besides what the app's ``pyproject.toml`` names: ``GP305``, ``GP201:$.params[3]``,
            ``GP706:layout.json``.
        code: Whether to import the app's code, in a process of its own, and compare it with the manifest.
        python: The app's interpreter.
        environment: The caller's environment, of which that process gets what holds no credentials; default is this process's.

    Raises:
        UsageError: There is no app, or the list of ignored rules cannot be read.
        GatepostError: The interpreter cannot be started.
    """
    folder = find_app(path)
    ignored = read_ignore_list(folder, ignore)
    with contextlib.ExitStack() as stack:
        # Started first: it works while this process reads.
        ask = _start(stack, folder, python, environment) if code else None
        notes: list[str] = [] if code else ["The code was not compared with the manifest, as you asked"]
        findings = _find(folder, ask, notes)
    return _sorted_out(folder, findings, ignored, notes)


def _start(stack: contextlib.ExitStack, folder: Path, python: str, environment: dict[str, str] | None) -> Callable[[], AppCode]:
    from gatepost.project.app_code import NoAppCodeError, start_describing

    try:
        return stack.enter_context(start_describing(folder, python=python, environment=environment)).result
    except NoAppCodeError as error:
        problem = error

    def fail() -> AppCode:
        raise problem

    return fail


def _find(folder: Path, ask: Callable[[], AppCode] | None, notes: list[str]) -> list[Finding]:
    # Here and below, and not at the top of the file: by now another process imports the app's code.
    from gatepost.manifest.loading import load
    from gatepost.project.validation.catalogue import checked_rules
    from gatepost.project.validation.subject import Subject

    try:
        subject = Subject(load(folder), ask)
    except ManifestError as error:
        return [_unreadable(error, folder / "install.json")]
    findings = list(subject.manifest.findings)
    findings += _findings_of_siblings(subject)
    for checked in checked_rules():
        findings += _findings_of_rule(subject, checked)
    notes += subject.notes
    return findings


def _unreadable(error: ManifestError, path: Path) -> Finding:
    from gatepost.project.validation.subject import problem_of

    message = f"{problem_of(error)} ({error.why})" if error.why else problem_of(error)
    return Finding("GP100", Severity.ERROR, message, error.remedy, "", error.line, error.column, place=str(path))


def _findings_of_siblings(app: Subject) -> Iterator[Finding]:
    """Yield what is found while the files beside the manifest are read."""
    from gatepost.project.validation.rules.app_spec import read_spec
    from gatepost.project.validation.siblings import siblings_of

    for name, read in siblings_of(app.folder, app.manifest).items():
        document = app.sibling(name)
        if document is not None:
            yield from read(document).findings
    yield from getattr(app.once(read_spec), "findings", ())  # a rule says why it cannot be read


def _findings_of_rule(app: Subject, checked: CheckedRule) -> Iterator[Finding]:
    problems = iter(checked.check(app))
    for problem in itertools.islice(problems, MAX_FINDINGS_OF_A_RULE):
        yield _finding(app, checked, problem)
    if more := sum(1 for _ in problems):
        message = f"{more} more findings of the rule {checked.number}"
        yield Finding("GP199", Severity.NOTE, message, "Correct the others first", place=str(app.document.path))


def _finding(app: Subject, checked: CheckedRule, problem: Problem) -> Finding:
    if problem.file is not None:
        path = json_path(problem.place) if problem.place else ""
        line, column, file = problem.line, problem.column, problem.file
    else:
        document = problem.document or app.document
        path, file = json_path(problem.place), document.path
        line, column = document.position(problem.place, of_key=problem.of_key)
    return Finding(checked.number, checked.severity, problem.message, problem.remedy, path, line, column, place=str(file))


def _sorted_out(folder: Path, findings: list[Finding], ignored: IgnoreList, notes: list[str]) -> Validation:
    from gatepost.project.validation.catalogue import all_rules

    kept: list[Finding] = []
    dropped: list[Finding] = []
    for finding in findings:
        (dropped if ignored.matches(finding, file_in(folder, finding)) else kept).append(finding)
    rules = all_rules()
    for number, entries in (("GP991", ignored.unknown(rules)), ("GP992", ignored.unused(rules))):
        for source, text in entries:
            place = str(folder / source) if source == "pyproject.toml" else ""
            what = "names no rule" if number == "GP991" else "hides nothing"
            kept.append(
                Finding(number, rules[number].severity, f"{text!r} in {source} {what}", "Correct or remove it", place=place)
            )

    def order(finding: Finding) -> tuple[bool, str, int, int, str, str]:
        file = file_in(folder, finding)
        return file != "install.json", file, finding.line, finding.column, finding.rule, finding.path

    return Validation(folder, tuple(sorted(kept, key=order)), tuple(sorted(dropped, key=order)), tuple(notes))


def file_in(folder: Path, finding: Finding) -> str:
    """Return the file of a finding, relative to the app's folder; empty when it is in none."""
    place = finding.place
    with contextlib.suppress(ValueError):
        return Path(place).relative_to(folder).as_posix()
    with contextlib.suppress(ValueError):
        return Path(place).relative_to(folder.resolve()).as_posix()
    return place
