"""The commands. What a command needs is imported inside it, so that ``--help`` costs no more than typer itself."""

from __future__ import annotations

from typing import Annotated

import typer

from gatepost.cli.deploy import deploy
from gatepost.cli.diff import diff
from gatepost.cli.doctor import doctor
from gatepost.cli.emulator import emulator
from gatepost.cli.inputs import inputs
from gatepost.cli.manifest import manifest
from gatepost.cli.new import new
from gatepost.cli.package import package
from gatepost.cli.run import run
from gatepost.cli.schema import schema
from gatepost.cli.sign import sign
from gatepost.cli.tape import tape
from gatepost.cli.test import check_profiles
from gatepost.cli.update import update
from gatepost.cli.validate import validate
from gatepost.version import __version__

__all__ = ["application"]

application = typer.Typer(
    name="gatepost",
    help="Integration apps: make, run and test them, and find out why the platform refuses one.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"gatepost {__version__}")
        raise typer.Exit


@application.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    pass


application.add_typer(new, name="new")
application.add_typer(tape, name="tape")
for command in (run, inputs, emulator, doctor, sign, validate, manifest, diff, schema, package, deploy, update):
    application.command()(command)
application.command("test")(check_profiles)
