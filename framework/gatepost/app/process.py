"""A run of an app as the business of this process: signals, the files that the platform reads, the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.app.execution import Run
from gatepost.errors import GatepostError
from gatepost.exports import CollectionPause
from gatepost.inputs.collecting import collect
from gatepost.inputs.values import Source
from gatepost.log import Logging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gatepost.app.execution import Declared

__all__ = ["run_process"]


def run_process(app: Declared, arguments: Sequence[str]) -> int:
    """Run an app as the business of this process and return its exit code.

    Leaves behind what the platform reads: ``message.tc`` and ``results.tc``, where a folder for them was named.
    """
    from gatepost.log import install_redaction, log_thread_exceptions, route_standard_logging
    from gatepost.runtime.files import Results, write_message
    from gatepost.runtime.signals import Interrupted, InterruptSignals

    # Stays until the process ends: what Python prints at its very end is redacted, too.
    install_redaction()
    logging = Logging(name="gatepost")
    with (
        CollectionPause() as pause,
        InterruptSignals() as signals,
        route_standard_logging(logging),
        log_thread_exceptions(logging),
    ):
        run = Run(app, logging, open_results=lambda options: Results(options.out_path), opens_sinks=True, pause=pause)
        try:
            outcome = run.outcome(lambda: run.collect(arguments=arguments))
            signals.finish()
        except Interrupted as interrupted:
            signals.finish()
            outcome = run.end(1, interrupted.message, interrupted)
        except KeyboardInterrupt as interrupt:  # of a handler that the app has set in the place of ours
            signals.finish()
            outcome = run.end(1, "The app was interrupted", interrupt)
        except BaseException as problem:  # noqa: BLE001 - asyncio's CancelledError, say: the platform still gets its message
            signals.finish()
            outcome = run.fail(problem)
        out_path = _out_path(run, arguments)
        told = out_path is None or write_message(out_path, outcome.message, log=run.log) is not None
        # Who cannot read the message must not take the run for a success.
        code = outcome.exit_code if told else outcome.exit_code or 1
        run.tell_exit(code)
        logging.close()
    return code


def _out_path(run: Run, arguments: Sequence[str]) -> Path | None:
    """Return the folder for the run's files; None when nobody named one.

    A run that failed before its inputs were read, over a manifest that cannot be, still has to say so to the platform.
    """
    collected = run.collected
    if collected is None:
        try:
            collected = collect(folder=run.app.folder, arguments=arguments)
        except GatepostError:
            return None
    found = collected.best.get("tc_out_path")
    return None if found is None or found.empty or found.source == Source.STANDARD else Path(found.text)
