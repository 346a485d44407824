"""The part of a run that only playbook apps have: variables among the inputs, outputs, and their exit codes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError
from gatepost.inputs.standard import ALIASES, canonical_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gatepost.inputs.values import Problem, Value
    from gatepost.kvstore.memory import MemoryStore
    from gatepost.log import Logger
    from gatepost.manifest import Manifest
    from gatepost.playbook.outputs import Outputs
    from gatepost.runtime.runtime import Runtime

__all__ = ["PlaybookStep", "exit_code", "names_outputs", "names_store", "request_everything", "stage"]

WRITE_NULLS = "TC_PLAYBOOK_WRITE_NULL"
"""The environment variable by which test tools ask for a sign of each output that was not given out."""
OWN_ID = "9876"
"""The app's id in its outputs where no platform has given it one (contract/logging_and_runtime.md section 9)."""


class PlaybookStep:
    """Reads what the inputs name, gathers what the app gives out, and writes it.

    Args:
        runtime: The run.
        models: All `Outputs` that the app declares, for a comparison with the manifest.
        log: The framework's log.
    """

    def __init__(self, runtime: Runtime[Any], models: Iterable[type[Outputs]], log: Logger) -> None:
        self._runtime = runtime
        self._models = tuple(models)
        self._log = log
        self._returned: list[Outputs] = []

    def say_differences(self) -> None:
        """Tell where the typed outputs and those of the manifest differ."""
        manifest = self._runtime.manifest
        if not self._models or manifest is None:
            return
        from gatepost.playbook.outputs import differences

        declared = manifest.playbook.output_variables if manifest.playbook is not None else ()
        for difference in differences(self._models, declared):
            if difference.in_code:  # the platform does not offer it, so nobody can ask for it
                self._log.warning("an output is not declared in install.json", output=str(difference.variable))
            else:
                self._log.debug("an output of install.json has no field", output=str(difference.variable))

    def read(self, values: Mapping[str, Value]) -> tuple[Mapping[str, Value], tuple[Problem, ...]]:
        """Put values in the place of the variables that inputs name; without one, the store is not asked."""
        from gatepost.playbook.inputs import names_variables, resolve_inputs

        if not any(names_variables(value.value) for value in values.values()):
            return values, ()
        return resolve_inputs(values, self._runtime.playbook.reader, self._runtime.manifest)

    def take(self, returned: object) -> object:
        """Keep outputs that the app's function returned; return the message, or what it is instead."""
        from gatepost.playbook.outputs import Outputs

        if not isinstance(returned, Outputs):
            return returned
        self._returned.append(returned)
        return None

    def write(self) -> tuple[str, ...]:
        """Write all typed outputs in one round trip; what was returned counts more than what was assigned.

        Raises:
            VariableError: A value is not one for its variable; then none is written.
            StoreError: The store cannot be written to.
        """
        if not self._models and not self._returned:
            return ()
        from gatepost.playbook.outputs import Outputs

        assigned = getattr(self._runtime, "outputs", None)
        outputs = [*([assigned] if isinstance(assigned, Outputs) else []), *self._returned]
        nothing = not any(value is not None for each in outputs for value in each.__dict__.values())
        if nothing and WRITE_NULLS not in os.environ:
            return ()
        return self._runtime.playbook.write_outputs(*outputs)

    def tell_test_tools(self, message: str) -> None:
        """Leave the run's message where test tools look for it: the hash ``tcex_testing_context``, when the store is a Redis."""
        found = self._runtime.collected.best.get("tcex_testing_context")
        if found is None or found.empty:
            return
        from gatepost.kvstore.choice import RedisServer, choose_store
        from gatepost.kvstore.redis import RedisStore
        from gatepost.runtime.playbook import store_inputs

        try:
            server = choose_store(store_inputs(self._runtime.collected, self._runtime.manifest))
            if isinstance(server, RedisServer):
                store = RedisStore(server, found.text)
                store.write_many({"_exit_message": message})
                store.close()
        except GatepostError as problem:
            self._log.warning("test tools are not told the run's message", reason=str(problem))

    def values(self) -> dict[str, object]:
        """Return what the store has of all variables that were asked for, by name; nothing is put into them."""
        from gatepost.playbook.serialization import deserialize
        from gatepost.variables import parse_playbook_variable

        if "playbook" not in vars(self._runtime):  # the run has neither read nor written
            return {}
        playbook = self._runtime.playbook
        asked = [variable for text in playbook.requested if (variable := parse_playbook_variable(text)) is not None]
        try:
            kept = playbook.store.read_many([str(variable) for variable in asked])
            given = [(variable, data) for variable, data in zip(asked, kept, strict=True) if data is not None]
            values = {variable.name: deserialize(variable.type, data, str(variable)) for variable, data in given}
        except GatepostError:  # said when it was written
            return {}
        return {name: value for name, value in values.items() if value is not None}


