"""What all benchmarks have in common: results, their table, their JSON, and the options of the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure.

    Attributes:
        rounds: How often everything is measured, in turns; None for each benchmark's own number.
        instructions: Whether to count instructions too, where that is possible. Takes minutes.
    """

    rounds: int | None = None
    instructions: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One subject, measured, and perhaps compared.

    Attributes:
        measure: What was measured.
        subject: Of what.
        unit: The unit of the values.
        values: One for each round.
        baseline: What it is compared with; empty for nothing.
        baseline_values: Its values, of the same rounds.
        target: The most that the median ratio may be (the median value, where there is no baseline); None for no target.
    """

    measure: str
    subject: str
    unit: str
    values: tuple[float, ...]
    baseline: str = ""
    baseline_values: tuple[float, ...] = ()
    target: float | None = None

    @property
    def ratios(self) -> tuple[float, ...]:
        """The ratio of each round: both sides met the same moment of the machine."""
        return (
            tuple(ours / theirs for ours, theirs in zip(self.values, self.baseline_values, strict=True)) if self.baseline else ()
        )

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target is None else median(self.ratios or self.values) <= self.target

    def as_json(self) -> dict[str, object]:
        """Return it all, as JSON has it."""
        found: dict[str, object] = {
            "measure": self.measure,
            "subject": self.subject,
            "unit": self.unit,
            "rounds": len(self.values),
            "values": _spread(self.values),
        }
        if self.baseline:
            found |= {
                "baseline": self.baseline,
                "baseline_values": _spread(self.baseline_values),
                "ratios": _spread(self.ratios),
            }
        if self.target is not None:
            found |= {"target": self.target, "met": self.met}
        return found


def compare(
    measure: str,
    unit: str,
    values: Mapping[str, Sequence[float]],
    subject: str,
    baseline: str,
    *,
    target: float | None = None,
    scale: float = 1.0,
) -> Result:
    """Return the comparison of two of the measured, their values multiplied by a scale."""
    ours, theirs = (tuple(value * scale for value in values[name]) for name in (subject, baseline))
    return Result(measure, subject, unit, ours, baseline, theirs, target)


HEADINGS = ("measure", "subject", "min", "median", "max", "unit", "compared with", "median", "ratio (min–max)", "target", "met")


def cells(result: Result) -> tuple[str, ...]:
    """Return a result as the cells of a table."""
    low, middle, high = (_short(value) for value in _extent(result.values))
    theirs = ratio = ""
    if result.baseline:
        theirs = _short(median(result.baseline_values))
        least, middle_ratio, most = _extent(result.ratios)
        ratio = f"{middle_ratio:.2f} ({least:.2f}–{most:.2f})"
    target = "" if result.target is None else f"≤ {result.target:g}" + ("" if result.baseline else f" {result.unit}")
    met = {None: "", True: "yes", False: "no"}[result.met]
    return (result.measure, result.subject, low, middle, high, result.unit, result.baseline, theirs, ratio, target, met)


def table(results: Sequence[Result]) -> str:
    """Return results as a table of Markdown."""
    rows = [HEADINGS, *(cells(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def main(measure: Callable[[Options], list[Result]], description: str | None) -> None:
    """Run one benchmark by itself."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n\n", maxsplit=1)[0])
    add_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args()
    results = measure(Options(given.rounds, given.instructions))
    print(json.dumps([result.as_json() for result in results], indent=1) if given.json else table(results))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that all benchmarks have."""
    parser.add_argument("--rounds", type=int, help="how often everything is measured, in turns")
    parser.add_argument("--instructions", action="store_true", help="count instructions too (needs valgrind, takes minutes)")


def progress(text: str) -> None:
    """Say what goes on, on standard error."""
    print(text, file=sys.stderr, flush=True)


def _extent(values: Sequence[float]) -> tuple[float, float, float]:
    return min(values), median(values), max(values)


def _spread(values: Sequence[float]) -> dict[str, float]:
    least, middle, most = (float(f"{value:.4g}") for value in _extent(values))
    return {"min": least, "median": middle, "max": most}


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
