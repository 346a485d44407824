"""``gatepost update``: bring a project to the template of today."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["update"]


def update(
    path: Annotated[Path, typer.Argument(help="The project's folder.", show_default="the working directory")] = Path(),
    *,
    kind: Annotated[
        str,
        typer.Option(
            help="Its template (job, playbook, external), where the project does not say.", show_default="as it was made"
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would happen, and write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring a project to the template that comes with this gatepost, and keep what you have changed.

    Where you and the template changed the same lines, the file holds both versions between markers. The exit code is 1
    then, and it stays 1 until you have chosen.
    """
    from gatepost.cli.output import print_json, print_table, print_text
    from gatepost.project.templates.updating import update_project

    done = update_project(path, kind=kind, dry_run=dry_run)
    if json:
        print_json(
            {
                "folder": str(done.folder),
                "template": done.kind,
                "before": done.before,
                "after": done.after,
                "dry_run": dry_run,
                "changes": [{"path": change.path, "happened": change.happened.value} for change in done.changes],
                "conflicts": list(done.conflicts),
            }
        )
    elif not done.changes and not done.unresolved:
        print_text(f"{done.folder} has all that is in the template of gatepost {done.after}.")
    else:
        still = [("conflict of an earlier update", path) for path in done.unresolved]
        print_table(("", ""), [*((change.happened.value, change.path) for change in done.changes), *still])
        if dry_run:
            print_text("\nNothing was written: --dry-run.")
        elif done.conflicts:
            count = len(done.conflicts)
            print_text(
                f"\n{count} {'file holds' if count == 1 else 'files hold'} both versions, between <<<<<<< and >>>>>>>: choose."
            )
    raise typer.Exit(1 if done.conflicts else 0)
