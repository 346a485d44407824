"""Reading variables, also those inside of longer text (contract/playbooks.md section 5)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from gatepost.playbook.errors import VariableError
from gatepost.playbook.serialization import deserialize
from gatepost.secret import Secret
from gatepost.variables import (
    PlatformVariable,
    PlaybookVariable,
    find_platform_variables,
    find_playbook_variables,
    parse_playbook_variable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gatepost.playbook.serialization import BinaryForm

    ReadMany = Callable[[Sequence[str]], list[bytes | None]]
    FetchVariable = Callable[[str, str, str], object]

__all__ = ["VariableReader", "replace_spaces"]

NULL = "<null>"
BINARY = "<binary>"
FILE = "<file>"


class VariableReader:
    """Reads values that name variables: all variables of a call in one round trip, and those that they name in one more.

    A value that was read may name variables itself: a String inside its text, a KeyValue as or in its ``value``. These are put
    in one level deep; what they hold in turn stays as it is written. A variable that names itself, at once or by another one that
    it names, cannot be read.

    Args:
        read_many: Reads the store (`gatepost.kvstore.KeyValueStore.read_many`).
        fetch_variable: Called with provider, type and key for each ``&{TC:TEXT:…}`` or ``&{TC:KEYCHAIN:…}`` in a value; returns
            its content. None leaves them as they are.
    """

    def __init__(self, read_many: ReadMany, fetch_variable: FetchVariable | None = None) -> None:
        self._read_many = read_many
        self._fetch_variable = fetch_variable

    def read(self, value: object, *, array: bool = False, binary: BinaryForm = "bytes", spaces: bool = True) -> Any:
        r"""Return what a value stands for.

        Args:
            value: One whole variable, which becomes its typed value; or a text with variables in it, which becomes text; or
                anything else, which is returned as it is. Blanks around a whole variable do not count.
            array: Whether the result is always a list: a single value is put into one, a missing one is the empty list.
            binary: What becomes of binary values.
            spaces: Whether ``\s`` in a text that is not one whole variable is a space, and ``\\s`` the text ``\s``: people
                write blanks at the ends of a form's field that way.

        Returns:
            The value; None for a variable that is not there.

        Raises:
            VariableError: What the store holds cannot be read.
            StoreError: The store cannot be.
        """
        found = self.read_all([value], binary=binary, spaces=spaces)[0]
        if isinstance(found, VariableError):
            raise found
        if not array:
            return found
        return [] if found is None else found if isinstance(found, list) else [found]

    def read_all(self, values: Sequence[object], *, binary: BinaryForm = "bytes", spaces: bool = True) -> list[Any]:
        """Return what many values stand for, in their order.

        Args:
            values: As for `read`; in a list, each item is read by itself, spaces as ``read`` has them by default, and of an
                object with ``key`` and ``value`` the value.
            binary: What becomes of binary values.
            spaces: As for `read`; it is not for the items of lists.

        Returns:
            The values. In the place of one that cannot be read, the `VariableError` that says why.
        """
        reading = _Reading(self._read_many, self._fetch_variable, binary)
        reading.fetch(variable for value in values for variable in _named(value))
        reading.fetch_nested()
        return [reading.result(value, spaces=spaces) for value in values]


def replace_spaces(text: str) -> str:
    r"""Return a text of a person with ``\s`` as a space and ``\\s`` as ``\s``."""
    if "\\s" not in text:
        return text
    return re.sub(r"\\\\s|\\s", lambda match: " " if len(match[0]) == 2 else "\\s", text)


class _Reading:
    """What one call has fetched, and what becomes of it."""

    def __init__(
        self,
        read_many: ReadMany,
        fetch_variable: FetchVariable | None,
        binary: BinaryForm,
    ) -> None:
        self._read_many = read_many
        self._fetch_variable = fetch_variable
        self._binary = binary
        self._values: dict[PlaybookVariable, Any] = {}
        self._first: list[PlaybookVariable] = []

    def fetch(self, variables: Iterable[PlaybookVariable]) -> None:
        """Fetch what is not there yet, in one round trip."""
        missing = [variable for variable in dict.fromkeys(variables) if variable not in self._values]
        if not missing:
            return
        keys = [str(variable) for variable in missing]
        for variable, key, data in zip(missing, keys, self._read_many(keys), strict=True):
            if data is None:
                self._values[variable] = None
                continue
            try:
                self._values[variable] = deserialize(variable.type, data, key, binary=self._binary)
            except VariableError as error:
                self._values[variable] = error
        self._first = self._first or missing

    def fetch_nested(self) -> None:
        """Fetch what the values name that were fetched first."""
        self.fetch(named for variable in self._first for named in _put_into(variable, self._values[variable]))

    def result(self, value: object, *, spaces: bool) -> Any:
        """Return what a value stands for, or why it cannot be read."""
        try:
            if isinstance(value, list):
                return [self._item(item) for item in value]
            return self._one(value, spaces=spaces)
        except VariableError as error:
            return error

    def _item(self, item: object) -> Any:
        if isinstance(item, dict) and "key" in item:
            return {**item, "value": self._one(item.get("value"), spaces=False)}
        return self._one(item, spaces=True)

    def _one(self, value: object, *, spaces: bool) -> Any:
        if isinstance(value, Secret):
            found = self._one(value.reveal(), spaces=spaces)
            return Secret(found) if isinstance(found, str) else found
        if not isinstance(value, str):
            return value
        variable = parse_playbook_variable(value.strip())
        if variable is not None:
            return self._value(variable)
        return self._expanded(replace_spaces(value) if spaces else value, self._value)

    def _plain(self, variable: PlaybookVariable) -> Any:
        """Return a variable's value with nothing put into it."""
        value = self._values.get(variable)
        if isinstance(value, VariableError):
            raise value
        return value

    def _value(self, variable: PlaybookVariable) -> Any:
        """Return a variable's value with the variables that it names."""
        value = self._plain(variable)
        if value is None:
            return None
        if isinstance(value, str) and "#" not in value and "&{" not in value:
            return value
        self._check_ends(variable, value)
        if variable.type == "String":
            return value if parse_playbook_variable(value) is not None else self._expanded(value, self._plain)
        if variable.type == "KeyValue":
            return self._entry(value)
        if variable.type == "KeyValueArray":
            return [self._entry(entry) for entry in value]
        return value

    def _check_ends(self, variable: PlaybookVariable, value: Any) -> None:
        """Refuse a value that would have to be put into itself."""
        for named in _put_into(variable, value):
            if named == variable or variable in _put_into(named, self._values.get(named)):
                raise VariableError(
                    f"What the key-value store holds for {variable} cannot be read",
                    why="It names itself" if named == variable else f"It names {named}, which names it in turn",
                    remedy="Look at the app that wrote it",
                    variable=str(variable),
                )

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        value = entry.get("value")
        if not isinstance(value, str):
            return entry
        variable = parse_playbook_variable(value)
        put = self._plain(variable) if variable is not None else self._expanded(value, self._plain)
        return {**entry, "value": put}

    def _expanded(self, text: str, read: Callable[[PlaybookVariable], Any]) -> str | Secret:
        """Return a text with the variables in it replaced; with a keychain variable among them it is a secret."""
        found: list[tuple[int, int, PlaybookVariable | PlatformVariable]] = list(find_playbook_variables(text))
        if self._fetch_variable is not None and "&{" in text:
            found = sorted([*found, *find_platform_variables(text)])
        if not found:
            return text
        parts: list[str] = []
        position, secret = 0, False
        for start, end, variable in found:
            parts.append(text[position:start])
            if isinstance(variable, PlatformVariable):
                parts.append(self._platform_text(variable))
                secret = secret or variable.type == "KEYCHAIN"
            elif variable.type in ("Binary", "BinaryArray"):
                parts.append(BINARY)
            else:
                parts.append(_as_text(read(variable)))
            position = end
        whole = "".join(parts) + text[position:]
        return Secret(whole) if secret else whole

    def _platform_text(self, variable: PlatformVariable) -> str:
        if variable.type == "FILE":
            return FILE
        content = self._fetch_variable(*variable) if self._fetch_variable is not None else None
        if content is None:
            return NULL
        return content.reveal() if isinstance(content, Secret) else str(content)


