"""Values that stand for something stored on the platform (contract/inputs.md section 3)."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

from gatepost.errors import CredentialError, GatepostError
from gatepost.inputs.declared import declared_params
from gatepost.inputs.standard import CREDENTIALS
from gatepost.inputs.values import Problem, Value
from gatepost.secret import Secret
from gatepost.variables import PlatformVariable, find_platform_variables, parse_platform_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gatepost.inputs.declared import DeclaredParam
    from gatepost.inputs.protocols import ManifestLike

__all__ = ["Resolver", "resolve"]

_UNTOUCHED = CREDENTIALS | {"tc_api_path", "tc_playbook_out_variables"}
_FILE = "<file>"


def resolve(
    values: Mapping[str, Value],
    fetch_variable: Callable[[str, str, str], object],
    manifest: ManifestLike | None = None,
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Resolve once, by a `Resolver` that nobody keeps."""
    return Resolver(fetch_variable).resolve(values, manifest)


class Resolver:
    """Puts the content in place of variables of the platform, and fetches each of them once for as long as it lives.

    It also keeps the secrets that it fetched: as long as it lives, redaction knows them, also those that became a part of a
    longer text.

    Args:
        fetch_variable: Called with provider, type and key; returns the member ``data`` of the platform's answer: text, for FILE
            base64 text or bytes.
    """

    def __init__(self, fetch_variable: Callable[[str, str, str], object]) -> None:
        self._fetch = fetch_variable
        self._known: dict[PlatformVariable, object] = {}

    def resolve(
        self, values: Mapping[str, Value], manifest: ManifestLike | None = None
    ) -> tuple[dict[str, Value], tuple[Problem, ...]]:
        """Resolve the variables in all values.

        - A text that is one whole ``&{TC:TEXT|KEYCHAIN|FILE:key}`` (or ``&{Vault:…}``) becomes its content: TEXT ``str``,
          KEYCHAIN `Secret`, FILE ``bytes``.
        - In a longer text every variable is replaced, each by what was written there and nothing that another one brought. With a
          KEYCHAIN among them the whole text is a `Secret`. A FILE becomes ``<file>``, and is not fetched.
        - In lists and objects, every text is looked at. A text that holds several values by its manifest (JSON of a
          KeyValueList, parts between delimiters) is taken apart first, so that no content is read as such syntax.

        Credentials, the API path and the list of output variables are left alone: the first two made the session that does the
        fetching, the third is a list of names.

        Args:
            values: Values by input name.
            manifest: The app's manifest, if it has one.

        Returns:
            The values, those with a problem left out; and the problems.

        Raises:
            CredentialError: Nothing can be fetched; that is no problem of one input.
        """
        declared: Mapping[str, DeclaredParam] | None = None
        resolved: dict[str, Value] = {}
        problems: list[Problem] = []
        for name, value in values.items():
            resolved[name] = value
            if name in _UNTOUCHED:
                continue
            try:
                if not _holds_variable(value.value):
                    continue
                if declared is None:
                    declared = declared_params(manifest)
                content = self._content(_apart(value.value, declared.get(name)))
            except RecursionError:
                problems.append(Problem(name, "is nested too deeply", value.source.label, "Give a simpler value"))
                del resolved[name]
            except _NotResolved as reason:
                place = f"{value.source.label}: {value.place}" if value.place else value.source.label
                problems.append(Problem(name, reason.what, place, reason.remedy))
                del resolved[name]
            else:
                resolved[name] = Value(name, content, value.source, value.place)
        return resolved, tuple(problems)

    def _content(self, value: object) -> object:
        """Return a value with content in place of its variables."""
        if isinstance(value, list):
            return [self._content(item) for item in value]
        if isinstance(value, dict):
            return {key: self._content(item) for key, item in value.items()}
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):
            return value
        variable = parse_platform_variable(text)
        if variable is None:
            return self._replaced(text, secret=isinstance(value, Secret)) if "&{" in text else value
        content = self._fetched(variable)
        return Secret(content) if isinstance(value, Secret) and isinstance(content, str) else content

    def _replaced(self, text: str, *, secret: bool) -> object:
        """Replace the variables inside a longer text."""
        pieces: list[str] = []
        end = 0
        for start, after, variable in find_platform_variables(text):
            content = _FILE if variable.type == "FILE" else self._fetched(variable)
            secret = secret or isinstance(content, Secret)
            pieces += [text[end:start], content.reveal() if isinstance(content, Secret) else str(content)]
            end = after
        whole = "".join([*pieces, text[end:]])
        return Secret(whole) if secret else whole

    def _fetched(self, variable: PlatformVariable) -> object:
        """Return the content of a variable; failures are remembered, too."""
        if variable not in self._known:
            try:
                self._known[variable] = self._read(variable)
            except _NotResolved as failure:
                self._known[variable] = failure
        content = self._known[variable]
        if isinstance(content, _NotResolved):
            raise content
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


def _holds_variable(value: object) -> bool:
    if isinstance(value, list):
        return any(_holds_variable(item) for item in value)
    if isinstance(value, dict):
        return any(_holds_variable(item) for item in value.values())
    text = value.reveal() if isinstance(value, Secret) else value
    return isinstance(text, str) and next(find_platform_variables(text), None) is not None


def _apart(value: object, param: DeclaredParam | None) -> object:
    """Take a text apart that holds several values by its manifest; what cannot be taken apart is for coercion to refuse."""
    text = value.reveal() if isinstance(value, Secret) else value
    if param is None or not isinstance(text, str) or parse_platform_variable(text) is not None:
        return value
    parts: object
    if param.kind == "keyvaluelist":
        try:
            parts = json.loads(text)
        except (ValueError, RecursionError):
            return value
    elif param.multiple:
        parts = text.split(param.delimiter)
    else:
        return value
    return _secret_parts(parts) if isinstance(value, Secret) else parts


def _secret_parts(value: object) -> object:
    if isinstance(value, list):
        return [_secret_parts(item) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "key" else _secret_parts(item) for key, item in value.items()}
    return Secret(value) if isinstance(value, str) else value


class _NotResolved(Exception):
    """A variable that cannot be had: what is wrong, and the remedy. Never leaves this module."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def _file(data: object, variable: PlatformVariable) -> bytes:
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        try:
            return base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            pass
    raise _NotResolved(f"the content of the file variable {variable} is not base64", "Store the file again")
