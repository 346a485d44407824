"""``gatepost test``: an app's profiles, run and made."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

from gatepost.cli.options import seconds

__all__ = ["PlatformChoice", "check_profiles"]


class PlatformChoice(enum.StrEnum):
    """Where profiles run."""

    EMULATED = "emulated"
    ENVIRONMENT = "environment"


def check_profiles(
    folder: Annotated[Path, typer.Argument(help="The app's folder.", show_default="the working directory")] = Path(),
    *,
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", "-p", metavar="NAME", help="A profile, as upper or text/upper, or its file; may be repeated."),
    ] = None,
    environment: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Run profiles that are for this environment, or for any.", show_default="build"),
    ] = None,
    platform: Annotated[
        PlatformChoice, typer.Option(help="An emulated platform, or the one that the environment names (TC_API_PATH…).")
    ] = PlatformChoice.EMULATED,
    process: Annotated[
        bool, typer.Option("--process", help="Start the app as the platform does: a process for each profile.")
    ] = False,
    python: Annotated[
        str, typer.Option(help="With --process: the Python that runs the app.", show_default="the Python that runs gatepost")
    ] = sys.executable,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            help="With --process: when an app that has not ended is stopped.",
            show_default="300",
            callback=seconds,
        ),
    ] = None,
    generate: Annotated[
        bool, typer.Option("--generate", help="Make the profiles that are missing, of the manifest and its layout.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, help="With --generate: profiles for one action at most.")] = 16,
    update: Annotated[
        bool, typer.Option("--update", help="Write what comes out into profiles that are not initialized, as their expectation.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="With --update: into initialized ones, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> None:
    """Run the profiles of an app: tests/**/profiles.d/*.json.

    The exit code is 0 when everything came out as expected. With --generate alone profiles are made, and none is run.
    """
    if overwrite and not update:
        raise typer.BadParameter("it is for --update", param_hint="--overwrite")
    from gatepost.cli import test_report

    if generate:
        from gatepost.project.profiles.generation import generate_profiles

        made = generate_profiles(folder, most=most)
        if not update:
            test_report.print_generated(made, as_json=json)
            return
    from gatepost.cli.progress import shown_progress
    from gatepost.cli.signals import ends_by_signal
    from gatepost.project.profiles.process import TIMEOUT
    from gatepost.project.profiles.running import run_profiles

    with ends_by_signal(), shown_progress(quiet=json) as progress:
        outcomes = run_profiles(
            folder,
            names=profile or (),
            environments=environment or ("build",),
            real_platform=platform is PlatformChoice.ENVIRONMENT,
            process=process,
            python=python,
            timeout=TIMEOUT if timeout is None else timeout,
            update=update,
            overwrite=overwrite,
            progress=progress,
        )
    test_report.print_outcomes(outcomes, as_json=json)
    raise typer.Exit(0 if all(outcome.good for outcome in outcomes) else 1)