def _named(value: object) -> list[PlaybookVariable]:
    """Return the variables that a value names."""
    if isinstance(value, list):
        return [variable for item in value for variable in _named(item)]
    if isinstance(value, dict):
        return _named(value.get("value")) if "key" in value else []
    text = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(text, str) or "#" not in text:
        return []
    variable = parse_playbook_variable(text.strip())
    return [variable] if variable is not None else [found for _, _, found in find_playbook_variables(text)]


def _put_into(variable: PlaybookVariable, value: Any) -> list[PlaybookVariable]:
    """Return the variables whose values are put into the value of a variable."""
    if isinstance(value, str):
        named = variable.type == "String" and "#" in value and parse_playbook_variable(value) is None
        return _named(value) if named else []
    if variable.type in ("KeyValue", "KeyValueArray") and isinstance(value, (dict, list)):
        texts = [entry.get("value") for entry in (value if isinstance(value, list) else [value])]
        return [named for text in texts if isinstance(text, str) for named in _named(text)]
    return []


def _as_text(value: object) -> str:
    """Return what is put into a longer text for a value."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return value
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, bytes):  # of a custom type, kept as it was given
        try:
            return value.decode()
        except UnicodeDecodeError:
            return BINARY
    return json.dumps(value, default=lambda part: part.reveal() if isinstance(part, Secret) else BINARY)
