"""A run of an app inside another program: `App.test`, a test by a profile. No launch needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.app.execution import Run
from gatepost.app.playbook import names_store, stage
from gatepost.app.result import Result
from gatepost.log import Logging, LogSettings
from gatepost.runtime.files import Results

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import requests

    from gatepost.app.execution import Declared
    from gatepost.kvstore.protocol import KeyValueStore
    from gatepost.log import Record

__all__ = ["run_in_process"]


def run_in_process(
    app: Declared,
    inputs: Mapping[str, Any],
    session: requests.Session | None,
    variables: Mapping[str, object] | None = None,
    *,
    store: KeyValueStore | None = None,
) -> Result:
    """Run an app inside another program, a test most often: nothing but the inputs is asked, nothing is left behind.

    A playbook app reads and writes in memory, unless the inputs name a store; without ``tc_playbook_out_variables`` every output
    is asked for that its code or its manifest declares.

    Args:
        app: The app.
        inputs: Its inputs by name.
        session: What stands in for the platform's session.
        variables: Values of the playbook's variables, by their whole texts.
        store: A store that holds them instead, whatever the inputs say; the caller can look into it afterwards.
    """
    records: list[Record] = []
    logging = Logging(name="gatepost").configure(LogSettings(level="trace", console=False))
    logging.add_sink(records.append)
    if store is None and not names_store(inputs):
        store = stage(variables or {})
    run = Run(app, logging, open_results=lambda _: Results(), opens_sinks=False, session=session, store=store)
    outcome = run.outcome(lambda: run.collect(explicit=inputs))
    logging.close()
    return Result(
        outcome.exit_code,
        outcome.message,
        results=dict(outcome.results),
        outputs=outcome.outputs,
        log=tuple(records),
        error=outcome.error,
    )
