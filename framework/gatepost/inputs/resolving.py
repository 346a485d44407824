"""Values that stand for something stored on the platform (contract/inputs.md section 3)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from gatepost.errors import CredentialError, GatepostError
from gatepost.inputs.standard import CREDENTIALS
from gatepost.inputs.values import Problem, Value
from gatepost.secret import Secret
from gatepost.variables import PlatformVariable, parse_platform_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["resolve"]

_UNTOUCHED = CREDENTIALS | {"tc_api_path", "tc_playbook_out_variables"}


def resolve(
    values: Mapping[str, Value], fetch_variable: Callable[[str, str, str], object]
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Put the content in place of every value that is one whole ``&{TC:TEXT|KEYCHAIN|FILE:key}`` (or ``&{Vault:…}``).

    TEXT becomes ``str``, KEYCHAIN `Secret`, FILE ``bytes``. In a list, every item is looked at. Variables inside longer
    text stay as they are. Credentials, the API path and the list of output variables are left alone: the first two made the
    session that does the fetching, the third is a list of names.

    Args:
        values: Values by input name.
        fetch_variable: Called with provider, type and key, once for each variable; returns the member ``data`` of the
            platform's answer: text, for FILE base64 text or bytes.

    Returns:
        The values, those with a problem left out; and the problems.

    Raises:
        CredentialError: Nothing can be fetched; that is no problem of one input.
    """
    resolver = _Resolver(fetch_variable)
    resolved: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        if name in _UNTOUCHED:
            resolved[name] = value
            continue
        try:
            content = resolver.content(value.value)
        except _NotResolved as reason:
            place = f"{value.source.label}: {value.place}" if value.place else value.source.label
            problems.append(Problem(name, reason.what, place, reason.remedy))
        else:
            same = content is value.value
            resolved[name] = value if same else Value(name, content, value.source, value.place)
    return resolved, tuple(problems)


class _NotResolved(Exception):
    """A variable that cannot be had: what is wrong, and the remedy. Never leaves this module."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class _Resolver:
    """Fetches each variable once, and remembers failures too."""

    def __init__(self, fetch: Callable[[str, str, str], object]) -> None:
        self._fetch = fetch
        self._known: dict[PlatformVariable, object] = {}

    def content(self, value: object) -> object:
        """Return the content of a reference; any other value itself."""
        if isinstance(value, list):
            items = [self.content(item) for item in value]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        text = value.reveal() if isinstance(value, Secret) else value
        variable = parse_platform_variable(text) if isinstance(text, str) else None
        if variable is None:
            return value
        if variable not in self._known:
            try:
                self._known[variable] = self._read(variable)
            except _NotResolved as failure:
                self._known[variable] = failure
        content = self._known[variable]
        if isinstance(content, _NotResolved):
            raise content
        if isinstance(value, Secret) and isinstance(content, str):
            return Secret(content)
        return content

    def _read(self, variable: PlatformVariable) -> object:
        try:
            data = self._fetch(variable.provider, variable.type, variable.key)
        except CredentialError:
            raise
        except (GatepostError, OSError, ValueError, LookupError) as error:
            # The errors of requests are OSErrors.
            remedy = "Check that the variable exists and that the running user may read it"
            raise _NotResolved(f"the variable {variable} could not be read: {error}", remedy) from None
        if data is None:
            raise _NotResolved(f"the variable {variable} has no value", "Give it one on the platform")
        if variable.type == "FILE":
            return _file(data, variable)
        if not isinstance(data, (str, Secret)):
            raise _NotResolved(f"the variable {variable} holds a {type(data).__name__}, not text", "Store a text in it")
        if variable.type == "KEYCHAIN":
            return Secret(data)
        return data


def _file(data: object, variable: PlatformVariable) -> bytes:
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        try:
            return base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            pass
    raise _NotResolved(f"the content of the file variable {variable} is not base64", "Store the file again")
