"""The variables of one playbook execution, for an app: read, write, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.playbook.errors import VariableError
from gatepost.playbook.reading import VariableReader
from gatepost.playbook.writing import Requested, VariableWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gatepost.kvstore.protocol import KeyValueStore
    from gatepost.log import Logger
    from gatepost.playbook.outputs import Outputs, OutputVariable
    from gatepost.playbook.serialization import BinaryForm

__all__ = ["Playbook"]


class Playbook:
    """The variables of one execution of a playbook: ``runtime.playbook``.

    What is written is in the store when the call returns, and stays there when the app fails afterwards.

    Attributes:
        context: The id of the execution (``tc_playbook_kvstore_context``).
        requested: The variables that the playbook asked for (``tc_playbook_out_variables``); nothing else is written.
        store: The store itself.
        reader: What reads it.

    Args:
        store: The store.
        context: The id of the execution.
        requested: The variables that the playbook asked for.
        log: Where a missing value is told.
        fetch_variable: Reads ``&{TC:…}`` in values.
        write_nulls: As for `VariableWriter`.
    """

    def __init__(
        self,
        store: KeyValueStore,
        context: str,
        requested: Iterable[str] = (),
        *,
        log: Logger | None = None,
        fetch_variable: Callable[[str, str, str], object] | None = None,
        write_nulls: bool = False,
    ) -> None:
        self.store = store
        self.context = context
        self._requested = Requested(requested)
        self._log = log
        self.reader = VariableReader(store.read_many, fetch_variable)
        self._writer = VariableWriter(store, self._requested, write_nulls=write_nulls)

    @property
    def requested(self) -> tuple[str, ...]:
        """The variables that the playbook asked for, in its order."""
        return self._requested.variables

    def is_requested(self, name: str, type: str | None = None) -> bool:
        """Tell whether the playbook asked for a variable, by its bare name or its whole text."""
        return name.strip() in self._requested or self._requested.find(name, type) is not None

    def read(self, value: object, *, array: bool = False, binary: BinaryForm = "bytes") -> Any:
        r"""Return what a value stands for. Inputs need no such call: they are read before the app begins.

        Args:
            value: A whole variable (``#App:1234:name!String``), which becomes its typed value; or a text with variables in it,
                which becomes text, ``\s`` in it a space; or anything else, which is returned as it is.
            array: Whether the result is always a list: a single value is put into one, a missing one is the empty list.
            binary: What becomes of binary values: ``bytes``, their ``base64`` as text, or ``text``.

        Returns:
            The value; None for a variable that is not there.

        Raises:
            VariableError: What the store holds cannot be read.
            StoreError: The store cannot be.
        """
        return self.reader.read(value, array=array, binary=binary)

    def read_many(self, values: Sequence[object], *, binary: BinaryForm = "bytes") -> list[Any]:
        """Return what many values stand for, in one round trip, or two where they name further ones. Otherwise as `read`."""
        results = self.reader.read_all(values, binary=binary)
        for result in results:
            if isinstance(result, VariableError):
                raise result
        return results

    def write(self, name: str, value: object, *, type: str | None = None, always: bool = False) -> bool:
        """Write one variable now, if the playbook asked for it.

        For names that are known only now: the keys of an input with ``exposePlaybookKeyAs``, for example. The others are fields
        of the app's `Outputs`.

        Args:
            name: The bare name of the variable (``demo.out``), or its whole text.
            value: Its value; for None nothing is written.
            type: Chooses among several variables of one name; None takes the first.
            always: Whether a whole variable is written that nobody asked for.

        Returns:
            Whether it was written.

        Raises:
            VariableError: The value is not one for the variable.
            StoreError: The store cannot be written to.
        """
        if value is None and self._log is not None:
            self._log.warning("nothing is written for a value of None", variable=name)
        return bool(self._writer.write([(name, type, value)], always=always))

    def write_many(self, values: Mapping[str, object], *, always: bool = False) -> tuple[str, ...]:
        """Write many variables now, in one round trip: all of them, or none when a value is not one for its variable.

        Args:
            values: Values by name, as for `write`; for None nothing is written.
            always: As for `write`.

        Returns:
            The variables that were written.
        """
        return self._writer.write([(name, None, value) for name, value in values.items()], always=always)

    def write_outputs(self, *outputs: Outputs) -> tuple[str, ...]:
        """Write typed outputs now, in one round trip; of one variable the last value that is not None. A run does it by itself
        at its end.

        Returns:
            The variables that were written.
        """
        from gatepost.playbook.outputs import output_values

        values: dict[OutputVariable, object] = {}
        for each in outputs:
            for variable, value in output_values(each).items():
                if value is not None or variable not in values:
                    values[variable] = value
        return self._writer.write([(variable.name, variable.type, value) for variable, value in values.items()])

    def delete(self, name: str, *, type: str | None = None) -> bool:
        """Remove a variable, by its bare name or its whole text.

        Returns:
            Whether it was there.

        Raises:
            StoreError: The store cannot be written to, or it is the platform's REST store, which cannot delete.
        """
        return self._writer.delete(name, type)

    def close(self) -> None:
        """Close the connection to the store."""
        self.store.close()

    def __repr__(self) -> str:
        return f"<Playbook of {self.context!r}, {len(self._requested)} variables requested>"
