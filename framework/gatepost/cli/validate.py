"""``gatepost validate``: what is wrong with an app before somebody else says so."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Format", "validate"]


class Format(enum.StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def validate(
    path: Annotated[Path, typer.Argument(help="The app's folder.", show_default="the working directory")] = Path(),
    *,
    fix: Annotated[
        bool, typer.Option("--fix", help="Correct what needs no person, and say what was corrected. No meaning changes.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would write, and write nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail the command, too.")] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Ignore a rule (GP305), also in one place (GP201:$.params[3]); may be repeated."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How findings are written.")] = Format.TEXT,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, as --format json.")] = False,
    no_code: Annotated[
        bool, typer.Option("--no-code", help="Do not import the app's code, nor compare it with the manifest.")
    ] = False,
    python: Annotated[
        str, typer.Option(help="The app's interpreter, which imports its code.", show_default="the one of this command")
    ] = sys.executable,
    explain: Annotated[str | None, typer.Option(metavar="RULE", help="Say what a rule is about, and check nothing.")] = None,
    rules: Annotated[bool, typer.Option("--rules", help="List all rules, and check nothing.")] = False,
) -> None:
    """Check an app's manifest, the files beside it, and that its typed code agrees with them.

    The app's code is imported in a process of its own, and not run. The exit code is 0 when nothing is an error. What stands as
    ignore under tool.gatepost.validate in the app's pyproject.toml is ignored.
    """
    shape = Format.JSON if json else format
    if rules or explain is not None:
        from gatepost.cli import validate_report
        from gatepost.project.validation import all_rules
        from gatepost.project.validation import explain as describe_rule

        if explain is not None:
            validate_report.print_rule(describe_rule(explain), as_json=shape is Format.JSON)
        else:
            validate_report.print_rules(all_rules().values(), as_json=shape is Format.JSON)
        return
    if diff and shape is not Format.TEXT:
        raise typer.BadParameter("--diff shows a patch, and no findings", param_hint="--json" if json else "--format")
    from gatepost.project.validation import validate as run

    if fix or diff:
        from gatepost.cli import validate_report
        from gatepost.project.validation import correct

        corrections = correct(path, ignore=ignore or (), write=not diff)
        validate_report.print_corrections(corrections, only_shown=diff)
        if diff:
            return
    validation = run(path, ignore=ignore or (), code=not no_code, python=python)
    from gatepost.cli import validate_report  # not before: the app's code is imported in the meantime

    validate_report.PRINTERS[shape.value](validation)
    raise typer.Exit(0 if validation.passes(strict=strict) else 1)
