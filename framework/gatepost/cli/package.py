"""``gatepost package``: make the package that a platform installs, or try one out."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatepost.cli.options import AuthChoice, Inputs, name_and_value

if TYPE_CHECKING:
    from gatepost.project.package.dependencies import DependencySource

__all__ = ["package"]


class InstallerChoice(enum.StrEnum):
    """What collects the dependencies."""

    AUTO = "auto"
    UV = "uv"
    PIP = "pip"


_COLLECTING = "Dependencies"
_TRYING = "With --check"


def package(
    path: Annotated[Path | None, typer.Argument(help="The app's folder.", show_default="the working directory")] = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder for the package.", show_default="target in the app's folder")
    ] = None,
    name: Annotated[
        str,
        typer.Option(help="Its name without the version.", show_default="app_name of tcex.json, else made of the display name"),
    ] = "",
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Files to leave out, as in fnmatch; may be repeated.")
    ] = None,
    ignore_validation: Annotated[
        bool, typer.Option("--ignore-validation", help="Pack an app in which gatepost validate finds errors.")
    ] = False,
    python_version: Annotated[
        str, typer.Option(help="The platform's Python.", show_default="languageVersion", rich_help_panel=_COLLECTING)
    ] = "",
    platform: Annotated[
        str | None,
        typer.Option(help="The platform, as wheels name it.", show_default="manylinux_2_17_x86_64", rich_help_panel=_COLLECTING),
    ] = None,
    installer: Annotated[
        InstallerChoice, typer.Option(help="What collects; auto is uv if it is there, else pip.", rich_help_panel=_COLLECTING)
    ] = InstallerChoice.AUTO,
    find_links: Annotated[
        list[str] | None,
        typer.Option(metavar="FOLDER", help="A folder or page with wheels; may be repeated.", rich_help_panel=_COLLECTING),
    ] = None,
    no_index: Annotated[bool, typer.Option("--no-index", help="Ask no registry.", rich_help_panel=_COLLECTING)] = False,
    wheel: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH", help="A wheel, or a project to build one of, that goes before others.", rich_help_panel=_COLLECTING
        ),
    ] = None,
    build: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Build this one here: there is only its source, pure Python.", rich_help_panel=_COLLECTING
        ),
    ] = None,
    deps: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Take these dependencies as they are, and collect none.", rich_help_panel=_COLLECTING
        ),
    ] = None,
    check: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Try a package out on an emulated platform; make none.")
    ] = None,
    inputs: Inputs = None,
    auth: Annotated[
        AuthChoice | None,
        typer.Option(help="The credential that the app is given.", show_default="auto", rich_help_panel=_TRYING),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(help="The Python that runs the app.", show_default="the Python that runs gatepost", rich_help_panel=_TRYING),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make an app's package, target/NAME_vMAJOR.tcx, with its dependencies in it; or try one out with --check.

    The dependencies are those of uv.lock, requirements.lock or requirements.txt, as wheels for the platform's Python,
    whatever this machine is. Without --check the exit code is 0 when the package is there; with it, the app's.
    """
    if check is not None:
        for option, value in (("path", path), ("--output", output), ("--deps", deps)):
            if value is not None:
                raise typer.BadParameter("it makes a package, and --check tries one", param_hint=option)
        _check(check, auth=auth, inputs=inputs, python=python, json=json)
    for option, given in (("--input", inputs), ("--auth", auth), ("--python", python)):
        if given is not None:
            raise typer.BadParameter("it is for trying a package with --check", param_hint=option)
    collecting = {
        "--platform": platform is not None,
        "--installer": installer is not InstallerChoice.AUTO,
        "--find-links": find_links,
        "--no-index": no_index,
        "--wheel": wheel,
        "--build": build,
    }
    for option, is_given in collecting.items():
        if deps is not None and is_given:
            raise typer.BadParameter("it is for collecting dependencies, and --deps takes a folder as it is", param_hint=option)

    from gatepost.cli.package_report import report_package
    from gatepost.cli.progress import shown_progress
    from gatepost.project.app_folder import open_app
    from gatepost.project.package.building import build_package
    from gatepost.project.package.judging import refuse_invalid

    app = open_app(path or Path())
    with shown_progress(quiet=json) as show:
        if not ignore_validation:
            show("validating", 0, 0)
            refuse_invalid(app.folder)
        made = build_package(
            app,
            output=output,
            name=name,
            python_version=python_version,
            excludes=tuple(exclude or ()),
            dependencies=deps
            or _source(
                platform=platform,
                installer=installer,
                find_links=find_links or (),
                no_index=no_index,
                wheels=wheel or (),
                build=build or (),
            ),
            progress=show,
        )
    report_package(made, json=json)


def _source(**chosen: object) -> DependencySource:
    from gatepost.project.package.dependencies import DependencySource

    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in chosen.items() if value is not None}
    return DependencySource(**{**settings, "installer": str(settings["installer"])})  # type: ignore[arg-type]


def _check(file: Path, *, auth: AuthChoice | None, inputs: list[str] | None, python: str | None, json: bool) -> None:
    """Try a package out, report, and end with the app's exit code."""
    from gatepost.cli.package_report import report_check
    from gatepost.cli.signals import ends_by_signal
    from gatepost.project.launching.emulated import make_emulator
    from gatepost.project.package.trying import check_package

    given = [name_and_value(text) for text in inputs or ()]
    with ends_by_signal(), make_emulator() as emulator:
        checked = check_package(
            file,
            emulator,
            python=python or sys.executable,
            auth=(auth or AuthChoice.AUTO).value,
            inputs=given,
            stdout=sys.stderr.fileno() if json else None,
        )
        report_check(checked, json=json)
    raise typer.Exit(checked.launch.code)
