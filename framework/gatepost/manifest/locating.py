"""From reports to findings: looks up the lines of what was reported about a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gatepost.manifest.documents.places import json_path
from gatepost.manifest.documents.relaxed import Repair
from gatepost.manifest.findings import RULES, Finding
from gatepost.manifest.reading import MAX_REPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.reading import Reading, Report

__all__ = ["Source", "locate", "locate_report", "locate_text"]


class Source(Protocol):
    """A file that findings are about: JSON, YAML or CSV."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def text(self) -> str:
        """Its text."""

    @property
    def repairs(self) -> Sequence[Repair]:
        """What was forgiven while the text was read."""

    def position(self, place: Place, *, of_key: bool = False) -> tuple[int, int]:
        """Return line and column of a value, or of the nearest thing around it."""

    def position_at(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character."""


def locate(source: Source, reading: Reading) -> tuple[Finding, ...]:
    """Return the findings about a file in the order of its lines.

    Args:
        source: The file.
        reading: What was reported while its values were read and judged.
    """
    findings = locate_text(source)
    findings.extend(locate_report(source, report) for report in reading.reports)
    findings.sort(key=lambda finding: (finding.line, finding.column, finding.rule))
    more = reading.dropped + max(len(source.repairs) - MAX_REPORTS, 0)
    if more:
        findings.append(
            Finding("GP199", RULES["GP199"].severity, f"{more} more findings", "Correct these first", place=str(source.path))
        )
    return tuple(findings)


def locate_text(source: Source) -> list[Finding]:
    """Return the findings about the text of a file."""
    return [_of_text(source, repair) for repair in (*source.repairs[:MAX_REPORTS], *_check_text(source))]


def _of_text(source: Source, repair: Repair) -> Finding:
    line, column = source.position_at(repair.offset)
    severity = RULES[repair.rule].severity
    return Finding(repair.rule, severity, repair.message, repair.remedy, "", line, column, str(source.path))


def locate_report(source: Source, report: Report) -> Finding:
    """Return the finding of one report."""
    line, column = source.position(report.place, of_key=report.of_key)
    severity = RULES[report.rule].severity
    path = json_path(report.place)
    return Finding(report.rule, severity, report.message, report.remedy, path, line, column, str(source.path))


def _check_text(source: Source) -> Iterator[Repair]:
    text = source.text
    tab = text.find("\t")
    if tab >= 0:
        yield Repair("GP108", tab, "tab characters in the file", "Indent with blanks")
    if not text.endswith("\n"):
        yield Repair("GP109", len(text), "no newline at the end of the file", "Add one")
