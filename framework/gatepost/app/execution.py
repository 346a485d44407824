"""One run of an app, from its inputs to its outcome: the one place where a failure becomes a message and a number."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any

from gatepost.app.actions import ACTION, own_name
from gatepost.app.ending import SUCCESS, brief, brief_bug, read_system_exit
from gatepost.app.playbook import PlaybookStep, exit_code, names_outputs, request_everything
from gatepost.app.result import Result
from gatepost.auth.choice import choose_scheme
from gatepost.errors import AppExit, CredentialError, GatepostError, UsageError
from gatepost.exports import CollectionPause, load
from gatepost.inputs.collecting import collect, collect_remote
from gatepost.inputs.resolving import Resolver
from gatepost.log import Logging, LogSettings
from gatepost.redaction import redact
from gatepost.runtime.authorization import launched_by_platform
from gatepost.runtime.options import Options, read_options
from gatepost.runtime.runtime import EXIT_CODES, Runtime
from gatepost.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    import requests

    from gatepost.app.actions import Action
    from gatepost.auth.choice import Choice
    from gatepost.inputs.model import Inputs
    from gatepost.inputs.values import Collected, Finding
    from gatepost.kvstore.protocol import KeyValueStore
    from gatepost.manifest import Manifest
    from gatepost.playbook.outputs import Outputs
    from gatepost.runtime.aot import AheadOfTime
    from gatepost.runtime.files import Results
    from gatepost.runtime.options import AotOptions

    class Declared(Protocol):
        """What a run has to know of an app: `gatepost.app.App` without what starts a run."""

        auth: str | None
        folder: Path
        raise_for_status: bool

        @property
        def inputs(self) -> type[Inputs] | None: ...

        @property
        def outputs(self) -> type[Outputs] | None: ...

        @property
        def output_models(self) -> tuple[type[Outputs], ...]: ...

        @property
        def is_playbook(self) -> bool: ...

        def choose(self, action: str | None = None) -> Action: ...


__all__ = ["Run"]

_NOT_BEGUN = (CoroutineType, GeneratorType, AsyncGeneratorType)


class Run:
    """The steps of one run, and what each of them found."""

    def __init__(
        self,
        app: Declared,
        logging: Logging,
        *,
        open_results: Callable[[Options], Results],
        opens_sinks: bool,
        session: requests.Session | None = None,
        store: KeyValueStore | None = None,
        pause: CollectionPause | None = None,
    ) -> None:
        self.app = app
        self.store = store
        self._step: PlaybookStep | None = None
        self._action: Action | None = None
        self._pause = pause
        self.logging = logging
        self.log = logging.get_logger("gatepost")
        self.session = session
        self.manifest: Manifest | None = None
        self.collected: Collected | None = None
        self.results: Results | None = None
        self._ahead: AheadOfTime | None = None
        self._resolver: Resolver | None = None  # as long as the run: redaction knows the secrets that it fetched
        self._closing = ExitStack()  # the platform's log and the runtime: open until the last event is said
        self._open_results = open_results
        self._opens_sinks = opens_sinks

    def outcome(self, collecting: Callable[[], Collected]) -> Result:
        """Run, and turn whatever happens, interruptions apart, into an exit code and a message."""
        try:
            self.collected = collected = collecting()
            options = read_options(collected, self.manifest)
            if self._opens_sinks and options.aot is not None:
                self.collected = collected = self._wait_for_inputs(options.aot, collected)
                options = read_options(collected, self.manifest)
            if self._opens_sinks:
                self._open_sinks(options)
            self.results = self._open_results(options)
            message = self._run_app(collected, options, self.results)
        except AppExit as end:
            return self.end(exit_code(end.code, playbook=self._is_playbook), end.message, end)
        except SystemExit as end:
            return self.end(*read_system_exit(end), end)
        except GatepostError as problem:
            self._log_error(problem)
            return self.end(1, brief(problem), problem)
        except Exception as problem:  # noqa: BLE001 - an app's own bug: the one place that has to catch them all
            return self.fail(problem)
        return self.end(0, message or SUCCESS)

    def fail(self, problem: BaseException) -> Result:
        """End a run that the app broke by itself."""
        self.log.error("the app failed", exc_info=problem)
        return self.end(1, brief_bug(problem), problem)

    def end(self, code: int, message: str, error: BaseException | None = None) -> Result:
        """Write the run's outputs, keep its results and say how it ended."""
        code, message, error = self._write_outputs(code, message, error)
        if code == 1 and self._action is not None and self._action.retry is False:
            code = 4
        if self.results is not None and code in (0, 3):
            try:
                self.results.save()
            except GatepostError as problem:
                self._log_error(problem)
                code, message, error = 1, brief(problem), problem
        message = redact(message or EXIT_CODES.get(code, ""))
        if self._step is not None and self._opens_sinks:
            self._step.tell_test_tools(message)
        say = self.log.info if code in (0, 3) else self.log.error
        say("exit", message=message, code=code, name=EXIT_CODES.get(code))
        outputs = self._step.values() if self._step is not None and not self._opens_sinks else {}
        self._closing.close()
        return Result(code, message, results={} if self.results is None else self.results, outputs=outputs, error=error)

    @property
    def _is_playbook(self) -> bool:
        """Whether this is a step of a playbook: by what the app declares, or by its manifest."""
        return self.app.is_playbook or (self.manifest is not None and self.manifest.runtime_level == "Playbook")

    def _write_outputs(self, code: int, message: str, error: BaseException | None) -> tuple[int, str, BaseException | None]:
        """Write what the app gives out, however it ended: what it gave out before it failed is of use, too."""
        if self._step is None:
            return code, message, error
        try:
            self._step.write()
        except GatepostError as problem:
            self._log_error(problem)
            if code in (0, 3):
                return 1, brief(problem), problem
        except Exception as problem:
            self.log.error("the app failed", exc_info=problem)
            if code in (0, 3):
                return 1, brief_bug(problem), problem
        return code, message, error

    def _log_error(self, error: GatepostError) -> None:
        self.log.error(error.what, **_said(why=error.why, remedy=error.remedy))

    # -- the steps -----------------------------------------------------------------------------------------------------------

    def collect(self, *, explicit: Mapping[str, Any] | None = None, arguments: Sequence[str] | None = None) -> Collected:
        """Ask every source; only the given inputs and the manifest where ``explicit`` is given."""
        folder = self.app.folder
        if (folder / "install.json").is_file():
            from gatepost.manifest.loading import load

            self.manifest = load(folder / "install.json")
        if explicit is not None:
            if self._is_playbook and not names_outputs(explicit):
                asked = request_everything(self.app.output_models, self.manifest, explicit)
                explicit = {**explicit, "tc_playbook_out_variables": asked}
            return collect(explicit=explicit, manifest=self.manifest, environment={})
        return collect(manifest=self.manifest, folder=folder, arguments=arguments)

    def _wait_for_inputs(self, options: AotOptions, collected: Collected) -> Collected:
        """Wait for the inputs of an app that was launched ahead of time, with everything loaded that it is about to need."""
        from gatepost.inputs.collecting import collect_aot
        from gatepost.runtime.aot import AheadOfTime

        load("gatepost.sessions.session")
        load("gatepost.inputs.model")
        self._ahead = AheadOfTime(options, collected)
        return collect_aot(collected, self._ahead.wait(self.log.warning), self.manifest)

    def tell_exit(self, code: int) -> None:
        """Tell the platform how an app ended that it had launched ahead of time; nothing for any other."""
        if self._ahead is None:
            return
        try:
            self._ahead.tell_exit(code)
        except GatepostError as problem:
            self._log_error(problem)
        finally:
            self._ahead.close()

    def _open_sinks(self, options: Options) -> None:
        self.logging.configure(
            LogSettings(
                level=options.log.level or "info",
                path=options.log.path,
                file=options.log.file,
                max_bytes=options.log.max_bytes,
                backup_count=options.log.backup_count,
            )
        )
        if options.temp_path is not None and options.temp_path.is_dir():
            # The platform's scratch folder becomes Python's (contract/inputs.md section 3).
            import tempfile

            tempfile.tempdir = os.environ["TMPDIR"] = str(options.temp_path)

    def _run_app(self, collected: Collected, options: Options, results: Results) -> str | None:
        app = self.app
        if not app.is_playbook:
            self._action = app.choose()  # before anything is asked for, an app that does nothing says so
        choice = None if app.auth is None else self._choose(collected, app.auth)
        runtime = self._closing.enter_context(
            Runtime[Any](
                collected=collected,
                options=options,
                choice=choice,
                logging=self.logging,
                results=results,
                manifest=self.manifest,
                raise_for_status=app.raise_for_status,
                session=self.session,
                store=self.store,
            )
        )
        runtime.outputs = None
        self._open_platform_log(runtime)
        self._say_start(runtime)
        step = PlaybookStep(runtime, app.output_models, self.log) if self._is_playbook else None
        if step is not None:
            step.say_differences()
        self._fetch_held_back(runtime)
        action = self._action = self._action or app.choose(self._wanted_action(runtime.collected))
        runtime.inputs = self._inputs(runtime, step, action.inputs or app.inputs)
        outputs = action.outputs or app.outputs
        if step is not None and outputs is not None:
            from gatepost.playbook.outputs import empty_outputs

            runtime.outputs = empty_outputs(outputs)
        self._step = step
        self._end_start(choice)
        message: object = action.function(runtime)
        if step is not None:
            message = step.take(message)
        if message is None or isinstance(message, str):
            return message
        if isinstance(message, _NOT_BEGUN):
            if isinstance(message, CoroutineType):
                message.close()  # or Python itself complains that nobody has waited for it
            raise UsageError(
                f"{own_name(action.function)} did nothing",
                why=f"It returned a {type(message).__name__.replace('_', ' ')}, of which nothing runs unless it is waited for",
                remedy="Declare a plain function; asyncio.run(…) in it runs an async one",
            )
        self.log.warning("the app returned something that is no message", type=type(message).__name__)
        return None

    def _end_start(self, choice: Choice | None) -> None:
        """Load what a job is about to need, and let garbage collection go on without what was loaded.

        A playbook's step is asked for nothing but its outputs by most: it pays for HTTP when it sends.
        """
        if self._pause is None:
            return
        if choice is not None and self._step is None:
            load(f"gatepost.auth.{choice.scheme}")
            load("gatepost.sessions.session")
        self._pause.end(freeze=True)

    def _choose(self, collected: Collected, auth: str) -> Choice | None:
        """Choose the credential. With a stand-in for the session none is needed, but one that was given can be used."""
        try:
            return choose_scheme(collected, on_platform=launched_by_platform(collected), auth=auth)
        except CredentialError:
            if self.session is None:
                raise
            return None

    def _fetch_held_back(self, runtime: Runtime[Any]) -> None:
        """Fetch the inputs that the platform hands out over its API alone."""
        if not runtime.options.secure_params:
            return
        from gatepost.runtime.platform import fetch_secure_params

        before = len(runtime.collected.findings)
        runtime.collected = self.collected = collect_remote(
            runtime.collected, lambda: fetch_secure_params(runtime.framework_session), self.manifest
        )
        self._say_findings(runtime.collected.findings[before:])

    @staticmethod
    def _wanted_action(collected: Collected) -> str | None:
        found = collected.best.get(ACTION)
        return None if found is None or found.empty else found.text

    def _inputs(self, runtime: Runtime[Any], step: PlaybookStep | None, model: type[Inputs] | None) -> Any:
        """Resolve, coerce, and make the model of what is run."""
        if model is None:
            return None
        from gatepost.app.reading import read_inputs

        self._resolver = Resolver(runtime.fetch_variable)
        return read_inputs(model, runtime, self._resolver, step=step, manifest=self.manifest)

    def _open_platform_log(self, runtime: Runtime[Any]) -> None:
        """Send events to the platform, too, where it asks for that and gave a token (contract/logging_and_runtime.md 2)."""
        if not runtime.options.log.to_api or runtime.choice is None or runtime.choice.token is None:
            return
        from gatepost.runtime.log_sink import open_platform_log

        self._closing.callback(open_platform_log(runtime, self.logging, self.log))

    def _say_start(self, runtime: Runtime[Any]) -> None:
        manifest, choice = self.manifest, runtime.choice
        about = {}
        if manifest is not None:
            about = _said(app=manifest.display_name, version=manifest.program_version, runtime_level=str(manifest.runtime_level))
        self.log.info(
            "start",
            **about,
            gatepost=__version__,
            python=".".join(map(str, sys.version_info[:3])),
            pid=os.getpid(),
        )
        if manifest is not None and self.log.is_enabled_for("debug"):
            for reported in manifest.findings:
                self.log.debug("manifest", finding=str(reported))
        if choice is not None:
            self.log.debug("credential", scheme=choice.scheme, source=choice.source.label, reason=choice.reason)
            self._say_findings(choice.findings)
        self._say_findings(runtime.collected.findings)

    def _say_findings(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            self.log.warning(finding.what, **_said(input=finding.name, where=finding.place, remedy=finding.remedy))


def _said(**words: str) -> dict[str, str]:
    """Return what is not empty."""
    return {name: text for name, text in words.items() if text}