def exit_code(code: int, *, playbook: bool) -> int:
    """Return the exit code for one that the app asked for through the framework (contract/playbooks.md section 6).

    A step of a playbook has only one way on after success: a partial failure, 3, becomes 0. The platform does not repeat jobs, so
    that a failure without retry, 4, is a failure there, 1.
    """
    if playbook:
        return 0 if code == 3 else code
    return 1 if code == 4 else code


def names_store(inputs: Mapping[str, Any]) -> bool:
    """Tell whether inputs say which store to use, by its new name or its old one."""
    return "tc_kvstore_type" in _standard_names(inputs)


def names_outputs(inputs: Mapping[str, Any]) -> bool:
    """Tell whether inputs say which outputs are asked for."""
    return "tc_playbook_out_variables" in _standard_names(inputs)


def _standard_names(inputs: Mapping[str, Any]) -> set[str]:
    names = map(canonical_name, inputs)
    return {ALIASES.get(name, name) for name in names}


def stage(variables: Mapping[str, object]) -> MemoryStore:
    """Return a store in memory that holds values.

    Args:
        variables: Values by the whole texts of their variables.

    Raises:
        VariableError: A name is no whole variable, or a value is not one for its variable.
    """
    from gatepost.kvstore.memory import MemoryStore
    from gatepost.playbook.writing import Requested, VariableWriter

    store = MemoryStore()
    VariableWriter(store, Requested(())).write([(name, None, value) for name, value in variables.items()], always=True)
    return store


def request_everything(
    models: Iterable[type[Outputs]], manifest: Manifest | None, values: Mapping[str, object] | None = None
) -> tuple[str, ...]:
    """Return the variables of all outputs that code and manifest declare, as a playbook would ask for them.

    Args:
        models: The app's models of outputs.
        manifest: The app's manifest.
        values: The app's inputs by name: the keys of those with ``exposePlaybookKeyAs`` are outputs, too
            (contract/install_json.md section 2).
    """
    from gatepost.playbook.outputs import output_variables

    declared = manifest.playbook.output_variables if manifest is not None and manifest.playbook is not None else ()
    named = [(variable.name, variable.type) for model in models for variable in output_variables(model)]
    named += [(variable.name, variable.type) for variable in declared]
    if manifest is not None and values:
        for param in manifest.params:
            if param.expose_playbook_key_as:
                named += [(key, param.expose_playbook_key_as) for key in _keys(values.get(param.name))]
    return tuple(f"#App:{OWN_ID}:{name}!{type}" for name, type in dict.fromkeys(named))


def _keys(value: object) -> list[str]:
    """Return the keys of a KeyValueList; none of one that stands in a variable, since nobody has read it yet."""
    from gatepost.variables import parse_playbook_variable

    if isinstance(value, str):
        import json

        try:
            value = json.loads(value)
        except ValueError:
            return []
    pairs = value if isinstance(value, list) else [value]
    keys = [pair["key"] for pair in pairs if isinstance(pair, dict) and isinstance(pair.get("key"), str)]
    return [key for key in keys if parse_playbook_variable(f"#App:{OWN_ID}:{key}!String") is not None]
