"""``gatepost manifest``: install.json and layout.json from the typed code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["manifest"]


def manifest(
    folder: Annotated[Path, typer.Argument(help="The app's folder.", show_default="the working directory")] = Path(),
    *,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help="Make the files of an app_spec.yml in place of the code.", show_default="the code"
        ),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what the code no longer has: params, choices, outputs, actions.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing, and end with 1 when something would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, and write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    python: Annotated[
        str, typer.Option(help="The app's interpreter, which imports its code.", show_default="the one of this command")
    ] = sys.executable,
) -> None:
    """Write or update install.json and layout.json from the app's typed code.

    What a person wrote stays: order, unknown keys, labels, notes, formatting. What only the code has is added; what differs
    follows the code where a run would fail. What the code no longer has is reported, and removed with --prune. The code is
    imported in a process of its own, and not run.
    """
    if source is not None and prune:
        raise typer.BadParameter("it is for what the code no longer has, and --from asks no code", param_hint="--prune")

    from gatepost.cli.output import print_json, print_note, print_text
    from gatepost.project.generating import from_spec, synchronize

    result = synchronize(folder, prune=prune, python=python) if source is None else from_spec(source, folder)
    write = not (check or diff)
    if write:
        result.write()
    if json:
        print_json(
            {
                "changed": [str(file.after.path) for file in result.changed],
                "written": write and bool(result.changed),
                "changes": [note._asdict() for note in result.changes],
                "left": [note._asdict() for note in result.left],
            }
        )
    elif diff:
        from gatepost.cli.text_difference import difference

        for file in result.changed:
            print_text(difference(file.before or "", file.after.text, file.after.path.name).rstrip("\n"))
    else:
        for note in result.changes:
            print_text(str(note))
        if not result.changed:
            agree = "Code and manifest agree." if source is None else f"The files are as {source.name} says."
            print_text(agree if not result.left else "Nothing to write.")
    if not json:
        for note in result.left:
            print_note(f"left as it is: {note}")
    raise typer.Exit(1 if check and result.changed else 0)
