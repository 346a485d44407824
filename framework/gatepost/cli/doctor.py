"""``gatepost doctor``: which credential is used here, and why it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gatepost.cli.options import AuthChoice, Inputs, name_and_value

__all__ = ["doctor"]


def doctor(
    path: Annotated[Path, typer.Argument(help="The folder of an app or script.", show_default="the working directory")] = Path(),
    *,
    auth: Annotated[AuthChoice, typer.Option(help="The scheme.")] = AuthChoice.AUTO,
    inputs: Inputs = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            help="Ask this service of those that the inputs declare, and not the platform; may be given several times.",
            metavar="NAME",
            show_default="the platform and all services",
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Send nothing. The exit code is 1 then, since nothing was proved.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell which credential is used here and why, where each setting comes from, and what the platform says to it.

    The same for each other service that the inputs declare, step by step. Sends one harmless request to each, after a login
    where one is needed; renews no token and deletes no param file. The exit code is 0 only when the platform accepted the
    credential and no step to a service failed; with --service, when none of theirs did.
    """
    from gatepost.cli.doctor_report import report_as_json, report_as_text
    from gatepost.log import install_redaction
    from gatepost.project.diagnosis.doctor import diagnose

    install_redaction()
    given = dict(name_and_value(text) for text in inputs or ())
    diagnosis = diagnose(path, auth=auth.value, inputs=given, offline=offline, services=services or ())
    (report_as_json if json else report_as_text)(diagnosis)
    raise typer.Exit(0 if diagnosis.healthy else 1)
