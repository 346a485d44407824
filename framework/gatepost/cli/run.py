"""``gatepost run``: launch an app as the platform would."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatepost.cli.options import AuthChoice, Inputs, name_and_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from gatepost.project.app_folder import AppFolder
    from gatepost.project.launching import Launch

__all__ = ["run"]


def run(
    path: Annotated[Path, typer.Argument(help="The app's folder.", show_default="the working directory")] = Path(),
    *,
    emulator: Annotated[
        bool, typer.Option("--emulator", "-e", help="Run it against a platform in this process, in an environment made for it.")
    ] = False,
    auth: Annotated[
        AuthChoice | None,
        typer.Option(help="With --emulator: the credential that the app is given; auto gives both.", show_default="auto"),
    ] = None,
    inputs: Inputs = None,
    token_life: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="With --emulator: how long a token lives.", show_default="14400")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="With --emulator: keep the session's folder, logs and all.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Run it again whenever a .py or .json of the app changes.")
    ] = False,
    python: Annotated[str, typer.Option(help="The interpreter.", show_default="the one of gatepost")] = sys.executable,
    json: Annotated[bool, typer.Option("--json", help="Report as JSON; the app's own output goes to stderr.")] = False,
) -> None:
    """Launch an app as the platform would: python run.py in its folder, as a process of its own.

    Without --emulator the app reads its inputs from the environment, its .env and its app_inputs.json. The exit code
    is the app's.
    """
    given = [name_and_value(text) for text in inputs or ()]
    if not emulator:
        for option, value in (("--auth", auth), ("--token-life", token_life), ("--keep", keep or None)):
            if value is not None:
                raise typer.BadParameter("it is for runs with --emulator", param_hint=option)

    from gatepost.cli.run_report import report_as_json, report_as_text
    from gatepost.cli.signals import ends_by_signal
    from gatepost.project.app_folder import open_app

    app = open_app(path)
    stdout = sys.stderr.fileno() if json else None
    report = report_as_json if json else report_as_text
    with ends_by_signal(), contextlib.ExitStack() as stack:
        if emulator:
            from gatepost.project.emulated import make_emulator
            from gatepost.project.launching import launch_emulated

            platform = stack.enter_context(make_emulator(token_life=token_life))
            url: str | None = platform.url
            scheme = (auth or AuthChoice.AUTO).value

            def once(stop_when: Callable[[], bool] | None = None) -> Launch:
                return launch_emulated(
                    app, platform, auth=scheme, python=python, inputs=given, keep=keep, stdout=stdout, stop_when=stop_when
                )
        else:
            from gatepost.project.launching import launch

            url = None

            def once(stop_when: Callable[[], bool] | None = None) -> Launch:
                return launch(app, python=python, inputs=given, stdout=stdout, stop_when=stop_when)

        if watch:
            result = _watch(app, once, lambda done: report(app, url, done))
        else:
            result = once()
            report(app, url, result)
    raise typer.Exit(result.exit_code)


def _watch(app: AppFolder, once: Callable[[Callable[[], bool]], Launch], report: Callable[[Launch], None]) -> Launch:
    """Run an app again and again, until a signal ends it; return how it ended at last."""
    from gatepost.cli.output import print_note
    from gatepost.project.watching import Watcher

    watcher = Watcher(app.folder)
    while True:
        result = once(watcher.code_changed)
        if result.interrupted:
            report(result)
            return result
        if result.stopped or watcher.code_changed():
            print_note("the app's code changed: running it again")
            watcher.settle()
            continue
        report(result)
        print_note(f"watching {app.folder}: Ctrl-C ends")
        watcher.settle()
        try:
            watcher.wait()
        except KeyboardInterrupt:
            return result
