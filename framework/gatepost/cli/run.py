"""``gatepost run``: launch an app as the platform would."""

from __future__ import annotations

import contextlib
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatepost.cli.options import AuthChoice, Inputs, Scenario, name_and_value, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gatepost.emulator import Emulator
    from gatepost.project.app_folder import AppFolder
    from gatepost.project.launching.launch import Launch

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
    scenario: Scenario = None,
    token_life: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="With --emulator: how long a token lives.", show_default="14400", callback=seconds),
    ] = None,
    redis: Annotated[
        bool, typer.Option("--redis", help="With --emulator: keep the values of a playbook in a Redis, not in the REST store.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="With --emulator: keep the session's folder, logs and all.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Run it again whenever a .py or .json of the app changes.")
    ] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Record what it asks servers for on a tape, without secrets.")
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Answer it from a tape: no platform is asked, and no credential is needed."),
    ] = None,
    python: Annotated[
        str, typer.Option(help="The Python that runs the app.", show_default="the Python that runs gatepost")
    ] = sys.executable,
    json: Annotated[bool, typer.Option("--json", help="Report as JSON; the app's own output goes to stderr.")] = False,
) -> None:
    """Launch an app as the platform would: python run.py in its folder, as a process of its own.

    Without --emulator the app reads its inputs from the environment, its .env and its app_inputs.json. The exit code
    is the app's; 1 when it asked for something that is not on the tape.
    """
    given = [name_and_value(text) for text in inputs or ()]
    if not emulator:
        for option, given_too in (
            ("--auth", auth is not None),
            ("--token-life", token_life is not None),
            ("--redis", redis),
            ("--keep", keep),
        ):
            if given_too:
                raise typer.BadParameter("it is for runs with --emulator", param_hint=option)
    if replay is not None:
        for option, given_too in (
            ("--record", record is not None),
            ("--auth", auth is not None),
            ("--token-life", token_life is not None),
        ):
            if given_too:
                raise typer.BadParameter("it cannot be combined with --replay", param_hint=option)

    from gatepost.cli.signals import ends_by_signal
    from gatepost.project.app_folder import open_app

    folder = open_app(path).folder
    with ends_by_signal(), contextlib.ExitStack() as stack:
        platform = None
        if emulator:
            from gatepost.project.launching.emulated import make_emulator

            platform = stack.enter_context(make_emulator(token_life=token_life, redis=redis))
        runs = _Runs(
            path,
            platform,
            python=python,
            inputs=given,
            scenario=scenario,
            auth=(auth or AuthChoice.AUTO).value,
            keep=keep,
            record=record,
            replay=replay,
            json=json,
        )
        code = _watch(runs, folder) if watch else runs.report(runs.once())
    raise typer.Exit(code)


class _Runs:
    """The runs of one command: more than one when it watches."""

    def __init__(
        self,
        path: Path,
        platform: Emulator | None,
        *,
        python: str,
        inputs: Sequence[tuple[str, str]],
        scenario: str | None,
        auth: str,
        keep: bool,
        record: Path | None,
        replay: Path | None,
        json: bool,
    ) -> None:
        self._path = path
        self._platform = platform
        self._launched = False
        self._python = python
        self._inputs = inputs
        self._scenario = scenario
        self._auth = auth
        self._keep = keep
        self._record = record
        self._replay = replay
        self._json = json
        self._app: AppFolder | None = None

    def once(self, stop_when: Callable[[], bool] | None = None) -> Launch:
        """Launch the app as it is now."""
        from gatepost.cli.running_status import running_status
        from gatepost.inputs.scenarios import find_scenario
        from gatepost.project.app_folder import open_app

        # Read anew for each run: a person who is watching changes the manifest, too.
        self._app = app = open_app(self._path)
        scenario = None if self._scenario is None else find_scenario(app.folder, self._scenario)
        stdout = sys.stderr.fileno() if self._json else None
        with running_status(app.manifest.display_name or app.folder.name):
            return self._launch(app, scenario, stdout, stop_when)

    def _launch(self, app: AppFolder, scenario: Path | None, stdout: int | None, stop_when: Callable[[], bool] | None) -> Launch:
        from gatepost.project.launching.launch import launch, launch_emulated

        if self._platform is None:
            return launch(
                app,
                python=self._python,
                inputs=self._inputs,
                scenario=scenario,
                record=self._record,
                replay=self._replay,
                stdout=stdout,
                stop_when=stop_when,
            )
        if self._launched:
            # What an earlier run left there is none of this one's outputs. The first one has the context of every tape.
            self._platform.playbook.context = str(uuid.uuid4())
        self._launched = True
        return launch_emulated(
            app,
            self._platform,
            auth=self._auth,
            python=self._python,
            inputs=self._inputs,
            scenario=scenario,
            keep=self._keep,
            record=self._record,
            replay=self._replay,
            stdout=stdout,
            stop_when=stop_when,
        )

    def report(self, result: Launch) -> int:
        """Say how a run went; return the exit code of the command."""
        from gatepost.cli.run_report import report_as_json, report_as_text

        if self._app is not None:
            url = self._platform.url if self._platform is not None else None
            (report_as_json if self._json else report_as_text)(self._app, url, result)
        return result.code


def _watch(runs: _Runs, folder: Path) -> int:
    """Run an app again and again, until a signal ends it; return the exit code of the last run."""
    from gatepost.cli.output import print_error, print_note
    from gatepost.errors import GatepostError
    from gatepost.project.launching.watching import Watcher

    watcher = Watcher(folder)
    code = 0
    try:
        while True:
            try:
                result = runs.once(watcher.code_changed)
            except GatepostError as error:  # a mistake that the next change may correct
                print_error(error)
                code = 1
            else:
                again = not result.interrupted and (result.stopped or watcher.code_changed())
                # Before the report: what a person changes while reading it must count.
                watcher.settle()
                if again:
                    print_note("the app's code changed: running it again")
                    continue
                code = result.code
                runs.report(result)
                if result.interrupted:
                    return code
            print_note(f"watching {folder}: Ctrl-C ends")
            watcher.wait()
    except KeyboardInterrupt:
        return code
