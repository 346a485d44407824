"""What ``gatepost test`` shows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.cli.output import print_json, print_note, print_table, print_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gatepost.project.profiles.generation import GeneratedProfile
    from gatepost.project.profiles.running import ProfileOutcome

__all__ = ["print_generated", "print_outcomes"]

_NEXT = " Correct their inputs, look at what the app makes of them, and keep it: gatepost test --update"


def print_outcomes(outcomes: Sequence[ProfileOutcome], *, as_json: bool) -> None:
    """Write how profiles came out: a table, then what came out otherwise."""
    counts = Counter(outcome.status for outcome in outcomes)
    if as_json:
        print_json(
            {
                "passed": all(outcome.good for outcome in outcomes),
                "counts": dict(counts),
                "profiles": [_as_json(outcome) for outcome in outcomes],
            }
        )
        return
    rows = [(outcome.name, outcome.status, _code(outcome), outcome.message.split("\n")[0]) for outcome in outcomes]
    print_table(("profile", "result", "exit code", "message"), rows)
    for outcome in outcomes:
        if outcome.report and outcome.status != "skipped":
            print_text(f"\n{outcome.name} ({_shown(outcome.path)})")
            print_text("\n".join(f"  {line}" for line in outcome.report.splitlines()))
        for finding in outcome.findings:
            print_note(f"{outcome.name}: {finding}")
    print_text("\n" + ", ".join(f"{count} {status}" for status, count in counts.items()))


def print_generated(made: Sequence[GeneratedProfile], *, as_json: bool) -> None:
    """Write which profiles were made, and which were there."""
    if as_json:
        profiles = [
            {"path": str(each.path), "written": each.written, "action": each.action, "left_out": each.left_out} for each in made
        ]
        print_json({"profiles": profiles})
        return
    for each in made:
        print_text(f"{'written' if each.written else 'kept':8} {_shown(each.path)}")
    for action, left_out in {each.action: each.left_out for each in made if each.left_out}.items():
        print_note(f"{left_out} more forms of {action or 'the app'} have no profile: --most says how many it may have")
    written = sum(each.written for each in made)
    print_text(f"\n{written} written, {len(made) - written} kept." + _NEXT * bool(written))


def _as_json(outcome: ProfileOutcome) -> dict[str, object]:
    checks = [
        {
            "what": check.what,
            "passed": check.passed,
            "reason": check.reason,
            "difference": check.difference,
            "line": check.line,
        }
        for check in outcome.checks
    ]
    return {
        "name": outcome.name,
        "path": str(outcome.path),
        "result": outcome.status,
        "exit_code": outcome.exit_code,
        "message": outcome.message,
        "report": outcome.report,
        "checks": checks,
        "findings": list(outcome.findings),
    }


def _code(outcome: ProfileOutcome) -> str:
    return "" if outcome.exit_code is None else str(outcome.exit_code)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
