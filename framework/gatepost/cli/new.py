"""``gatepost new``: make a new app's project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["new"]

new = typer.Typer(help="Make a new app's project.", no_args_is_help=True)


@new.callback()
def _kinds() -> None:
    """Make a new app's project."""


@new.command()
def job(
    name: Annotated[str, typer.Argument(help="The app's name: a letter, then letters, digits, _ and -.", metavar="NAME")],
    *,
    display_name: Annotated[
        str | None, typer.Option(help="The name that the platform shows.", show_default="made of NAME")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where it goes.", show_default="./NAME")] = None,
) -> None:
    """Make a job: an app that the platform starts on a schedule or on demand."""
    import os
    import shlex

    from gatepost.cli.output import print_text
    from gatepost.project.creating import create_project

    project = create_project("job", name, folder=folder, display_name=display_name)
    shown = os.path.relpath(project)
    print_text(f"{project} is ready. Next:\n")
    print_text(f"  cd {shlex.quote(shown if not shown.startswith('..') else str(project))}")
    print_text("  gatepost run --emulator    # runs it on a platform of its own")
    print_text("  pytest                     # tests it")
