"""``gatepost deploy``: send a package to a platform."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gatepost.cli.options import AuthChoice, Inputs, name_and_value, seconds

__all__ = ["deploy"]


def deploy(
    package: Annotated[Path, typer.Argument(help="The package, a file .tcx.", metavar="FILE")],
    *,
    auth: Annotated[AuthChoice, typer.Option(help="The scheme.")] = AuthChoice.AUTO,
    inputs: Inputs = None,
    all_organizations: Annotated[
        bool, typer.Option("--all-organizations/--own-organization", help="Who may use the app.")
    ] = True,
    distribution: Annotated[
        bool, typer.Option("--distribution/--no-distribution", help="Whether the app may be handed on to other servers.")
    ] = False,
    internal: Annotated[
        bool, typer.Option("--internal", help="Send it to /internal/apps/exchange/install, for platforms before 7.2.")
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            help="How long the platform may take to answer, a day at most.",
            min=1,
            max=86_400,
            callback=seconds,
        ),
    ] = 60,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Send a package to the platform, which installs it: a POST to /v3/apps/exchange/install.

    The credential is the one that a script in the working directory would use: the environment (TC_API_PATH,
    TC_API_ACCESS_ID, TC_API_SECRET_KEY), .env. Its user needs the system role Exchange Admin.
    """
    from gatepost.cli.package_report import report_deployed
    from gatepost.cli.progress import shown_progress
    from gatepost.project.deploying import deploy_package

    given = dict(name_and_value(text) for text in inputs or ())
    with shown_progress(quiet=json) as show:
        deployed = deploy_package(
            package,
            auth=auth.value,
            inputs=given,
            all_organizations=all_organizations,
            distribution=distribution,
            internal=internal,
            timeout=timeout,
            progress=lambda sent, total: show("sending" if sent < total else "installing", sent, total if sent < total else 0),
        )
    report_deployed(deployed, json=json)
