"""``gatepost inputs``: what an app's inputs would be here."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatepost.cli.options import Inputs, Scenario, name_and_value

if TYPE_CHECKING:
    from gatepost.project.inspecting_inputs import InspectedInput, Inspection

__all__ = ["inputs"]


def inputs(
    path: Annotated[Path, typer.Argument(help="The folder of an app or script.", show_default="the working directory")] = Path(),
    *,
    given: Inputs = None,
    scenario: Scenario = None,
    everything: Annotated[bool, typer.Option("--all", help="Show standard inputs that nobody gave, too.")] = False,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help="Write the typed model of this install.json instead.", show_default="nothing"
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="With --from: the module to write.", show_default="shown"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --from and -o: replace a module that says something else.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="With --from and -o: show what would change, and write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what an app's inputs would be here: each value, where it comes from, its type, and whether it will do.

    Secrets are masked. Asks no server, runs no app, deletes no param file. The exit code is 1 when an input is missing or
    wrong.

    With --from, write the Inputs and Outputs classes of a manifest as Python: by layout.json beside it, a class for each action
    that has something of its own.
    """
    if source is not None:
        from gatepost.cli.inputs_model import write_model

        write_model(source, output, force=force, diff=diff, json=json)
        return
    if output is not None or force or diff:
        option = "--output" if output is not None else "--force" if force else "--diff"
        raise typer.BadParameter("only a typed model is written: name its manifest with --from", param_hint=option)
    from gatepost.inputs.scenarios import find_scenario
    from gatepost.log import install_redaction
    from gatepost.project.inspecting_inputs import inspect_inputs

    install_redaction()
    inspection = inspect_inputs(
        path,
        inputs=dict(name_and_value(text) for text in given or ()),
        scenario=None if scenario is None else find_scenario(path.absolute(), scenario),
        everything=everything,
    )
    (_report_as_json if json else _report_as_text)(inspection)
    raise typer.Exit(0 if inspection.valid else 1)


def _report_as_json(inspection: Inspection) -> None:
    import dataclasses

    from gatepost.cli.output import print_json

    print_json(
        {
            "app": inspection.app,
            "folder": str(inspection.folder),
            "valid": inspection.valid,
            "inputs": [
                {
                    **dataclasses.asdict(item),
                    "overridden": [{"source": source, "place": place} for source, place in item.overridden],
                }
                for item in inspection.inputs
            ],
            "findings": [
                {"what": finding.what, "input": finding.name, "place": finding.place, "remedy": finding.remedy}
                for finding in inspection.findings
            ],
            "places": [
                {"source": looked.source.label, "place": looked.place, "outcome": looked.outcome}
                for looked in inspection.looked_at
            ],
        }
    )


def _report_as_text(inspection: Inspection) -> None:
    from gatepost.cli.output import print_table, print_text

    print_text(f"{inspection.app or 'A script'} in {inspection.folder}")
    if inspection.inputs:
        print_text()
        print_table(
            ("", "input", "value", "type", "from", "instead of"),
            [
                (
                    _MARKS[item.state],
                    item.name,
                    item.shown,
                    " / ".join(part for part in (item.type, _PREFIX.sub("", item.annotation)) if part),
                    _origin(item.source, item.place, inspection.folder),
                    ", ".join(_origin(source, place, inspection.folder) for source, place in item.overridden),
                )
                for item in inspection.inputs
            ],
        )
    hints = [hint for hint in (*map(_hint, inspection.inputs), *map(str, inspection.findings)) if hint]
    if hints:
        print_text()
    for hint in hints:
        print_text(f"- {hint}")
    wrong = sum(item.state in ("invalid", "missing") for item in inspection.inputs)
    print_text()
    counted = "1 input is" if wrong == 1 else f"{wrong} inputs are"
    print_text(f"{counted} missing or wrong." if wrong else "Every input will do.")


_PREFIX = re.compile(r"\b(?:[A-Za-z_]\w*\.)+")
"""The modules in front of the name of a type."""


def _origin(source: str, place: str, folder: Path) -> str:
    """Say where a value comes from, in as few words as tell it."""
    near = place.replace(f"{folder}{os.sep}", "")
    return near if near.startswith(source) or not source else f"{source}: {near}" if near else source


_MARKS = {"valid": "ok", "reference": "ok", "unset": "-", "invalid": "no", "missing": "no"}


def _hint(item: InspectedInput) -> str:
    """Return what a person should know about an input; empty when there is nothing."""
    if item.problem:
        return f"{item.name} {item.problem}. {item.remedy}"
    if item.state == "reference":
        return f"{item.name} refers to something that the platform has: its content is looked at in the run"
    return f"{item.name} is not declared. {item.remedy}" if item.kind == "unknown" and item.remedy and item.shown else ""
