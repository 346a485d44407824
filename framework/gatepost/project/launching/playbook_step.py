"""What surrounds the launch of a playbook app: variables that earlier steps have left, and what the app gives out."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import uuid
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, InputError, UsageError
from gatepost.redaction import redact_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gatepost.emulator import Emulator
    from gatepost.inputs.values import Collected
    from gatepost.kvstore import KeyValueStore
    from gatepost.project.app_folder import AppFolder
    from gatepost.runtime import Runtime

__all__ = ["EmulatedStep", "OwnStep", "is_step", "own_step", "staged_variables"]

OUT_VARIABLES = "tc_playbook_out_variables"


def is_step(app: AppFolder) -> bool:
    """Tell whether an app is a step of a playbook, by its manifest."""
    from gatepost.manifest import RuntimeLevel

    return app.manifest.runtime_level == RuntimeLevel.PLAYBOOK


def staged_variables(app: AppFolder, scenario: Path | None = None) -> dict[str, object]:
    """Return the variables that an app finds when it runs: ``stage.kvstore`` of its ``app_inputs.json`` (contract/inputs.md 9).

    Args:
        app: The app.
        scenario: A file of inputs; of a variable in both, its value counts.

    Returns:
        Values by the whole texts of the variables. Binary ones are base64 text in the file, and bytes here; null is left out.

    Raises:
        InputError: A file cannot be read, or says something else than variables and values of their types.
    """
    from gatepost.inputs.app_inputs import read_app_inputs

    staged: dict[str, object] = {}
    for path in (app.folder / "app_inputs.json", scenario):
        if path is None or not path.is_file():
            continue
        stored = read_app_inputs(path, {}, {}).stage.get("kvstore", {})
        if not isinstance(stored, dict):
            raise InputError(f"{path} stages nothing", why="Its stage.kvstore is no object", remedy="Write variables and values")
        staged |= {name: _staged(name, value, path) for name, value in stored.items()}
    return {name: value for name, value in staged.items() if value is not None}


def _staged(name: str, value: object, path: Path) -> object:
    from gatepost.playbook import VariableError, serialize
    from gatepost.variables import parse_playbook_variable

    variable = parse_playbook_variable(name)
    if variable is None:
        raise InputError(f"{path} stages {name!r}", why="That is no variable", remedy="Use its whole text: #App:1234:name!String")
    if value is None:
        return None
    try:
        if variable.type == "Binary":
            value = _from_base64(value)
        elif variable.type == "BinaryArray" and isinstance(value, list):
            value = [None if item is None else _from_base64(item) for item in value]
        serialize(variable.type, value, name)
    except (VariableError, binascii.Error, ValueError, TypeError) as error:
        why = error.why if isinstance(error, VariableError) else "It is not base64 text"
        raise InputError(f"{path} stages a value that is none of {name}", why=why, remedy="Correct it there") from None
    return value


def _from_base64(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError
    return base64.b64decode(value, validate=True)


# -- on an emulated platform -------------------------------------------------------------------------------------------------


class EmulatedStep:
    """A launch of an app as a step of the emulated platform's playbook.

    Everything that its manifest declares is asked for, unless the playbook or the inputs ask for something already.

    Args:
        app: The app; for one that is no step nothing happens.
        platform: The platform; it runs.
        scenario: As for `staged_variables`.

    Raises:
        InputError: As for `staged_variables`.
    """

    def __init__(self, app: AppFolder, platform: Emulator, scenario: Path | None = None) -> None:
        self._manifest = app.manifest
        self._playbook = platform.playbook if is_step(app) else None
        self._asks = self._playbook is not None and not self._playbook.requested
        self._requested = () if self._playbook is None else self._playbook.requested
        if self._playbook is not None:
            self._playbook.stage(staged_variables(app, scenario))

    @property
    def inputs(self) -> dict[str, Any]:
        """What the playbook hands over, but for the outputs that it asks for."""
        return {} if self._playbook is None else self._playbook.inputs(())

    def asking(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return the inputs of a run with the outputs that it is asked for.

        Args:
            values: The inputs: the keys of those with ``exposePlaybookKeyAs`` are outputs, too.
        """
        if self._playbook is None:
            return dict(values)
        given = values.get(OUT_VARIABLES)
        if given:
            texts = given if isinstance(given, list) else str(given).split(",")
            self._requested = tuple(str(text).strip() for text in texts)
        elif self._asks:
            from gatepost.app.playbook import request_everything

            self._requested = request_everything((), self._manifest, values)
        return {**values, **({OUT_VARIABLES: ",".join(self._requested)} if self._requested else {})}

    def outputs(self) -> dict[str, object] | None:
        """Return what the app gave out, as `gatepost.project.Launch` has it."""
        if self._playbook is None:
            return None
        kept = self._playbook.raw
        return {name: _shown(_typed(name, kept.get(name))) for name in self._requested}


# -- with a store of the caller's own ----------------------------------------------------------------------------------------


