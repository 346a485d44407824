"""Inputs from the process environment and from a ``.env`` file beside the app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import InputError
from gatepost.inputs.declared import is_sensitive
from gatepost.inputs.param_file import KEY_VARIABLE, PATH_VARIABLE
from gatepost.inputs.standard import STANDARD_INPUTS, canonical_name
from gatepost.inputs.values import Finding, Source, Value
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.inputs.declared import DeclaredParam

__all__ = ["Variables", "input_name", "read_dotenv", "read_environment"]

APP_PREFIX = "app_input_"
_WITHOUT_PREFIX = frozenset({"api_access_id", "api_secret_key", "api_default_org"})
_NOT_INPUTS = frozenset(
    {
        PATH_VARIABLE.lower(),
        KEY_VARIABLE.lower(),
        "tc_app_param_lock",
        "tc_token_sleep_interval",
        "tc_playbook_write_null",
    }
)
_LONGEST_SECRET = 1 << 20


class Variables(NamedTuple):
    """What an environment or a ``.env`` file held.

    Attributes:
        values: The inputs among its variables, not yet secret.
        findings: What was noticed.
        all: Every variable by name, for ``${env.NAME}``.
    """

    values: tuple[Value, ...]
    findings: tuple[Finding, ...]
    all: Mapping[str, str]


def input_name(variable: str) -> str:
    """Return the input that an environment variable holds; empty when it is none.

    ``tc_*`` and the credentials' names count in any case; the app's own inputs are ``APP_INPUT_<NAME>``, so that an input
    called ``user`` or ``path`` is never ``$USER`` or ``$PATH``.
    """
    lowered = variable.lower()
    if lowered in _NOT_INPUTS:
        return ""
    if lowered.startswith(APP_PREFIX):
        return canonical_name(lowered.removeprefix(APP_PREFIX))
    if lowered.startswith("tc_") or lowered in _WITHOUT_PREFIX or lowered == "tcex_testing_context":
        return canonical_name(lowered)
    return ""


def read_environment(environment: Mapping[str, str], declared: Mapping[str, DeclaredParam]) -> Variables:
    """Find the inputs in the process environment.

    ``<NAME>_FILE`` names the file that holds a secret, for sensitive inputs only, and only when ``<name>_file`` is no input
    itself. One line end at the end of the file is no part of the secret.

    Args:
        environment: The variables.
        declared: The params of the manifest.

    Returns:
        The inputs, and what was noticed.

    Raises:
        InputError: The file of a secret cannot be read.
    """
    found = _Found(Source.ENVIRONMENT)
    files: list[tuple[str, str]] = []
    for variable, text in environment.items():
        name = input_name(variable)
        if not name:
            continue
        secret = _secret_of_file(name, declared)
        if secret:
            files.append((secret, variable))
        else:
            found.add(name, text, variable, variable)
    for name, variable in files:
        if name in found.values:
            found.findings.append(
                Finding(f"{variable} was ignored: {found.values[name].place} is set too", name, variable, "Unset one")
            )
        elif environment[variable]:
            found.add(name, _read_secret(environment[variable], variable), f"{variable} (the file it names)", variable)
    return Variables(tuple(found.values.values()), tuple(found.findings), environment)


def read_dotenv(path: Path, declared: Mapping[str, DeclaredParam]) -> Variables:
    """Find the inputs in a ``.env`` file.

    Nothing is put into its values from the process environment (``${HOME}`` stays as it is), and ``<NAME>_FILE`` does not
    count in it: a file that came with a cloned repository must not send what only this machine knows to wherever its
    ``tc_api_path`` points.

    Args:
        path: The file.
        declared: The params of the manifest.

    Returns:
        The inputs, and what was noticed.

    Raises:
        InputError: The file cannot be read, or is not UTF-8 text.
    """
    import io

    from dotenv.parser import parse_stream

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "It is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
        raise InputError(f"{path} cannot be read", why=why, remedy="Correct the file, or move it away") from None
    found = _Found(Source.DOTENV)
    variables: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        written = binding.original.string
        # The parser counts blank lines in front as part of what follows.
        line = binding.original.line + written[: len(written) - len(written.lstrip())].count("\n")
        if binding.error:
            found.findings.append(Finding(f"line {line} of {path} cannot be read", "", f"{path} line {line}", "Write NAME=value"))
            continue
        if binding.key is None or binding.value is None:
            continue
        variables[binding.key] = binding.value
        name = input_name(binding.key)
        if not name:
            continue
        place = f"{path} line {line} ({binding.key})"
        if _secret_of_file(name, declared):
            remedy = f"Set {binding.key} in the environment, or write the secret itself here"
            found.findings.append(Finding(f"{place} was ignored: only the environment names files", name, place, remedy))
            continue
        found.add(name, binding.value, place, binding.key)
    return Variables(tuple(found.values.values()), tuple(found.findings), variables)


class _Found:
    """The inputs of one source while it is read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.values: dict[str, Value] = {}
        self.findings: list[Finding] = []
        self._spelling: dict[str, str] = {}

    def add(self, name: str, text: str, place: str, variable: str) -> None:
        """Keep a value. Of several spellings the one in capitals counts; of one spelling the last."""
        if variable.lower().startswith(APP_PREFIX) and name in STANDARD_INPUTS and input_name(name):
            remedy = f"Set {name.upper()}"
            self.findings.append(Finding(f"{variable} was ignored: {name} is no input of the app's own", name, place, remedy))
            return
        earlier = self._spelling.get(name)
        if earlier is not None and earlier != variable:
            kept, dropped = (earlier, variable) if earlier == earlier.upper() else (variable, earlier)
            self.findings.append(Finding(f"{dropped} was ignored: {kept} is set too", name, dropped, "Unset one"))
            if kept == earlier:
                return
        self._spelling[name] = variable
        self.values[name] = Value(name, text, self.source, place)


def _secret_of_file(name: str, declared: Mapping[str, DeclaredParam]) -> str:
    """Return the sensitive input whose file ``name`` names; empty when it is an input itself."""
    if not name.endswith("_file") or name in declared or name in STANDARD_INPUTS:
        return ""
    secret = name.removesuffix("_file")
    sensitive = declared[secret].sensitive if secret in declared else is_sensitive(secret)
    return secret if sensitive else ""


def _read_secret(path: str, variable: str) -> str:
    """Read the file of a secret, without the line end at its end."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LONGEST_SECRET + 1)
        if len(content) > _LONGEST_SECRET:
            raise InputError(
                f"The file that {variable} names cannot be used", why="It is longer than 1 MiB", remedy="Name another"
            )
        text = content.decode("utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        remedy = f"Let {variable} name a readable file, or unset it"
        raise InputError(f"The file that {variable} names cannot be read: {path}", why=why, remedy=remedy) from None
    for end in ("\r\n", "\n"):
        if text.endswith(end):
            return text.removesuffix(end)
    return text
