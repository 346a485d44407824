"""``gatepost new``: make a new app's project."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["new"]


class ServiceChoice(enum.StrEnum):
    """Which service a job talks to besides the platform."""

    PLATFORM = "platform"
    TCAP = "tcap"
    TIMBR = "timbr"
    OAUTH2 = "oauth2"
    HEADER = "header"


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
    auth: Annotated[
        ServiceChoice,
        typer.Option(help="Another service that it talks to: TCAP, Timbr, or one by OAuth 2 or by an API key in a header."),
    ] = ServiceChoice.PLATFORM,
) -> None:
    """Make a job: an app that the platform starts on a schedule or on demand."""
    from gatepost.cli.output import print_text
    from gatepost.project.templates.creating import create_project

    project = create_project("job", name, folder=folder, display_name=display_name, auth=auth.value)
    print_text(f"{project} is ready. Next:\n")
    print_text(f"  cd {_shown(project)}")
    print_text("  gatepost run --emulator    # runs it on a platform of its own")
    print_text("  pytest                     # tests it")
    if auth in (ServiceChoice.OAUTH2, ServiceChoice.HEADER):
        print_text("  gatepost doctor --service feed   # once the inputs name your service: see README.md")


@new.command()
def playbook(
    name: Annotated[str, typer.Argument(help="The app's name: a letter, then letters, digits, _ and -.", metavar="NAME")],
    *,
    display_name: Annotated[
        str | None, typer.Option(help="The name that the platform shows.", show_default="made of NAME")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where it goes.", show_default="./NAME")] = None,
) -> None:
    """Make a playbook app: a step of playbooks, with actions, inputs and outputs."""
    from gatepost.cli.output import print_text
    from gatepost.project.templates.creating import create_project

    project = create_project("playbook", name, folder=folder, display_name=display_name)
    print_text(f"{project} is ready. Next:\n")
    print_text(f"  cd {_shown(project)}")
    print_text("  gatepost run --emulator    # runs it on a platform of its own, as app_inputs.json says")
    print_text("  gatepost validate          # compares its code with install.json and layout.json")
    print_text("  pytest                     # tests it")


@new.command()
def external(
    name: Annotated[str, typer.Argument(help="The script's name: a letter, then letters, digits, _ and -.", metavar="NAME")],
    *,
    display_name: Annotated[str | None, typer.Option(help="The name that people see.", show_default="made of NAME")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where it goes.", show_default="./NAME")] = None,
) -> None:
    """Make a script that uses the platform from outside it, with credentials of your own."""
    from gatepost.cli.output import print_text
    from gatepost.project.templates.creating import create_project

    project = create_project("external", name, folder=folder, display_name=display_name)
    print_text(f"{project} is ready. Next:\n")
    print_text(f"  cd {_shown(project)}")
    print_text("  cp .env.example .env       # and put your credentials into it")
    print_text("  python main.py             # runs it")
    print_text("  pytest                     # tests it")


def _shown(project: Path) -> str:
    """Return a folder as a person would type it, from here where it lies below."""
    import os
    import shlex

    shown = os.path.relpath(project)
    return shlex.quote(shown if not shown.startswith("..") else str(project))