class OwnStep:
    """A launch of a playbook app with a store of the caller's: a Redis, or a platform's.

    Args:
        store: The store; None where the app's is out of reach.
        context: The id of an execution that was made for the run; empty where its inputs name one.
        requested: What the app is asked for.
        close: Called at the end.

    Attributes:
        variables: What the app's environment has to have besides.
    """

    def __init__(
        self,
        store: KeyValueStore | None = None,
        context: str = "",
        requested: Sequence[str] = (),
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._close = close
        self._requested = tuple(requested)
        self._staged: tuple[str, ...] = ()
        self._made = bool(context)
        self.variables: dict[str, str] = {}
        if self._made:
            self.variables["TC_PLAYBOOK_KVSTORE_CONTEXT"] = context

    def stage(self, variables: Mapping[str, object]) -> None:
        """Put values into the store.

        Raises:
            StoreError: The store cannot be written to.
        """
        if self._store is not None and variables:
            from gatepost.playbook.writing import Requested, VariableWriter

            writer = VariableWriter(self._store, Requested(()))
            self._staged = writer.write([(name, None, value) for name, value in variables.items()], always=True)

    def outputs(self) -> dict[str, object] | None:
        """Return what the app gave out; None where that cannot be known. A context that was made for the run is emptied."""
        if self._store is None:
            return None
        try:
            kept = self._store.read_many(self._requested)
            if self._made:
                for variable in dict.fromkeys((*self._staged, *self._requested)):
                    self._store.delete(variable)
        except GatepostError:  # the app has said so itself
            return None
        return {name: _shown(_typed(name, data)) for name, data in zip(self._requested, kept, strict=True)}

    def close(self) -> None:
        """Close the connection to the store."""
        self._close()


@contextlib.contextmanager
def own_step(app: AppFolder, environment: Mapping[str, str], scenario: Path | None = None) -> Iterator[OwnStep]:
    """Make an app a step of a playbook for the block: in the store that its own inputs name.

    It is asked for everything that its manifest declares, unless its inputs say for what. In a Redis it gets a context of its
    own, unless they name one; in a platform's store they have to, for nothing can be deleted there. Where the inputs come from
    the platform, or a tape answers for it, nothing is done.

    Args:
        app: The app.
        environment: Its environment.
        scenario: As for `staged_variables`.

    Raises:
        InputError: As for `staged_variables`.
        StoreError: There is something to stage, and the store cannot be reached.
        CredentialError: There is something to stage, and the platform does not take the app's token.
        UsageError: There is something to stage, and the app keeps its variables where only itself can reach them.
    """
    step = _open_step(app, environment, scenario) if is_step(app) else OwnStep()
    try:
        yield step
    finally:
        step.close()


def _open_step(app: AppFolder, environment: Mapping[str, str], scenario: Path | None) -> OwnStep:
    from gatepost.app.playbook import request_everything
    from gatepost.inputs.collecting import collect
    from gatepost.inputs.param_file import PATH_VARIABLE
    from gatepost.kvstore.choice import Memory, RedisServer, choose_store
    from gatepost.runtime.playbook import CONTEXT, store_inputs

    staged = staged_variables(app, scenario)
    if environment.get(PATH_VARIABLE):
        return OwnStep()
    try:
        collected = collect(manifest=app.manifest, folder=app.folder, environment=environment)
        values = store_inputs(collected, app.manifest)
        choice = choose_store(values)
    except GatepostError:
        return OwnStep()  # the app will say so itself
    context = str(values.get(CONTEXT) or "")
    asked = values.get(OUT_VARIABLES)
    given = {name: value.value for name, value in collected.best.items()}
    requested = (
        [str(variable) for variable in asked]
        if isinstance(asked, list) and asked
        else request_everything((), app.manifest, given)
    )
    if isinstance(choice, RedisServer):
        from gatepost.kvstore.redis import RedisStore

        made = "" if context else str(uuid.uuid4())
        redis = RedisStore(choice, context or made)
        step = OwnStep(redis, made, requested, redis.close)
    elif isinstance(choice, Memory) or not (context or choice.base_url):
        if staged:
            raise _out_of_reach(memory=isinstance(choice, Memory))
        return OwnStep()
    elif _answered_by_a_tape(environment):
        return OwnStep()
    else:
        try:
            runtime = _runtime(app, collected)
            step = OwnStep(runtime.playbook.store, "", requested, runtime.close)
        except GatepostError:
            return OwnStep()  # as above
    if not asked and requested:
        step.variables[OUT_VARIABLES.upper()] = ",".join(requested)
    try:
        step.stage(staged)
    except BaseException:
        step.close()
        raise
    return step


def _out_of_reach(*, memory: bool) -> UsageError:
    return UsageError(
        "The variables to stage would not reach the app",
        why="Its inputs keep them in its own memory: tc_kvstore_type"
        if memory
        else "Its inputs name the platform's store, and no execution of a playbook in it",
        remedy="Run it with --emulator, or let tc_kvstore_type be Redis"
        if memory
        else "Run it with --emulator, or set tc_playbook_kvstore_context",
    )


def _answered_by_a_tape(environment: Mapping[str, str]) -> bool:
    """Tell whether the app's platform is a tape, or this process's requests would go on one."""
    from gatepost.sessions.tapes import VARIABLE

    return environment.get(VARIABLE, "").startswith("replay:") or VARIABLE in os.environ


def _runtime(app: AppFolder, collected: Collected) -> Runtime[None]:
    """Return a run of this process's own with the app's inputs; it logs nothing, for the app does."""
    from gatepost.log import Logging
    from gatepost.runtime.options import read_options
    from gatepost.runtime.runtime import Runtime

    options = read_options(collected, app.manifest)
    return Runtime(collected=collected, options=options, choice=None, logging=Logging(), results={}, manifest=app.manifest)


def _typed(name: str, data: bytes | None) -> object:
    """Return the value of a variable; nothing is put into it. In the place of one that is none, words that say so."""
    from gatepost.playbook import VariableError, deserialize
    from gatepost.variables import parse_playbook_variable

    variable = parse_playbook_variable(name)
    if data is None or variable is None:
        return None
    try:
        return deserialize(variable.type, data, name)
    except VariableError as error:
        return f"({error.what}: {error.why})"


def _shown(value: object) -> object:
    """Return a value as JSON has it, less what is secret: bytes are base64 text."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return redact_value(value)
