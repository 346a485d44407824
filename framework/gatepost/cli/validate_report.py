"""How ``gatepost validate`` shows what it found: for people, and for programs."""

from __future__ import annotations

import difflib
import itertools
import json
import os
import sys
from typing import TYPE_CHECKING

from gatepost.cli.output import print_json, print_note, print_table, print_text
from gatepost.manifest.findings import Severity
from gatepost.project.validation import as_github, as_json, as_sarif
from gatepost.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gatepost.project.validation import FixedFile, RuleDescription, Validation

__all__ = ["PRINTERS", "print_corrections", "print_rule", "print_rules"]


def print_validation(validation: Validation) -> None:
    """Write the findings file by file, and how many there are."""
    for file, findings in itertools.groupby(validation.findings, key=validation.file_of):
        print_text(_shown(validation, file))
        for finding in findings:
            where = f"{finding.line}:{finding.column}" if finding.line else ""
            print_text(f"  {where:8} {finding.severity.value:8} {finding.rule}  {finding.message}")
            if finding.remedy:
                print_text(f"  {'':24} {finding.remedy}" + (f"  ({finding.path})" if len(finding.path) > 1 else ""))
        print_text()
    for note in validation.notes:
        print_text(f"Note: {note}.")
    print_text(_summary(validation))


def _shown(validation: Validation, file: str) -> str:
    if not file:
        return "the command line"
    path = os.path.relpath(validation.folder / file)
    return str(validation.folder / file) if path.startswith("..") else path


def _summary(validation: Validation) -> str:
    words = {Severity.ERROR: ("error", "errors"), Severity.WARNING: ("warning", "warnings"), Severity.NOTE: ("note", "notes")}
    counts = [(validation.count(severity), names) for severity, names in words.items()]
    found = ", ".join(f"{count} {names[count != 1]}" for count, names in counts if count)
    ignored = f" ({len(validation.ignored)} ignored)" if validation.ignored else ""
    return (found or "Nothing is off") + ignored + "."


def _print_json(validation: Validation) -> None:
    print_json(as_json(validation))


def _print_github(validation: Validation) -> None:
    for line in as_github(validation):
        print_text(line)


def _print_sarif(validation: Validation) -> None:
    # Hashes and numbers of rules look like nothing secret, and texts were redacted when they were made.
    print_json(as_sarif(validation))


PRINTERS: dict[str, Callable[[Validation], None]] = {
    "text": print_validation,
    "json": _print_json,
    "github": _print_github,
    "sarif": _print_sarif,
}
"""How a validation is written, by the name of the format."""


def print_corrections(files: Sequence[FixedFile], *, only_shown: bool) -> None:
    """Say what was corrected on stderr, or show on stdout what would be."""
    for file in files:
        if only_shown:
            path = os.path.relpath(file.before.path)
            before, after = (document.text.splitlines(keepends=True) for document in (file.before, file.after))
            for line in difflib.unified_diff(before, after, f"{path} (as it is)", f"{path} (corrected)"):
                sys.stdout.write(redact(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"))
            continue
        for fix in file.fixes:
            where = f"{os.path.relpath(fix.file)}:{fix.line}" if fix.line else os.path.relpath(fix.file)
            print_note(f"corrected {where}: {fix.rule} {fix.message}" + (f" ({fix.path})" if len(fix.path) > 1 else ""))
    if not files:
        print_note("there is nothing that can be corrected without a person")


def print_rule(rule: RuleDescription, *, as_json: bool) -> None:
    """Write what a rule is about."""
    if as_json:
        print_json(_as_object(rule))
        return
    fixable = ", corrected by --fix" if rule.fixable else ""
    print_text(f"{rule.number} ({rule.severity.value}{fixable}): {_plain(rule.title)}")
    if rule.explanation:
        print_text()
        print_text(_plain(rule.explanation))


def print_rules(rules: Iterable[RuleDescription], *, as_json: bool) -> None:
    """Write all rules, a line each."""
    if as_json:
        sys.stdout.write(json.dumps({"rules": [_as_object(rule) for rule in rules]}, indent=2) + "\n")
        return
    rows = [(rule.number, rule.severity.value, "yes" if rule.fixable else "", _plain(rule.title)) for rule in rules]
    print_table(("Rule", "Severity", "Fix", "About"), rows)


def _as_object(rule: RuleDescription) -> dict[str, object]:
    return {
        "rule": rule.number,
        "severity": rule.severity.value,
        "title": rule.title,
        "explanation": rule.explanation,
        "fixable": rule.fixable,
    }


def _plain(text: str) -> str:
    return text.replace("``", "")
