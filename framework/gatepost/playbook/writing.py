"""Writing variables: only what the playbook asked for (contract/playbooks.md section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.playbook.errors import VariableError
from gatepost.playbook.serialization import serialize
from gatepost.variables import parse_playbook_variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gatepost.kvstore.protocol import KeyValueStore
    from gatepost.variables import PlaybookVariable

__all__ = ["Requested", "VariableWriter"]

_NULL = "_NULL_VALIDATION"


class Requested:
    """The output variables that a playbook asked for, by name; ``tc_playbook_out_variables``.

    Args:
        variables: Their whole texts, in their order. What is no variable is left out.
    """

    def __init__(self, variables: Iterable[str]) -> None:
        self.variables = tuple(dict.fromkeys(text.strip() for text in variables))
        self._whole = frozenset(self.variables)
        self._by_name: dict[str, str] | None = None
        self._by_name_and_type: dict[tuple[str, str], str] = {}

    def __contains__(self, variable: object) -> bool:
        return variable in self._whole

    def __len__(self) -> int:
        return len(self.variables)

    def find(self, name: str, type: str | None = None) -> str | None:
        """Return the first variable of a name, and of a type where one is given; None when nobody asked for it."""
        if self._by_name is None:
            self._by_name = {}
            for text in self.variables:
                variable = parse_playbook_variable(text)
                if variable is not None:
                    self._by_name.setdefault(variable.name, text)
                    self._by_name_and_type.setdefault((variable.name, variable.type), text)
        return self._by_name.get(name) if type is None else self._by_name_and_type.get((name, type))


class VariableWriter:
    """Serializes values and writes those that were asked for.

    Args:
        store: The store.
        requested: What was asked for.
        write_nulls: Whether a None leaves an empty field ``<variable>_NULL_VALIDATION``, by which test tools see that the app
            gave out nothing (contract/playbooks.md section 4: ``TC_PLAYBOOK_WRITE_NULL``, Redis only).
    """

    def __init__(self, store: KeyValueStore, requested: Requested, *, write_nulls: bool = False) -> None:
        self._store = store
        self._requested = requested
        self._write_nulls = write_nulls

    def write(self, values: Iterable[tuple[str, str | None, object]], *, always: bool = False) -> tuple[str, ...]:
        """Write values in one round trip: all of them, or none when one cannot be written.

        Args:
            values: Name, type and value of each: the name is bare, then the type chooses among several of that name; or it is a
                whole variable, then the type is that of the variable. A value of None is not written.
            always: Whether whole variables are written that nobody asked for.

        Returns:
            The variables that were written.

        Raises:
            VariableError: A value is not one for its variable.
            StoreError: The store cannot be written to.
        """
        fields: dict[str, bytes | str] = {}
        written: list[str] = []
        for name, type, value in values:
            target = self._target(name, type, always=always)
            if target is None:
                continue
            variable, kind = target
            if value is not None:
                fields[variable] = serialize(kind, value, variable)
                written.append(variable)
            elif self._write_nulls:
                fields[variable + _NULL] = ""
        if fields:
            self._store.write_many(fields)
        return tuple(dict.fromkeys(written))

    def delete(self, name: str, type: str | None = None) -> bool:
        """Remove a variable, given as for `write`; return whether it was there."""
        target = self._target(name, type, always=True)
        return target is not None and self._store.delete(target[0])

    def _target(self, name: str, type: str | None, *, always: bool) -> tuple[str, str] | None:
        """Return the variable to write and its type; None when nobody asked for it."""
        text = name.strip()
        whole = parse_playbook_variable(text)
        if whole is not None:
            if type is not None and type != whole.type:
                raise VariableError(
                    f"{text} is not of the type {type}", remedy="Give the type of the variable, or none", variable=text
                )
            return (text, whole.type) if always or text in self._requested else None
        found = self._requested.find(text, type)
        if found is None:
            return None
        return found, type or _parsed(found).type


def _parsed(text: str) -> PlaybookVariable:
    variable = parse_playbook_variable(text)
    assert variable is not None  # noqa: S101 - it comes out of an index of parsed ones
    return variable
