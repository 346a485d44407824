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
    offline: Annotated[
        bool, typer.Option("--offline", help="Send nothing. The exit code is 1 then, since nothing was proved.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell which credential is used here and why, where each setting comes from, and what the platform says to it.

    Sends one harmless request; renews no token and deletes no param file. The exit code is 0 only when the platform
    accepted the credential.
    """
    from gatepost.cli.doctor_report import report_as_json, report_as_text
    from gatepost.log import install_redaction
    from gatepost.project.doctor import diagnose

    install_redaction()
    given = dict(name_and_value(text) for text in inputs or ())
    diagnosis = diagnose(path, auth=auth.value, inputs=given, offline=offline)
    (report_as_json if json else report_as_text)(diagnosis)
    raise typer.Exit(0 if diagnosis.healthy else 1)
