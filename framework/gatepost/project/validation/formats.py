"""The findings of a validation for programs: JSON, annotations of GitHub, SARIF."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gatepost.manifest.findings import Severity
from gatepost.project.validation.catalogue import all_rules
from gatepost.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.manifest.findings import Finding
    from gatepost.project.validation.running import Validation

__all__ = ["as_github", "as_json", "as_sarif"]

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(validation: Validation) -> dict[str, Any]:
    """Return everything as one JSON object: findings, what is ignored, notes, and how many there are of each severity."""
    return {
        "folder": str(validation.folder),
        "findings": [_as_object(validation, finding) for finding in validation.findings],
        "ignored": [_as_object(validation, finding) for finding in validation.ignored],
        "notes": list(validation.notes),
        "counts": {severity.value: validation.count(severity) for severity in Severity},
    }


def _as_object(validation: Validation, finding: Finding) -> dict[str, Any]:
    file = validation.file_of(finding)
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "file": file,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "fixable": file.lower().endswith(".json") and all_rules()[finding.rule].fixable,
    }


def as_github(validation: Validation, root: Path | None = None) -> Iterator[str]:
    """Yield each finding as a workflow command, which GitHub shows beside the line in a pull request.

    Args:
        validation: The validation.
        root: The repository's folder; default is the working directory, as in a workflow.
    """
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
    for finding in validation.findings:
        file = _from_root(validation, finding, root)
        properties = {**({"file": file} if file else {}), "title": f"gatepost {finding.rule}"}
        if finding.line:
            properties |= {"line": str(finding.line), "col": str(max(finding.column, 1))}
        listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
        text = f"{finding.message}. {finding.remedy}" if finding.remedy else finding.message
        yield f"::{words[finding.severity]} {listed}::{_escaped(text)}"


def _escaped(text: str, also: str = "") -> str:
    for character in f"%\r\n{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_sarif(validation: Validation, root: Path | None = None) -> dict[str, Any]:
    """Return the findings as a SARIF 2.1.0 log, which code scanning services read. Ignored findings are in it, as suppressed.

    Args:
        validation: The validation.
        root: The repository's folder, which files are named from; default is the working directory.
    """
    numbers = sorted({finding.rule for finding in (*validation.findings, *validation.ignored)})
    results = [
        *(_result(validation, finding, numbers, root) for finding in validation.findings),
        *(
            {**_result(validation, finding, numbers, root), "suppressions": [{"kind": "external"}]}
            for finding in validation.ignored
        ),
    ]
    driver = {
        "name": "gatepost",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_sarif_rule(number) for number in numbers],
    }
    notes = [{"level": "note", "message": {"text": note}} for note in validation.notes]
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
    }
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _sarif_rule(number: str) -> dict[str, Any]:
    rule = all_rules()[number]
    return {
        "id": number,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.explanation or f"{rule.title}."},
        "help": {"text": rule.explanation or f"{rule.title}."},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(validation: Validation, finding: Finding, numbers: list[str], root: Path | None) -> dict[str, Any]:
    file = _from_root(validation, finding, root)
    location: dict[str, Any] = {}
    if file:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(file)}}
        if finding.line:
            place["region"] = {"startLine": finding.line, "startColumn": max(finding.column, 1)}
        location["physicalLocation"] = place
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    # By the place in the document and not by the line: what stands above it may change.
    mark = hashlib.sha256("\n".join((finding.rule, validation.file_of(finding), finding.path)).encode("utf-8", "replace"))
    return {
        "ruleId": finding.rule,
        "ruleIndex": numbers.index(finding.rule),
        "level": finding.severity.value,
        "message": {"text": f"{finding.message}. {finding.remedy}" if finding.remedy else finding.message},
        "locations": [location] if location else [],
        "partialFingerprints": {"gatepostPlace/v1": mark.hexdigest()},
    }


def _from_root(validation: Validation, finding: Finding, root: Path | None) -> str:
    file = validation.file_of(finding)
    if not file:
        return ""
    path = Path(os.path.relpath(validation.folder / file, root or Path.cwd()))
    return path.as_posix()
